import type { Scenario } from '../model/scenario.ts'
import { measuresOf, type Sample } from './sample.ts'
import { type Estimate, measuredMean, quantile, quantileInterval, rate, sorted } from './statistics.ts'
import type { TuningWorld } from './tuning-worlds.ts'

/** What a policy is judged by; of each of them less is better. */
export type ObjectiveName = 'blastRadius' | 'duration' | 'lostCapacity' | 'falseHalts' | 'cost'

export interface ObjectiveDefinition {
  readonly name: ObjectiveName
  /** For readers. */
  readonly title: string
  readonly describe: string
  readonly unit: 'percent' | 'duration' | 'instanceMinutes' | 'share' | 'money' | 'hours'
  /** Differences below this are none to anybody. */
  readonly resolution: number
}

export type Objectives = Readonly<Partial<Record<ObjectiveName, Estimate>>>

/** The samples of a policy, by the name of the world. */
export type SamplesByWorld = ReadonlyMap<string, readonly Sample[]>

/** What can be told apart in this scenario: money only with prices, a blast radius only with a bad image. */
export function objectivesOf(
  scenario: Scenario,
  worlds: readonly TuningWorld[],
  quantileP: number,
): ObjectiveDefinition[] {
  const all: readonly (ObjectiveDefinition & { readonly isMeant: boolean })[] = [
    {
      name: 'blastRadius',
      title: 'blast radius',
      describe: `p${Number((quantileP * 100).toPrecision(6))} of blastRadius.percent over the worlds with a bad image`,
      unit: 'percent',
      resolution: 0.1,
      isMeant: worlds.some(({ kind }) => kind === 'bad'),
    },
    {
      name: 'duration',
      title: 'rollout duration',
      describe:
        'mean duration of the longest rollout with a good image; one that does not complete takes the whole run',
      unit: 'duration',
      resolution: 30_000,
      isMeant: true,
    },
    {
      name: 'lostCapacity',
      title: 'lost capacity',
      describe: 'mean of availability.lostInstanceMinutes with a good image',
      unit: 'instanceMinutes',
      resolution: 1,
      isMeant: true,
    },
    {
      name: 'falseHalts',
      title: 'false halts',
      describe: 'share of runs in which a good image was halted because of something else',
      unit: 'share',
      resolution: 0,
      isMeant: worlds.some(({ kind }) => kind === 'noise'),
    },
    scenario.world.prices === undefined
      ? {
          name: 'cost',
          title: 'surge hours',
          describe:
            'mean of cost.surgeHours with a good image: instance hours beyond the capacity (no prices are declared)',
          unit: 'hours',
          resolution: 0.01,
          isMeant: true,
        }
      : {
          name: 'cost',
          title: 'cost',
          describe: 'mean of cost.total with a good image',
          unit: 'money',
          resolution: 0.01,
          isMeant: true,
        },
  ]
  return all.filter(({ isMeant }) => isMeant).map(({ isMeant: _, ...definition }) => definition)
}

/** Takes numbers out of samples; made once a scenario. */
export class ObjectiveReader {
  private readonly index: ReadonlyMap<string, number>
  private readonly definitions: readonly ObjectiveDefinition[]
  private readonly scenario: Scenario
  private readonly quantileP: number
  private readonly worlds: readonly TuningWorld[]

  constructor(
    scenario: Scenario,
    worlds: readonly TuningWorld[],
    definitions: readonly ObjectiveDefinition[],
    quantileP: number,
  ) {
    this.scenario = scenario
    this.worlds = worlds
    this.definitions = definitions
    this.quantileP = quantileP
    this.index = new Map(measuresOf(scenario).map(({ name }, index) => [name, index]))
  }

  read(samples: SamplesByWorld): Objectives {
    const of = (kind: TuningWorld['kind']) =>
      this.worlds.filter((world) => world.kind === kind).flatMap(({ name }) => samples.get(name) ?? [])
    const [good, bad, noise] = [of('good'), of('bad'), of('noise')]
    const estimates = this.definitions.map(({ name, unit }): [ObjectiveName, Estimate] => {
      switch (name) {
        case 'blastRadius': {
          // A run in which nothing was rolled out harmed nothing.
          const harmed = sorted(bad.map((sample) => this.value(sample, 'blastRadius.percent') ?? 0))
          return [name, { value: quantile(harmed, this.quantileP), interval: quantileInterval(harmed, this.quantileP) }]
        }
        case 'duration':
          return [name, measuredMean(good.map((sample) => this.durationMs(sample)))]
        case 'lostCapacity':
          return [name, measuredMean(good.map((sample) => this.value(sample, 'availability.lostInstanceMinutes') ?? 0))]
        case 'falseHalts':
          return [name, rate(noise.filter(wasHalted).length, noise.length)]
        case 'cost': {
          const measure = unit === 'money' ? 'cost.total' : 'cost.surgeHours'
          return [name, measuredMean(good.map((sample) => this.value(sample, measure) ?? 0))]
        }
        default:
          return name satisfies never
      }
    })
    return Object.fromEntries(estimates)
  }

  /** Share of the runs with a good image and no noise in which every rollout completed, 0 to 1. */
  completed(samples: SamplesByWorld): number {
    const good = this.worlds.filter(({ kind }) => kind === 'good').flatMap(({ name }) => samples.get(name) ?? [])
    return good.filter(isComplete).length / Math.max(1, good.length)
  }

  private durationMs(sample: Sample): number {
    if (!isComplete(sample)) return this.scenario.durationMs
    const lengths = sample.statuses.map((_, rollout) => this.value(sample, `rollouts[${rollout}].duration`) ?? 0)
    // Sets that are upgraded at the same time are done when the slowest is.
    return Math.max(...lengths)
  }

  private value({ values }: Sample, measure: string): number | null {
    return values[this.index.get(measure) ?? -1] ?? null
  }
}

const isComplete = ({ statuses }: Sample): boolean =>
  statuses.length > 0 && statuses.every((status) => status === 'Completed')

const wasHalted = ({ statuses }: Sample): boolean => statuses.some((status) => status === 'Faulted')

/**
 * The objectives as what is compared: rounded to what makes a difference to anybody, in the order of the definitions.
 *
 *   23 min 41 s and 23 min 44 s at a resolution of 30 s -> 47 and 47: the same.
 */
export function comparable(objectives: Objectives, definitions: readonly ObjectiveDefinition[]): number[] {
  return definitions.map(({ name, resolution }) => {
    const { value } = objectives[name]!
    return resolution === 0 ? value : Math.round(value / resolution)
  })
}
