import { onlyOnce } from './usage.ts'

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
