import { ASSUMPTIONS, findAssumption, formatAssumptionValue } from '../../model/assumptions.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Scenario } from '../../model/scenario.ts'
import { isPlain, type Knob, type KnobGroup, listOf, made, type Plain, plain } from './knob.ts'
import { scaleSetGroups } from './policy-knobs.ts'
import { shortImage, worldGroups } from './world-knobs.ts'

const HORIZONS = ['PT30M', 'PT1H', 'PT2H', 'PT4H', 'PT6H', 'PT12H', 'P1D', 'P2D', 'P7D', 'P14D']

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
