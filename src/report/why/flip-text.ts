import type { Flip, FlipSearch } from '../../lab/flips.ts'
import { list, plural } from '../wording.ts'

/**
 * `maxUnhealthyUpgradedInstancePercent 100 instead of 20 (99 does not): Completed`; where two have to change,
 * `maxUnhealthyUpgradedInstancePercent 100 instead of 20 and maxUnhealthyInstancePercent 87 instead of 20: Completed`.
 */
export function flipText(flip: Flip): string {
  const still = flip.stillHolds === null ? '' : ` (${String(flip.stillHolds)} does not)`
  return `${changesText(flip)}${still}: ${flip.after}`
}

/** What has to change, and instead of what. */
export const changesText = (flip: Flip): string =>
  list([flip, ...flip.also].map(({ field, from, to }) => `${field.name} ${String(to)} instead of ${String(from)}`))

export function noFlipText({ tried, plays, isComplete }: FlipSearch): string {
  if (tried.length === 0) return 'no threshold, pause or probe setting bears on it'
  const names = [...new Set(tried.map(({ name }) => name))]
  const what =
    names.length <= NAMED_MAX ? list(names) : `any of ${names.length} settings, from ${names[0]} to ${names.at(-1)},`
  const scope = isComplete ? 'within the documented bounds' : 'so far; the search was stopped'
  const refused = tried.flatMap(({ name, refused: values }) => values.map((value) => `${name} ${String(value)}`))
  if (plays === 0 && refused.length > 0) return `${list(refused)} would be refused as the set is declared`
  const but = refused.length === 0 ? '' : `; ${list(refused)} would be refused`
  return `no value of ${what} alone gives another outcome ${scope} (${plural(plays, 'run')} played)${but}`
}

const NAMED_MAX = 3
