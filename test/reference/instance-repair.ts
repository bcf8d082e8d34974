/**
 * Automatic instance repairs played second by second, written from the fact sheet alone (rollouts.md sections 9 and 10;
 * design 5a 2 to 4) to be compared with the engine. It is slow and plain on purpose: lists, a loop over seconds, and in each
 * second first the world, then the probes, then, where a minute begins, the repair service.
 *
 * One regional set on the model it has, with the Application Health extension over http. Not played: upgrades, scale-in,
 * deallocated machines, approvals of notices, images that are missing.
 */

export type RepairAction = 'Replace' | 'Reimage' | 'Restart'

/** What people and the world do, in order of time; within one second in the order given. Machines of time 0 only. */
export type RepairEvent =
  | { atS: number; kind: 'break' | 'hang'; machine: number; forS: number | null }
  | { atS: number; kind: 'restart'; machine: number }
  | { atS: number; kind: 'protect'; machine: number; from: 'scaleIn' | 'setActions' | 'nothing' }
  | { atS: number; kind: 'service'; action: 'Suspend' | 'Resume' }
  | { atS: number; kind: 'outage'; forS: number }
  | { atS: number; kind: 'scaleOut'; capacity: number }

export interface RepairReferenceWorld {
  capacity: number
  /** The first probe of each machine of time 0, in ms: it has been probed for long, each in a phase of its own. */
  probePhasesMs: number[]
  /** Numbers of machines whose OS disk is bad, whenever it is made; `badOnsetS` from the end of boot on. */
  badDisks: number[]
  badOnsetS: number
  events: RepairEvent[]
  policy: { graceS: number; action: RepairAction }
  /** Notice of a delete; null: none. */
  terminateNoticeS: number | null
  timings: {
    createS: number
    reimageS: number
    restartS: number
    deleteS: number
    bootS: number
    extensionS: number
    startupS: number
    warmupS: number
  }
  probe: { rich: boolean; intervalS: number; numberOfProbes: number; graceS: number }
  assumptions: {
    scanS: number
    suspendAfter: number
    limitPercent: number
    order: 'oldestUnhealthy' | 'instanceId'
    anchor: 'stateChange' | 'firstUnhealthy'
  }
  /** The last second that is played. */
  horizonS: number
}

export interface RepairReferenceOutcome {
  repairs: { atS: number; machine: number }[]
  machines: { createdS: number; deletedS: number | null }[]
  serviceStates: { atS: number; state: 'Running' | 'Suspended' }[]
  count: number
  loops: number
  suspended: number
}

type Health = 'none' | 'Initializing' | 'Healthy' | 'Unhealthy' | 'Unknown'

interface Machine {
  number: number
  createdS: number
  deletedS: number | null
  /** `off`: the platform makes it, or has it down. */
  stage: 'off' | 'booting' | 'up' | 'deleting' | 'deleted'
  stageEndsS: number
  /** The boot that comes is from a new OS disk, so that extensions install again. */
  hasNewDisk: boolean
  bootedAtS: number
  provisioned: boolean
  /** Its delete is announced; the second at which it begins. */
  leavesAtS: number | null
  /** End of the last change of its state; null: long ago. */
  changedAtS: number | null
  openBreak: boolean
  breakEndsS: number[]
  openHang: boolean
  hangEndsS: number[]
  protectedFrom: 'scaleIn' | 'setActions' | 'nothing'
  // its health extension
  isProbed: boolean
  health: Health
  last: Health | null
  streak: number
  nextProbeMs: number
  extensionStartedS: number
  unhealthySinceMs: number | null
  /** Repairs of this slot since it was Healthy the last time. */
  repairsInARow: number
}

export function playRepairReference(world: RepairReferenceWorld): RepairReferenceOutcome {
  const { policy, timings, probe, assumptions } = world
  const machines: Machine[] = []
  const outages: { fromS: number; toS: number }[] = []
  const outcome: RepairReferenceOutcome = {
    repairs: [],
    machines: [],
    serviceStates: [],
    count: 0,
    loops: 0,
    suspended: 0,
  }
  let state: 'Running' | 'Suspended' = 'Running'
  /** Machines under repair, in the order in which their repairs began. */
  let underRepair: Machine[] = []
  /** Repairs that are done and whose result is looked at when their grace ends. */
  let results: { machine: Machine; dueS: number }[] = []
  let failuresInARow = 0

  for (let i = 0; i < world.capacity; i++) {
    const machine = addMachine(0)
    machine.stage = 'up'
    machine.provisioned = true
    machine.bootedAtS = Number.NEGATIVE_INFINITY
    machine.isProbed = true
    machine.nextProbeMs = world.probePhasesMs[i]!
    machine.health = observe(machine, 0)
    machine.last = machine.health
    machine.streak = probe.numberOfProbes
    if (isSick(machine)) machine.unhealthySinceMs = 0
  }

  for (let now = 0; now <= world.horizonS; now++) {
    // Machines of time 0 are probed at odd milliseconds; those see the world as the second before has left it.
    for (const machine of machines) probeUntil(machine, now * 1000 - 1, now - 1)
    for (const event of world.events) if (event.atS === now) happen(event, now)
    for (const machine of machines) live(machine, now)
    for (const machine of underRepair.filter((one) => one.provisioned)) {
      results.push({ machine, dueS: now + policy.graceS })
    }
    underRepair = underRepair.filter((one) => !one.provisioned)
    for (const machine of machines) {
      probeUntil(machine, now * 1000, now)
      endGrace(machine, now)
    }
    if (now % assumptions.scanS === 0) lookAt(now) // RE-17
  }

  outcome.machines = machines.map(({ createdS, deletedS }) => ({ createdS, deletedS }))
  return outcome

  // ---- machines --------------------------------------------------------------------------------------------------

  function addMachine(now: number): Machine {
    const machine: Machine = {
      number: machines.length,
      createdS: now,
      deletedS: null,
      stage: 'off',
      stageEndsS: now + timings.createS,
      hasNewDisk: true,
      bootedAtS: Number.POSITIVE_INFINITY,
      provisioned: false,
      leavesAtS: null,
      changedAtS: null,
      openBreak: false,
      breakEndsS: [],
      openHang: false,
      hangEndsS: [],
      protectedFrom: 'nothing',
      isProbed: false,
      health: 'none',
      last: null,
      streak: 0,
      nextProbeMs: 0,
      extensionStartedS: 0,
      unhealthySinceMs: null,
      repairsInARow: 0,
    }
    machines.push(machine)
    return machine
  }

  function isMember(machine: Machine): boolean {
    return machine.stage !== 'deleting' && machine.stage !== 'deleted' && machine.leavesAtS === null
  }

  function isHung(machine: Machine): boolean {
    return machine.openHang || machine.hangEndsS.length > 0
  }

  function happen(event: RepairEvent, now: number): void {
    if (event.kind === 'outage') {
      outages.push({ fromS: now, toS: now + event.forS })
      return
    }
    if (event.kind === 'scaleOut') {
      while (machines.filter(isMember).length < event.capacity) addMachine(now)
      return
    }
    if (event.kind === 'service') {
      if (event.action === 'Suspend' && state === 'Running') changeService('Suspended', now)
      else if (event.action === 'Resume' && state === 'Suspended') {
        // RE-12: a Resume restarts it, and it starts counting anew.
        changeService('Running', now)
        failuresInARow = 0
        results = []
      }
      return
    }
    const machine = machines[event.machine]!
    if (!isMember(machine)) return
    if (event.kind === 'protect') machine.protectedFrom = event.from
    else if (event.kind === 'restart') {
      if (machine.provisioned) takeDown(machine, now, timings.restartS, false) // else another operation runs on it
    } else if (event.kind === 'break') {
      if (event.forS === null) machine.openBreak = true
      else machine.breakEndsS.push(now + event.forS)
    } else if (isHung(machine) || machine.stage === 'up') {
      // Only a guest that is up can hang.
      if (event.forS === null) machine.openHang = true
      else machine.hangEndsS.push(now + event.forS)
      silence(machine)
    }
  }

  /** Design 5a 4: a restart cures a hang, a new OS disk a broken application, except those that last a given time. */
  function takeDown(machine: Machine, now: number, downS: number, newDisk: boolean): void {
    machine.stage = 'off'
    machine.stageEndsS = now + downS
    machine.hasNewDisk = newDisk
    machine.bootedAtS = Number.POSITIVE_INFINITY
    machine.provisioned = false
    machine.openHang = false
    if (newDisk) machine.openBreak = false
    silence(machine)
  }

  /** SE-9: with a notice the delete is announced first, and the guest goes on. */
  function remove(machine: Machine, now: number): void {
    if (world.terminateNoticeS === null) startDelete(machine, now)
    else machine.leavesAtS = now + world.terminateNoticeS
  }

  function startDelete(machine: Machine, now: number): void {
    takeDown(machine, now, timings.deleteS, false)
    machine.stage = 'deleting'
  }

  /** One second in the life of a machine: what ends in it ends, and what follows begins. */
  function live(machine: Machine, now: number): void {
    if (machine.stage === 'deleted') return
    const wasHung = isHung(machine)
    if (machine.breakEndsS.includes(now)) machine.breakEndsS = machine.breakEndsS.filter((end) => end > now)
    if (machine.hangEndsS.includes(now)) machine.hangEndsS = machine.hangEndsS.filter((end) => end > now)
    if (machine.leavesAtS === now) startDelete(machine, now)
    if (machine.stage === 'deleting' && machine.stageEndsS <= now) {
      machine.stage = 'deleted'
      machine.deletedS = now
    }
    if (machine.stage === 'off' && machine.stageEndsS <= now) {
      machine.stage = 'booting'
      machine.stageEndsS += timings.bootS
    }
    if (machine.stage === 'booting' && machine.stageEndsS <= now) {
      machine.stage = 'up'
      machine.bootedAtS = now
    }
    const extensionS = machine.hasNewDisk ? timings.extensionS : 0
    if (machine.stage === 'up' && !machine.provisioned && now >= machine.bootedAtS + extensionS) {
      machine.provisioned = true
      machine.changedAtS = now // RE-3
      if (!isHung(machine)) startExtension(machine, now)
    } else if (wasHung && !isHung(machine) && machine.provisioned) startExtension(machine, now)
  }

  // ---- what its health extension says ----------------------------------------------------------------------------

  /** HE-5, HE-23: nothing runs that could report. */
  function silence(machine: Machine): void {
    machine.isProbed = false
    report(machine, 'none', 0)
  }

  function startExtension(machine: Machine, now: number): void {
    machine.isProbed = true
    machine.last = null
    machine.streak = 0
    machine.nextProbeMs = now * 1000
    machine.extensionStartedS = now
    report(machine, probe.rich ? 'Initializing' : 'none', now * 1000)
  }

  function probeUntil(machine: Machine, untilMs: number, now: number): void {
    while (machine.isProbed && machine.nextProbeMs <= untilMs) {
      takeObservation(machine, observe(machine, now), machine.nextProbeMs)
      machine.nextProbeMs += probe.intervalS * 1000
    }
  }

  function observe(machine: Machine, now: number): Health {
    const isListening = now >= machine.bootedAtS + timings.startupS
    const isDead = machine.openBreak || machine.breakEndsS.length > 0
    if (!isListening || isDead) return probe.rich ? 'Unknown' : 'Unhealthy' // refused: HE-10, HE-6
    const isWarm = now >= machine.bootedAtS + timings.startupS + timings.warmupS
    const isBad = world.badDisks.includes(machine.number) && now >= machine.bootedAtS + world.badOnsetS
    const isCutOff = outages.some(({ fromS, toS }) => now >= fromS && now < toS)
    return isWarm && !isBad && !isCutOff ? 'Healthy' : 'Unhealthy'
  }

  function takeObservation(machine: Machine, seen: Health, atMs: number): void {
    // HE-14: a different observation starts counting at one.
    machine.streak = machine.last === seen ? machine.streak + 1 : 1
    machine.last = seen
    // HE-8: a binary extension believes its very first observation.
    const isFirst = machine.health === 'none'
    if (!isFirst && machine.streak < probe.numberOfProbes) return
    // HE-13: within the grace a run of Unknown keeps Initializing.
    if (machine.health === 'Initializing' && seen === 'Unknown') return
    report(machine, seen, atMs)
  }

  /** HE-12: Initializing ends with its grace. A probe in that very second still counts: it happened within the grace. */
  function endGrace(machine: Machine, now: number): void {
    if (machine.health === 'Initializing' && now >= machine.extensionStartedS + probe.graceS)
      report(machine, 'Unknown', now * 1000)
  }

  function report(machine: Machine, health: Health, atMs: number): void {
    machine.health = health
    if (health === 'Healthy') machine.repairsInARow = 0
    if (!isSick(machine)) machine.unhealthySinceMs = null
    else machine.unhealthySinceMs ??= atMs
  }

  /** RE-2, HE-20, HE-23. */
  function isSick(machine: Machine): boolean {
    return machine.health === 'Unhealthy' || machine.health === 'Unknown'
  }

  // ---- the repair service ----------------------------------------------------------------------------------------

  function changeService(next: 'Running' | 'Suspended', now: number): void {
    state = next
    outcome.serviceStates.push({ atS: now, state: next })
  }

  function lookAt(now: number): void {
    if (state === 'Running') judgeResults(now)
    if (state !== 'Running') return
    const members = machines.filter(isMember)
    const limit = Math.max(1, Math.floor((members.length * assumptions.limitPercent) / 100)) // RE-6
    const waiting = members.filter((machine) => isSick(machine) && mayBeRepaired(machine, now))
    waiting.sort((a, b) => {
      const byAge = assumptions.order === 'oldestUnhealthy' ? a.unhealthySinceMs! - b.unhealthySinceMs! : 0
      return byAge === 0 ? a.number - b.number : byAge // RE-17
    })
    for (const machine of waiting) if (underRepair.length < limit) repair(machine, now)
  }

  function mayBeRepaired(machine: Machine, now: number): boolean {
    if (!machine.provisioned) return false // another operation runs
    if (machine.protectedFrom !== 'nothing') return false // RE-10
    // RE-3: the grace counts from the end of the last change. RE-4: turning unhealthy starts none, but for one reading.
    const anchorsMs = machine.changedAtS === null ? [] : [machine.changedAtS * 1000]
    if (assumptions.anchor === 'firstUnhealthy') anchorsMs.push(machine.unhealthySinceMs!)
    return anchorsMs.every((anchorMs) => now * 1000 >= anchorMs + policy.graceS * 1000)
  }

  function repair(machine: Machine, now: number): void {
    outcome.count++
    outcome.repairs.push({ atS: now, machine: machine.number })
    machine.repairsInARow++
    if (machine.repairsInARow >= 2) outcome.loops++
    let patient = machine
    if (policy.action === 'Restart') takeDown(machine, now, timings.restartS, false)
    else if (policy.action === 'Reimage') takeDown(machine, now, timings.reimageS, true)
    else {
      // RE-7, RE-8: the old one is deleted, if need be after its notice; the new one is made at once.
      const { repairsInARow } = machine
      remove(machine, now)
      patient = addMachine(now)
      patient.repairsInARow = repairsInARow
    }
    underRepair.push(patient)
  }

  /** RE-12: so many repairs in a row whose result is unhealthy at the end of its grace. */
  function judgeResults(now: number): void {
    for (const { machine } of results.filter(({ dueS }) => dueS <= now)) {
      if (!isMember(machine)) continue
      if (machine.health === 'Healthy') failuresInARow = 0
      else if (isSick(machine)) failuresInARow++
      if (failuresInARow < assumptions.suspendAfter) continue
      changeService('Suspended', now)
      outcome.suspended++
      break
    }
    results = results.filter(({ dueS }) => dueS > now)
  }
}
