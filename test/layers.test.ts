import { readdirSync, readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { join, posix } from 'node:path'
import { describe, expect, it } from 'vitest'

/** Folder (the longest that fits) -> folders it may import from besides npm packages. Design §4. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  'src/model': ['src/model'],
  'src/sim/kernel': ['src/sim/kernel'],
  'src/sim': ['src/model', 'src/sim'],
  'src/lab': ['src/model', 'src/sim', 'src/lab'],
  'src/report': ['src/model', 'src/sim', 'src/lab', 'src/report'],
  'src/web': ['src/model', 'src/sim', 'src/lab', 'src/report', 'src/web'],
  'src/cli': ['src'],
  // The library's entry point.
  src: ['src/model', 'src/sim', 'src/lab', 'src/report'],
}
const PURE = ['src/model', 'src/sim']
/** A browser has nothing of Node. */
const NODELESS = [...PURE, 'src/web']

const MEMBER_OF_MATH = (name: string) => new RegExp(String.raw`\bMath\s*\??\.\s*${name}\b|\bMath\s*\[`)
/** Names that bring the machine's clock, luck, language or surroundings into the result. */
const BANNED: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Math.random', MEMBER_OF_MATH('random')],
  ...['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'Intl', 'process'].map(
    (name) => [name, new RegExp(String.raw`(?<![\w$.])${name}\b`)] as const,
  ),
  ...['Buffer', 'require'].map((name) => [name, new RegExp(String.raw`(?<![\w$.])${name}\b`)] as const),
  ['globalThis', /\bglobalThis\b/],
  ['localeCompare', /\blocaleCompare\b/],
  ['toLocale*', /\btoLocale[A-Z]\w*/],
]
/** Their last digit is left to the JavaScript engine, so a trace could differ between two of them. */
const APPROXIMATE = ['exp', 'log', 'pow', 'sin', 'cos', 'tan'].map(
  (name) => [`Math.${name}`, MEMBER_OF_MATH(name)] as const,
)

// Of `src` itself only the files that lie directly in it.
const inLayer = (path: string, layer: string) =>
  layer === 'src' ? /^src\/[^/]+$/.test(path) : path.startsWith(`${layer}/`)
const within = (path: string, folder: string) => path.startsWith(`${folder}/`)

/** Everything that is wrong with one source file, as `rule: what`. */
function offences(file: string, source: string): string[] {
  const folder = Object.keys(LAYERS)
    .filter((layer) => inLayer(file, layer))
    .sort((a, b) => b.length - a.length)[0]
  if (folder === undefined) return [`layer: ${file} lies in no known layer`]
  const isPure = PURE.some((pure) => within(file, pure))
  const isNodeless = NODELESS.some((one) => within(file, one))
  const found: string[] = []
  for (const specifier of importsOf(source)) {
    if (specifier.startsWith('.')) {
      const target = posix.join(posix.dirname(file), specifier)
      if (!(LAYERS[folder] ?? []).some((allowed) => within(target, allowed))) found.push(`layer: ${target}`)
    } else if (isNodeless && (specifier.startsWith('node:') || builtinModules.includes(specifier.split('/')[0] ?? '')))
      found.push(`node: ${specifier}`)
  }
  if (!isPure) return found
  const code = bare(source)
  const names = within(file, 'src/sim') ? [...BANNED, ...APPROXIMATE] : BANNED
  for (const [name, pattern] of names) if (pattern.test(code)) found.push(`name: ${name}`)
  return found
}

/** Specifiers of static, re-exporting, bare and dynamic imports. */
function importsOf(source: string): string[] {
  const code = bare(source, { keepStrings: true })
  const patterns = [
    /\b(?:import|export)\s[^'"`;]*?\bfrom\s*(['"])(.*?)\1/g,
    /\bimport\s*(['"])(.*?)\1/g,
    /\bimport\s*\(\s*(['"`])(.*?)\1/g,
  ]
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[2] ?? ''))
}

/** The source without comments and, unless kept, without the text of strings; what `${}` holds is code and stays. */
function bare(source: string, { keepStrings = false } = {}): string {
  let out = ''
  let at = 0
  // Depths of braces at which a template's `${` was opened.
  const templates: number[] = []
  let depth = 0
  const template = () => {
    for (;;) {
      const char = source[at]
      if (char === undefined) return
      if (char === '\\') at += 2
      else if (char === '`') {
        at++
        return
      } else if (char === '$' && source[at + 1] === '{') {
        at += 2
        templates.push(depth)
        out += ' '
        return
      } else {
        if (keepStrings) out += char
        at++
      }
    }
  }
  while (at < source.length) {
    const rest = source.slice(at, at + 400)
    const skipped =
      /^\/\/.*/.exec(rest)?.[0] ??
      (rest.startsWith('/*') ? source.slice(at, source.indexOf('*/', at) + 2) : undefined) ??
      // A slash begins a regular expression where a value may begin.
      (/[=(,:;!&|?{}[\]>\n]\s*$|\b(?:return|typeof|case)\s*$|^\s*$/.test(out.slice(-20))
        ? /^\/(?![*/])(?:[^\\/[\n]|\\.|\[(?:[^\\\]\n]|\\.)*\])+\/[a-z]*/.exec(rest)?.[0]
        : undefined)
    if (skipped !== undefined) {
      at += skipped.length
      out += ' '
      continue
    }
    const text = /^'(?:[^'\\\n]|\\.)*'|^"(?:[^"\\\n]|\\.)*"/.exec(source.slice(at, at + 4000))?.[0]
    if (text !== undefined) {
      out += keepStrings ? text : "''"
      at += text.length
      continue
    }
    const char = source[at++] ?? ''
    if (char === '`') {
      out += ' '
      template()
      continue
    }
    if (char === '{') depth++
    if (char === '}') {
      if (templates.at(-1) === depth) {
        templates.pop()
        out += ' '
        template()
        continue
      }
      depth--
    }
    out += char
  }
  return out
}

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name))
  .map((name) => join('src', name).replaceAll('\\', '/'))
  .sort()

describe('layers (design §4)', () => {
  it('there are sources to look at, in every layer', () => {
    for (const layer of Object.keys(LAYERS)) expect(files.filter((file) => inLayer(file, layer))).not.toEqual([])
    expect(files.flatMap((file) => importsOf(readFileSync(file, 'utf8'))).length).toBeGreaterThan(files.length)
  })

  it.each(files)('%s imports downwards only and uses no banned name', (file) => {
    expect(offences(file, readFileSync(file, 'utf8'))).toEqual([])
  })
})

describe('the scan goes red', () => {
  it.each([
    ['src/model/a.ts', "import { x } from '../sim/run.ts'", 'layer: src/sim/run.ts'],
    ['src/model/rules/a.ts', "import type { x } from '../../report/text.ts'", 'layer: src/report/text.ts'],
    ['src/model/a.ts', "export * from '../cli/io.ts'", 'layer: src/cli/io.ts'],
    ['src/model/a.ts', "const x = await import('../sim/run.ts')", 'layer: src/sim/run.ts'],
    ['src/model/a.ts', "import '../sim/run.ts'", 'layer: src/sim/run.ts'],
    ['src/model/a.ts', "import {\n  a,\n  b,\n} from '../sim/run.ts'", 'layer: src/sim/run.ts'],
    ['src/sim/kernel/a.ts', "import { x } from '../run.ts'", 'layer: src/sim/run.ts'],
    ['src/sim/kernel/a.ts', "import { x } from '../../model/duration.ts'", 'layer: src/model/duration.ts'],
    ['src/sim/a.ts', "import { x } from '../report/text.ts'", 'layer: src/report/text.ts'],
    ['src/report/a.ts', "import { x } from '../cli/io.ts'", 'layer: src/cli/io.ts'],
    ['src/web/a.tsx', "import { x } from '../cli/io.ts'", 'layer: src/cli/io.ts'],
    ['src/report/a.ts', "import { x } from '../web/routes.ts'", 'layer: src/web/routes.ts'],
    ['src/web/a.ts', "import { x } from 'node:fs'", 'node: node:fs'],
    ['src/index.ts', "import { x } from './cli/cli.ts'", 'layer: src/cli/cli.ts'],
    ['src/model/a.ts', "import { x } from '../modelling/b.ts'", 'layer: src/modelling/b.ts'],
    ['src/other/a.ts', '', 'layer: src/other/a.ts lies in no known layer'],
    ['src/model/a.ts', "import { x } from 'node:fs'", 'node: node:fs'],
    ['src/sim/a.ts', "import { x } from 'fs'", 'node: fs'],
    ['src/sim/a.ts', "import { x } from 'fs/promises'", 'node: fs/promises'],
    ['src/model/a.ts', 'Math.random()', 'name: Math.random'],
    ['src/model/a.ts', 'new Date()', 'name: Date'],
    ['src/model/a.ts', 'performance.now()', 'name: performance'],
    ['src/model/a.ts', 'setTimeout(f, 1)', 'name: setTimeout'],
    ['src/model/a.ts', 'setInterval(f, 1)', 'name: setInterval'],
    ['src/model/a.ts', 'setImmediate(f)', 'name: setImmediate'],
    ['src/model/a.ts', 'queueMicrotask(f)', 'name: queueMicrotask'],
    ['src/model/a.ts', 'new Intl.Collator()', 'name: Intl'],
    ['src/model/a.ts', 'a.localeCompare(b)', 'name: localeCompare'],
    ['src/model/a.ts', 'a.toLocaleUpperCase()', 'name: toLocale*'],
    ['src/sim/a.ts', 'process.hrtime()', 'name: process'],
    ['src/sim/a.ts', "Buffer.from('')", 'name: Buffer'],
    ['src/sim/a.ts', "require('x')", 'name: require'],
    ['src/sim/a.ts', 'globalThis[x]', 'name: globalThis'],
    ['src/sim/a.ts', 'Math.exp(1)', 'name: Math.exp'],
    ['src/sim/a.ts', 'Math.log(1)', 'name: Math.log'],
    ['src/sim/a.ts', 'Math.pow(1, 2)', 'name: Math.pow'],
    ['src/sim/a.ts', 'Math.sin(1)', 'name: Math.sin'],
    ['src/sim/a.ts', 'Math.cos(1)', 'name: Math.cos'],
    ['src/sim/a.ts', 'Math.tan(1)', 'name: Math.tan'],
    // Code inside a template, and code after things that look like the start of a comment.
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    ['src/sim/a.ts', 'const x = `at ${`${new Date()}`} end`', 'name: Date'],
    ['src/sim/a.ts', "const x = '/*'; new Date() // */", 'name: Date'],
    ['src/sim/a.ts', 'const x = /[\'"`]/; new Date()', 'name: Date'],
  ])('%s: %j', (file, source, offence) => {
    expect(offences(file, source)).toContain(offence)
  })

  it.each([
    ['src/cli/a.ts', "import { x } from '../sim/run.ts'\nimport 'node:fs'\nnew Date()"],
    ['src/sim/a.ts', "import { x } from '../model/duration.ts'\nimport seedrandom from 'seedrandom'"],
    ['src/sim/a.ts', '// Math.random and new Date are banned\n/* performance */ const x = 1'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
    ['src/sim/a.ts', "const text = 'new Date' + `process ${1} Intl`"],
    ['src/model/a.ts', 'Math.log(2)'],
    ['src/model/a.ts', 'const updateDate = candidate.Date'],
  ])('and stays green where nothing is wrong: %s: %j', (file, source) => {
    expect(offences(file, source)).toEqual([])
  })
})
