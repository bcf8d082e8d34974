import type { Scenario } from '../../model/scenario.ts'
import type { InstanceResult, RolloutResult, RunResult, TraceEntry } from '../../sim/result.ts'

/** A rollout with the entries at which it started and ended. */
export interface TracedRollout {
  /** Place in `rollouts[]`. */
  readonly at: number
  readonly rollout: RolloutResult
  /** Null: mode Automatic rolls out without a rolling upgrade. */
  readonly started: TraceEntry | null
  readonly ended: TraceEntry | null
}

/** A kept trace with the ways through it that telling a story needs. Made once for a result. */
export class TraceIndex {
  readonly scenario: Scenario
  readonly result: RunResult
  readonly rollouts: readonly TracedRollout[]
  private readonly bySubject = new Map<string, TraceEntry[]>()
  private readonly byLabel = new Map<string, InstanceResult>()

  constructor(scenario: Scenario, result: RunResult) {
    this.scenario = scenario
    this.result = result
    for (const entry of result.trace) {
      const known = this.bySubject.get(entry.subject)
      if (known === undefined) this.bySubject.set(entry.subject, [entry])
      else known.push(entry)
    }
    for (const instance of result.instances) this.byLabel.set(labelOf(instance), instance)
    this.rollouts = tracedRollouts(result)
  }

  entry(id: number): TraceEntry {
    const entry = this.result.trace[id]
    if (entry === undefined) throw new RangeError(`no trace entry ${id}`)
    return entry
  }

  causeOf(entry: TraceEntry): TraceEntry | null {
    return entry.cause === null ? null : this.entry(entry.cause)
  }

  /** Entries about a scale set, an instance (`vmss/3`) or the world, in order. */
  entriesOf(subject: string): readonly TraceEntry[] {
    return this.bySubject.get(subject) ?? []
  }

  /** The latest entry about a subject before another one (or that very one) that fits. */
  latest(subject: string, before: number, fits: (entry: TraceEntry) => boolean): TraceEntry | null {
    const entries = this.entriesOf(subject)
    // The first one behind `before`, by halves.
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (entries[middle]!.id <= before) low = middle + 1
      else high = middle
    }
    for (let at = low - 1; at >= 0; at--) if (fits(entries[at]!)) return entries[at]!
    return null
  }

  instanceAt(subject: string): InstanceResult | undefined {
    return this.byLabel.get(subject)
  }

  /** The image of the disk that an `instance.updating` brings: recorded right behind it. Null: it brings none. */
  imageGivenBy({ id, subject }: TraceEntry): string | null {
    const image = this.latest(subject, id + IMAGE_WITHIN, (entry) => entry.what === 'instance.image')
    return image === null || image.id < id ? null : String(image.numbers['image'])
  }

  /** The scale set that a subject is, or belongs to; null for the world. */
  scaleSetOf(subject: string): string | null {
    const instance = this.byLabel.get(subject)
    if (instance !== undefined) return instance.scaleSet
    const sets = this.scenario.scaleSets.map(({ model }) => model.name)
    return sets.find((name) => subject === name || subject.startsWith(`${name}/`)) ?? null
  }

  /** Name of a zone by its place in the set; null in a regional set. */
  zoneName(subject: string, zone: number): string | null {
    const set = this.scenario.scaleSets.find(({ model }) => model.name === this.scaleSetOf(subject))
    return set?.model.zones?.[zone] ?? null
  }

  /** The rolling upgrade of a scale set that runs at an entry, or ends with it. */
  rolloutAt({ subject, id }: TraceEntry): TracedRollout | null {
    const set = this.scaleSetOf(subject)
    const started = this.rollouts.filter(
      (one) => one.rollout.scaleSet === set && one.started !== null && one.started.id <= id,
    )
    const latest = started.at(-1)
    return latest === undefined || (latest.ended !== null && latest.ended.id < id) ? null : latest
  }
}

/** Entries between an `instance.updating` and the image of its new disk, at most. */
const IMAGE_WITHIN = 3

/** As `subject` has it: `vmss/3`; a surplus of overprovisioning, which never gets a number, by its id (Uniform only): `vmss/+7`. */
export function labelOf({ scaleSet, number, name }: Pick<InstanceResult, 'scaleSet' | 'number' | 'name'>): string {
  return `${scaleSet}/${number >= 0 ? number : `+${name.slice(name.lastIndexOf('_') + 1)}`}`
}

function tracedRollouts(result: RunResult): TracedRollout[] {
  const started = new Map<number, TraceEntry>()
  const ended = new Map<number, TraceEntry>()
  const running = new Map<string, number>()
  for (const entry of result.trace) {
    if (entry.what === 'rollout.started') {
      const at = Number(entry.numbers['rollout'])
      started.set(at, entry)
      running.set(entry.subject, at)
    } else if (entry.what === 'rollout.ended') {
      const at = running.get(entry.subject)
      if (at !== undefined) ended.set(at, entry)
      running.delete(entry.subject)
    }
  }
  return result.rollouts.map((rollout, at) => ({
    at,
    rollout,
    started: started.get(at) ?? null,
    ended: ended.get(at) ?? null,
  }))
}
