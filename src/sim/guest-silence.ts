import type { ApplicationTruth } from './application.ts'
import type { ApplicationHealth } from './application-health.ts'
import { type Instance, isGuestUp, isMember, PROVISIONING } from './instance.ts'
import { NO_RULE, type Run, traceCode } from './run.ts'

const CURED = traceCode('instance.cured')

/**
 * A guest that does not answer: hung, without power, or in a lost zone. Reasons that last a given time are counted, so that
 * of several at once the last one to end lets it answer again.
 */
export class GuestSilence {
  private readonly run: Run
  private readonly application: ApplicationTruth
  private readonly health: ApplicationHealth

  constructor(run: Run, application: ApplicationTruth, health: ApplicationHealth) {
    this.run = run
    this.application = application
    this.health = health
  }

  /** No signal, unhealthy for upgrades, ignored by repairs: HE-23, BT-15. `entry` is written between the two. */
  fall(instance: Instance, entry?: () => void): void {
    const wasHung = instance.hung
    instance.hung = true
    entry?.()
    if (wasHung) return
    this.health.down(instance)
    this.application.refresh(instance)
  }

  /** One of its timed reasons has ended. */
  end(instance: Instance, what: string): void {
    instance.timedHangs--
    if (instance.openHang || instance.timedHangs > 0) return
    instance.hung = false
    if (!isMember(instance)) return
    this.run.record(CURED, instance.index, NO_RULE, this.run.text(what))
    this.application.refresh(instance)
    if (isGuestUp(instance) && instance.provisioning === PROVISIONING.succeeded) this.health.start(instance)
  }
}
