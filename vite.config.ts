import { defineConfig, type Plugin } from 'vite'

/**
 * The playground: a folder of static files that any web server can hand out, whatever path it stands under, and that a browser
 * opens from disk as well. From disk no browser loads a module script or a worker of its own file, so that the page is one plain
 * script, and the worker stands inside of it.
 */
export default defineConfig({
  root: 'src/web',
  base: './',
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    modulePreload: false,
    chunkSizeWarningLimit: 8000,
    rolldownOptions: { output: { format: 'iife' } },
  },
  worker: { format: 'iife' },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  plugins: [plainScript()],
  logLevel: 'warn',
})

function plainScript(): Plugin {
  return {
    name: 'plain-script',
    apply: 'build',
    enforce: 'post',
    transformIndexHtml: {
      order: 'post',
      handler: (html) =>
        html
          .replace(/<script type="module" crossorigin/g, '<script defer')
          .replace(/<link rel="stylesheet" crossorigin/g, '<link rel="stylesheet"'),
    },
  }
}
