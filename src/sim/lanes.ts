import { HEALTH_UNHEALTHY, HEALTH_UNKNOWN } from './health/health-tracker.ts'
import { BROKEN_PROCESS, type Instance, LIFE } from './instance.ts'
import type { Lane, LaneState } from './result.ts'
import type { Run } from './run.ts'

/** Follows what each instance looks like over time, for the swimlane. Only set up when the trace is kept. */
export class Lanes {
  private readonly spans: { fromMs: number; state: LaneState }[][] = []
  private readonly run: Run

  constructor(run: Run) {
    this.run = run
    run.facts.looksDifferent.push((instance) => this.look(instance))
  }

  private look(instance: Instance): void {
    const spans = this.spans[instance.index] ?? []
    this.spans[instance.index] = spans
    const state = laneState(instance, this.run.plan.needsMask)
    const last = spans[spans.length - 1]
    if (last?.state === state) return
    // Of several looks within one instant the last one stays.
    if (last?.fromMs === this.run.nowMs) {
      last.state = state
      if (spans[spans.length - 2]?.state === state) spans.pop()
    } else spans.push({ fromMs: this.run.nowMs, state })
  }

  result(): Lane[] {
    return this.run.fleet.map((instance) => ({ instance: instance.index, spans: this.spans[instance.index] ?? [] }))
  }
}

function laneState(instance: Instance, needsMask: number): LaneState {
  switch (instance.life) {
    case LIFE.absent:
      return 'absent'
    case LIFE.creating:
      return 'creating'
    case LIFE.updating:
      return 'upgrading'
    case LIFE.starting:
      // Without power it waits for its boot.
      return instance.outages > 0 ? 'broken' : 'starting'
    case LIFE.stopping:
    case LIFE.stopped:
      return 'stopped'
    case LIFE.deleting:
      return 'deleting'
    case LIFE.failed:
      return 'failed'
    default: {
      const broken = ((instance.defectMask | instance.faultMask) & (needsMask | BROKEN_PROCESS)) !== 0
      const { health } = instance.tracker
      const isReportedSick = health === HEALTH_UNHEALTHY || health === HEALTH_UNKNOWN
      if (broken || instance.broken || instance.hung || instance.pauses > 0)
        return isReportedSick ? 'unhealthy' : 'broken'
      if (instance.life !== LIFE.serving) return 'application'
      // It has left the load balancer before it goes (SP-02): well, and of no use to anybody.
      if (instance.drained) return 'draining'
      return isReportedSick ? 'misjudged' : 'serving'
    }
  }
}
