import type { CompiledDefect } from './compiled-model.ts'
import { BROKEN_BOOT, BROKEN_EXTENSIONS, BROKEN_PROCESS, type Instance, isListening, LIFE } from './instance.ts'
import type { Meters } from './meters.ts'
import { instanceLabel, NO_RULE, type Run, traceCode, WORLD_LANE } from './run.ts'

const SERVING = traceCode('instance.serving')
const NOT_SERVING = traceCode('instance.notServing')
const HARMED = traceCode('instance.harmed')
const UNHARMED = traceCode('instance.unharmed')
const DEFECT_ACTIVE = traceCode('defect.active')
const DEFECT_ENDED = traceCode('defect.ended')

/** Boots a defect's timer belongs to are packed above the index of the defect; an older boot's timer is void. */
const DEFECT_BITS = 6

/**
 * The truth about the application on each instance: what its defects break, whether it serves, whether a change harmed
 * it. Whoever alters anything this depends on calls `refresh`; the health source is told there as well.
 */
export class ApplicationTruth {
  /** Set by the health mechanism: what a probe would see may have changed. */
  readonly onCondition: ((instance: Instance) => void)[] = []
  private readonly run: Run
  private readonly meters: Meters
  private readonly onsetCode: number
  private readonly endCode: number

  constructor(run: Run, meters: Meters) {
    this.run = run
    this.meters = meters
    this.onsetCode = run.on('defect.onset', (subject, argument) => this.onset(subject, argument))
    this.endCode = run.on('defect.end', (subject, argument) => this.end(subject, argument))
  }

  /** Defects that hit this disk of the instance, as bits by index. Same disk, same luck, whatever the policy. */
  hits(instance: Instance): number {
    const model = instance.set.modelOf(instance)
    let bits = 0
    for (let i = 0; i < model.defects.length; i++) if (this.isHit(instance, model.defects[i]!)) bits |= 1 << i
    return bits
  }

  private isHit(instance: Instance, defect: CompiledDefect): boolean {
    if (defect.zones && !defect.zones.has(instance.set.zones[instance.zone] ?? '')) return false
    if (defect.instances && !defect.instances.has(instanceLabel(instance))) return false
    if (defect.sharePercent >= 100) return true
    const stream = this.run.stream(`defect/${instance.set.name}/${defect.of}/${defect.name}`)
    return stream.uniform(instance.id, instance.incarnation) * 100 < defect.sharePercent
  }

  /** The disk or boot is a new one: whatever bit before is gone. */
  forget(instance: Instance): void {
    instance.activeDefects = null
    instance.defectMask = 0
    instance.defectEntry = -1
  }

  /** Mask of what never works on this disk, whatever the onset: the boot and the extensions. */
  maskOfHits(instance: Instance): number {
    const model = instance.set.modelOf(instance)
    if (model.defects.length === 0) return 0
    const bits = this.hits(instance)
    let mask = 0
    for (let i = 0; i < model.defects.length; i++) if (bits & (1 << i)) mask |= model.defects[i]!.mask
    return mask & (BROKEN_BOOT | BROKEN_EXTENSIONS)
  }

  /** The moment at which its guest should have been up has passed. */
  neverBoots(instance: Instance): void {
    if (instance.givenVersion) this.meters.exposed(instance)
    const { defects } = instance.set.modelOf(instance)
    const bits = this.hits(instance)
    for (let i = 0; i < defects.length; i++)
      if (bits & (1 << i) && defects[i]!.mask & BROKEN_BOOT) this.activate(instance, i)
    this.refresh(instance)
  }

  /** The guest is up: the clock of each defect that hits it starts. */
  guestUp(instance: Instance): void {
    const model = instance.set.modelOf(instance)
    if (model.defects.length === 0) return
    this.startOnsets(instance, () => 'start')
  }

  private startOnsets(instance: Instance, how: (defect: CompiledDefect) => 'start' | 'already' | 'leave'): void {
    const model = instance.set.modelOf(instance)
    if (instance.givenVersion) this.meters.exposed(instance)
    const bits = this.hits(instance)
    for (let i = 0; i < model.defects.length; i++) {
      if (!(bits & (1 << i))) continue
      const defect = model.defects[i]!
      const start = how(defect)
      if (start === 'already') this.addActive(instance, i)
      if (start !== 'start') continue
      const stream = this.run.stream(`onset/${instance.set.name}/${defect.of}/${defect.name}`)
      const onsetMs = defect.onset.sample(stream, instance.id, instance.incarnation)
      if (onsetMs === 0) this.activate(instance, i)
      else
        this.run.kernel.after(onsetMs, WORLD_LANE, this.onsetCode, instance.index, (instance.boots << DEFECT_BITS) | i)
    }
  }

  /** At time 0 the fleet has been up for long: a lasting defect has bitten, a passing one is over. Not harm of the run. */
  steady(instance: Instance): void {
    const model = instance.set.modelOf(instance)
    const bits = model.defects.length === 0 ? 0 : this.hits(instance)
    for (let i = 0; i < model.defects.length; i++)
      if (bits & (1 << i) && !model.defects[i]!.duration) this.addActive(instance, i)
    this.refresh(instance, true)
  }

  /**
   * A version that needs no new boot was applied. What bites already goes on biting if the new model has it too; anything
   * else starts its onset now.
   */
  modelApplied(instance: Instance, before: readonly CompiledDefect[], takesEffect: boolean): void {
    const biting = new Set((instance.activeDefects ?? []).map((index) => `${before[index]!.of}/${before[index]!.name}`))
    this.forget(instance)
    const after = instance.set.modelOf(instance).defects
    if (after.length === 0) return
    const known = new Set(before.map((defect) => `${defect.of}/${defect.name}`))
    this.startOnsets(instance, (defect) => {
      const key = `${defect.of}/${defect.name}`
      return biting.has(key) ? 'already' : known.has(key) || !takesEffect ? 'leave' : 'start'
    })
  }

  private onset(subject: number, argument: number): void {
    const instance = this.run.fleet[subject]!
    if (instance.boots !== argument >> DEFECT_BITS || !this.isUp(instance)) return
    this.activate(instance, argument & ((1 << DEFECT_BITS) - 1))
    this.refresh(instance)
  }

  private activate(instance: Instance, index: number): void {
    const defect = instance.set.modelOf(instance).defects[index]!
    const { run } = this
    const entry = run.record(DEFECT_ACTIVE, instance.index, NO_RULE, run.text(defect.name), run.text(defect.of))
    instance.defectEntry = entry
    this.addActive(instance, index)
    if (!defect.duration) return
    const stream = run.stream(`defectDuration/${instance.set.name}/${defect.of}/${defect.name}`)
    const lastsMs = defect.duration.sample(stream, instance.id, instance.incarnation)
    run.kernel.after(lastsMs, WORLD_LANE, this.endCode, instance.index, (instance.boots << DEFECT_BITS) | index)
  }

  private end(subject: number, argument: number): void {
    const instance = this.run.fleet[subject]!
    if (instance.boots !== argument >> DEFECT_BITS || !instance.activeDefects) return
    const index = argument & ((1 << DEFECT_BITS) - 1)
    const defect = instance.set.modelOf(instance).defects[index]!
    this.run.record(DEFECT_ENDED, instance.index, NO_RULE, this.run.text(defect.name), this.run.text(defect.of))
    instance.activeDefects = instance.activeDefects.filter((active) => active !== index)
    this.remask(instance)
    this.refresh(instance)
  }

  private addActive(instance: Instance, index: number): void {
    instance.activeDefects = [...(instance.activeDefects ?? []), index]
    this.remask(instance)
  }

  private remask(instance: Instance): void {
    const { defects } = instance.set.modelOf(instance)
    instance.defectMask = (instance.activeDefects ?? []).reduce((mask, index) => mask | defects[index]!.mask, 0)
  }

  private isUp(instance: Instance): boolean {
    return instance.life >= LIFE.applicationStarting && instance.life <= LIFE.serving
  }

  /** Works out anew whether the instance serves and whether a change harms it, and tells the health source. */
  refresh(instance: Instance, steady = false): void {
    const needs = this.run.plan.needsMask
    const able = instance.life === LIFE.serving
    const serving =
      able && !instance.drained && isListening(instance) && ((instance.defectMask | instance.faultMask) & needs) === 0
    const defectBites = (instance.defectMask & (needs | BROKEN_PROCESS)) !== 0
    const neverUp = (instance.defectMask & BROKEN_BOOT) !== 0
    // One that never had a machine is no harm of a change: there was none to be had.
    const hasFailed = instance.life === LIFE.failed && (instance.allocationFailure === null || instance.lastSize !== '')
    const harmed = instance.givenVersion && ((able && defectBites) || neverUp || hasFailed)
    if (serving !== instance.serving) {
      instance.serving = serving
      if (serving) instance.servingSinceMs = this.run.nowMs
      this.meters.servingChanged(instance, serving ? 1 : -1)
      this.run.facts.announce(this.run.facts.servingChanged, instance)
      if (!steady && (serving || able)) this.run.record(serving ? SERVING : NOT_SERVING, instance.index, NO_RULE)
    }
    if (harmed !== instance.harmed) this.setHarmed(instance, harmed)
    instance.conditionEntry = able && !serving && !steady ? this.run.kernel.cause : -1
    if (!steady) this.run.facts.announce(this.run.facts.conditionChanged, instance)
    for (let i = 0; i < this.onCondition.length; i++) this.onCondition[i]!(instance)
    this.run.facts.announce(this.run.facts.looksDifferent, instance)
  }

  /** The change harms the instance (or no longer does). Also for an instance the rollout's own action failed on. */
  setHarmed(instance: Instance, harmed: boolean): void {
    if (instance.harmed === harmed) return
    instance.harmed = harmed
    this.meters.harmedChanged(instance, harmed ? 1 : -1)
    const defect = instance.activeDefects?.length
      ? instance.set.modelOf(instance).defects[instance.activeDefects[0]!]
      : null
    const { run } = this
    if (defect && instance.defectEntry >= 0) run.kernel.cause = instance.defectEntry
    if (!harmed) run.record(UNHARMED, instance.index, NO_RULE)
    else run.record(HARMED, instance.index, NO_RULE, run.text(defect?.name ?? ''), run.text(defect?.of ?? ''))
  }
}
