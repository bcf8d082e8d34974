import { declaredValue } from '../../lab/policy-space.ts'
import { ASSUMPTIONS, findAssumption, formatAssumptionValue } from '../../model/assumptions.ts'
import { EXTENSION_RANGES } from '../../model/declare/extension-settings.ts'
import { isHealthExtension } from '../../model/declare/health-source.ts'
import { VALUE_RULES } from '../../model/declare/values.ts'
import { formatDuration, parseDuration } from '../../model/duration.ts'
import { formatPath } from '../../model/scenario/document.ts'
import type { Scenario } from '../../model/scenario.ts'
import type { YamlPath } from './yaml-edit.ts'

/** What a knob holds, as it stands in a scenario; null: nothing is declared and the service has no value of its own. */
export type KnobValue = number | boolean | string | readonly string[] | null

/** How a knob is turned. */
export type KnobKind =
  | {
      readonly kind: 'number'
      readonly min: number
      readonly max: number
      readonly step: number
      readonly unit: string
      readonly exactMax: number
    }
  /** ISO 8601 values from short to long; any other may be typed. */
  | { readonly kind: 'duration'; readonly levels: readonly string[] }
  | { readonly kind: 'flag' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** One of these, whatever kind of value they are. */
  | { readonly kind: 'options'; readonly options: readonly { readonly value: unknown; readonly text: string }[] }
  /** Some of these. */
  | { readonly kind: 'several'; readonly choices: readonly string[] }

/** One thing that can be turned, named as Azure (or the scenario file) names it. */
export interface Knob {
  /** Stable through edits: the path in text form. */
  readonly id: string
  readonly label: string
  readonly path: YamlPath
  readonly control: KnobKind
  readonly value: KnobValue
  /** One sentence for somebody who meets it for the first time. */
  readonly help: string
  /** The rules that say what it does. */
  readonly rules: readonly string[]
}

export interface KnobGroup {
  readonly id: string
  readonly title: string
  /** The three parts of a scenario. */
  readonly part: 'policy' | 'world' | 'timeline'
  /** The scale set it is about; absent: the whole scenario. */
  readonly scaleSet?: string
  readonly knobs: readonly Knob[]
}

type Plain = Readonly<Record<string, unknown>>
const isPlain = (value: unknown): value is Plain => typeof value === 'object' && value !== null && !Array.isArray(value)
const plain = (value: unknown): Plain => (isPlain(value) ? value : {})
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

const ROLLING = 'upgradePolicy.rollingUpgradePolicy'
const AUTOMATIC_OS = 'upgradePolicy.automaticOSUpgradePolicy'
const REPAIRS = 'automaticRepairsPolicy'
const PAUSES = [
  'PT0S',
  'PT30S',
  'PT1M',
  'PT2M',
  'PT5M',
  'PT10M',
  'PT15M',
  'PT20M',
  'PT30M',
  'PT1H',
  'PT2H',
  'PT6H',
  'PT12H',
  'P1D',
]
const SPANS = [
  'PT0S',
  'PT10S',
  'PT20S',
  'PT30S',
  'PT1M',
  'PT2M',
  'PT3M',
  'PT5M',
  'PT10M',
  'PT15M',
  'PT20M',
  'PT30M',
  'PT1H',
  'PT2H',
]
const HORIZONS = ['PT30M', 'PT1H', 'PT2H', 'PT4H', 'PT6H', 'PT12H', 'P1D', 'P2D', 'P7D', 'P14D']

/** Members of a policy in the order in which they are met, with one sentence each and their rules. */
const ROLLING_HELP: readonly (readonly [member: string, help: string, rules: readonly string[]])[] = [
  [
    'upgradePolicy.mode',
    'Rolling goes batch by batch and can halt. Automatic takes everything at once. Manual waits for you.',
    ['TABLE-upgradePolicy', 'RP-1'],
  ],
  [`${ROLLING}.maxBatchInstancePercent`, 'The largest share of the scale set that one batch takes.', ['BT-2']],
  [
    `${ROLLING}.maxUnhealthyInstancePercent`,
    'No next batch while more than this share of the whole set is unhealthy.',
    ['TH-1', 'TH-3'],
  ],
  [
    `${ROLLING}.maxUnhealthyUpgradedInstancePercent`,
    'Halt when more than this share of the upgraded instances is unhealthy.',
    ['TH-5', 'TH-6'],
  ],
  [
    `${ROLLING}.pauseTimeBetweenBatches`,
    'How long to wait after a batch: the time in which slow failures can show.',
    ['RU-4'],
  ],
  [`${ROLLING}.prioritizeUnhealthyInstances`, 'Unhealthy instances go first.', ['BT-10']],
  [`${ROLLING}.enableCrossZoneUpgrade`, 'A batch may touch several zones; off, it stays within one.', ['BT-4']],
  [`${ROLLING}.maxSurge`, 'New instances come up beside the old ones, which go afterwards.', ['MS-1']],
  [
    `${ROLLING}.rollbackFailedInstancesOnPolicyBreach`,
    'On a halt, failed instances get their former model back.',
    ['TH-17'],
  ],
  [`${AUTOMATIC_OS}.enableAutomaticOSUpgrade`, 'Azure itself rolls out a newer image version.', ['AO-1']],
  [
    `${AUTOMATIC_OS}.disableAutomaticRollback`,
    'Off: an instance that fails its OS upgrade gets its former disk back.',
    ['AO-14'],
  ],
]
const REPAIR_HELP: typeof ROLLING_HELP = [
  [`${REPAIRS}.enabled`, 'Azure repairs instances that stay unhealthy.', ['RE-1']],
  [`${REPAIRS}.gracePeriod`, 'No repair for this long after a change of the instance.', ['RE-3', 'RE-5']],
  [`${REPAIRS}.repairAction`, 'What a repair does.', ['TABLE-automaticRepairsPolicy']],
]
const FLEET_HELP: typeof ROLLING_HELP = [
  ['sku.capacity', 'How many instances.', []],
  ['platformFaultDomainCount', 'Racks the instances are spread over; 1 is as many as there are.', ['PL-02', 'PL-03']],
  ['overprovision', 'A scale-out creates a few too many and deletes the surplus.', ['PL-52']],
  ['priorityMixPolicy.baseRegularPriorityCount', 'So many instances are never Spot.', ['SP-20']],
  ['priorityMixPolicy.regularPriorityPercentageAboveBase', 'Above that, this share is not Spot.', ['SP-20']],
]

/** Everything of a scenario that can be turned. `document` is the file (or one of its cases) as plain values. */
export function knobsOf(scenario: Scenario, document: Plain): KnobGroup[] {
  const sets = scenario.scaleSets.flatMap(({ model }) => scaleSetGroups(scenario, model.name, document))
  return [
    ...sets,
    ...worldGroups(scenario, document),
    timelineGroup(scenario, document),
    runGroup(scenario, document),
  ].filter(({ knobs }) => knobs.length > 0)
}

function scaleSetGroups(scenario: Scenario, scaleSet: string, document: Plain): KnobGroup[] {
  const typed = plain(plain(plain(document['azure'])['scaleSets'])[scaleSet])
  const at = (member: string): YamlPath => setPath(typed, scaleSet, member)
  const knob = ([member, help, rules]: (typeof ROLLING_HELP)[number]): Knob[] => {
    const control = policyControl(scenario, scaleSet, member)
    if (control === undefined) return []
    return [
      made(
        at(member),
        member.slice(member.lastIndexOf('.') + 1),
        control,
        declaredValue(scenario, scaleSet, member),
        help,
        rules,
      ),
    ]
  }
  const { model } = scenario.scaleSets.find((set) => set.model.name === scaleSet)!
  const isUniform = model.orchestrationMode === 'Uniform'
  const hasMix = model['priorityMixPolicy'] !== undefined
  const fleet = FLEET_HELP.filter(
    ([member]) => (member !== 'overprovision' || isUniform) && (!member.startsWith('priorityMix') || hasMix),
  )
  const group = (id: string, title: string, knobs: readonly Knob[]): KnobGroup => ({
    id: `${id}/${scaleSet}`,
    title,
    part: 'policy',
    scaleSet,
    knobs,
  })
  return [
    group('upgrade', 'Rolling upgrade policy', ROLLING_HELP.flatMap(knob)),
    group('repairs', 'Automatic repairs policy', REPAIR_HELP.flatMap(knob)),
    group('health', 'Application Health extension', healthKnobs(scenario, scaleSet, typed)),
    group('fleet', 'Fleet', [...fleet.flatMap(knob), ...zoneKnobs(scenario, scaleSet, at('zones'))]),
  ]
}

/** An ARM body keeps everything but name, location, sku, zones and tags in `properties`. */
function setPath(typed: Plain, scaleSet: string, member: string): YamlPath {
  const segments = member.split('.')
  const isTop = ['sku', 'zones', 'location', 'tags'].includes(segments[0]!)
  const body = isPlain(typed['properties']) && !isTop ? ['properties'] : []
  return ['azure', 'scaleSets', scaleSet, ...body, ...segments]
}

const PERCENT_STEP = 1

function policyControl(scenario: Scenario, scaleSet: string, member: string): KnobKind | undefined {
  const check = VALUE_RULES.find(({ path }) => path === member)?.check
  if (check === undefined) return undefined
  switch (check.kind) {
    case 'flag':
      return { kind: 'flag' }
    case 'oneOf':
      return { kind: 'choice', choices: check.values }
    case 'integer': {
      const isPercent = /Percent/.test(member)
      const declared = Number(declaredValue(scenario, scaleSet, member) ?? 0)
      // A slider over a thousand instances could not be aimed; the field beside it takes any number.
      const max =
        member === 'sku.capacity' || check.max > 100 ? Math.min(check.max, Math.max(60, declared * 2)) : check.max
      return {
        kind: 'number',
        min: check.min,
        max,
        step: PERCENT_STEP,
        unit: isPercent ? '%' : '',
        exactMax: check.max,
      }
    }
    case 'duration':
      return {
        kind: 'duration',
        levels: member === `${REPAIRS}.gracePeriod` ? minutesUpTo(check.minMs, check.maxMs) : PAUSES,
      }
    default:
      return check satisfies never
  }
}

const minutesUpTo = (minMs: number, maxMs: number): string[] => {
  const STEP_MS = 600_000
  return Array.from({ length: Math.floor((maxMs - minMs) / STEP_MS) + 1 }, (_, index) =>
    formatDuration(minMs + index * STEP_MS),
  )
}

const SETTING_HELP: Readonly<Record<string, readonly [help: string, rules: readonly string[]]>> = {
  requestPath: [
    'What the probe asks. A path that checks little reports Healthy for an instance that cannot work.',
    ['HE-10'],
  ],
  intervalInSeconds: ['Time between two probes.', ['HE-18']],
  numberOfProbes: ['So many equal answers in a row change the state.', ['HE-14', 'HE-18']],
  gracePeriod: ['How long a starting instance may stay Initializing.', ['HE-12', 'HE-15']],
}

function healthKnobs(scenario: Scenario, scaleSet: string, typed: Plain): Knob[] {
  const body = isPlain(typed['properties']) ? ['properties'] : []
  const profile = plain(
    plain(body.length > 0 ? plain(typed['properties'])['virtualMachineProfile'] : typed['virtualMachineProfile'])[
      'extensionProfile'
    ],
  )
  const extensions = listOf(profile['extensions'])
  const index = extensions.findIndex((one) => isHealthExtension(plain(plain(one)['properties'] ?? one)))
  if (index < 0) return []
  const extension = plain(extensions[index])
  const inner = isPlain(extension['properties']) ? ['properties'] : []
  const own = plain(inner.length > 0 ? extension['properties'] : extension)
  const settings = plain(own['settings'])
  const at: YamlPath = [
    'azure',
    'scaleSets',
    scaleSet,
    ...body,
    'virtualMachineProfile',
    'extensionProfile',
    'extensions',
    index,
    ...inner,
  ]
  const version = String(own['typeHandlerVersion'] ?? '1.0')
  const isRich = Number.parseFloat(version) >= 2
  const knobs: Knob[] = [
    made(
      [...at, 'typeHandlerVersion'],
      'typeHandlerVersion',
      { kind: 'choice', choices: distinct(['1.0', '2.0', version]) },
      version,
      '2.0 knows Initializing and Unknown, and wants ApplicationHealthState in the body.',
      ['HE-6', 'HE-10'],
    ),
  ]
  const paths = distinct([
    ...Object.keys(scenario.world.application.endpoints).filter((path) => path.startsWith('/')),
    ...texts(settings['requestPath']),
  ])
  if (paths.length > 0 && settings['protocol'] !== 'tcp')
    knobs.push(
      made(
        [...at, 'settings', 'requestPath'],
        'requestPath',
        { kind: 'choice', choices: paths },
        String(settings['requestPath'] ?? ''),
        ...SETTING_HELP['requestPath']!,
      ),
    )
  for (const { name, min, max } of EXTENSION_RANGES) {
    const help = SETTING_HELP[name]
    if (help === undefined || (name === 'gracePeriod' && !isRich)) continue
    const interval = Number(settings['intervalInSeconds'] ?? 5)
    const probes = Number(settings['numberOfProbes'] ?? 1)
    const preset = { intervalInSeconds: 5, numberOfProbes: 1, gracePeriod: interval * probes }[name] ?? min
    const value = typeof settings[name] === 'number' ? settings[name] : preset
    const sliderMax = name === 'gracePeriod' ? Math.max(1200, value) : max
    const unit = name === 'numberOfProbes' ? '' : 's'
    knobs.push(
      made(
        [...at, 'settings', name],
        name,
        { kind: 'number', min, max: sliderMax, step: name === 'gracePeriod' ? 5 : 1, unit, exactMax: max },
        value,
        ...help,
      ),
    )
  }
  return knobs
}

const texts = (value: unknown): string[] => (typeof value === 'string' && value !== '' ? [value] : [])
const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)]

function zoneKnobs(scenario: Scenario, scaleSet: string, path: YamlPath): Knob[] {
  const { model, zonePlacement } = scenario.scaleSets.find((set) => set.model.name === scaleSet)!
  if (zonePlacement !== undefined) return []
  const region = Object.entries(scenario.world.regions).find(
    ([name]) => name === model.location.toLowerCase().replaceAll(' ', ''),
  )
  const choices = distinct([...(region?.[1].zones ?? ['1', '2', '3']), ...(model.zones ?? [])]).sort()
  return [
    made(
      path,
      'zones',
      { kind: 'several', choices },
      model.zones ?? [],
      'Zones the instances are spread over; none is regional.',
      ['BT-4'],
    ),
  ]
}

function worldGroups(scenario: Scenario, document: Plain): KnobGroup[] {
  const world = plain(document['world'])
  const images = Object.entries(plain(world['images'])).flatMap(([key, image]): KnobGroup[] => {
    const at: YamlPath = ['world', 'images', key]
    const knobs = [...defectKnobs(plain(image)['defects'], [...at, 'defects']), ...spanKnobs(plain(image), at, BOOT)]
    return [{ id: `image/${key}`, title: `Image ${shortImage(key)}`, part: 'world', knobs }]
  })
  const models = listOf(world['models']).map((model, index): KnobGroup => {
    const name = plain(model)['name']
    return {
      id: `model/${index}`,
      title: `Model: ${typeof name === 'string' ? name : index + 1}`,
      part: 'world',
      knobs: defectKnobs(plain(model)['defects'], ['world', 'models', index, 'defects']),
    }
  })
  const application: KnobGroup = {
    id: 'application',
    title: 'Application',
    part: 'world',
    knobs: spanKnobs(plain(world['application']), ['world', 'application'], APPLICATION),
  }
  return [...images, ...models, application, ...demandGroups(world), ...spotGroup(scenario, world)]
}

const shortImage = (key: string): string => key.split('/').slice(-2).join(' ')

function defectKnobs(defects: unknown, at: YamlPath): Knob[] {
  return listOf(defects).flatMap((defect, index) => {
    const own = plain(defect)
    const name = typeof own['name'] === 'string' ? own['name'] : `defect ${index + 1}`
    return [
      made(
        [...at, index, 'share'],
        `${name}: share`,
        { kind: 'number', min: 0, max: 100, step: 1, unit: '%', exactMax: 100 },
        typeof own['share'] === 'number' ? own['share'] : 100,
        'Share of the instances that it hits.',
        [],
      ),
      ...spanKnobs(
        own,
        [...at, index],
        [['onset', `${name}: onset`, 'From the end of the boot until it bites.', 'PT0S']],
      ),
    ]
  })
}

type SpanText = readonly [key: string, label: string, help: string, preset: string | null]
const BOOT: readonly SpanText[] = [['boot', 'boot', 'From power-on to guest up.', null]]
const APPLICATION: readonly SpanText[] = [
  ['startup', 'startup', 'From the end of the boot until it listens.', 'PT0S'],
  ['warmup', 'warmup', 'From listening until it can serve.', 'PT0S'],
]

/** Of a distribution the constant, or its middle; turning it makes it a constant. */
function spanKnobs(own: Plain, at: YamlPath, spans: readonly SpanText[]): Knob[] {
  return spans.flatMap(([key, label, help, preset]) => {
    const written = own[key]
    if (written === undefined && preset === null) return []
    const middle = isPlain(written) ? (written['p50'] ?? written['mean'] ?? written['min']) : written
    const value = typeof middle === 'string' ? middle : preset
    return [
      made(
        [...at, key],
        label,
        { kind: 'duration', levels: SPANS },
        value,
        isPlain(written) ? `${help} Varies; turned, it becomes constant.` : help,
        [],
      ),
    ]
  })
}

function demandGroups(world: Plain): KnobGroup[] {
  const demand = plain(world['demand'])
  const groups: [string, YamlPath, Plain][] =
    'requestsPerSecond' in demand || 'perInstance' in demand
      ? [['Demand', ['world', 'demand'], demand]]
      : Object.entries(demand).flatMap(([name, own]) =>
          isPlain(own) ? [[`Demand on ${name}`, ['world', 'demand', name], own] as [string, YamlPath, Plain]] : [],
        )
  return groups.map(([title, at, own]) => ({
    id: at.join('/'),
    title,
    part: 'world',
    knobs: (
      [
        ['requestsPerSecond', 'Requests that come in a second.'],
        ['perInstance', 'Requests in a second that one serving instance can take.'],
      ] as const
    ).flatMap(([key, help]) => {
      const value = own[key]
      if (typeof value !== 'number') return []
      return [
        made(
          [...at, key],
          key,
          { kind: 'number', min: 1, max: niceMax(value), step: niceStep(value), unit: '/s', exactMax: 1e9 },
          value,
          help,
          [],
        ),
      ]
    }),
  }))
}

/** Twice as much, and a round number. */
const niceMax = (value: number): number => Math.max(10, niceStep(value) * Math.ceil((value * 2) / niceStep(value)))
const niceStep = (value: number): number => Math.max(1, 10 ** Math.floor(Math.log10(Math.max(1, value)) - 1))

function spotGroup(scenario: Scenario, world: Plain): KnobGroup[] {
  const isSpot = scenario.scaleSets.some(
    ({ model }) => model.virtualMachineProfile.priority === 'Spot' || model['priorityMixPolicy'] !== undefined,
  )
  const rate = plain(world['spot'])['evictionRatePercentPerHour']
  if (!isSpot && rate === undefined) return []
  if (rate !== undefined && typeof rate !== 'number') return []
  return [
    {
      id: 'spot',
      title: 'Spot market',
      part: 'world',
      knobs: [
        made(
          ['world', 'spot', 'evictionRatePercentPerHour'],
          'evictionRatePercentPerHour',
          { kind: 'number', min: 0, max: 100, step: 1, unit: '%', exactMax: 100 },
          rate ?? 0,
          'Share of the Spot instances that is evicted in an hour.',
          ['SP-09'],
        ),
      ],
    },
  ]
}

function timelineGroup(scenario: Scenario, document: Plain): KnobGroup {
  const knobs = listOf(document['timeline']).flatMap((entry, index) => {
    const own = plain(entry)
    const at = own['at']
    if (typeof at !== 'string') return []
    return [
      made(
        ['timeline', index, 'at'],
        entryLabel(own),
        { kind: 'duration', levels: momentsUpTo(scenario.durationMs) },
        at,
        'When it happens, from the start of the run.',
        [],
      ),
    ]
  })
  return { id: 'timeline', title: 'Timeline', part: 'timeline', knobs }
}

/** `publishImageVersion ubuntu-app 1.7.0`: the verb and what tells it from others. */
export function entryLabel(entry: Plain): string {
  const verb = Object.keys(entry).find((key) => key !== 'at') ?? ''
  const args = entry[verb]
  const words = isPlain(args)
    ? Object.entries(args).flatMap(([key, value]) => {
        if (typeof value === 'string' || typeof value === 'number')
          return [key === 'image' ? shortImage(String(value)) : String(value)]
        if (key === 'set' && isPlain(value))
          return Object.entries(value).map(
            ([path, to]) => `${path.slice(path.lastIndexOf('.') + 1)} ${JSON.stringify(to)}`,
          )
        return []
      })
    : []
  const LABEL_WORDS = 3
  return [verb, ...words.slice(0, LABEL_WORDS)].join(' ')
}

function momentsUpTo(durationMs: number): string[] {
  const STEPS = 96
  const MINUTE_MS = 60_000
  const step = Math.max(MINUTE_MS, Math.ceil(durationMs / STEPS / MINUTE_MS) * MINUTE_MS)
  const levels: string[] = []
  for (let ms = 0; ms < durationMs; ms += step) levels.push(formatDuration(ms))
  return levels
}

function runGroup(scenario: Scenario, document: Plain): KnobGroup {
  const written = Object.keys(plain(document['assumptions'])).filter((name) => name !== 'profile')
  const assumptions = ASSUMPTIONS.filter(
    ({ name }) => name === 'upgradedDenominator' || written.includes(name),
  ).flatMap(({ name }): Knob[] => {
    const definition = findAssumption(name)!
    const choices = definition.values.map(({ value }) => formatAssumptionValue(definition, value))
    const value = formatAssumptionValue(definition, scenario.assumptions[name] as never)
    if (definition.kind !== 'enum' && definition.kind !== 'boolean') return []
    return [
      made(
        ['assumptions', name],
        name,
        definition.kind === 'boolean' ? { kind: 'flag' } : { kind: 'choice', choices },
        definition.kind === 'boolean' ? value === 'true' : value,
        definition.summary,
        definition.rules,
      ),
    ]
  })
  return {
    id: 'run',
    title: 'Run',
    part: 'world',
    knobs: [
      made(
        ['seed'],
        'seed',
        { kind: 'number', min: 0, max: 100, step: 1, unit: '', exactMax: Number.MAX_SAFE_INTEGER },
        scenario.seed,
        'Another seed is other luck: boots, defects and evictions fall differently.',
        [],
      ),
      made(
        ['duration'],
        'duration',
        { kind: 'duration', levels: HORIZONS },
        formatDuration(scenario.durationMs),
        'The run ends there.',
        [],
      ),
      ...assumptions,
    ],
  }
}

function made(
  path: YamlPath,
  label: string,
  control: KnobKind,
  value: KnobValue,
  help: string,
  rules: readonly string[],
): Knob {
  const isSpan = control.kind === 'duration' && typeof value === 'string'
  return {
    id: formatPath(path),
    label,
    path,
    control: isSpan ? { kind: 'duration', levels: withLevel(control.levels, value) } : control,
    value: isSpan ? canonical(value) : value,
    help,
    rules,
  }
}

const canonical = (text: string): string => {
  const ms = parseDuration(text)
  return ms === undefined ? text : formatDuration(ms)
}

/** The declared value has a place on the slider, whatever it is. */
function withLevel(levels: readonly string[], value: string): string[] {
  const all = distinct([...levels, canonical(value)])
  return all.sort((a, b) => (parseDuration(a) ?? 0) - (parseDuration(b) ?? 0))
}

/**
 * Where an edit goes: into the file itself, or, of a case, into its `set`, where it wins over the base and leaves the other
 * cases alone. `caseIndex`: position among `cases`; absent: the base.
 */
export function editPath(path: YamlPath, caseIndex?: number): YamlPath {
  return caseIndex === undefined ? path : ['cases', caseIndex, 'set', formatPath(path)]
}
