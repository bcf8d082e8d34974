import type { Demand, DemandShape, DemandSpike, TracePoint } from './demand.ts'

/** The factor of a shape at a moment, which may lie before the run. */
export function shapeFactor({ points, repeatMs }: DemandShape, atMs: number): number {
  const first = points[0]!
  const last = points[points.length - 1]!
  const t = repeatMs === undefined ? atMs : ((atMs % repeatMs) + repeatMs) % repeatMs
  const next = points.findIndex((point) => point.atMs > t)
  if (next > 0) return between(points[next - 1]!, points[next]!, t)
  if (repeatMs === undefined) return next === 0 ? first.factor : last.factor
  // From the last point of a round to the first of the next.
  return t < first.atMs
    ? between({ ...last, atMs: last.atMs - repeatMs }, first, t)
    : between(last, { ...first, atMs: first.atMs + repeatMs }, t)
}

function between(
  a: { readonly atMs: number; readonly factor: number },
  b: { readonly atMs: number; readonly factor: number },
  t: number,
): number {
  return a.factor + ((b.factor - a.factor) * (t - a.atMs)) / (b.atMs - a.atMs)
}

/** 1 before and after; on the way up and down linear. */
export function spikeFactor({ atMs, factor, riseMs, holdMs, fallMs }: DemandSpike, t: number): number {
  const since = t - atMs
  const endMs = riseMs + holdMs + fallMs
  if (since < 0 || since >= endMs) return 1
  if (since < riseMs) return 1 + ((factor - 1) * since) / riseMs
  if (since < riseMs + holdMs) return factor
  return 1 + ((factor - 1) * (endMs - since)) / fallMs
}

/** The level that a trace had at a moment: that of the last point not after it; before the first that of the first. */
export function traceLevel(trace: readonly TracePoint[], atMs: number): number {
  let low = 0
  let high = trace.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (trace[middle]!.atMs <= atMs) low = middle
    else high = middle - 1
  }
  return trace[low]!.requestsPerSecond
}

/**
 * Requests a second at a moment, without noise and shifts: base, shape, steps and spikes multiplied. What moves smoothly (a
 * shape, the flanks of a spike) is held over each step of `stepMs`, at its value in the middle; steps and a trace change at
 * their own moments. Assumption `demandStep`.
 *
 *   1,000 a second, daily shape 0.65 at 07:00 and 0.85 at 08:00 -> at 07:30:30, the middle of its minute, 751.7.
 */
export function plannedLevel(demand: Demand, atMs: number, stepMs: number): number {
  const { base, shape, steps, spikes } = demand
  let level = 'trace' in base ? traceLevel(base.trace, atMs) : base.requestsPerSecond
  for (const { atMs: fromMs, factor, forMs } of steps)
    if (atMs >= fromMs && (forMs === undefined || atMs < fromMs + forMs)) level *= factor
  if (shape === undefined && spikes.length === 0) return level
  const middle = middleOfStep(atMs, stepMs)
  if (shape !== undefined) level *= shapeFactor(shape, middle)
  for (const spike of spikes) level *= spikeFactor(spike, isFlat(spike, atMs) ? atMs : middle)
  return level
}

const middleOfStep = (atMs: number, stepMs: number): number => Math.floor(atMs / stepMs) * stepMs + stepMs / 2

/** Outside of its flanks a spike is what it is at that very moment. */
function isFlat({ atMs, riseMs, holdMs, fallMs }: DemandSpike, t: number): boolean {
  const since = t - atMs
  return since < 0 || (since >= riseMs && since < riseMs + holdMs) || since >= riseMs + holdMs + fallMs
}

/** When the planned level may change next after a moment; infinite: never. */
export function nextChangeMs(demand: Demand, nowMs: number, stepMs: number): number {
  const { base, shape, steps, spikes, noise } = demand
  let next = Number.POSITIVE_INFINITY
  const consider = (atMs: number) => {
    if (atMs > nowMs && atMs < next) next = atMs
  }
  const grid = (Math.floor(nowMs / stepMs) + 1) * stepMs
  if (shape !== undefined) consider(grid)
  if (noise !== undefined) consider((Math.floor(nowMs / noise.everyMs) + 1) * noise.everyMs)
  for (const { atMs, forMs } of steps) {
    consider(atMs)
    if (forMs !== undefined) consider(atMs + forMs)
  }
  for (const spike of spikes) {
    const { atMs, riseMs, holdMs, fallMs } = spike
    for (const edge of [atMs, atMs + riseMs, atMs + riseMs + holdMs, atMs + riseMs + holdMs + fallMs]) consider(edge)
    if (!isFlat(spike, nowMs)) consider(grid)
  }
  if ('trace' in base) {
    const later = base.trace.find(({ atMs }) => atMs > nowMs)
    if (later !== undefined) consider(later.atMs)
  }
  return next
}
