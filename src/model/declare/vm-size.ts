/** Sizes of the first generations, whose number is a place in a list and no count of vCPUs. */
const FIRST_GENERATIONS: readonly (readonly [pattern: RegExp, vCPUs: Readonly<Record<string, number>>])[] = [
  [/^DS?(\d+)(_v2)?$/i, { 1: 1, 2: 2, 3: 4, 4: 8, 5: 16, 11: 2, 12: 4, 13: 8, 14: 16, 15: 20 }],
  [/^GS?(\d+)$/i, { 1: 2, 2: 4, 3: 8, 4: 16, 5: 32 }],
  [/^A(\d+)$/i, { 0: 1, 1: 1, 2: 2, 3: 4, 4: 8, 5: 2, 6: 4, 7: 8, 8: 8, 9: 16, 10: 8, 11: 16 }],
]

/** Family, vCPUs, perhaps the active ones behind a hyphen, features, accelerator, version: `NC24ads_A100_v4`. */
const NAMED = /^[A-Z]{1,4}(\d+)(?:-(\d+))?[a-z]*(?:_[a-z0-9]+)*$/i

/**
 * The vCPUs of a size, as its name tells them; undefined where it tells none.
 *
 *   Standard_D4as_v5 -> 4.   Standard_E8-4as_v5 -> 4 (of 8, four are active).   Standard_DS3_v2 -> 4 (its 3 is a place in a list).
 */
export function vCPUsOf(size: string): number | undefined {
  const name = /^(?:Standard|Basic)_(.+)$/i.exec(size)?.[1]
  if (name === undefined) return undefined
  for (const [pattern, counts] of FIRST_GENERATIONS) {
    const place = pattern.exec(name)?.[1]
    if (place !== undefined && counts[place] !== undefined) return counts[place]
  }
  const match = NAMED.exec(name)
  const count = Number(match?.[2] ?? match?.[1])
  return Number.isInteger(count) && count > 0 ? count : undefined
}
