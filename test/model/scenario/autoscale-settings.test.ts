import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { InputError } from '../../../src/model/diagnostic.ts'
import { msOfDate, weekdayOf } from '../../../src/model/scenario/calendar.ts'
import { loadScenario } from '../../../src/model/scenario/load.ts'
import type { Scenario } from '../../../src/model/scenario.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const SET = (name: string) =>
  `    ${name}: { location: eastus, orchestrationMode: Flexible, platformFaultDomainCount: 1, sku: { name: Standard_D2as_v5, capacity: 3 }, upgradePolicy: { mode: Manual }, virtualMachineProfile: {} }\n`

/** A scenario with these sets and this text under `autoscaleSettings`. */
const text = (settings: string, sets = ['web']) =>
  `azure:\n  scaleSets:\n${sets.map(SET).join('')}  autoscaleSettings:\n${settings
    .split('\n')
    .map((line) => `    ${line}\n`)
    .join('')}`

const load = (settings: string, sets?: string[]): Scenario =>
  loadScenario(text(settings, sets), 'test.yaml', { readFile: () => undefined })

function mistakes(settings: string, sets?: string[]): string[] {
  try {
    load(settings, sets)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.diagnostics.map(
      ({ code, message, place, hint }) =>
        `${code} ${place?.line}:${place?.column} ${message}${hint === undefined ? '' : ` | ${hint}`}`,
    )
  }
  return []
}

const RULE = `{ metricTrigger: { metricName: Percentage CPU, operator: GreaterThan, threshold: 70 }, scaleAction: { direction: Increase, cooldown: PT5M } }`
const profiles = (profile: string) => `web:\n  profiles:\n    - ${profile}`
const withRule = (rule: string) => profiles(`{ name: default, capacity: { minimum: 1, maximum: 9 }, rules: [${rule}] }`)

describe('what is accepted', () => {
  it('by hand, with every default', () => {
    const scenario = load(withRule(RULE))
    expect(scenario.autoscaleSettings).toEqual([
      {
        name: 'web',
        enabled: true,
        scaleSet: 'web',
        predictive: { scaleMode: 'Disabled', lookAheadMs: 5 * MINUTE },
        profiles: [
          {
            name: 'default',
            capacity: { minimum: 1, maximum: 9, default: 1 },
            when: { kind: 'default' },
            rules: [
              {
                metricTrigger: {
                  metricName: 'Percentage CPU',
                  metricSet: 'web',
                  timeGrainMs: MINUTE,
                  statistic: 'Average',
                  timeWindowMs: 10 * MINUTE,
                  timeAggregation: 'Average',
                  operator: 'GreaterThan',
                  threshold: 70,
                  dividePerInstance: false,
                },
                scaleAction: { direction: 'Increase', type: 'ChangeCount', value: 1, cooldownMs: 5 * MINUTE },
              },
            ],
          },
        ],
      },
    ])
    expect(scenario.findings.map(({ code }) => code)).toContain('AutoscaleBelowCapacity')
  })

  it('as az monitor autoscale show prints it: flattened, counts and thresholds as text, nulls', () => {
    const printed = `
az:
  enabled: true
  id: /subscriptions/x/resourceGroups/rg/providers/microsoft.insights/autoscalesettings/az
  location: eastus
  name: az
  namePropertiesName: az
  notifications: [{ email: { customEmails: [] }, webhooks: [] }]
  predictiveAutoscalePolicy: { scaleLookAheadTime: null, scaleMode: Disabled }
  profiles:
    - capacity: { default: "2", maximum: "10", minimum: "2" }
      fixedDate: null
      name: default
      recurrence: null
      rules:
        - metricTrigger: { dimensions: [], dividePerInstance: false, metricName: Percentage CPU, metricNamespace: "",
            metricResourceLocation: null, metricResourceUri: /subscriptions/x/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web,
            operator: GreaterThan, statistic: Average, threshold: "70", timeAggregation: Average, timeGrain: PT1M, timeWindow: PT5M }
          scaleAction: { cooldown: PT5M, direction: Increase, type: ChangeCount, value: "3" }
  resourceGroup: rg
  systemData: null
  tags: {}
  targetResourceLocation: null
  targetResourceUri: /subscriptions/x/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web
  type: Microsoft.Insights/autoscaleSettings`.trim()
    const [setting] = load(printed, ['web', 'other']).autoscaleSettings
    expect(setting).toMatchObject({ name: 'az', scaleSet: 'web' })
    expect(setting!.profiles[0]).toMatchObject({
      capacity: { minimum: 2, maximum: 10, default: 2 },
      rules: [{ metricTrigger: { threshold: 70, timeWindowMs: 5 * MINUTE }, scaleAction: { value: 3 } }],
    })
  })

  it('as an ARM body, in any case, with enabled as text', () => {
    const [setting] = load(
      `
arm:
  properties:
    Enabled: "False"
    targetResourceUri: web
    Profiles: [{ name: p, capacity: { minimum: "1", maximum: "1", default: "1" }, rules: [] }]`.trim(),
    ).autoscaleSettings
    expect(setting).toMatchObject({ enabled: false, scaleSet: 'web', profiles: [{ rules: [] }] })
  })

  it('direction None with ExactCount, as az … rule create --scale to 5 makes it', () => {
    const rule = RULE.replace('direction: Increase', 'direction: None, type: ExactCount, value: "5"')
    expect(load(withRule(rule)).autoscaleSettings[0]!.profiles[0]!.rules[0]!.scaleAction).toMatchObject({
      direction: 'None',
      type: 'ExactCount',
      value: 5,
    })
  })

  it('AS-03 schedules, with day names, numbers of .NET, and several hours', () => {
    const when = (days: string, hours = '[8]', minutes = '[30]') => {
      const schedule = `{ timeZone: Pacific Standard Time, days: ${days}, hours: ${hours}, minutes: ${minutes} }`
      const recurrence = `{ frequency: Week, schedule: ${schedule} }`
      const scenario = load(profiles(`{ name: p, capacity: { minimum: 1, maximum: 1 }, recurrence: ${recurrence} }`))
      return scenario.autoscaleSettings[0]!.profiles[0]!.when
    }
    const at = (day: number, hour: number) => day * DAY + hour * HOUR + 30 * MINUTE
    expect(when('[Saturday, monday]')).toEqual({ kind: 'recurrence', startsMs: [at(0, 8), at(5, 8)] })
    expect(when('["1", "0"]'), '1 is Monday').toEqual({ kind: 'recurrence', startsMs: [at(0, 8), at(6, 8)] })
    expect(when('[Tuesday]', '[8, 20]')).toEqual({ kind: 'recurrence', startsMs: [at(1, 8), at(1, 20)] })
  })

  it('AS-02 fixed dates count from Monday, 2026-01-05T00:00, on the clock of their zone', () => {
    const date = '{ timeZone: UTC, start: 2026-01-05T08:00:00Z, end: 2026-01-06T00:00 }'
    const fixed = load(profiles(`{ name: p, capacity: { minimum: 1, maximum: 1 }, fixedDate: ${date} }`))
    const { when } = fixed.autoscaleSettings[0]!.profiles[0]!
    expect(when).toEqual({ kind: 'fixedDate', startMs: 8 * HOUR, endMs: DAY })
  })

  it('a metric of another declared set, of one that is not declared, and of a queue', () => {
    const metricOf = (uri: string) =>
      load(
        `${withRule(RULE.replace('threshold: 70', `threshold: 70, metricResourceUri: ${uri}`))}\n  targetResourceUri: web`,
        ['web', 'api'],
      ).autoscaleSettings[0]!.profiles[0]!.rules[0]!.metricTrigger.metricSet
    const set = '/subscriptions/x/providers/Microsoft.Compute/virtualMachineScaleSets/'
    expect([metricOf(`${set}API`), metricOf(`${set}nowhere`), metricOf('api')]).toEqual(['api', null, 'api'])
    expect(metricOf('/subscriptions/x/providers/Microsoft.Storage/storageAccounts/a/services/queue/queues/q')).toBe(
      'web',
    )
  })
})

describe('profiles and the calendar of a run', () => {
  const recurring = (name: string, zone = '') =>
    `{ name: ${name}, capacity: { minimum: 1, maximum: 1 }, recurrence: { frequency: Week, schedule: { ${zone}days: [Monday], hours: [8], minutes: [0] } } }`
  const plain = (name: string) => `{ name: ${name}, capacity: { minimum: 1, maximum: 1 } }`
  const dated = (start: string, end: string) =>
    `{ name: sale, capacity: { minimum: 1, maximum: 1 }, fixedDate: { start: ${start}, end: ${end} } }`
  const several = (...all: string[]) => `web:\n  profiles:${all.map((one) => `\n    - ${one}`).join('')}`
  const never = (...all: string[]) =>
    load(several(...all))
      .findings.filter(({ code }) => code === 'AutoscaleProfileNeverHolds')
      .map(({ title, severity, rules, place }) => [title, severity, rules[0], place?.line])

  it('AS-03 a default without a schedule beside a recurring profile never holds, unless it has a companion', () => {
    const title = 'The autoscale profile base never holds'
    expect(never(plain('base'), recurring('day'))).toEqual([[title, 'warning', 'AS-03', 7]])
    expect(never(plain('base'))).toEqual([])
    const companion = JSON.stringify(JSON.stringify({ name: 'base', for: 'day' }))
    expect(never(plain('base'), recurring('day'), recurring(companion))).toEqual([])
  })

  it('AS-02 of two defaults only the first holds; a fixed date holds within the run alone', () => {
    expect(never(plain('a'), plain('b'))).toEqual([['The autoscale profile b never holds', 'warning', 'AS-02', 8]])
    const sale = (line: number) => [['The autoscale profile sale never holds', 'info', 'AS-02', line]]
    // The run takes six hours from Monday, 2026-01-05T00:00.
    expect(never(dated('2026-01-05T05:59', '2026-01-06'))).toEqual([])
    expect(never(dated('2026-01-05T06:00', '2026-01-06'))).toEqual(sale(7))
    expect(never(dated('2026-01-04', '2026-01-05T00:00'))).toEqual(sale(7))
    expect(never(dated('2026-01-04', '2026-01-05T00:01'))).toEqual([])
  })

  it('profiles of two time zones are told: a run has one clock; what is not written is UTC', () => {
    const told = (...zones: string[]) =>
      load(several(...zones.map((zone, index) => recurring(`p${index}`, zone))))
        .findings.filter(({ title }) => /Time zones/.test(title))
        .flatMap(({ evidence }) => evidence)
    const [pacific, utc] = ['timeZone: pacific standard time, ', 'timeZone: UTC, ']
    expect(told(pacific, utc)).toEqual([expect.stringContaining('Pacific Standard Time and UTC')])
    expect(told(utc, '')).toEqual([])
    expect(told(pacific, '')).toHaveLength(1)
  })
})

describe('whose metric a rule looks at', () => {
  const looking = (uri: string) =>
    `${withRule(RULE.replace('threshold: 70', `threshold: 70, metricResourceUri: ${uri}`))}\n  targetResourceUri: web`
  const TITLE = 'An autoscale rule on the metric of another scale set'

  it('that of a set of another estate is told, as the rule is never true', () => {
    const { findings } = load(looking('/subscriptions/x/providers/Microsoft.Compute/virtualMachineScaleSets/wbe'))
    expect(findings.filter(({ title }) => title === TITLE)).toMatchObject([
      { code: 'NotModelled', place: { line: 7 }, fix: 'did you mean web?' },
    ])
    const own = load(looking('/subscriptions/x/providers/Microsoft.Compute/virtualMachineScaleSets/WEB'))
    expect(own.findings.map(({ title }) => title)).not.toContain(TITLE)
  })

  it('a plain name that no set has is misspelt', () => {
    expect(mistakes(looking('wbe'))).toEqual([
      expect.stringMatching(
        /^E0150 7:\d+ metricResourceUri names wbe, which is no declared scale set \| did you mean web\?$/,
      ),
    ])
  })

  it('a metric that is not played is told with the one that may be meant', () => {
    const { findings } = load(withRule(RULE.replace('Percentage CPU', 'Percentge CPU')))
    expect(findings.find(({ title }) => /The metric Percentge CPU/.test(title))).toMatchObject({
      fix: 'did you mean Percentage CPU?',
    })
  })
})

describe('imported settings', () => {
  const CORPUS = fileURLToPath(new URL('../../../../shared/corpus/', import.meta.url))
  const corpus = (name: string) => readFileSync(CORPUS + name, 'utf8')
  const BODY = JSON.stringify({
    name: 'scale',
    type: 'Microsoft.Insights/autoscaleSettings',
    properties: {
      targetResourceUri: '/subscriptions/x/providers/Microsoft.Compute/virtualMachineScaleSets/web',
      enabled: true,
      profiles: [{ name: 'p', capacity: { minimum: '2', maximum: '5', default: '2' }, rules: [] }],
    },
  })
  const template = (minimum: string) =>
    JSON.stringify({
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      parameters: { least: { type: 'string' } },
      resources: [
        {
          type: 'Microsoft.Insights/autoscaleSettings',
          apiVersion: '2022-10-01',
          name: 'scale',
          location: 'eastus',
          properties: {
            targetResourceUri: "[resourceId('Microsoft.Compute/virtualMachineScaleSets', 'web')]",
            profiles: [{ name: 'p', capacity: { minimum, maximum: '5', default: '3' }, rules: [] }],
          },
        },
      ],
    })
  const from = (files: Record<string, string>, settings = '', sets = ['web']) =>
    loadScenario(
      `azure:\n  from: [${Object.keys(files).join(', ')}]\n  scaleSets:\n${sets.map(SET).join('')}${settings}`,
      'test.yaml',
      { readFile: (path) => files[path] },
    )

  it('a file of their own is enough', () => {
    expect(from({ 'a.json': BODY }).autoscaleSettings).toMatchObject([{ name: 'scale', scaleSet: 'web' }])
  })

  it('what is typed wins, the profiles as a whole', () => {
    const typed = '  autoscaleSettings: { SCALE: { enabled: false } }\n'
    expect(from({ 'a.json': BODY }, typed).autoscaleSettings).toMatchObject([
      { name: 'SCALE', enabled: false, profiles: [{ capacity: { maximum: 5 } }] },
    ])
  })

  it('a mistake in a file is reported in that file', () => {
    const wrong = BODY.replace('"maximum":"5"', '"maximum":"1"')
    expect(() => from({ 'a.json': wrong })).toThrow(/E0152 minimum 2 is above maximum 1/)
    try {
      from({ 'a.json': wrong })
    } catch (error) {
      expect((error as InputError).diagnostics[0]?.place?.file).toBe('a.json')
    }
  })

  it('one that hangs on an unknown parameter is told and not played; with the parameter it is', () => {
    const unknown = from({ 't.json': template("[parameters('least')]") })
    expect(unknown.autoscaleSettings).toEqual([])
    expect(unknown.findings.find(({ title }) => /not known offline/.test(title))).toMatchObject({
      code: 'NotModelled',
      where: 'autoscale setting scale',
      fix: expect.stringContaining('least'),
    })
    expect(from({ 't.json': template('2') }).autoscaleSettings).toMatchObject([{ name: 'scale' }])
  })

  it('one for another resource is told and changes nothing', () => {
    const other = from({ 'a.json': BODY.replaceAll('ScaleSets/web', 'ScaleSets/api') })
    expect(other.autoscaleSettings).toEqual([])
    expect(other.findings.map(({ title }) => title)).toContain('An autoscale setting for something else')
  })

  it.skipIf(!existsSync(CORPUS))('the recorded setting with five profiles', () => {
    const file = { 'r.json': corpus('cli-recording-autoscale-recurring.json') }
    const [setting] = from(file, '', ['vmss1']).autoscaleSettings
    expect(setting?.profiles.map(({ capacity, when }) => [capacity.minimum, when.kind])).toEqual([
      [3, 'default'],
      [1, 'recurrence'],
      [3, 'recurrence'],
      [4, 'recurrence'],
      [3, 'recurrence'],
    ])
  })

  it.skipIf(!existsSync(CORPUS)).each([
    ['quickstart-vmss-automatic-mode-autoscale.json', { vmssName: 'shop' }, [1, 10, 50, 30]],
    ['checkpoint-waap-zones-expression-autoscale.json', { location: 'eastus', vmName: 'cp' }, [2, 10, 80, 60]],
  ])('%s is played as declared', (name, parameters, expected) => {
    const scenario = loadScenario(JSON.stringify({ azure: { from: [name], parameters } }), 'test.yaml', {
      readFile: (path) => corpus(path),
    })
    const [setting] = scenario.autoscaleSettings
    const [only] = setting!.profiles
    const thresholds = only!.rules.map(({ metricTrigger }) => metricTrigger.threshold)
    expect([only!.capacity.minimum, only!.capacity.maximum, ...thresholds]).toEqual(expected)
    expect(setting!.scaleSet).toBe(scenario.scaleSets[0]!.model.name)
    expect(only!.rules.every(({ metricTrigger }) => metricTrigger.metricSet === setting!.scaleSet)).toBe(true)
  })
})

describe('what is refused', () => {
  const capacity = (counts: string) => profiles(`{ name: default, capacity: ${counts} }`)
  const trigger = (more: string) => withRule(RULE.replace('threshold: 70', more))
  const action = (more: string) => withRule(RULE.replace('direction: Increase, cooldown: PT5M', more))
  const ONE = 'capacity: { minimum: 1, maximum: 1 }'
  const weekly = (schedule: string, frequency = 'Week') =>
    profiles(`{ name: p, ${ONE}, recurrence: { frequency: ${frequency}, schedule: ${schedule} } }`)
  const fixed = (start: string, end: string) =>
    profiles(`{ name: p, ${ONE}, fixedDate: { start: ${start}, end: ${end} } }`)
  const MONDAY = '{ days: [Monday], hours: [1], minutes: [0] }'

  it.each([
    [
      'a misspelt time zone',
      weekly('{ timeZone: Pacific Standart Time, days: [Monday], hours: [1], minutes: [0] }'),
      /^E0156 7:\d+ "Pacific Standart Time" is no time zone \| did you mean Pacific Standard Time\?$/,
    ],
    [
      'a time zone that is none of Windows',
      profiles(`{ name: p, ${ONE}, fixedDate: { timeZone: Europe/Berlin, start: 2026-01-05, end: 2026-01-06 } }`),
      /E0156 .*"Europe\/Berlin" is no time zone \| Azure takes the names of Windows/,
    ],
    ['a negative count', capacity('{ minimum: -1, maximum: 2 }'), /^E0152 7:\d+ minimum must be .*, got -1 /],
    ['a fraction of an instance', capacity('{ minimum: 1, maximum: "2.5" }'), /^E0152 .*maximum must be .*got "2\.5"/],
    [
      'a negative step',
      action('direction: Increase, value: -2, cooldown: PT5M'),
      /^E0155 7:\d+ value must be a whole number from 1 to 1000, got -2/,
    ],
    [
      'a cooldown like 5m',
      action('direction: Increase, cooldown: 5m'),
      /^E0106 7:\d+ cooldown must be .*"5m" \| write PT5M$/,
    ],
    ['no profiles', 'web: {}', /^E0102 5:5 profiles is missing \| it is a list$/],
    [
      'a misspelt name',
      profiles('{ name: p, capacity: { minimum: 1, maximium: 2 } }'),
      /^E0101 7:46 unknown key maximium in profiles\[0\]\.capacity \| did you mean maximum\?$/,
    ],
    [
      'a count that is none',
      capacity('{ minimum: few, maximum: 2 }'),
      /E0152 .*whole number from 0 to 1000, got "few"/,
    ],
    ['more than 1000', capacity('{ minimum: 1, maximum: "1001" }'), /E0152 .*maximum must be/],
    ['bounds the wrong way round', capacity('{ minimum: 5, maximum: 2 }'), /E0152 .*minimum 5 is above maximum 2/],
    ['a default outside', capacity('{ minimum: 2, maximum: 5, default: 9 }'), /E0152 .*9 is not between 2 and 5/],
    ['a grain that is too short', trigger('threshold: 70, timeGrain: PT30S'), /E0154 .*from PT1M to PT12H, got PT30S/],
    ['a window that is too short', trigger('threshold: 70, timeWindow: PT2M'), /E0154 .*from PT5M to PT12H, got PT2M/],
    [
      'a grain longer than its window',
      trigger('threshold: 70, timeGrain: PT30M, timeWindow: PT10M'),
      /E0154 .*a grain of PT30M does not fit into a window of PT10M/,
    ],
    ['a threshold that is none', trigger('threshold: high'), /E0154 .*threshold must be a number, got "high"/],
    [
      'an operator that is none',
      trigger('threshold: 70').replace('GreaterThan', 'Above'),
      /E0105 .*operator must be one of Equals/,
    ],
    [
      'a value of nothing',
      action('direction: Increase, value: "0", cooldown: PT5M'),
      /E0155 .*from 1 to 1000, got "0"/,
    ],
    ['a cooldown that is too short', action('direction: Increase, cooldown: PT30S'), /E0155 .*PT1M to P7D, got PT30S/],
    ['no cooldown', action('direction: Increase'), /E0102 .*cooldown is missing/],
    ['None without ExactCount', action('direction: None, cooldown: PT5M'), /E0155 .*says nothing with ChangeCount/],
    [
      'a type for other services',
      action('direction: Increase, type: ServiceAllowedNextValue, cooldown: PT5M'),
      /E0155 .*not for scale sets/,
    ],
    ['a month', weekly(MONDAY, 'Month'), /E0156 .*comes back by the Week, got "Month"/],
    ['no weekday', weekly(MONDAY.replace('Monday', 'Moonday')), /E0156 .*"Moonday" is no weekday/],
    ['no hour', weekly(MONDAY.replace('hours: [1]', 'hours: [24]')), /E0156 .*hours are from 0 to 23, got 24/],
    ['no date', fixed('soon', '2026-01-06'), /E0156 .*start must be a date and time, got "soon"/],
    ['an end before its start', fixed('2026-01-06', '2026-01-05'), /E0156 .*ends after its start/],
    ['longer than a year', fixed('2026-01-05', '2027-01-06'), /E0156 .*within 365 days/],
    [
      'date and recurrence',
      fixed('2026-01-05', '2026-01-06').replace(/ }$/, `, recurrence: { frequency: Week, schedule: ${MONDAY} } }`),
      /E0153 .*has a fixed date and a recurrence/,
    ],
    [
      'one name twice',
      `${capacity('{ minimum: 1, maximum: 2 }')}\n    - { name: default, ${ONE} }`,
      /E0153 .*a second profile is named "default"/,
    ],
    ['eleven rules', withRule(Array(11).fill(RULE).join(', ')), /E0153 .*11 rules in a profile/],
    [
      'twenty-one profiles',
      `web:\n  profiles:\n${Array.from({ length: 21 }, (_, i) => `    - { name: p${i}, ${ONE} }`).join('\n')}`,
      /E0153 .*21 profiles/,
    ],
  ])('%s', (_, settings, expected) => {
    const found = mistakes(settings)
    expect(found).toHaveLength(1)
    expect(found[0]).toMatch(expected)
  })

  it('AS-50 prediction without a rule for scale-out on Percentage CPU, or too far ahead', () => {
    const predictive = (policy: string, rule: string) => `${withRule(rule)}\n  predictiveAutoscalePolicy: ${policy}`
    const memory = RULE.replace('Percentage CPU', 'Available Memory Bytes')
    expect(mistakes(predictive('{ scaleMode: Enabled }', memory))).toEqual([
      expect.stringMatching(/E0157 .*needs a rule that scales out on Percentage CPU, Average/),
    ])
    expect(mistakes(predictive('{ scaleMode: Enabled, scaleLookAheadTime: PT2H }', RULE))).toEqual([
      expect.stringMatching(/E0157 .*from PT1M to PT1H, got PT2H/),
    ])
    expect(mistakes(predictive('{ scaleMode: Disabled }', memory))).toEqual([])
  })

  it('a target that is not declared, or not named among several', () => {
    const setting = capacity('{ minimum: 1, maximum: 2 }')
    expect(mistakes(`${setting}\n  targetResourceUri: wep`)).toEqual([
      expect.stringMatching(/E0150 .*web acts on wep, which is no declared scale set \| did you mean web\?/),
    ])
    expect(mistakes(setting, ['web', 'api'])).toEqual([
      expect.stringMatching(/E0150 .*targetResourceUri of web is missing \| name one of web, api/),
    ])
  })

  it('two settings for one set', () => {
    const two = `${capacity('{ minimum: 1, maximum: 2 }')}\nagain:\n  profiles: [{ name: p, ${ONE} }]`
    expect(mistakes(two)).toEqual([expect.stringMatching(/E0151 .*again and web both act on web/)])
  })

  it('AS-06 a window that is no longer than the delay of its metric', () => {
    const lagging = `${text(trigger('threshold: 70, timeWindow: PT5M'))}assumptions: { metricLag: PT5M }\n`
    expect(() => loadScenario(lagging, 'a.yaml', { readFile: () => undefined })).toThrow(
      /E0154 a window of PT5M is not longer than the delay of the metric, PT5M/,
    )
  })
})

it('tells that dimensions of a metric are not played', () => {
  const dimensions = 'dimensions: [{ DimensionName: VMName, Operator: Equals, Values: [a] }]'
  const titles = load(withRule(RULE.replace('threshold: 70', `threshold: 70, ${dimensions}`))).findings.map(
    ({ title }) => title,
  )
  expect(titles).toContain('Dimensions of a metric: declared and not played')
})

describe('the calendar of a run', () => {
  it.each([
    ['2026-01-05T00:00', 0],
    ['2026-01-05T08:00:00Z', 8 * HOUR],
    ['2026-01-06 00:00', DAY],
    ['2026-01-04T23:59:30+02:00', -30_000],
    ['2024-02-29', -676 * DAY],
    ['2026-02-29', undefined],
    ['2026-13-01', undefined],
    ['2026-01-05T24:00', undefined],
    ['tomorrow', undefined],
  ])('%s is %s ms after its start', (date, ms) => expect(msOfDate(date)).toBe(ms))

  it('begins on a Monday', () => {
    expect(weekdayOf(2026, 1, 5)).toBe(0)
    expect(weekdayOf(2000, 2, 29)).toBe(1)
    expect(weekdayOf(1969, 12, 31)).toBe(2)
  })
})
