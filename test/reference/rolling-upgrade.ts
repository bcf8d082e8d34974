/**
 * A rolling upgrade played second by second, written from the fact sheet alone (rollouts.md sections 2 to 4, 9 and 13;
 * design 5a) to be compared with the engine. It is slow and plain on purpose: arrays, a loop over seconds, and in each
 * second first the world, then the probes, then the controller.
 *
 * The upgrade is an image change. Not played: MaxSurge, rollbacks, scaling, faults from outside, deallocated instances,
 * freezing the total, the stability window, and the time limit of RU-21 (a run that could reach it is refused).
 */

export interface ReferenceInstance {
  zone: number
  /** -1: none (Flexible). */
  updateDomain: number
  /** The fault domain that Azure shows: 0 for all under max spreading. */
  faultDomain: number
  /** The application is broken before the upgrade. */
  unhealthyAtStart: boolean
  /** A new OS disk cures that. */
  curedByUpgrade: boolean
  protectedFromSetActions: boolean
  /** Phase number of the custom metrics; null: none. */
  phase: number | null
  skipUpgrade: boolean
  /** The new image breaks the application on this instance. */
  badAfterUpgrade: boolean
  /** Seconds from the end of boot until it does. */
  badOnsetS: number
}

export interface ReferenceWorld {
  instances: ReferenceInstance[]
  uniform: boolean
  policy: {
    maxBatchInstancePercent: number
    maxUnhealthyInstancePercent: number
    maxUnhealthyUpgradedInstancePercent: number
    pauseS: number
    prioritizeUnhealthyInstances: boolean
    enableCrossZoneUpgrade: boolean
  }
  timings: { osDiskSwapS: number; bootS: number; extensionInstallS: number; startupS: number; warmupS: number }
  /** Rich: extension 2.0 over http. Otherwise binary, 1.0. `graceS` is for rich only. */
  probe: { rich: boolean; intervalS: number; numberOfProbes: number; graceS: number }
  assumptions: {
    healthWaitS: number
    /** 0: off. */
    upgradeStepS: number
    shrinkBatchByUnhealthy: boolean
    shrinkWalk: 'scan' | 'window'
    upgradedDenominator: 'upgraded' | 'total'
    initializingExtendsWait: boolean
    completedWithFailures: boolean
    /** A user cancels in this second; before or in `startS` there is nothing to cancel yet (RU-12). */
    cancelAtS?: number
  }
  /** The second of the model change. */
  startS: number
  /** The last second that is played. */
  horizonS: number
  /** Probes of the instances not yet upgraded fall on this second modulo the interval. Their state is long settled. */
  probePhaseS: number
}

export type ReferenceHealth = 'none' | 'Initializing' | 'Healthy' | 'Unhealthy' | 'Unknown'

export interface ReferenceOutcome {
  status: 'RollingForward' | 'Completed' | 'Faulted' | 'Cancelled'
  errorCode: string | null
  batches: { startS: number; endS: number | null; instances: number[] }[]
  successful: number
  failed: number
  inProgress: number
  pending: number
  /** Every change of a reported state, in order of time, then of instance. */
  healthChanges: { atS: number; instance: number; state: ReferenceHealth }[]
}

type Work = 'outside' | 'pending' | 'inProgress' | 'successful' | 'failed'

interface Machine {
  spec: ReferenceInstance
  /** Second at which its OS disk swap began; null: still the old disk. */
  upgradedAtS: number | null
  /** What its extension reports. */
  health: ReferenceHealth
  /** Observations of the probe: the present one, and how often in a row it was seen. */
  lastObservation: ReferenceHealth | null
  streak: number
  /** Its place in this run's work. */
  work: Work
  /** Custom metrics as read at the start of the run (CM-5); a machine without a number goes last (CM-3). */
  phase: number
}

export function playReference(world: ReferenceWorld): ReferenceOutcome {
  const { policy, timings, probe, assumptions, startS, horizonS } = world
  if (horizonS - startS > 12 * 3600) throw new Error('the reference does not play the time limit of an upgrade (RU-21)')

  if (timings.osDiskSwapS + timings.bootS + timings.extensionInstallS < 1) {
    throw new Error('a machine that is provisioned in the second in which it stops is finer than one second')
  }

  const machines = world.instances.map((spec): Machine => {
    const health = spec.unhealthyAtStart ? 'Unhealthy' : 'Healthy'
    return {
      spec,
      upgradedAtS: null,
      health,
      lastObservation: health,
      streak: probe.numberOfProbes,
      work: 'outside',
      phase: Number.POSITIVE_INFINITY,
    }
  })
  const outcome: ReferenceOutcome = {
    status: 'RollingForward',
    errorCode: null,
    batches: [],
    successful: 0,
    failed: 0,
    inProgress: 0,
    pending: 0,
    healthChanges: [],
  }
  let ended = false
  let cancelRequested = false
  /** When the next batch may start: at once for the first, after the pause for the others. */
  let nextBatchAtS = startS

  for (let now = 0; now <= horizonS; now++) {
    // 1. The world. Machines need nothing here, their truth is a function of the time; the user may cancel.
    if (now === assumptions.cancelAtS && now > startS && !ended) cancelRequested = true

    // 2. Probes.
    for (const [i, machine] of machines.entries()) {
      const before = machine.health
      probeMachine(machine, now)
      if (machine.health !== before) outcome.healthChanges.push({ atS: now, instance: i, state: machine.health })
    }

    // 3. The controller.
    if (now === startS) openRun()
    if (now < startS || ended) continue
    const batch = outcome.batches.at(-1)
    if (batch !== undefined && batch.endS === null) {
      giveVerdicts(batch.instances, now)
      if (!batchIsOver(batch.instances, batch.startS, now)) continue
      batch.endS = now
      closeBatch(now)
    }
    // RU-4: with no pause the next batch starts in the second in which the last one ended. RU-11: cancelled in a pause.
    if (!ended && cancelRequested) end('Cancelled', null)
    if (!ended && now >= nextBatchAtS) startBatch(now)
  }

  outcome.successful = count('successful')
  outcome.failed = count('failed')
  outcome.inProgress = count('inProgress')
  outcome.pending = count('pending')
  // TH-2: a run that is stopped before its first batch shows nothing but zeros.
  if (outcome.errorCode === 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade') outcome.pending = 0
  return outcome

  // ---- the truth about one machine -------------------------------------------------------------------------------

  function endOfBoot(machine: Machine): number {
    return machine.upgradedAtS! + timings.osDiskSwapS + timings.bootS
  }

  /** TH-13: provisioning and the extensions are done. */
  function provisionedAt(machine: Machine): number {
    return endOfBoot(machine) + timings.extensionInstallS
  }

  function isListening(machine: Machine, now: number): boolean {
    return machine.upgradedAtS === null || now >= endOfBoot(machine) + timings.startupS
  }

  function isWarm(machine: Machine, now: number): boolean {
    return machine.upgradedAtS === null || now >= endOfBoot(machine) + timings.startupS + timings.warmupS
  }

  function isBroken(machine: Machine, now: number): boolean {
    const { spec } = machine
    if (machine.upgradedAtS === null) return spec.unhealthyAtStart
    if (spec.unhealthyAtStart && !spec.curedByUpgrade) return true
    return spec.badAfterUpgrade && now >= endOfBoot(machine) + spec.badOnsetS
  }

  // ---- what its health extension says ----------------------------------------------------------------------------

  function probeMachine(machine: Machine, now: number): void {
    // HE-23: a machine that is stopped, or whose extension is not installed yet, gives no signal.
    if (machine.upgradedAtS !== null && now < provisionedAt(machine)) {
      machine.health = 'none'
      machine.lastObservation = null
      machine.streak = 0
      return
    }
    // The extension starts when it is installed and probes at once, then every interval (design 5a 2, HE-17).
    const firstProbeAtS = machine.upgradedAtS === null ? world.probePhaseS : provisionedAt(machine)
    if (machine.health === 'none' && probe.rich) machine.health = 'Initializing' // HE-12
    const sinceFirst = now - firstProbeAtS
    const isProbing = sinceFirst >= 0 && sinceFirst % probe.intervalS === 0
    if (isProbing) takeObservation(machine, observe(machine, now))
    // HE-12: the grace ends. A probe in that very second still counts: it happened within the grace.
    if (machine.health === 'Initializing' && now >= provisionedAt(machine) + probe.graceS) machine.health = 'Unknown'
  }

  function observe(machine: Machine, now: number): ReferenceHealth {
    if (!isListening(machine, now)) return probe.rich ? 'Unknown' : 'Unhealthy' // refused: HE-10, HE-6
    return isBroken(machine, now) || !isWarm(machine, now) ? 'Unhealthy' : 'Healthy'
  }

  function takeObservation(machine: Machine, seen: ReferenceHealth): void {
    // HE-14: a different observation starts counting at one.
    machine.streak = machine.lastObservation === seen ? machine.streak + 1 : 1
    machine.lastObservation = seen
    // HE-8: a binary extension believes its very first observation.
    if (machine.health === 'none') machine.health = seen
    if (machine.streak < probe.numberOfProbes) return
    // HE-13: within the grace a run of Unknown keeps Initializing.
    if (machine.health === 'Initializing' && seen === 'Unknown') return
    machine.health = seen // HE-8, HE-12, HE-14
  }

  // ---- the rolling upgrade ---------------------------------------------------------------------------------------

  function openRun(): void {
    for (const machine of machines) {
      // CM-1, CM-6: metrics need rich health states and a machine that reports Healthy.
      const metricsCount = probe.rich && machine.health === 'Healthy'
      if (metricsCount && machine.spec.phase !== null) machine.phase = machine.spec.phase
      const skips = metricsCount && machine.spec.skipUpgrade // CM-4
      // RU-2, BT-11: every machine is behind the model, a protected one stays there.
      machine.work = skips || machine.spec.protectedFromSetActions ? 'outside' : 'pending'
    }
  }

  /** RU-3: the whole-set check, then a batch. */
  function startBatch(now: number): void {
    const isFirst = outcome.batches.length === 0
    // TH-1, TH-3, TH-4, BT-16: every machine of the set counts, on both sides.
    const unhealthy = machines.filter(isUnhealthy).length
    if (unhealthy * 100 > policy.maxUnhealthyInstancePercent * machines.length) {
      const when = isFirst ? 'BeforeRollingUpgrade' : 'InRollingUpgrade'
      end('Faulted', `MaxUnhealthyInstancePercentExceeded${when}`)
      return
    }
    // RU-2: nothing to do is done. (Later batches are started only while something is pending.)
    if (count('pending') === 0) {
      end('Completed', null)
      return
    }
    const members = buildBatch()
    for (const i of members) {
      machines[i]!.work = 'inProgress'
      machines[i]!.upgradedAtS = now
      machines[i]!.health = 'none' // it stops in this second
      machines[i]!.lastObservation = null
      machines[i]!.streak = 0
      outcome.healthChanges.push({ atS: now, instance: i, state: 'none' })
    }
    outcome.batches.push({ startS: now, endS: null, instances: members })
  }

  /** TH-12 to TH-15: whoever is Healthy has made it; who is not when the wait ends has failed. */
  function giveVerdicts(members: number[], now: number): void {
    for (const i of members) {
      const machine = machines[i]!
      if (machine.work !== 'inProgress' || now < provisionedAt(machine)) continue
      const waitIsOver = now >= provisionedAt(machine) + assumptions.healthWaitS
      const stillInitializing = assumptions.initializingExtendsWait && machine.health === 'Initializing'
      if (machine.health === 'Healthy') machine.work = 'successful'
      else if (waitIsOver && !stillInitializing) machine.work = 'failed'
    }
  }

  /** Every member has its verdict, and the 60 s step is complete: steps count from the start of the run (design 5a 7). */
  function batchIsOver(members: number[], batchStartS: number, now: number): boolean {
    if (members.some((i) => machines[i]!.work === 'inProgress')) return false
    if (assumptions.upgradeStepS === 0) return true
    // A batch costs at least one step, even if nothing took any time.
    return now > batchStartS && (now - startS) % assumptions.upgradeStepS === 0
  }

  function closeBatch(now: number): void {
    // Design 5a 9: at one border the user's cancel wins over a breach.
    if (cancelRequested) {
      end('Cancelled', null) // RU-11: the batch in flight was finished
      return
    }
    // TH-5, TH-6, TH-9: of those upgraded in this run, how many are Unhealthy or Unknown now?
    const upgraded = machines.filter((machine) => machine.work === 'successful' || machine.work === 'failed')
    const unhealthy = upgraded.filter(isUnhealthy).length
    const total = assumptions.upgradedDenominator === 'total' ? machines.length : upgraded.length
    if (unhealthy * 100 > policy.maxUnhealthyUpgradedInstancePercent * total) {
      end('Faulted', 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade')
      return
    }
    if (count('pending') > 0) {
      nextBatchAtS = now + policy.pauseS // RU-4
      return
    }
    // TH-11: after the last batch there is no other test.
    if (count('failed') > 0 && !assumptions.completedWithFailures) {
      end('Faulted', 'RollingUpgradeInProgressWithFailedUpgradedVMs')
    } else {
      end('Completed', null)
    }
  }

  function end(status: ReferenceOutcome['status'], errorCode: string | null): void {
    outcome.status = status
    outcome.errorCode = errorCode
    ended = true
  }

  /** HE-20, BT-15: Unhealthy, Unknown and unreadable; Initializing is no verdict. */
  function isUnhealthy(machine: Machine): boolean {
    return machine.health === 'Unhealthy' || machine.health === 'Unknown' || machine.health === 'none'
  }

  function count(work: Work): number {
    return machines.filter((machine) => machine.work === work).length
  }

  // ---- batches ---------------------------------------------------------------------------------------------------

  function buildBatch(): number[] {
    // BT-1, BT-2, BT-5: the cap is a share of the whole set.
    const cap = Math.max(1, Math.floor((machines.length * policy.maxBatchInstancePercent) / 100))
    // CM-3: one phase after the other.
    const pending = machines.map((_, i) => i).filter((i) => machines[i]!.work === 'pending')
    const phase = Math.min(...pending.map((i) => machines[i]!.phase))
    const inPhase = pending.filter((i) => machines[i]!.phase === phase)
    inPhase.sort(compareForOrder)
    const first = inPhase[0]!
    const candidates = inPhase.filter((i) => mayShareBatch(first, i))

    // BT-3. The walk goes on until the batch is full; under `window` it sees only the first `cap` candidates.
    const walked = assumptions.shrinkWalk === 'window' ? candidates.slice(0, cap) : candidates
    const batch: number[] = []
    for (const i of walked) {
      if (batch.length === cap) break
      if (isUnhealthy(machines[i]!)) {
        batch.push(i)
        continue
      }
      // Design 5a 5: no healthy one joins while an unhealthy one waits in another zone or domain.
      const unhealthyWaits = inPhase.some((other) => isUnhealthy(machines[other]!) && !batch.includes(other))
      if (policy.prioritizeUnhealthyInstances && unhealthyWaits) continue
      if (!assumptions.shrinkBatchByUnhealthy) {
        batch.push(i)
        continue
      }
      const healthyInBatch = batch.filter((member) => !isUnhealthy(machines[member]!)).length + 1 // with the newcomer
      const unhealthyNotInBatch = machines.filter((machine, j) => isUnhealthy(machine) && !batch.includes(j)).length
      const allowed = Math.floor((machines.length * policy.maxUnhealthyInstancePercent) / 100)
      if (healthyInBatch <= Math.max(1, allowed - unhealthyNotInBatch)) batch.push(i)
    }
    return batch
  }

  /** BT-9: unhealthy first if prioritized, zone, update or fault domain, order of creation. The phase is settled before. */
  function compareForOrder(a: number, b: number): number {
    const [one, other] = [machines[a]!, machines[b]!]
    if (policy.prioritizeUnhealthyInstances && isUnhealthy(one) !== isUnhealthy(other)) return isUnhealthy(one) ? -1 : 1 // BT-10
    // Design 5a 6: across zones, zone is no part of the order.
    if (!policy.enableCrossZoneUpgrade && one.spec.zone !== other.spec.zone) return one.spec.zone - other.spec.zone
    if (world.uniform && one.spec.updateDomain !== other.spec.updateDomain) {
      return one.spec.updateDomain - other.spec.updateDomain
    }
    // BT-8: one fault domain first; it is an order, not a border.
    if (!world.uniform && one.spec.faultDomain !== other.spec.faultDomain)
      return one.spec.faultDomain - other.spec.faultDomain
    return a - b
  }

  /** Whether `other` may be in a batch that `first` opens. */
  function mayShareBatch(first: number, other: number): boolean {
    const [one, two] = [machines[first]!.spec, machines[other]!.spec]
    if (!policy.enableCrossZoneUpgrade && one.zone !== two.zone) return false // BT-4
    const udIsBorder = world.uniform && policy.maxBatchInstancePercent < 100 // BT-6, BT-7
    return !udIsBorder || one.updateDomain === two.updateDomain
  }
}
