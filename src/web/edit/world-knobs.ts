import type { Scenario } from '../../model/scenario.ts'
import { isPlain, type Knob, type KnobGroup, listOf, made, type Plain, plain } from './knob.ts'
import { shortImage } from './timeline.ts'
import type { YamlPath } from './yaml-edit.ts'

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
export function worldGroups(scenario: Scenario, document: Plain): KnobGroup[] {
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
