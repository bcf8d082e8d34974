import type { RunResult, Verdict } from '../sim/result.ts'

/** How numbers, times and sets of instances are put into words. Pure formatting: nothing is measured here. */

export const VERDICT_GLYPH: Readonly<Record<Verdict, string>> = { pass: '✓', fail: '✗', undecided: '?' }
export const VERDICT_WORD: Readonly<Record<Verdict, string>> = { pass: 'PASS', fail: 'FAIL', undecided: 'UNDECIDED' }

/** `1 instance`, `3 instances`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${decimal(count)} ${count === 1 ? noun : nouns}`
}

/** `1 instance-minute`, `2.5 instance-minutes`. */
export const instanceMinutes = (minutes: number): string => {
  const text = decimal(minutes)
  return `${text} instance-${text === '1' ? 'minute' : 'minutes'}`
}

/** At most `digits` decimals, without trailing zeros: 12.50 -> 12.5, 3 -> 3. */
export function decimal(value: number, digits = 1): string {
  const text = value.toFixed(digits)
  const short = text.includes('.') ? text.replace(/\.?0+$/, '') : text
  return short === '-0' ? '0' : short
}

/** `12.5 %`; little is not nothing: `0.04 %`, `under 0.01 %`. A measure without a sample is `unknown`. */
export function percent(value: number | null): string {
  if (value === null) return 'unknown'
  if (value <= 0 || value >= 0.05) return `${decimal(value)} %`
  return value < 0.01 ? 'under 0.01 %' : `${decimal(value, 2)} %`
}

/** Of prices and sums of money: two decimals, or none: 1007.1 -> 1007.10, 648 -> 648. */
export const money = (amount: number): string => decimal(amount, 2).replace(/\.\d$/, '$&0')

/**
 * `count / total` in percent, with as many decimals as it takes not to look equal to a limit that it is not equal to.
 *
 *   1 of 3 -> 33.3.   2001 of 10000 against 20 -> 20.01 (not "20 > 20").   1 of 5 against 20 -> 20.
 */
export function ratioPercent(count: number, total: number, limitPercent: number): string {
  if (total === 0) return '0'
  const value = (count * 100) / total
  const equal = count * 100 === limitPercent * total
  for (let digits = 1; digits < 9; digits++) {
    const text = decimal(value, digits)
    if (equal || Number(text) !== limitPercent) return text
  }
  return String(value)
}

/** A span for reading: `45 s`, `2 min`, `2 min 30 s`, `1 h 5 min`, `2 d 3 h`. Parts of a second only below one minute. */
export function span(ms: number): string {
  if (ms < 60_000) return `${decimal(ms / 1000, 3)} s`
  const seconds = Math.floor(ms / 1000)
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const
  return parts
    .filter(([amount]) => amount > 0)
    .map(([amount, unit]) => `${amount} ${unit}`)
    .join(' ')
}

/** `hh:mm` since the start of the run, hours going on past 24. For the ticks of an axis, which stand on whole minutes. */
export function clockMinutes(ms: number): string {
  const two = (value: number) => String(value).padStart(2, '0')
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}`
}

/**
 * Numbers as ranges: 0,1,2,3,4,5,8 -> `0-5, 8`. Two neighbours stay apart: `3, 4`. Of more than `partsMax` parts
 * only the first half is named, then the last, and the whole is counted: `0, 3, 6 ... 597 (200 in all)`.
 */
export function ranges(numbers: readonly number[], partsMax = Number.POSITIVE_INFINITY): string {
  const sorted = [...numbers].sort((a, b) => a - b)
  const parts: string[] = []
  for (let start = 0; start < sorted.length; ) {
    let end = start
    while (sorted[end + 1] === sorted[end]! + 1) end++
    if (end - start >= 2) parts.push(`${sorted[start]}-${sorted[end]}`)
    else for (let i = start; i <= end; i++) parts.push(String(sorted[i]))
    start = end + 1
  }
  if (parts.length <= partsMax) return parts.join(', ')
  return `${parts.slice(0, Math.max(1, Math.floor(partsMax / 2))).join(', ')} ... ${parts.at(-1)} (${numbers.length} in all)`
}

/** `1`, `1 and 2`, `1, 2 and 3`. */
export function list(words: readonly string[]): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}

/** Worst first: one failure fails the whole, then one open question leaves it open. */
export function overallVerdict(results: readonly Pick<RunResult, 'verdict'>[]): Verdict {
  if (results.some((result) => result.verdict === 'fail')) return 'fail'
  if (results.some((result) => result.verdict === 'undecided')) return 'undecided'
  return 'pass'
}
