import type { ImageTruth } from '../../model/scenario.ts'
import { compileDistribution, type Sampler } from '../distribution.ts'
import { type Run, ruleCode, traceCode, WORLD, WORLD_LANE } from '../run.ts'
import { type Copy, type CopyEnding, copyIn, type VersionState } from './copy.ts'
import { type CopyOutcome, copyDurationMs, copyOutcome, isDefaultTiming, REPORTED_COPY } from './replication.ts'

const REPLICATING = traceCode('gallery.replicating')
const REPLICATED = traceCode('gallery.replicated')
const REPLICATION_FAILED = traceCode('gallery.replicationFailed')

const REPORTED = compileDistribution(REPORTED_COPY)

/** Makes the copies of image versions in their regions: when each begins, how long it takes, how it ends. GA-20 to GA-25. */
export class Copying {
  private readonly run: Run
  private readonly onEnded: (copy: Copy) => void
  private readonly doneCode: number

  /** `onEnded` is told of every copy that is complete or has failed, before anybody else. */
  constructor(run: Run, copies: readonly Copy[], onEnded: (copy: Copy) => void) {
    this.run = run
    this.onEnded = onEnded
    this.doneCode = run.on('gallery.copyDone', (_subject, index) => this.end(copies[index]!, copies[index]!.ending!))
  }

  /** The source region first, the others when it is complete (GA-23); regions run in parallel (GA-22). */
  start(version: VersionState, copies: readonly Copy[]): void {
    const { run } = this
    const { kernel } = run
    const cause = kernel.cause
    const source = copyIn(version, version.sourceRegion)
    const sourceOutcome = source && copies.includes(source) ? this.outcomeOf(source, 0, true) : null
    const first = this.firstCopy(source, sourceOutcome)
    for (const copy of copies) {
      kernel.cause = cause
      run.record(REPLICATING, WORLD, ruleCode('GA-23'), run.text(version.key), run.text(copy.region), copy.replicas)
      if (copy === source) this.schedule(copy, sourceOutcome!)
      // Without the first copy there is nothing to copy from.
      else if (first.fails) this.schedule(copy, { afterMs: first.endsAfterMs, state: 'Failed', rule: 'GA-23' })
      else this.schedule(copy, this.outcomeOf(copy, first.endsAfterMs, false))
    }
    kernel.cause = cause
  }

  /** The copy in the source region as the others have to wait for it: when it ends, counted from now, and whether it fails. */
  private firstCopy(
    source: Copy | undefined,
    outcome: CopyOutcome | null,
  ): { readonly endsAfterMs: number; readonly fails: boolean } {
    if (!this.run.assumptions.sourceRegionFirst) return { endsAfterMs: 0, fails: false }
    if (outcome) return { endsAfterMs: outcome.afterMs, fails: outcome.state === 'Failed' }
    const ending = source?.ending
    if (ending) return { endsAfterMs: ending.atMs - this.run.nowMs, fails: ending.state === 'Failed' }
    return { endsAfterMs: 0, fails: source?.state === 'Failed' }
  }

  /** As the draw and the cap have it, unless the world says that this copy fails. */
  private outcomeOf(copy: Copy, startsAfterMs: number, isSource: boolean): CopyOutcome {
    const outcome = copyOutcome(startsAfterMs, this.draw(copy, isSource), this.run.assumptions)
    return this.truthOf(copy)?.fails ? { ...outcome, state: 'Failed', rule: 'GA-07' } : outcome
  }

  private truthOf({ version, region }: Copy): ImageTruth['replication'][string] | undefined {
    const { plan, scenario } = this.run
    return (plan.imageTruth(version.key) ?? scenario.world.defaultImage).replication[region]
  }

  private schedule(copy: Copy, { afterMs, state, rule }: CopyOutcome): void {
    const { kernel, nowMs } = this.run
    copy.state = 'Replicating'
    copy.sinceMs = nowMs
    copy.attempts++
    copy.ending = { atMs: nowMs + afterMs, state, rule }
    copy.timer = kernel.after(afterMs, WORLD_LANE, this.doneCode, WORLD, copy.index)
  }

  /** The duration of one copy, from the stream of its version and region. */
  draw(copy: Copy, isSource: boolean): number {
    const { run } = this
    const { version, region } = copy
    const truth = this.truthOf(copy)
    // Named by what it is, so that no other version moves its luck (design §5.2).
    const stream = run.stream(`replication/${version.key}/${region}`)
    const draw = (sampler: Sampler) => sampler.sample(stream, 0, copy.attempts)
    if (truth?.takes) return draw(compileDistribution(truth.takes))
    const { replicationBase: baseMs, replicationModel, sameRegionCopyFactor } = run.assumptions
    const timing = isSource ? 'galleryReplicationSource' : 'galleryReplication'
    if (replicationModel === 'reported' && isDefaultTiming(timing, run.scenario.world.timings[timing])) {
      const ms = copyDurationMs({ ...version, drawnMs: baseMs + draw(REPORTED) }, baseMs)
      return isSource && version.replicationMode === 'Full' ? Math.round(ms * sameRegionCopyFactor) : ms
    }
    return copyDurationMs({ ...version, drawnMs: draw(run.plan.timings[timing]) }, baseMs)
  }

  /** The copy is complete or has failed. */
  end(copy: Copy, { state, rule }: Pick<CopyEnding, 'state' | 'rule'>): void {
    copy.timer = -1
    copy.ending = null
    if (copy.removed || copy.version.deleted) return
    const { run } = this
    copy.state = state
    const tookMs = run.nowMs - copy.sinceMs
    copy.sinceMs = run.nowMs
    const what = state === 'Completed' ? REPLICATED : REPLICATION_FAILED
    copy.endedEntry = run.record(
      what,
      WORLD,
      ruleCode(rule),
      run.text(copy.version.key),
      run.text(copy.region),
      tookMs,
      copy.replicas,
    )
    this.onEnded(copy)
    run.facts.announceCopy(copy)
  }
}
