import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildMaintenance, type MaintenanceOptions } from '../../../src/model/scenario/maintenance.ts'
import { maintenanceSchema } from '../../../src/model/scenario/schema-declared.ts'
import { readAt } from './bodies.ts'

const HOUR = 3_600_000

const read = (text: string, options: MaintenanceOptions = {}) =>
  readAt(
    text,
    ['azure', 'maintenanceConfigurations'],
    maintenanceSchema,
    (raw, context) => buildMaintenance(raw, context, options),
    ['web', 'api'],
  )
/** One configuration `nightly`; its body stands in column 3 of line 2. */
const nightly = (body: string) => `azure: { maintenanceConfigurations: { nightly:\n  { ${body} } } }\n`
const window = (over: Record<string, string> = {}) => {
  const values = { startDateTime: '2026-01-05 22:00', duration: '05:00', recurEvery: 'Day', ...over }
  const parts = Object.entries(values).map(([key, text]) => `${key}: ${JSON.stringify(text)}`)
  return nightly(`scaleSets: [web], maintenanceWindow: { ${parts.join(', ')} }`)
}

/** What stands at the place of a text: it is written in quotes, and shown up to the next blank or comma. */
const firstWord = (text: string) => JSON.stringify(text).split(/[ ,]/)[0]

describe('a maintenance window (AO-20)', () => {
  it('AO-20 every night from 22:00 for five hours', () => {
    const { value, mistakes } = read(
      nightly(
        'maintenanceScope: OSImage, maintenanceWindow: { startDateTime: 2026-01-05 22:00, duration: 05:00, timeZone: W. Europe Standard Time, recurEvery: 1Day }, scaleSets: [web, API]',
      ),
    )
    expect(mistakes).toEqual([])
    expect(value).toEqual([{ name: 'nightly', scaleSets: ['web', 'api'], startsAtMs: 22 * HOUR, lengthMs: 5 * HOUR }])
  })

  it('AO-20 a set has one window, and a second one is told and not passed over', () => {
    const one = '{ maintenanceWindow: { startDateTime: 2026-01-05 22:00, recurEvery: Day }, scaleSets: [web] }'
    const { mistakes } = read(`azure: { maintenanceConfigurations: { nightly: ${one},\n  weekly: ${one} } }\n`)
    expect(mistakes).toHaveLength(1)
    expect(mistakes[0]).toMatch(/^web\] E0138 web has the window nightly already/)
  })

  it('AO-20 as an ARM body, with what the command line adds', () => {
    const { value, mistakes } = read(
      nightly(`location: eastus, name: nightly, type: t, scaleSets: [web], properties: { namespace: null,
        maintenanceScope: osimage, visibility: Custom, extensionProperties: {}, maintenanceWindow: {
        startDateTime: "2026-01-05 00:30", duration: "23:59", expirationDateTime: "9999-12-31 23:59:59", recurEvery: Day } }`),
    )
    expect(mistakes).toEqual([])
    expect(value).toEqual([{ name: 'nightly', scaleSets: ['web'], startsAtMs: HOUR / 2, lengthMs: 24 * HOUR - 60_000 }])
  })

  it.each([
    { recurEvery: 'Day', weekday: undefined },
    { recurEvery: '1Day', weekday: undefined },
    { recurEvery: '1 days', weekday: undefined },
    { recurEvery: 'Week Saturday', weekday: 5 },
    { recurEvery: '1Week Saturday', weekday: 5 },
    { recurEvery: 'week monday', weekday: 0 },
    { recurEvery: '1Week Sunday', weekday: 6 },
    { recurEvery: 'Week', weekday: 0 },
  ])('AO-20 recurEvery $recurEvery -> weekday $weekday', ({ recurEvery, weekday }) => {
    const { value, mistakes } = read(window({ recurEvery }))
    expect(mistakes).toEqual([])
    expect(value[0]!.weekday).toBe(weekday)
  })

  it.each([
    ['2026-01-05', 0],
    ['2026-01-11', 6],
    ['2024-02-29', 3],
    ['2000-03-01', 2],
    ['1999-12-31', 4],
  ])('AO-20 a week without a day repeats the weekday of %s, which is %i', (date, weekday) =>
    expect(read(window({ recurEvery: '1Week', startDateTime: `${date} 22:00` })).value[0]!.weekday).toBe(weekday),
  )

  it('AO-20 weekdays agree with the calendar', () =>
    fc.assert(
      fc.property(
        fc.date({ min: new Date('1900-01-01'), max: new Date('2200-01-01'), noInvalidDate: true }),
        (date) => {
          const startDateTime = `${date.toISOString().slice(0, 10)} 22:00`
          const [built] = read(window({ recurEvery: 'Week', startDateTime })).value
          expect(built!.weekday).toBe((date.getUTCDay() + 6) % 7)
        },
      ),
    ))

  it('AO-20 a window that does not say how long lasts five hours', () =>
    expect(
      read(nightly('scaleSets: [], maintenanceWindow: { startDateTime: 2026-01-05 22:00, recurEvery: Day }')).value,
    ).toMatchObject([{ lengthMs: 5 * HOUR, scaleSets: [] }]))

  it.each<[what: string, text: string, expected: string[]]>([
    [
      'AO-20 a window that is too short',
      window({ duration: '04:59' }),
      [
        '"04:59" E0138 a window of 04:59 is too short: OS image upgrades need at least 5 hours | write for example "05:00"',
      ],
    ],
    [
      'AO-20 a duration as elsewhere in a scenario',
      window({ duration: 'PT5H' }),
      ['"PT5H" E0138 duration of a window must be hours and minutes, got "PT5H" | write for example "05:00"'],
    ],
    ...[
      '2Days',
      '2Weeks Saturday',
      'Month Last Sunday',
      'Day Saturday',
      'Week Saturday,Sunday',
      'Week Samstag',
      'daily',
    ].map((recurEvery): [string, string, string[]] => [
      `AO-20 recurEvery ${recurEvery}`,
      window({ recurEvery }),
      [
        `${firstWord(recurEvery)} E0138 recurEvery must be every day or one day of every week, got "${recurEvery}" | write Day, or for example Week Saturday`,
      ],
    ]),
    ...['22:00', '2026-02-30 22:00', '2026-01-05 24:00', '05.01.2026 22:00'].map(
      (startDateTime): [string, string, string[]] => [
        `AO-20 a start at ${startDateTime}`,
        window({ startDateTime }),
        [
          `${firstWord(startDateTime)} E0138 startDateTime must be a date and a time of day, got "${startDateTime}" | write for example "2026-01-05 22:00"`,
        ],
      ],
    ),
    [
      'what is missing',
      nightly('scaleSets: [web], maintenanceWindow: {}'),
      [
        'maintenanceWindow: E0102 startDateTime is missing | it is text',
        'maintenanceWindow: E0102 recurEvery is missing | it is text',
      ],
    ],
    [
      'no window and no sets',
      nightly('maintenanceScope: OSImage'),
      [
        'nightly: E0102 maintenanceWindow is missing | it is a mapping',
        'nightly: E0102 scaleSets is missing | it is a list',
      ],
    ],
    [
      'another scope, and a misspelt key',
      nightly(
        'maintenanceScope: Host, scaleSets: [web], maintenanceWindow: { startDateTime: 2026-01-05 22:00, duraton: 05:00, recurEvery: Day }',
      ),
      [
        'Host E0105 maintenanceScope must be one of OSImage, got "Host"',
        'duraton: E0101 unknown key duraton in maintenanceWindow | did you mean duration?',
      ],
    ],
    [
      'a set that is not declared',
      nightly('scaleSets: [wbe], maintenanceWindow: { startDateTime: 2026-01-05 22:00, recurEvery: Day }'),
      ['wbe] E0108 no scale set wbe is declared | did you mean web?'],
    ],
  ])('%s', (_, text, expected) => {
    const { value, mistakes } = read(text)
    expect(mistakes).toEqual(expected)
    expect(value).toEqual([])
  })

  it('AO-20 a Flexible set', () =>
    expect(read(window(), { flexibleSets: ['web'] }).mistakes).toEqual([
      'web] E0138 web is Flexible; maintenance windows for OS images are for Uniform sets | take the set out',
    ]))
})
