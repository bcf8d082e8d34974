import { defineConfig } from 'vite'

/** The script that stands inside every report, as one file without imports. */
export default defineConfig({
  build: {
    outDir: 'dist/report-client',
    emptyOutDir: true,
    target: 'es2022',
    reportCompressedSize: false,
    lib: {
      entry: 'src/report/html/client/main.ts',
      formats: ['iife'],
      name: 'vmssTwinReport',
      fileName: () => 'client.js',
    },
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  logLevel: 'warn',
})
