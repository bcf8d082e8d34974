import { ASSUMPTIONS, findAssumption, formatAssumptionValue } from '../../model/assumptions.ts'
import { formatDuration } from '../../model/duration.ts'
import { dependenciesOf } from '../../model/scenario/world.ts'
import type { Scenario } from '../../model/scenario.ts'
import { type Knob, type KnobGroup, listOf, made, type Plain, plain } from './knob.ts'
import { scaleSetGroups } from './policy-knobs.ts'
import { entryKnobs, entryLabel, type TimelineNames, type VerbForm } from './timeline.ts'
import { verbForms } from './verb-forms.ts'
import { worldGroups } from './world-knobs.ts'

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
  const names = namesOf(scenario)
  const knobs = listOf(document['timeline']).flatMap((entry, index) => {
    const own = plain(entry)
    const label = entryLabel(own)
    // Beside those of other entries a name alone would not say whose it is.
    return entryKnobs(own, index, FORMS, names).map((knob) => ({ ...knob, label: `${label}: ${knob.label}` }))
  })
  return { id: 'timeline', title: 'Timeline', part: 'timeline', knobs }
}

export const FORMS: readonly VerbForm[] = verbForms()

/** What an entry of the timeline may name. */
export function namesOf({ scaleSets, galleries, imageTemplates, world, durationMs }: Scenario): TimelineNames {
  return {
    durationMs,
    scaleSets: scaleSets.map(({ model, zonePlacement }) => ({
      name: model.name,
      instances: model.sku.capacity,
      zones: zonePlacement?.eligible ?? model.zones ?? [],
      location: model.location,
    })),
    dependencies: dependenciesOf(world.application),
    images: galleries.flatMap(({ images }) =>
      images.map(({ key, versions }) => ({ key, versions: versions.map(({ name }) => name) })),
    ),
    templates: imageTemplates.map(({ name }) => name),
  }
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
