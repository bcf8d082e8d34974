import { declaredValue } from '../../lab/policy-space.ts'
import { isHealthExtension } from '../../model/declare/health-source.ts'
import { EXTENSION_RANGES, type ExtensionRange, extensionRange, valueRule } from '../../model/declare/value-rules.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Scenario } from '../../model/scenario.ts'
import { distinct, isPlain, type Knob, type KnobGroup, type KnobKind, listOf, made, type Plain, plain } from './knob.ts'
import type { YamlPath } from './yaml-edit.ts'

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

export function scaleSetGroups(scenario: Scenario, scaleSet: string, document: Plain): KnobGroup[] {
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
  const check = valueRule(member)?.check
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
  const ranges: readonly ExtensionRange[] = EXTENSION_RANGES
  for (const { name, min, max, preset } of ranges) {
    const help = SETTING_HELP[name]
    if (help === undefined || (name === 'gracePeriod' && !isRich)) continue
    const interval = Number(settings['intervalInSeconds'] ?? extensionRange('intervalInSeconds').preset)
    const probes = Number(settings['numberOfProbes'] ?? extensionRange('numberOfProbes').preset)
    // HE-15: of the grace period it is interval x probes.
    const value = typeof settings[name] === 'number' ? settings[name] : (preset ?? interval * probes)
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
