/**
 * Durations as Azure writes them (ISO 8601, `PT2M`, `P1DT2H`) and as the twin holds them: integer milliseconds >= 0.
 * Years and months are not accepted, because their length depends on the calendar.
 */

const MS_PER_SECOND = 1000
const MS_PER_MINUTE = 60 * MS_PER_SECOND
const MS_PER_HOUR = 60 * MS_PER_MINUTE
const MS_PER_DAY = 24 * MS_PER_HOUR
const MS_PER_WEEK = 7 * MS_PER_DAY

const PATTERN = /^P(?:(\d+)W)?(?:(\d+)D)?(T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,](\d+))?S)?)?$/

/**
 * Milliseconds of an ISO 8601 duration, or `undefined` when the text is not one.
 *
 *   PT1H30M -> 5400000.   PT0.25S -> 250.   P1W -> 604800000.   2m, PT, P1M, -PT1S -> undefined.
 *
 * Digits of a second beyond the third are rounded to the nearest millisecond.
 */
export function parseDuration(text: string): number | undefined {
  const match = PATTERN.exec(text)
  if (match === null) return undefined
  const [, weeks, days, time, hours, minutes, seconds, fraction] = match
  // `P` and `P1DT` name no amount after the designator.
  if (time === 'T' || (weeks === undefined && days === undefined && time === undefined)) return undefined
  const whole =
    Number(weeks ?? 0) * MS_PER_WEEK +
    Number(days ?? 0) * MS_PER_DAY +
    Number(hours ?? 0) * MS_PER_HOUR +
    Number(minutes ?? 0) * MS_PER_MINUTE +
    Number(seconds ?? 0) * MS_PER_SECOND
  // Read the fraction as digits, not as a float: 0.001 s must be exactly 1 ms.
  const digits = (fraction ?? '').padEnd(4, '0')
  const fractionMs = Number(digits.slice(0, 3)) + (Number(digits[3]) >= 5 ? 1 : 0)
  const ms = whole + fractionMs
  return Number.isSafeInteger(ms) ? ms : undefined
}

/**
 * The canonical ISO 8601 text of `ms` (integer, >= 0): days, hours, minutes, seconds, each left out when zero.
 *
 *   5400000 -> PT1H30M.   0 -> PT0S.   93600000 -> P1DT2H.   1500 -> PT1.5S.
 */
export function formatDuration(ms: number): string {
  assertMs(ms)
  const days = Math.floor(ms / MS_PER_DAY)
  const hours = Math.floor((ms % MS_PER_DAY) / MS_PER_HOUR)
  const minutes = Math.floor((ms % MS_PER_HOUR) / MS_PER_MINUTE)
  const secondMs = ms % MS_PER_MINUTE
  let time = ''
  if (hours > 0) time += `${hours}H`
  if (minutes > 0) time += `${minutes}M`
  if (secondMs > 0) time += `${secondsText(secondMs)}S`
  const date = days > 0 ? `${days}D` : ''
  if (date === '' && time === '') return 'PT0S'
  return `P${date}${time === '' ? '' : `T${time}`}`
}

/**
 * `HH:MM:SS` since the start of the run; hours go on past 24. Milliseconds are cut off, so that a moment never shows
 * as later than it was.
 *
 *   90061000 -> 25:01:01.
 */
export function formatClock(ms: number): string {
  assertMs(ms)
  const two = (n: number) => String(n).padStart(2, '0')
  return [
    two(Math.floor(ms / MS_PER_HOUR)),
    two(Math.floor((ms % MS_PER_HOUR) / MS_PER_MINUTE)),
    two(Math.floor((ms % MS_PER_MINUTE) / MS_PER_SECOND)),
  ].join(':')
}

function secondsText(secondMs: number): string {
  const whole = Math.floor(secondMs / MS_PER_SECOND)
  const rest = secondMs % MS_PER_SECOND
  return rest === 0 ? String(whole) : `${whole}.${String(rest).padStart(3, '0').replace(/0+$/, '')}`
}

function assertMs(ms: number): void {
  if (!Number.isSafeInteger(ms) || ms < 0)
    throw new RangeError(`a duration is an integer of milliseconds >= 0, got ${ms}`)
}
