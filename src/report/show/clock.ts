import { RUN_START_MS } from '../../model/scenario/calendar.ts'

/** Wall clock of a run for answers of Azure: a run begins on Monday, 2026-01-05 at 00:00, and that is taken as UTC. */

/**
 * As Resource Manager writes a moment: no fraction where there is none, no zeros at its end.
 *
 *   1500000 -> 2026-01-05T00:25:00+00:00.   120 -> 2026-01-05T00:00:00.12+00:00.
 */
export function armTime(atMs: number): string {
  const [seconds, fraction = ''] = new Date(RUN_START_MS + atMs).toISOString().slice(0, -1).split('.')
  const digits = fraction.replace(/0+$/, '')
  return `${seconds}${digits === '' ? '' : `.${digits}`}+00:00`
}

/** As the instance metadata service writes it: `Mon, 05 Jan 2026 00:25:00 GMT`. */
export const metadataTime = (atMs: number): string => new Date(RUN_START_MS + atMs).toUTCString()

/** As the resource logs of autoscale write it: `2026-01-05 00:25:00.0000000`. */
export const logTime = (atMs: number): string =>
  `${new Date(RUN_START_MS + atMs).toISOString().slice(0, -1).replace('T', ' ')}0000`
