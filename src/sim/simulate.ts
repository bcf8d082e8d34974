import type { Finding } from '../model/finding.ts'
import type { Scenario } from '../model/scenario.ts'
import { ApplicationTruth } from './application.ts'
import { ApplicationHealth } from './application-health.ts'
import { Attach } from './attach.ts'
import { AutomaticOSUpgrade } from './automatic-os-upgrade/automatic-os-upgrade.ts'
import { osUpgradeHistory } from './automatic-os-upgrade/history.ts'
import { AutomaticZoneBalance } from './automatic-zone-balance.ts'
import { Autoscale } from './autoscale/autoscale.ts'
import type { LoadHistory } from './autoscale/load-history.ts'
import { Capacity } from './capacity.ts'
import { ComputeThrottling } from './compute-throttling.ts'
import { DemandFlow } from './demand/demand.ts'
import { DemandMetrics } from './demand/metrics.ts'
import { checkExpectation, overallVerdict } from './expectations.ts'
import { Faults } from './faults.ts'
import { Gallery } from './gallery/gallery.ts'
import { GuestSilence } from './guest-silence.ts'
import { Hold } from './hold.ts'
import { HostMaintenance } from './host-maintenance.ts'
import { idleTruths } from './idle-truths.ts'
import { buildResult, ImageBuilder } from './image-builder.ts'
import type { Instance } from './instance.ts'
import { InstanceRepair } from './instance-repair/instance-repair.ts'
import { Lanes } from './lanes.ts'
import { LifeCycle } from './life-cycle.ts'
import { LostCapacities } from './lost-capacity.ts'
import { takeMeasures } from './measures.ts'
import { Meters } from './meters.ts'
import type { MetricSource } from './metrics.ts'
import { nameOf, Operations } from './operations.ts'
import { Outages } from './outages.ts'
import { planOf } from './plan.ts'
import { playbookFindings } from './playbook-findings.ts'
import { RandomFaults } from './random-faults.ts'
import { readTrace } from './read-trace.ts'
import { ResilientCreate } from './resilient-create.ts'
import type { InstanceResult, RunResult, TraceEntry } from './result.ts'
import { RollingUpgrades } from './rolling-upgrade/rolling-upgrades.ts'
import { NO_RULE, Run, type RunOptions, traceCode, WORLD } from './run.ts'
import { ScaleSetState } from './scale-set-state.ts'
import { ScheduledEvents } from './scheduled-events.ts'
import { SeriesRecorder } from './series.ts'
import { LastWrites, type RunSnapshot, takeSnapshot } from './snapshot.ts'
import { Spot } from './spot/spot.ts'
import { StandbyPools } from './standby-pool.ts'
import { type Mechanisms, scheduleTimeline } from './timeline.ts'
import { UpgradeModes } from './upgrade-modes.ts'
import { ZoneOutages } from './zone-outages.ts'

const RUN_STARTED = traceCode('run.started')

export interface SimulateOptions extends RunOptions {
  /** Default: the scenario's own. */
  readonly seed?: number
  /** Stands between autoscale and the metrics of the run: for tests that record metrics, or give their own. */
  readonly metrics?: (own: MetricSource) => MetricSource
  /** What predictive autoscale knows of the past, in place of what follows from the demand; for tests. */
  readonly load?: LoadHistory
}

/** A run that is played in pieces, so that whoever waits for it can still be interrupted. */
export interface Simulation {
  /** Plays up to so many events. True when the run is over. @throws BudgetExceeded */
  step(maxEvents: number): boolean
  /**
   * Plays on to this moment, the events of that very millisecond included, or to the end of the run when it comes first. What
   * follows is the same run, whether and wherever it was stopped.
   *
   * @throws RangeError for a moment that lies in the past. @throws BudgetExceeded
   */
  playUntil(atMs: number): void
  /** What stands at the moment to which the run has been played. Looking changes nothing. */
  snapshot(): RunSnapshot
  /** The result, once the run is over. */
  result(): RunResult
}

/**
 * Plays a scenario once. The same scenario, seed and version give the same result to the byte, on every supported Node
 * version, in a worker and in a browser (design §5.1).
 *
 * @throws BudgetExceeded when the run would not end; it names the cycle.
 */
export function simulate(scenario: Scenario, options: SimulateOptions = {}): RunResult {
  const simulation = beginSimulation(scenario, options)
  simulation.step(Number.POSITIVE_INFINITY)
  return simulation.result()
}

/** Sets a run up at time 0 without playing it. */
export function beginSimulation(scenario: Scenario, options: SimulateOptions = {}): Simulation {
  const run = new Run(planOf(scenario), options.seed ?? scenario.seed, options)
  setUpScaleSets(run)
  const gallery = new Gallery(run)
  for (const set of run.sets) set.initialImage = initialImage(set, gallery)
  const meters = new Meters(run)
  const lanes = run.keepTrace ? new Lanes(run) : null
  const lost = new LostCapacities(run)
  const zoneOutages = new ZoneOutages(run)
  const demand = new DemandFlow(run)
  const metrics = new DemandMetrics(run, demand)
  const health = new ApplicationHealth(run)
  const application = new ApplicationTruth(run, meters)
  application.onCondition.push((instance) => health.refresh(instance))
  const events = new ScheduledEvents(run)
  const hold = new Hold(run)
  const life = new LifeCycle(run, application, health, meters, gallery, events, hold)
  const capacity = new Capacity(run, life, meters, gallery)
  const silence = new GuestSilence(run, application, health)
  new ResilientCreate(run, life, capacity)
  const faults = new Faults(run, application, silence)
  const outages = new Outages(run, application, silence, hold, life, events)
  const randomFaults = new RandomFaults(run, outages, events)
  const maintenance = new HostMaintenance(run, outages, events)
  const rolling = new RollingUpgrades(run, life, application, capacity, meters)
  const modes = new UpgradeModes(run, life, rolling, capacity, meters, gallery)
  const operations = new Operations(run, life, capacity)
  const osUpgrade = new AutomaticOSUpgrade(run, rolling, gallery)
  const repair = new InstanceRepair(run, life, capacity)
  const builder = new ImageBuilder(run, gallery)
  const spot = new Spot(run, life, capacity, events, demand)
  const zoneBalance = new AutomaticZoneBalance(run, life, capacity)
  const series = run.keepTrace ? new SeriesRecorder(run, rolling, demand) : null
  const autoscale = new Autoscale(run, capacity, options.metrics?.(metrics) ?? metrics, options.load ?? metrics)

  const standby = new StandbyPools(run, capacity, meters, gallery)
  const throttling = new ComputeThrottling(run)
  capacity.autoscaleLimits.push((set) => throttling.admitsAutoscale(set))

  const root = run.record(RUN_STARTED, WORLD, NO_RULE, countOf(scenario), run.sets.length)
  for (const set of run.sets) {
    for (const place of run.plan.firstPlacesOf(set.index)) {
      run.kernel.cause = root
      life.addSteady(set, place)
    }
  }
  run.kernel.cause = -1
  gallery.begin()
  run.kernel.cause = -1
  standby.begin()
  repair.begin()
  run.kernel.cause = -1
  randomFaults.begin()
  run.kernel.cause = -1
  zoneBalance.begin()
  run.kernel.cause = -1
  spot.begin()
  autoscale.begin()
  demand.begin()
  const writes = new LastWrites(run)
  const mechanisms = {
    modes,
    rolling,
    capacity,
    faults,
    outages,
    randomFaults,
    maintenance,
    operations,
    gallery,
    builder,
    osUpgrade,
    repair,
    spot,
    autoscale,
    demand,
    throttling,
    attach: new Attach(run, life, meters),
  }
  scheduleTimeline(run, mechanisms)
  let isOver = false
  return {
    step: (maxEvents) => {
      // Its queue may serve another run by now.
      if (isOver) return true
      isOver = run.kernel.run(maxEvents)
      if (isOver) run.release()
      return isOver
    },
    playUntil: (atMs) => {
      if (atMs < run.nowMs) throw new RangeError(`a run cannot be played back from ${run.nowMs} ms to ${atMs} ms`)
      if (isOver) return
      run.kernel.run(Number.POSITIVE_INFINITY, atMs)
      isOver = atMs >= scenario.durationMs
      if (isOver) run.release()
    },
    snapshot: () => takeSnapshot(run, { gallery, repair, autoscale, events, writes }),
    result: () => resultOf(run, { meters, lost, lanes, series, zoneOutages }, mechanisms),
  }
}

function resultOf(
  run: Run,
  observers: {
    readonly meters: Meters
    readonly lost: LostCapacities
    readonly lanes: Lanes | null
    readonly series: SeriesRecorder | null
    readonly zoneOutages: ZoneOutages
  },
  mechanisms: Mechanisms,
): RunResult {
  const { meters, lost, lanes, series, zoneOutages } = observers
  const { scenario } = run
  const { gallery, repair, spot, builder, autoscale, demand } = mechanisms
  const measures = takeMeasures(run, meters, run.rollouts, {
    gallery,
    repair,
    spot,
    autoscale,
    demand,
    builder,
    zoneOutages,
  })
  const findings: readonly Finding[] = [
    ...scenario.findings,
    ...run.findings,
    ...playbookFindings(run, mechanisms, meters),
    ...idleTruths(run, gallery),
  ]
  const expectations = scenario.expect.map((expectation) => checkExpectation(expectation, measures, findings))
  return Object.assign(new LateParts(run), {
    scenario: scenario.name,
    seed: run.seed,
    traceHash: run.trace.digest(),
    durationMs: scenario.durationMs,
    events: run.kernel.events,
    measures,
    rollouts: measures.rollouts,
    builds: builder.results.map(buildResult),
    osUpgradeHistory: Object.fromEntries(
      run.sets
        .map(({ name }) => [name, osUpgradeHistory(measures.rollouts, name, run.nowMs)] as const)
        .filter(([, history]) => history.length > 0),
    ),
    imageVersions: gallery.versionResults(),
    autoscaleHistory: autoscale.history,
    lostCapacity: lost.results(),
    unservedDemand: demand.unserved(),
    expectations,
    findings,
    verdict: overallVerdict(expectations),
    lanes: lanes?.result() ?? [],
    series: series?.result() ?? null,
  })
}

/**
 * What of a result is worked out only for whoever asks: turning the binary records into entries costs more than the run
 * itself. A class, because an object literal with getters has a hidden class of its own, and V8 keeps the closures of
 * those, and with them whole runs, until a full collection: a campaign would spend a third of its time there.
 */
class LateParts {
  declare private readonly run: Run
  declare private known: { instances?: readonly InstanceResult[]; trace?: readonly TraceEntry[] }

  constructor(run: Run) {
    // Neither is part of the result when it is compared, copied or printed.
    Object.defineProperty(this, 'run', { value: run })
    Object.defineProperty(this, 'known', { value: {} })
  }

  get instances(): readonly InstanceResult[] {
    this.known.instances ??= this.run.fleet.map(instanceResult)
    return this.known.instances
  }

  get trace(): readonly TraceEntry[] {
    this.known.trace ??= this.run.keepTrace ? readTrace(this.run) : []
    return this.known.trace
  }
}

/** What the fleet of time 0 runs: the exact version where it is declared, else what latest means in the region. */
function initialImage(set: ScaleSetState, gallery: Gallery): string {
  set.versions[0] = gallery.put(set, set.model)
  const { imageKey } = set.latest
  const exact = set.model.virtualMachineProfile.storageProfile?.imageReference?.exactVersion
  if (exact !== undefined && gallery.definitionOf(imageKey) && imageKey.split('/').length === 2)
    return `${imageKey}/${exact}`
  const choice = gallery.choose(set.latest, set.model.location)
  return choice.kind === 'image' ? choice.key : imageKey
}

function setUpScaleSets(run: Run): void {
  run.scenario.scaleSets.forEach((declared, index) => {
    const compiled = run.plan.compile(declared.model, index)
    run.sets.push(new ScaleSetState(index, declared, compiled, run.plan.placementOf(index)))
  })
}

const countOf = (scenario: Scenario): number =>
  scenario.scaleSets.reduce((sum, declared) => sum + declared.model.sku.capacity, 0)

function instanceResult(instance: Instance): InstanceResult {
  return {
    index: instance.index,
    scaleSet: instance.set.name,
    number: instance.number,
    name: nameOf(instance),
    zone: instance.set.zones[instance.zone] ?? null,
    faultDomain: instance.faultDomain,
    updateDomain: instance.updateDomain < 0 ? null : instance.updateDomain,
    createdAtMs: instance.createdAtMs,
    deletedAtMs: instance.deletedAtMs < 0 ? null : instance.deletedAtMs,
    harmed: instance.everHarmed,
    exposed: instance.exposed,
  }
}
