import { z } from 'zod'
import type { MaintenanceConfiguration } from '../scenario.ts'
import { type BodyContext, type BodyShape, body, ENVELOPE, namedEntries, readBody, value, word } from './body.ts'
import { WEEKDAYS, weekdayOf } from './calendar.ts'
import { findScaleSet, type LoadContext } from './context.ts'
import type { Path } from './document.ts'
import { isIsoDate } from './galleries.ts'
import { MAINTENANCE_SCOPES } from './schema-declared.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Least length of a window, and what one that does not say gets. AO-20. */
const MIN_WINDOW_MS = 5 * HOUR_MS

export interface MaintenanceOptions {
  /** Scale sets of mode Flexible, which maintenance control of OS images does not govern (AO-20). */
  readonly flexibleSets?: readonly string[]
}

const MAINTENANCE_SHAPE: BodyShape = {
  lifted: ['properties'],
  members: {
    maintenanceScope: word(MAINTENANCE_SCOPES),
    maintenanceWindow: body({
      members: { startDateTime: value, duration: value, timeZone: value, recurEvery: value },
      // A run has no calendar, so nothing expires in it.
      ignored: ['expirationDateTime'],
    }),
    scaleSets: value,
  },
  ignored: [
    ...ENVELOPE,
    'location',
    'namespace',
    'visibility',
    'extensionProperties',
    'installPatches',
    'duration',
    'expirationDateTime',
  ],
}

const maintenanceBody = z.strictObject({
  maintenanceScope: z.enum(MAINTENANCE_SCOPES).optional(),
  maintenanceWindow: z.strictObject({
    startDateTime: z.string(),
    duration: z.string().optional(),
    timeZone: z.string().min(1).optional(),
    recurEvery: z.string(),
  }),
  scaleSets: z.array(z.string().min(1)),
})

/**
 * The maintenance windows of a scenario, in order of declaration. `raw` is the value of `azure.maintenanceConfigurations`.
 * A run begins on a Monday at 00:00 of the window's time zone, so of the start only the time of day counts, and its weekday
 * where a weekly recurrence names none. What is wrong is reported with its place and left out. AO-20.
 *
 * `{ startDateTime: 2026-01-05 22:00, duration: 05:00, recurEvery: Week Saturday }` -> Saturdays from 22:00 for five hours.
 */
export function buildMaintenance(
  raw: unknown,
  context: LoadContext,
  options: MaintenanceOptions = {},
): MaintenanceConfiguration[] {
  /** Configuration of each set that has one. */
  const governed = new Map<string, string>()
  return namedEntries(raw, ['azure', 'maintenanceConfigurations'], context.source).flatMap(([name, path, written]) =>
    context.sound(path) ? (toConfiguration(name, written, path, governed, context, options) ?? []) : [],
  )
}

function toConfiguration(
  name: string,
  raw: unknown,
  path: Path,
  governed: Map<string, string>,
  context: LoadContext,
  options: MaintenanceOptions,
): MaintenanceConfiguration | undefined {
  const { value: read, originOf } = readBody(raw, path, MAINTENANCE_SHAPE, maintenanceBody, context.source)
  if (read === undefined) return undefined
  const { startDateTime, duration, recurEvery } = read.maintenanceWindow
  const at = (key: string) => originOf(['maintenanceWindow', key])
  const start = readStart(startDateTime, at('startDateTime'), context)
  const lengthMs = duration === undefined ? MIN_WINDOW_MS : readLength(duration, at('duration'), context)
  const recurrence = readRecurrence(recurEvery, at('recurEvery'), context)
  const scaleSets = read.scaleSets.flatMap((written, index) => {
    const place = originOf(['scaleSets', index])
    const found = findScaleSet(written, place, context)
    if (found === undefined) return []
    const other = governed.get(found)
    if (other !== undefined) {
      context.source.report('E0138', place, `${found} has the window ${other} already, and can have one only`, {
        hint: 'take it out of one of them',
      })
      return []
    }
    governed.set(found, name)
    if (!(options.flexibleSets ?? []).includes(found)) return [found]
    context.source.report(
      'E0138',
      place,
      `${found} is Flexible; maintenance windows for OS images are for Uniform sets`,
      {
        hint: 'take the set out',
      },
    )
    return []
  })
  if (start === undefined || lengthMs === undefined || recurrence === undefined) return undefined
  if (scaleSets.length < read.scaleSets.length) return undefined
  const weekday = recurrence.unit === 'day' ? undefined : (recurrence.weekday ?? start.weekday)
  return {
    name,
    scaleSets,
    startsAtMs: start.timeMs,
    lengthMs,
    ...(weekday === undefined ? {} : { weekday }),
  }
}

/** `2026-01-05 22:00`: ms after midnight, and the weekday of the date, 0 being Monday. */
function readStart(
  text: string,
  path: Path,
  context: BodyContext,
): { readonly timeMs: number; readonly weekday: number } | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})[ T]([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d)?$/.exec(text)
  if (match !== null && isIsoDate(match[1]!)) {
    const [year, month, day] = match[1]!.split('-').map(Number) as [number, number, number]
    return { timeMs: Number(match[2]) * HOUR_MS + Number(match[3]) * MINUTE_MS, weekday: weekdayOf(year, month, day) }
  }
  context.source.report('E0138', path, `startDateTime must be a date and a time of day, got ${JSON.stringify(text)}`, {
    hint: 'write for example "2026-01-05 22:00"',
  })
  return undefined
}

/** `05:00`, ms. */
function readLength(text: string, path: Path, context: BodyContext): number | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text)
  const lengthMs = match === null ? undefined : Number(match[1]) * HOUR_MS + Number(match[2]) * MINUTE_MS
  if (lengthMs !== undefined && lengthMs >= MIN_WINDOW_MS) return lengthMs
  const message =
    lengthMs === undefined
      ? `duration of a window must be hours and minutes, got ${JSON.stringify(text)}`
      : `a window of ${text} is too short: OS image upgrades need at least 5 hours`
  context.source.report('E0138', path, message, { hint: 'write for example "05:00"' })
  return undefined
}

type Recurrence = { readonly unit: 'day' } | { readonly unit: 'week'; readonly weekday?: number }

/** `Day`, `1Day`, `Week`, `1Week`, `Week Saturday`: every day, or one day of every week. */
function readRecurrence(text: string, path: Path, context: BodyContext): Recurrence | undefined {
  const match = /^1?\s*(days?|weeks?)(?:\s+(\S.*))?$/i.exec(text.trim())
  const unit = match?.[1]?.toLowerCase().startsWith('day') ? 'day' : 'week'
  const named = match?.[2]
  const weekday = WEEKDAYS.findIndex((name) => name.toLowerCase() === named?.toLowerCase())
  if (match !== null && named === undefined) return { unit }
  if (match !== null && unit === 'week' && weekday >= 0) return { unit, weekday }
  context.source.report(
    'E0138',
    path,
    `recurEvery must be every day or one day of every week, got ${JSON.stringify(text)}`,
    {
      hint: 'write Day, or for example Week Saturday',
    },
  )
  return undefined
}
