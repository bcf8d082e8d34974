import type { Instance } from './instance.ts'
import { type Run, ruleCode, traceCode } from './run.ts'

const HELD = traceCode('instance.held')

/** A step that waits for its instance. */
interface HeldStep {
  /** Boot it belongs to. */
  readonly boots: number
  readonly goOn: () => void
}

/**
 * AV-13: whatever is done to an instance in a lost zone waits for the zone. The same holds for one whose rack or host is
 * without power, and for the moment in which one is frozen.
 */
export class Hold {
  private readonly run: Run
  private readonly rule = ruleCode('AV-13')
  private readonly held = new Map<Instance, HeldStep[]>()

  constructor(run: Run) {
    this.run = run
  }

  /** Whether nothing that is done to the instance gets on at the moment. */
  isHeld(instance: Instance): boolean {
    return instance.outages > 0 || instance.pauses > 0
  }

  /** Keeps a step until the instance is back; `ms` is what it takes from then on, for the trace. */
  keep(instance: Instance, ms: number, goOn: () => void): void {
    const { run } = this
    this.held.set(instance, [...(this.held.get(instance) ?? []), { boots: instance.boots, goOn }])
    const { cause } = run.kernel
    run.record(HELD, instance.index, this.rule, ms)
    run.kernel.cause = cause
  }

  /** The instance is back, unless something else still keeps it: what waited goes on. */
  release(instance: Instance): void {
    if (this.isHeld(instance)) return
    const steps = this.held.get(instance)
    if (steps === undefined) return
    this.held.delete(instance)
    const { kernel } = this.run
    const { cause } = kernel
    // A step of an earlier boot is void: the instance was taken down since, and is on another way.
    for (const { boots, goOn } of steps) {
      if (boots !== instance.boots) continue
      kernel.cause = cause
      goOn()
    }
  }
}
