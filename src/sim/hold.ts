import type { Instance } from './instance.ts'
import { type Run, ruleCode, traceCode } from './run.ts'

const HELD = traceCode('instance.held')

/** A step that waits for its zone. */
interface HeldStep {
  /** Boot it belongs to. */
  readonly boots: number
  readonly goOn: () => void
}

/** AV-13: whatever is done to an instance in a lost zone waits for the zone. */
export class Hold {
  private readonly run: Run
  private readonly rule = ruleCode('AV-13')
  private readonly held = new Map<Instance, HeldStep[]>()

  constructor(run: Run) {
    this.run = run
  }

  /** Keeps a step until the zone is back; `ms` is what it takes from then on, for the trace. */
  keep(instance: Instance, ms: number, goOn: () => void): void {
    const { run } = this
    this.held.set(instance, [...(this.held.get(instance) ?? []), { boots: instance.boots, goOn }])
    const { cause } = run.kernel
    run.record(HELD, instance.index, this.rule, ms)
    run.kernel.cause = cause
  }

  /** The zone of an instance is back: what waited for it goes on. */
  release(instance: Instance): void {
    instance.inLostZone = false
    const steps = this.held.get(instance) ?? []
    this.held.delete(instance)
    // A step of an earlier boot is void: the instance was taken down since, and is on another way.
    for (const { boots, goOn } of steps) if (boots === instance.boots) goOn()
  }
}
