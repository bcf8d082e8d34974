import fc from 'fast-check'
import type { ScenarioSummary } from '../../src/report/scenario-summary.ts'
import type {
  BatchResult,
  InstanceResult,
  Lane,
  LaneState,
  RolloutResult,
  RunResult,
  SetMeasures,
} from '../../src/sim/result.ts'
import { summary } from './sample-results.ts'

/** Results of any shape the types allow, also ones no engine would yield: a renderer must cope with every one. */

const STATES: readonly LaneState[] = [
  'absent',
  'creating',
  'starting',
  'application',
  'serving',
  'upgrading',
  'broken',
  'unhealthy',
  'misjudged',
  'draining',
  'stopped',
  'deleting',
  'failed',
]

/** Names with blanks, escapes, wide and combining characters, and none that is empty. */
export const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ minLength: 1, maxLength: 30 }) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }) },
  fc.constantFrom(
    '\u001b[31mred\u001b[0m',
    'a\r\nb',
    '部署失敗',
    '👩‍🚀 launch',
    '\u202egnp.exe',
    'x'.repeat(150),
    '\u009b2J',
    '\ud800',
  ),
)

const percentage = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: null })
const smallCount = fc.nat({ max: 2000 })
const ms = fc.integer({ min: 0, max: 100 * 3_600_000 })

const setMeasures: fc.Arbitrary<SetMeasures> = fc.record({
  blastRadius: fc.record({
    instances: smallCount,
    percent: percentage,
    peakPercent: percentage,
    instanceMinutes: fc.double({ min: 0, max: 1e7, noNaN: true }),
    zones: fc.nat(9),
    regions: fc.nat(9),
    scaleSets: fc.nat(9),
  }),
  exposed: fc.record({ instances: smallCount, percent: percentage }),
  availability: fc.record({
    minServing: smallCount,
    minServingPercent: percentage,
    lostInstanceMinutes: fc.double({ min: 0, max: 1e7, noNaN: true }),
    zonesDown: fc.nat(9),
  }),
  timeToHalt: fc.option(ms, { nil: null }),
  timeToRecover: fc.option(ms, { nil: null }),
  cost: fc.record({
    instanceHours: fc.record({ regular: fc.nat(100), spot: fc.nat(100) }),
    surgeHours: fc.nat(10),
    replicaHours: fc.option(fc.nat(10), { nil: null }),
    currency: fc.option(anyText, { nil: null }),
    total: fc.option(fc.nat(1000), { nil: null }),
    instances: fc.record({
      regular: fc.option(fc.nat(1000), { nil: null }),
      spot: fc.option(fc.nat(1000), { nil: null }),
    }),
    surge: fc.option(fc.nat(9), { nil: null }),
    disks: fc.option(fc.nat(9), { nil: null }),
    replicas: fc.option(fc.nat(9), { nil: null }),
    builds: fc.option(fc.nat(9), { nil: null }),
  }),
  timeToRollBack: fc.option(ms, { nil: null }),
  timeToCapacity: fc.option(ms, { nil: null }),
  bootTime: fc.record({ p50: fc.option(ms, { nil: null }), max: fc.option(ms, { nil: null }) }),
  repairs: fc.record({ count: smallCount, loops: smallCount, suspended: smallCount }),
  spot: fc.record({
    evictions: smallCount,
    evictionsBy: fc.record({ reclaim: smallCount, price: smallCount, hazard: smallCount, simulated: smallCount }),
    restored: smallCount,
    abruptStops: smallCount,
    minRegular: fc.option(smallCount),
  }),
  faults: fc.record({ hosts: smallCount, faultDomains: smallCount, freezes: smallCount, failedDeletes: smallCount }),
  zoneBalance: fc.record({ moves: smallCount }),
  autoscale: fc.oneof(
    fc.record({ scaleOuts: smallCount, scaleIns: smallCount, flaps: smallCount, flapsPrevented: smallCount }),
    fc.constant({ scaleOuts: null, scaleIns: null, flaps: null, flapsPrevented: null }),
  ),
  demand: fc.record({
    unservedPercent: percentage,
    peakUnservedPercent: percentage,
    totalRequests: fc.option(fc.nat()),
    unservedRequests: fc.option(fc.nat()),
    peakBacklog: fc.option(fc.nat()),
    backlogAtEnd: fc.option(fc.nat()),
  }),
})

const unservedDemand = fc.record({
  reason: fc.constantFrom('zone.failed', 'demand.changed', 'demand.rises'),
  subject: fc.constantFrom(null, 'world', 'vmss-a'),
  numbers: fc.dictionary(fc.constantFrom('region', 'zone', 'what'), anyText),
  rule: fc.constantFrom(null, 'AV-03'),
  entry: fc.option(fc.nat()),
  firstAtMs: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  requests: fc.nat(),
})

const lostCapacity = fc.record({
  reason: fc.constantFrom('zone.failed', 'defect.active', 'rollout.started', 'instance.stopping', 'anything.else'),
  subject: fc.constantFrom(null, 'world', 'vmss-a'),
  numbers: fc.dictionary(fc.constantFrom('region', 'zone', 'defect', 'of', 'rollout', 'operation'), anyText),
  rule: fc.constantFrom(null, 'AV-03'),
  entry: fc.nat(),
  firstAtMs: fc.integer({ min: 0, max: 2 ** 31 - 1 }),
  scaleSets: fc.array(anyText, { maxLength: 3 }),
  instances: fc.nat(),
  lostMs: fc.nat(),
})

const autoscaleEvent = fc.record({
  atMs: ms,
  setting: anyText,
  scaleSet: anyText,
  event: fc.constantFrom('AutoscaleAction', 'Flapping', 'FlappingOccurred', 'MetricFailure', 'MetricRecovery'),
  selectedAutoscaleProfile: anyText,
  currentInstanceCount: smallCount,
  newInstanceCount: smallCount,
  scaleDirection: fc.constantFrom('Increase', 'Decrease', null),
  resultType: fc.constantFrom('InProgress', 'Succeeded', 'Failed', 'Timeout', null),
  endedAtMs: fc.option(ms, { nil: null }),
  resultDescription: anyText,
  rule: fc.constantFrom('AS-04', 'AS-07', 'AS-08'),
})

const decision = fc.record({
  rule: fc.constantFrom('TH-1', 'TH-3', 'TH-5', 'RU-21'),
  breached: fc.boolean(),
  count: smallCount,
  total: smallCount,
  limitPercent: fc.nat(100),
  atMs: ms,
})

function batches(instances: number): fc.Arbitrary<BatchResult[]> {
  return fc
    .array(
      fc.record({
        gapMs: fc.integer({ min: 0, max: 600_000 }),
        lengthMs: fc.integer({ min: 0, max: 3_600_000 }),
        instances: fc.uniqueArray(fc.nat(Math.max(0, instances - 1)), { maxLength: instances }),
        zones: fc.uniqueArray(fc.constantFrom('1', '2', '3'), { maxLength: 3 }),
        updateDomain: fc.option(fc.nat(4), { nil: null }),
        surge: fc.boolean(),
      }),
      { maxLength: 30 },
    )
    .map((drafts) => {
      let atMs = 0
      return drafts.map(({ gapMs, lengthMs, ...draft }, index) => {
        const startedAtMs = atMs + gapMs
        atMs = startedAtMs + lengthMs
        const failed = draft.instances.length >> 1
        return {
          ...draft,
          index,
          startedAtMs,
          endedAtMs: index === drafts.length - 1 && gapMs % 2 ? null : atMs,
          failed,
          successful: draft.instances.length - failed,
        }
      })
    })
}

function rollouts(instances: number, names: readonly string[]): fc.Arbitrary<RolloutResult[]> {
  const one: fc.Arbitrary<RolloutResult> = fc.record({
    scaleSet: fc.constantFrom(...names),
    trigger: fc.constantFrom('ModelChange', 'Reapply', 'ModeChange', 'ManualOSUpgrade', 'AutomaticOSUpgrade'),
    startedBy: fc.constantFrom('User', 'Platform'),
    targetImage: fc.option(anyText, { nil: null }),
    mode: fc.constantFrom('Rolling', 'Automatic'),
    target: anyText,
    status: fc.constantFrom('RollingForward', 'Completed', 'Faulted', 'Cancelled'),
    errorCode: fc.option(anyText, { nil: null }),
    errorMessage: fc.option(anyText, { nil: null }),
    lastAction: fc.constantFrom('Start', 'Cancel'),
    startedAtMs: ms,
    endedAtMs: fc.option(ms, { nil: null }),
    batches: batches(instances),
    zonesPerBatch: fc.nat(3),
    leftOut: fc.nat(3),
    successful: smallCount,
    failed: smallCount,
    inProgress: smallCount,
    pending: smallCount,
    rolledBack: smallCount,
    rollbackFailed: smallCount,
    decision: fc.option(decision, { nil: null }),
  })
  // A rollout never ends before it started.
  return fc.array(one, { maxLength: 3 }).map((all) =>
    all.map((rollout) => ({
      ...rollout,
      endedAtMs: rollout.endedAtMs === null ? null : rollout.startedAtMs + rollout.endedAtMs,
    })),
  )
}

const lane = (instance: number): fc.Arbitrary<Lane> =>
  fc
    .array(fc.record({ stepMs: fc.integer({ min: 0, max: 7_200_000 }), state: fc.constantFrom(...STATES) }), {
      minLength: 1,
      maxLength: 8,
    })
    .map((steps) => {
      let fromMs = 0
      return {
        instance,
        spans: steps.map(({ stepMs, state }, i) => {
          if (i > 0) fromMs += stepMs
          return { fromMs, state }
        }),
      }
    })

export interface AnyRun {
  readonly result: RunResult
  readonly scenario: ScenarioSummary
}

export const anyRun: fc.Arbitrary<AnyRun> = fc
  .record({
    names: fc.uniqueArray(anyText, { minLength: 1, maxLength: 3 }),
    size: fc.integer({ min: 1, max: 60 }),
    keep: fc.boolean(),
  })
  .chain(({ names, size, keep }) => {
    const instances: fc.Arbitrary<InstanceResult[]> = fc
      .array(
        fc.record({ set: fc.constantFrom(...names), zone: fc.option(fc.constantFrom('1', '2', '3'), { nil: null }) }),
        { minLength: size, maxLength: size },
      )
      .map((places) => {
        const numbers = new Map<string, number>()
        return places.map(({ set, zone }, index) => {
          const number = numbers.get(set) ?? 0
          numbers.set(set, number + 1)
          return {
            index,
            scaleSet: set,
            number,
            name: `${set}_${number}`,
            zone,
            faultDomain: 0,
            updateDomain: null,
            createdAtMs: 0,
            deletedAtMs: null,
            harmed: false,
            exposed: false,
          }
        })
      })
    return fc.record({
      result: fc
        .record({
          scenario: anyText,
          seed: fc.maxSafeNat(),
          traceHash: fc.constant('0123456789abcdef'),
          durationMs: fc.integer({ min: 60_000, max: 2 ** 31 - 1 }),
          events: fc.nat(),
          set: setMeasures,
          perSet: setMeasures,
          rollouts: rollouts(size, names),
          builds: fc.constant([]),
          osUpgradeHistory: fc.constant({}),
          imageVersions: fc.constant([]),
          autoscaleHistory: fc.array(autoscaleEvent, { maxLength: 15 }),
          lostCapacity: fc.array(lostCapacity, { maxLength: 8 }),
          unservedDemand: fc.array(unservedDemand, { maxLength: 8 }),
          expectations: fc.array(
            fc.record(
              {
                text: anyText,
                verdict: fc.constantFrom('pass', 'fail', 'undecided'),
                actual: fc.oneof(anyText, fc.nat(), fc.boolean(), fc.constant(null)),
                reason: anyText,
              },
              { requiredKeys: ['text', 'verdict', 'actual'] },
            ),
            { maxLength: 3 },
          ),
          findings: fc.array(
            fc.record(
              {
                code: fc.constantFrom('F0201', 'F0305'),
                title: anyText,
                severity: fc.constantFrom('error', 'warning', 'info'),
                where: anyText,
                place: fc.record({
                  file: anyText,
                  line: fc.integer({ min: 1, max: 999 }),
                  column: fc.integer({ min: 1, max: 99 }),
                }),
                evidence: fc.array(anyText, { maxLength: 3 }),
                rules: fc.array(fc.constantFrom('TH-5', 'BT-2'), { maxLength: 2 }),
                confirm: anyText,
                fix: anyText,
              },
              { requiredKeys: ['code', 'title', 'severity', 'where', 'evidence', 'rules'] },
            ),
            { maxLength: 3 },
          ),
          verdict: fc.constantFrom('pass' as const, 'fail' as const, 'undecided' as const),
          instances,
          lanes: keep ? fc.tuple(...Array.from({ length: size }, (_, i) => lane(i))) : fc.constant([]),
          series: fc.constant(null),
        })
        .map(({ set, perSet, ...rest }) => ({
          ...rest,
          trace: [],
          measures: {
            ...set,
            rollouts: rest.rollouts,
            perScaleSet: Object.fromEntries(names.map((name) => [name, perSet])),
          },
        })) as fc.Arbitrary<RunResult>,
      scenario: fc
        .record({ name: anyText, title: anyText, file: anyText, durationMs: ms, health: anyText })
        .map(({ health, ...scenario }) => ({
          ...scenario,
          scaleSets: names.map((name) => summary({ name, health })),
        })),
    })
  })
