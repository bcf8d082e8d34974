import type { ApplicationTruth } from '../application.ts'
import type { Capacity } from '../capacity.ts'
import type { Instance } from '../instance.ts'
import type { LifeCycle } from '../life-cycle.ts'
import type { Meters } from '../meters.ts'
import { nameOf } from '../operations.ts'
import { CONTROL_LANE, type Run, ruleCode, setSubject, traceCode } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import type { UpgradeRequest } from './goal.ts'
import type { Machinery } from './machinery.ts'
import { RollingUpgrade } from './rolling-upgrade.ts'
import { RolloutRecord } from './rollout-record.ts'

const REJECTED = traceCode('operation.rejected')

/** The rolling upgrades of a run: starts them, hands them their events and facts, and keeps their records. */
export class RollingUpgrades implements Machinery {
  readonly life: LifeCycle
  readonly application: ApplicationTruth
  readonly codes: Machinery['codes']
  private readonly run: Run
  private readonly capacity: Capacity
  private readonly meters: Meters
  private readonly running: (RollingUpgrade | null)[] = []
  private readonly waiting: (() => void)[][] = []
  private readonly goingBack: { readonly record: RolloutRecord; readonly left: Set<Instance> }[] = []
  private readonly beginCode: number

  constructor(run: Run, life: LifeCycle, application: ApplicationTruth, capacity: Capacity, meters: Meters) {
    this.run = run
    this.life = life
    this.application = application
    this.capacity = capacity
    this.meters = meters
    const bySet = (act: (upgrade: RollingUpgrade) => void) => (subject: number) => {
      const upgrade = this.running[subject]
      if (upgrade) act(upgrade)
    }
    this.beginCode = this.afterTheInstant(
      'rollout.begin',
      bySet((upgrade) => upgrade.begin()),
    )
    this.codes = {
      nextBatch: this.afterTheInstant(
        'rollout.nextBatch',
        bySet((upgrade) => upgrade.nextBatch()),
      ),
      batchEnd: this.afterTheInstant(
        'rollout.batchEnd',
        bySet((upgrade) => upgrade.endBatch()),
      ),
      timeout: this.afterTheInstant(
        'rollout.timeout',
        bySet((upgrade) => upgrade.timeout()),
      ),
      waitEnded: this.afterTheInstant('rollout.waitEnded', (subject) => {
        const instance = run.fleet[subject]!
        this.running[instance.set.index]?.wait.ended(instance)
      }),
    }
    const { facts } = run
    for (const listeners of [facts.provisioned, facts.provisioningFailed, facts.deleted])
      listeners.push((instance) => this.backAgain(instance))
    const of = (instance: Instance) => (instance.batchStep === 0 ? null : this.running[instance.set.index])
    // Before the wait, whose verdict may begin a restore: what has just failed is not that restore.
    facts.provisioned.push((instance) => of(instance)?.restoreEnded(instance, true))
    facts.provisioningFailed.push((instance) => of(instance)?.restoreEnded(instance, false))
    facts.provisioned.push((instance) => of(instance)?.wait.provisioned(instance))
    facts.provisioningFailed.push((instance) => of(instance)?.wait.provisioningFailed(instance))
    facts.healthChanged.push((instance, from, to) => of(instance)?.wait.healthChanged(instance, from, to))
    facts.deleteFailed.push((instance) => this.running[instance.set.index]?.deleted(instance))
    facts.deleted.push((instance) => this.running[instance.set.index]?.deleted(instance))
    facts.stopped.push((instance) => of(instance)?.gone(instance))
  }

  /**
   * An event that is handled after everything else of its instant, health flips included: a controller decides on what is
   * true at that moment, not on the order in which it happened to be told (design §5a 9).
   */
  private afterTheInstant(name: string, handler: (subject: number, argument: number) => void): number {
    const settled = this.run.on(`${name} (settled)`, handler)
    return this.run.on(name, (subject, argument) => {
      this.run.kernel.after(0, CONTROL_LANE, settled, subject, argument)
    })
  }

  /** Starts a rolling upgrade; the check before the first batch follows in the same instant. RU-1, RU-14, RU-15. */
  start(set: ScaleSetState, { trigger, target, startedBy, goal }: UpgradeRequest): RolloutRecord {
    const { run } = this
    this.meters.changeBegins()
    const image = goal.kind === 'os' ? goal.imageKey : null
    const record = new RolloutRecord(set.name, trigger, 'Rolling', target, run.nowMs, startedBy, image)
    run.rollouts.push(record)
    set.upgradeRunning = true
    this.running[set.index] = new RollingUpgrade(run, this, set, run.rollouts.length - 1, record, goal)
    run.kernel.after(0, CONTROL_LANE, this.beginCode, set.index, 0)
    return record
  }

  /** The upgrade of this set that runs at present. */
  runningOf(set: ScaleSetState): RollingUpgrade | null {
    return this.running[set.index] ?? null
  }

  /** A user's cancel. Nothing runs: 409, RU-12. */
  cancel(set: ScaleSetState): void {
    const upgrade = this.running[set.index]
    if (upgrade) {
      upgrade.cancel()
      return
    }
    const { run } = this
    const [code, message] = ['OperationNotAllowed', 'there is no ongoing rolling upgrade to cancel']
    run.noteRefusal(setSubject(set), 'cancelRollingUpgrade', code, message, 'RU-12')
    run.record(
      REJECTED,
      setSubject(set),
      ruleCode('RU-12'),
      run.text('cancelRollingUpgrade'),
      run.text(code),
      run.text(message),
    )
  }

  /** Does it once no upgrade of the set runs: `writeDuringUpgrade: queue`. */
  afterUpgrade(set: ScaleSetState, act: () => void): void {
    const queue = this.waiting[set.index] ?? []
    queue.push(act)
    this.waiting[set.index] = queue
  }

  ended(set: ScaleSetState, _record: RolloutRecord): void {
    this.running[set.index] = null
    set.upgradeRunning = false
    this.waiting[set.index]?.shift()?.()
  }

  showUntilBack(record: RolloutRecord, instances: readonly Instance[]): void {
    this.goingBack.push({ record, left: new Set(instances) })
  }

  private backAgain(instance: Instance): void {
    for (const { record, left } of this.goingBack)
      if (left.delete(instance) && left.size === 0) record.status = 'Faulted'
  }

  /** How many of a batch, given by the zones of its members, find room for a replacement: MS-4. */
  room(set: ScaleSetState, zones: readonly number[]): number {
    return this.capacity.surgeRoom(set, zones)
  }

  createSurge(set: ScaleSetState, zone: number, image: string | undefined): Instance {
    return this.capacity.create(set, { zone, surge: true, ...(image === undefined ? {} : { image }) })
  }

  nameOf(instance: Instance): string {
    return nameOf(instance)
  }
}
