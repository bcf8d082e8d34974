import type { Steps } from '../../sim/result.ts'

/** Reading and joining quantities that change in steps (`Steps` of a result). */

export const NO_STEPS: Steps = { atMs: [], values: [] }

/** Index of the last of these rising times that is not after `atMs`; -1: all are. */
export function lastAt(times: readonly number[], atMs: number): number {
  let low = 0
  let high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle]! <= atMs) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** The value at a moment; null before the first step. */
export function valueAt(steps: Steps, atMs: number): number | null {
  return steps.values[lastAt(steps.atMs, atMs)] ?? null
}

/** All of them together, at every moment at which one changes; one that has not begun counts as 0. */
export function sumOf(all: readonly Steps[]): Steps {
  if (all.length === 1) return all[0]!
  const atMs = timesOf(all)
  return { atMs, values: atMs.map((at) => all.reduce((sum, steps) => sum + (valueAt(steps, at) ?? 0), 0)) }
}

/** Every moment at which one of them changes, rising. */
export function timesOf(all: readonly Steps[]): number[] {
  return [...new Set(all.flatMap(({ atMs }) => atMs))].sort((a, b) => a - b)
}

export const maxOf = (steps: Steps, least = 0): number =>
  steps.values.reduce((max, value) => Math.max(max, value), least)

/** Counts from changes by time. */
export function running(changes: ReadonlyMap<number, number>): Steps {
  const atMs = [...changes.keys()].sort((a, b) => a - b)
  let count = 0
  const values = atMs.map((at) => {
    count += changes.get(at)!
    return count
  })
  return { atMs, values }
}
