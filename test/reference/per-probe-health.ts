/**
 * Reported health, played probe by probe: deliberately naive and as close to the wording of HE-8 and HE-12 to HE-17 as code
 * can be. It keeps every observation and looks back at the last few whenever one arrives. The tracker of the simulator must
 * agree with it to the millisecond. It shares no code with the simulator.
 */

export type Seen = 'Healthy' | 'Unhealthy' | 'Unknown'
export type Reported = 'None' | 'Initializing' | Seen

export interface ReferenceConfig {
  readonly kind: 'binary' | 'rich' | 'loadBalancer'
  readonly protocol: 'http' | 'https' | 'tcp' | 'none'
  readonly intervalMs: number
  readonly numberOfProbes: number
  readonly gracePeriodMs: number
  readonly tcpUnhealthyEndsGrace: boolean
}

/** What happens to the instance, in order of time; things of one ms happen in the order given and before its probes. */
export type HealthEvent =
  | { readonly atMs: number; readonly kind: 'start'; readonly sees: Seen; readonly durationMs: number }
  | {
      readonly atMs: number
      readonly kind: 'startSteady'
      readonly sees: Seen
      readonly durationMs: number
      readonly phaseMs: number
    }
  | { readonly atMs: number; readonly kind: 'change'; readonly sees: Seen; readonly durationMs: number }
  | { readonly atMs: number; readonly kind: 'stop' }

export interface HealthChange {
  readonly atMs: number
  readonly health: Reported
}

/** All changes of reported health up to and including `horizonMs`, from no signal at the beginning. */
export function playProbes(config: ReferenceConfig, events: readonly HealthEvent[], horizonMs: number): HealthChange[] {
  const changes: HealthChange[] = []
  let health = 'None' as Reported
  let running = false
  let sees: Seen = 'Healthy'
  let durationMs = 0
  let observations: Seen[] = []
  let nextProbeMs = Infinity
  // The probe under way; it saw what held when it started.
  let probe = null as { readonly endMs: number; readonly seen: Seen } | null
  let graceEndMs = Infinity
  let nextEvent = 0
  let nowMs = 0

  const report = (next: Reported) => {
    if (next !== health) changes.push({ atMs: nowMs, health: next })
    health = next
  }

  const happen = (event: HealthEvent) => {
    if (event.kind === 'change') {
      sees = event.sees
      durationMs = event.durationMs
      return
    }
    // Starting and stopping both end whatever ran before.
    running = event.kind !== 'stop'
    observations = []
    probe = null
    nextProbeMs = Infinity
    graceEndMs = Infinity
    if (event.kind === 'stop') return report('None')
    sees = event.sees
    durationMs = event.durationMs
    if (config.protocol === 'none') {
      running = false
      return report('Healthy')
    }
    if (event.kind === 'startSteady') {
      nextProbeMs = nowMs + event.phaseMs
      observations = new Array<Seen>(config.numberOfProbes).fill(sees)
      return report(sees)
    }
    nextProbeMs = nowMs
    if (config.kind === 'rich') {
      graceEndMs = nowMs + config.gracePeriodMs
      report('Initializing')
    } else {
      report('None')
    }
  }

  const complete = (seen: Seen) => {
    observations.push(seen)
    const last = observations.slice(-config.numberOfProbes)
    const agreed = last.length === config.numberOfProbes && last.every((one) => one === seen)
    if (health === 'None') {
      report(seen)
    } else if (health === 'Initializing') {
      const valid =
        seen === 'Healthy' || (seen === 'Unhealthy' && (config.protocol !== 'tcp' || config.tcpUnhealthyEndsGrace))
      if (agreed && valid) report(seen)
    } else if (agreed) {
      report(seen)
    }
  }

  for (;;) {
    const eventMs = events[nextEvent]?.atMs ?? Infinity
    const expiryMs = health === 'Initializing' ? graceEndMs : Infinity
    nowMs = Math.min(eventMs, probe?.endMs ?? nextProbeMs, expiryMs)
    if (nowMs > horizonMs) return changes

    while (events[nextEvent]?.atMs === nowMs) happen(events[nextEvent++]!)
    if (!running) continue

    if (probe?.endMs === nowMs) {
      complete(probe.seen)
      probe = null
    }
    if (probe === null && nextProbeMs === nowMs) {
      nextProbeMs = Math.max(nowMs + config.intervalMs, nowMs + durationMs)
      if (durationMs === 0) complete(sees)
      else probe = { endMs: nowMs + durationMs, seen: sees }
    }
    if (health === 'Initializing' && nowMs >= graceEndMs) report(config.protocol === 'tcp' ? 'Unhealthy' : 'Unknown')
  }
}
