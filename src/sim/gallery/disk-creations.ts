import type { Instance } from '../instance.ts'
import { PurposeStreams } from '../purpose-streams.ts'
import { type Run, ruleCode, traceCode, WORLD, WORLD_LANE } from '../run.ts'
import type { Copy, WaitingDisk } from './copy.ts'
import { slotsOf } from './replication.ts'

const QUEUED = traceCode('gallery.diskQueued')
const GRANTED = traceCode('gallery.diskGranted')
const UNAVAILABLE = traceCode('gallery.diskUnavailable')

/**
 * Making OS disks from gallery replicas. Each replica serves `createsPerReplica` creations at once; whoever finds no free
 * slot waits in order of arrival, which is slow and no error. GA-31, GA-32.
 */
export class DiskCreations {
  private readonly run: Run
  private readonly copies: readonly Copy[]
  private readonly streams: PurposeStreams
  private readonly attachedCode: number
  private readonly queueRule = ruleCode('GA-32')
  private readonly zoneRule = ruleCode('GA-27')

  constructor(run: Run, copies: readonly Copy[]) {
    this.run = run
    this.copies = copies
    this.streams = new PurposeStreams(run, () => 'imageAttach')
    this.attachedCode = run.on('gallery.attached', (_subject, copy) => this.released(this.copies[copy]!))
  }

  /** Asks for a disk from this copy; `grant` is called with the time the creation itself keeps the slot, at once or later. */
  request(copy: Copy, instance: Instance, begin: (attachMs: number) => void): void {
    const grant = () => begin(this.occupy(copy, instance))
    if (!copy.zoneDown && copy.waiting.length === 0 && copy.inUse < this.slots(copy)) {
      grant()
      return
    }
    const { run } = this
    copy.waiting.push({ instance, boots: instance.boots, sinceMs: run.nowMs, grant })
    if (copy.zoneDown) {
      run.record(UNAVAILABLE, instance.index, this.zoneRule, run.text(copy.version.key), run.text(copy.zone ?? ''))
      run.facts.announce(run.facts.imageMissing, instance)
      return
    }
    run.record(QUEUED, instance.index, this.queueRule, stillIn(copy), copy.inUse, this.slots(copy), copy.replicas)
  }

  private slots(copy: Copy): number {
    return slotsOf(copy.replicas, copy.version.replicationMode, this.run.assumptions.createsPerReplica)
  }

  private occupy(copy: Copy, instance: Instance): number {
    const { kernel, plan } = this.run
    copy.inUse++
    const sampler = plan.timings.imageAttach
    const attachMs =
      sampler.constantMs >= 0
        ? sampler.constantMs
        : sampler.sample(this.streams.of(instance.set, 0), instance.id, instance.boots)
    kernel.after(attachMs, WORLD_LANE, this.attachedCode, WORLD, copy.index)
    return attachMs
  }

  private released(copy: Copy): void {
    copy.inUse--
    this.serve(copy)
  }

  /** Serves whoever waits, as far as slots are free. Also called when replicas are added or the zone is back. */
  serve(copy: Copy): void {
    const { run } = this
    const cause = run.kernel.cause
    while (!copy.zoneDown && copy.waiting.length > 0 && copy.inUse < this.slots(copy)) {
      const next = copy.waiting.shift()!
      if (isStale(next)) continue
      run.kernel.cause = cause
      run.record(GRANTED, next.instance.index, this.queueRule, run.nowMs - next.sinceMs, stillIn(copy))
      next.grant()
    }
  }

  /** The copy is gone: nobody who waits for it is served any more. */
  drop(copy: Copy): Instance[] {
    const left = copy.waiting.filter((waiting) => !isStale(waiting)).map(({ instance }) => instance)
    copy.waiting.length = 0
    return left
  }
}

const isStale = ({ instance, boots }: WaitingDisk): boolean => instance.boots !== boots

/** Those who gave up while they waited stand in the list until it is their turn, and count no longer. */
const stillIn = ({ waiting }: Copy): number => waiting.reduce((count, one) => count + (isStale(one) ? 0 : 1), 0)
