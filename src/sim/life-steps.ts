import type { Hold } from './hold.ts'
import type { Instance } from './instance.ts'
import { type Run, WORLD_LANE } from './run.ts'

/** The timers of instances' lives: whatever is due for one that is held waits until it is back (AV-13). */
export class LifeSteps {
  private readonly run: Run
  private readonly hold: Hold

  constructor(run: Run, hold: Hold) {
    this.run = run
    this.hold = hold
  }

  startTimer(instance: Instance, ms: number, code: number, argument: number): void {
    if (this.hold.isHeld(instance)) this.hold.keep(instance, ms, () => this.startTimer(instance, ms, code, argument))
    else instance.lifeTimer = this.run.kernel.after(ms, WORLD_LANE, code, instance.index, argument)
  }

  startExtensionTimer(instance: Instance, ms: number, code: number, argument: number): void {
    if (this.hold.isHeld(instance))
      this.hold.keep(instance, ms, () => this.startExtensionTimer(instance, ms, code, argument))
    else instance.extensionTimer = this.run.kernel.after(ms, WORLD_LANE, code, instance.index, argument)
  }

  /**
   * A step in the life of an instance. One that is due while it is held comes to its end once it is back. `ofExtensions`: it runs
   * beside the life of the application, on a timer of its own.
   */
  step(name: string, act: (instance: Instance, argument: number) => void, ofExtensions = false): number {
    const { run } = this
    const start = ofExtensions ? this.startExtensionTimer : this.startTimer
    const code = run.on(name, (subject, argument) => {
      const instance = run.fleet[subject]!
      if (this.hold.isHeld(instance)) this.hold.keep(instance, 0, () => start.call(this, instance, 0, code, argument))
      else act(instance, argument)
    })
    return code
  }
}
