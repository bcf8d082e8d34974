import { readFileSync } from 'node:fs'
import { posix } from 'node:path'
import { expect, it } from 'vitest'

/** Specifiers of what a file imports at run time, types left out. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s+(?!type\b)[^'"]*?from\s+'([^']+)'/gm)].map(
    ([, specifier]) => specifier!,
  )

function reachedFrom(file: string, seen = new Set<string>()): Set<string> {
  for (const specifier of importsOf(file)) {
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : specifier
    if (seen.has(target)) continue
    seen.add(target)
    if (specifier.startsWith('.')) reachedFrom(target, seen)
  }
  return seen
}

it.each([
  'src/report/why/why.ts',
  'src/report/why/why-text.ts',
  'src/report/why/why-json.ts',
  'src/report/perfetto/perfetto.ts',
  'src/lab/flips.ts',
])('%s runs in a browser: nothing of Node is behind it', (file) => {
  const reached = [...reachedFrom(file)]
  expect(reached.length).toBeGreaterThan(0)
  expect(reached.filter((one) => one.startsWith('node:') || one.startsWith('src/cli/'))).toEqual([])
})
