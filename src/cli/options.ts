import { parseDuration } from '../model/duration.ts'
import { onlyOnce, UsageError } from './usage.ts'

/** Options that several commands have, each with the same name and meaning. */

/** `-o text|json`. */
export const OUTPUT = {
  alias: 'o',
  choices: ['text', 'json'] as const,
  default: 'text' as const,
  requiresArg: true,
  coerce: onlyOnce('output'),
  describe: 'text for people, or one JSON document',
}

/** An option with one value, which may be given once. */
export const single = (name: string, describe: string) =>
  ({ type: 'string', requiresArg: true, coerce: onlyOnce(name), describe }) as const

/** `--set path=value`, as often as one likes. */
export const assignments = (describe: string) => ({ type: 'string', array: true, nargs: 1, describe }) as const

export const WORKERS = single('workers', 'threads to play in; by default one for each processor')

/** A moment of a run, ms from its start. @throws UsageError */
export function readMoment(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms === undefined)
    throw new UsageError(`--${name} must be an ISO 8601 duration, got "${text}"`, `write --${name} PT25M`)
  return ms
}
