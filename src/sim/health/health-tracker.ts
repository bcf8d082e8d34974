import {
  OBS_HEALTHY,
  OBS_UNHEALTHY,
  type Observation,
  PROBE_TIMEOUT_MS,
  type ProbeConfig,
} from './probe-observation.ts'

/** No signal: nothing runs that could report, or nothing has been observed yet. HE-5, HE-8, HE-23. */
export const HEALTH_NONE = 0
export const HEALTH_INITIALIZING = 1
export const HEALTH_HEALTHY = 2
export const HEALTH_UNHEALTHY = 3
export const HEALTH_UNKNOWN = 4

const HEALTH_NAMES = ['None', 'Initializing', 'Healthy', 'Unhealthy', 'Unknown'] as const

/** Azure's word for a reported health; `None` is ours for "no signal". */
export function healthName(health: number): (typeof HEALTH_NAMES)[number] {
  const name = HEALTH_NAMES[health]
  if (name === undefined) throw new RangeError(`no reported health has the number ${health}`)
  return name
}

/** The reported health that a run of this observation leads to: the two sets of numbers keep the same order. */
function healthOf(observation: number): number {
  return observation + HEALTH_HEALTHY
}

const STOPPED = 0
const PROBING = 1
/** HE-19: nothing to probe, Healthy for good. */
const UNPROBED = 2

/**
 * Reported health of one instance, computed without playing its probes.
 *
 * Probe k+1 starts at `max(start + interval, start + duration)` of probe k (HE-17), and every probe that starts between two
 * calls of `change` sees the same. So the probes of that stretch are an arithmetic series: how many of them have completed,
 * and when the one completes that flips the state, is one multiplication each. Besides that series at most one probe is
 * under way that still sees what held when it started.
 *
 * Times are ms and must not go backwards from call to call. All calls of `change` for one ms come before `flip` of that ms;
 * one that comes later still counts for probes that start then, unless the flip has already taken such a probe into account.
 * No call allocates.
 */
export class HealthTracker {
  /** Reported now, one of the HEALTH_ constants. Read only. */
  health = HEALTH_NONE

  // the source
  private mode = STOPPED
  private intervalMs = 0
  private numberOfProbes = 1
  /** End of the grace period; means something only while Initializing. */
  private graceEndMs = -1
  private healthAfterGrace = HEALTH_UNKNOWN
  private unhealthyEndsGrace = true

  // what probes see that start from now on
  private observation = OBS_HEALTHY as number
  private durationMs = 0
  /** Start of the first probe that is neither completed nor under way. */
  private nextStartMs = -1

  /** Completion of the probe under way, which saw an earlier condition; -1: none. */
  private inFlightEndMs = -1
  private inFlightObservation = OBS_HEALTHY as number

  /** Length of the current run of equal completed observations, counted up to `numberOfProbes`. */
  private run = 0
  private runObservation = OBS_HEALTHY as number

  /**
   * The source starts at `nowMs`, with its first probe (design §5a 2). Binary and load balancer: no signal until the first
   * observation completes (HE-8). Rich: Initializing (HE-12). `observation` and `durationMs` hold until `change`.
   */
  start(config: ProbeConfig, nowMs: number, observation: Observation, durationMs: number): void {
    this.configure(config, observation, durationMs)
    this.nextStartMs = nowMs
    this.run = 0
    if (this.mode === UNPROBED) {
      this.health = HEALTH_HEALTHY
    } else if (config.kind === 'rich') {
      this.health = HEALTH_INITIALIZING
      this.graceEndMs = nowMs + config.gracePeriodMs
    } else {
      this.health = HEALTH_NONE
    }
  }

  /**
   * The source has been running in a steady state for long: health is what the observation says, any grace period is over.
   * The next probe starts at `nowMs + phaseMs`, `0 <= phaseMs < interval`.
   */
  startSteady(config: ProbeConfig, nowMs: number, observation: Observation, durationMs: number, phaseMs: number): void {
    this.configure(config, observation, durationMs)
    // A probe may be under way, but it will only repeat what all the earlier ones saw and so cannot change the run.
    this.nextStartMs = nowMs + phaseMs
    this.run = config.numberOfProbes
    this.health = this.mode === UNPROBED ? HEALTH_HEALTHY : healthOf(observation)
  }

  /**
   * What a probe would see changes at `nowMs`: a probe that starts at that very ms sees the new condition, one under way
   * completes with the old one. Without a running source nothing happens.
   */
  change(nowMs: number, observation: Observation, durationMs: number): void {
    if (this.mode !== PROBING) return
    assertDuration(durationMs)
    this.accountUntil(nowMs)
    this.observation = observation
    this.durationMs = durationMs
  }

  /** No process that could report: no signal, and nothing is pending. HE-5, HE-23. */
  stop(): void {
    this.mode = STOPPED
    this.health = HEALTH_NONE
    this.inFlightEndMs = -1
  }

  /** When `health` changes next if no condition does, or -1 for never. It may be the current ms. */
  nextFlipMs(): number {
    if (this.mode !== PROBING) return -1
    const observedMs = this.nextObservedFlipMs()
    if (this.health !== HEALTH_INITIALIZING) return observedMs
    // An observation that completes in the ms of expiry counts first.
    return observedMs >= 0 && observedMs <= this.graceEndMs ? observedMs : this.graceEndMs
  }

  /**
   * Applies the change that `nextFlipMs` announced for `nowMs` and returns the new health. Ask again afterwards: a second
   * change in the same ms is possible, when a slow probe ends as a quick one begins.
   */
  flip(nowMs: number): number {
    const before = this.health
    if (this.mode === PROBING) {
      this.accountUntil(nowMs)
      if (this.inFlightEndMs === nowMs) {
        this.inFlightEndMs = -1
        this.complete(this.inFlightObservation, 1)
      }
      if (this.health === before && this.nextStartMs === nowMs && this.durationMs === 0 && this.inFlightEndMs < 0) {
        this.nextStartMs += this.intervalMs
        this.complete(this.observation, 1)
      }
      // HE-12: the grace period ends without a verdict.
      if (this.health === before && before === HEALTH_INITIALIZING && this.graceEndMs === nowMs) {
        this.health = this.healthAfterGrace
      }
    }
    if (this.health === before) throw new Error(`no change of health is due at ${nowMs} ms (${healthName(before)})`)
    return this.health
  }

  private configure(config: ProbeConfig, observation: Observation, durationMs: number): void {
    assertDuration(durationMs)
    if (config.intervalMs < 1 || config.numberOfProbes < 1) {
      throw new RangeError(`cannot probe every ${config.intervalMs} ms, ${config.numberOfProbes} in a row`)
    }
    const tcp = config.protocol === 'tcp'
    this.mode = config.protocol === 'none' ? UNPROBED : PROBING
    this.intervalMs = config.intervalMs
    this.numberOfProbes = config.numberOfProbes
    this.graceEndMs = -1
    this.healthAfterGrace = tcp ? HEALTH_UNHEALTHY : HEALTH_UNKNOWN
    this.unhealthyEndsGrace = !tcp || config.tcpUnhealthyEndsGrace
    this.observation = observation
    this.durationMs = durationMs
    this.inFlightEndMs = -1
    this.runObservation = observation
  }

  /** HE-17: from the start of a probe to the start of the next one, as long as probes last `durationMs`. */
  private periodMs(): number {
    return Math.max(this.durationMs, this.intervalMs)
  }

  /** HE-12, HE-13: Unknown never ends Initializing, Unhealthy of a tcp probe only by assumption. */
  private endsGrace(observation: number): boolean {
    return observation === OBS_HEALTHY || (observation === OBS_UNHEALTHY && this.unhealthyEndsGrace)
  }

  /** Whether health changes when an observation completes that makes a run of this length. */
  private isDecisive(observation: number, run: number): boolean {
    if (this.health === HEALTH_NONE) return true // HE-8
    if (run < this.numberOfProbes) return false // HE-14
    return this.health === HEALTH_INITIALIZING ? this.endsGrace(observation) : this.health !== healthOf(observation)
  }

  private nextObservedFlipMs(): number {
    let run = this.run
    let runObservation = this.runObservation
    if (this.inFlightEndMs >= 0) {
      run = this.inFlightObservation === runObservation ? run + 1 : 1
      runObservation = this.inFlightObservation
      if (this.isDecisive(runObservation, run)) return this.inFlightEndMs
    }
    const observation = this.observation
    // The longest run that can matter: if not even that one changes anything, no number of such probes does.
    if (!this.isDecisive(observation, this.numberOfProbes)) return -1
    const seen = observation === runObservation ? run : 0
    const missing = this.health === HEALTH_NONE || seen >= this.numberOfProbes ? 1 : this.numberOfProbes - seen
    return this.nextStartMs + (missing - 1) * this.periodMs() + this.durationMs
  }

  /**
   * Takes every probe into account that completed before `nowMs`, and puts the one under way that started before it. None of
   * them changes health: the change would have been announced and applied.
   */
  private accountUntil(nowMs: number): void {
    if (this.inFlightEndMs >= 0) {
      // The next probe starts when this one has ended or later, so there is nothing else before `nowMs`.
      if (this.inFlightEndMs >= nowMs) return
      this.inFlightEndMs = -1
      this.completeQuietly(this.inFlightObservation, 1, nowMs)
    }
    if (this.health === HEALTH_INITIALIZING && this.graceEndMs < nowMs) throw missedFlip(this.graceEndMs, nowMs)
    if (this.nextStartMs >= nowMs) return
    const periodMs = this.periodMs()
    const started = Math.ceil((nowMs - this.nextStartMs) / periodMs)
    this.nextStartMs += started * periodMs
    const lastEndMs = this.nextStartMs - periodMs + this.durationMs
    if (lastEndMs < nowMs) {
      this.completeQuietly(this.observation, started, nowMs)
    } else {
      if (started > 1) this.completeQuietly(this.observation, started - 1, nowMs)
      this.inFlightEndMs = lastEndMs
      this.inFlightObservation = this.observation
    }
  }

  private completeQuietly(observation: number, count: number, nowMs: number): void {
    const before = this.health
    this.complete(observation, count)
    if (this.health !== before) throw missedFlip(-1, nowMs)
  }

  /** `count` probes in a row complete with the same observation. HE-14: another one than before starts a run of its own. */
  private complete(observation: number, count: number): void {
    const run = observation === this.runObservation ? this.run + count : count
    this.run = Math.min(run, this.numberOfProbes)
    this.runObservation = observation
    if (this.isDecisive(observation, this.run)) this.health = healthOf(observation)
  }
}

function assertDuration(durationMs: number): void {
  if (durationMs < 0 || durationMs > PROBE_TIMEOUT_MS) {
    throw new RangeError(`a probe lasts 0 to ${PROBE_TIMEOUT_MS} ms, not ${durationMs}`)
  }
}

function missedFlip(atMs: number, nowMs: number): Error {
  const when = atMs < 0 ? 'an earlier change of health' : `the change of health at ${atMs} ms`
  return new Error(`${when} was not applied before ${nowMs} ms`)
}
