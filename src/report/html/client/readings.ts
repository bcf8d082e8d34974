import { lastAt } from '../../charts/steps.ts'
import { decimal, ratioPercent } from '../../wording.ts'
import type { Reading } from '../data.ts'

type StepData = readonly [atMs: readonly number[], values: readonly number[]]

const valueIn = ([atMs, values]: StepData, at: number): number | null => values[lastAt(atMs, at)] ?? null

/** What a chart says at one moment, in words: `2 of 6 = 33.3 % > 20 %`, `serving 24 < target capacity 30, 6 missing`. */
export function readingText(reading: Reading, atMs: number): string {
  switch (reading.kind) {
    case 'share': {
      const spell = reading.spells.findLast(([numerator]) => (numerator[0][0] ?? Number.POSITIVE_INFINITY) <= atMs)
      if (spell === undefined || spell[2] < atMs) return 'no rollout at this moment'
      const count = valueIn(spell[0], atMs) ?? 0
      const total = valueIn(spell[1], atMs) ?? 0
      if (total === 0) return 'none upgraded yet'
      const sign = count * 100 > reading.limit * total ? '>' : '≤'
      return `${count} of ${total} = ${ratioPercent(count, total, reading.limit)} % ${sign} ${reading.limit} %`
    }
    case 'need': {
      const need = valueIn(reading.need, atMs) ?? 0
      const have = valueIn(reading.have, atMs) ?? 0
      const [needName, haveName] = reading.names
      const missing = need > have ? `, ${decimal(need - have)} missing` : ''
      return `${haveName} ${decimal(have)} ${need > have ? '<' : '≥'} ${needName} ${decimal(need)}${missing}`
    }
    case 'counts':
      return reading.counts.map(([name, steps]) => `${name} ${decimal(valueIn(steps, atMs) ?? 0)}`).join(' · ')
    default:
      return reading satisfies never
  }
}
