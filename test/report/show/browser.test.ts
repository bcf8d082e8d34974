import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import * as show from '../../../src/report/show/show.ts'
import { scenarioOf } from '../../sim/play.ts'

/** A file and everything of ours that it needs when it runs; types are gone by then. */
function neededBy(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return seen
  seen.add(file)
  for (const specifier of imports(file)) if (specifier.startsWith('.')) neededBy(join(dirname(file), specifier), seen)
  return seen
}

const imports = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\s(?!type\s)[^'"]*?from\s+'([^']+)'/gm)].map(
    ([, specifier]) => specifier!,
  )

it('nothing behind showAt needs Node: the page calls it in a worker', () => {
  const files = [...neededBy('src/report/show/show.ts')]
  expect(files.length).toBeGreaterThan(60)
  const packages = files.flatMap(imports).filter((specifier) => !specifier.startsWith('.'))
  expect(packages.filter((name) => name.startsWith('node:') || builtinModules.includes(name))).toEqual([])
  for (const file of files) expect(readFileSync(file, 'utf8'), file).not.toMatch(/\bprocess\.|\bBuffer\.|__dirname/)
})

it('what the page calls gives what a worker can post', () => {
  const scenario = scenarioOf({ capacity: 5 })
  for (const view of show.VIEW_NAMES) {
    if (show.VIEWS[view].of === 'image') continue
    const shown = show.showAt(scenario, 3, 12 * 60_000, view)
    expect(structuredClone(shown)).toEqual(shown)
    expect(show.shownTable(shown)).toBeTypeOf('string')
  }
})

it('the seed is the luck, and the ids are not', () => {
  const scenario = scenarioOf({ capacity: 5, timings: { osDiskSwap: { p50: 'PT60S', p95: 'PT240S' } } })
  const at = (seed: number) => JSON.stringify(show.showAt(scenario, seed, 12 * 60_000, 'instances').document)
  expect(at(1)).toBe(at(1))
  const ids = (text: string) => [...text.matchAll(/"vmId":"([^"]+)"/g)].map(([, id]) => id)
  expect(ids(at(1))).toEqual(ids(at(2)))
})

it.each([
  [-1, /the moment -1/],
  [0.5, /the moment 0\.5/],
  [Number.NaN, /the moment NaN/],
  [6 * 3_600_000 + 1, /beyond the end of the run, PT6H/],
])('a moment of %s ms is refused', (atMs, says) => {
  expect(() => show.showAt(scenarioOf({}), 1, atMs, 'instances')).toThrow(says)
})
