import type { Finding } from '../../src/model/finding.ts'
import type { ScaleSetSummary, ScenarioSummary } from '../../src/report/scenario-summary.ts'
import { NO_MONEY } from '../../src/sim/cost.ts'
import type {
  BatchResult,
  ExpectationResult,
  InstanceResult,
  Lane,
  LaneState,
  RolloutResult,
  RunResult,
  SetMeasures,
  TraceEntry,
} from '../../src/sim/result.ts'

/** Results written by hand, for the renderers alone: plausible stories, not the output of the engine. */

export interface Sample {
  readonly result: RunResult
  readonly scenario: ScenarioSummary
  readonly replay: string
}

const MINUTE = 60_000
export const at = (minutes: number) => Math.round(minutes * MINUTE)

export function fleet(scaleSet: string, size: number, zones: readonly string[], from = 0): InstanceResult[] {
  return Array.from({ length: size }, (_, number) => ({
    index: from + number,
    scaleSet,
    number,
    name: `${scaleSet}_${number}`,
    zone: zones.length === 0 ? null : zones[number % zones.length]!,
    faultDomain: 0,
    updateDomain: null,
    createdAtMs: 0,
    deletedAtMs: null,
    harmed: false,
    exposed: false,
  }))
}

export function batch(
  fields: Partial<BatchResult> & Pick<BatchResult, 'index' | 'startedAtMs' | 'instances'>,
): BatchResult {
  return { endedAtMs: null, zones: [], updateDomain: null, surge: false, successful: 0, failed: 0, ...fields }
}

export function rollout(fields: Partial<RolloutResult> & Pick<RolloutResult, 'status' | 'startedAtMs'>): RolloutResult {
  return {
    scaleSet: 'vmss-authz',
    trigger: 'ModelChange',
    mode: 'Rolling',
    target: 'imageReference 1.6.2 -> 1.7.0',
    errorCode: null,
    errorMessage: null,
    lastAction: 'Start',
    endedAtMs: null,
    batches: [],
    leftOut: 0,
    zonesPerBatch: Math.max(0, ...(fields.batches ?? []).map((one) => one.zones.length)),
    successful: 0,
    failed: 0,
    inProgress: 0,
    pending: 0,
    rolledBack: 0,
    rollbackFailed: 0,
    startedBy: 'User',
    targetImage: null,
    decision: null,
    ...fields,
  }
}

const NO_DEMAND: SetMeasures['demand'] = {
  unservedPercent: null,
  peakUnservedPercent: null,
  totalRequests: null,
  unservedRequests: null,
  peakBacklog: null,
  backlogAtEnd: null,
}

export const NO_HARM: SetMeasures = {
  blastRadius: { instances: 0, percent: 0, peakPercent: 0, instanceMinutes: 0, zones: 0, regions: 0, scaleSets: 0 },
  exposed: { instances: 0, percent: 0 },
  availability: { minServing: 24, minServingPercent: 80, lostInstanceMinutes: 121.5, zonesDown: 0 },
  timeToHalt: null,
  timeToRecover: null,
  timeToRollBack: null,
  timeToCapacity: null,
  bootTime: { p50: null, max: null },
  repairs: { count: 0, loops: 0, suspended: 0 },
  spot: {
    evictions: 0,
    evictionsBy: { reclaim: 0, price: 0, hazard: 0, simulated: 0 },
    restored: 0,
    abruptStops: 0,
    minRegular: null,
  },
  faults: { hosts: 0, faultDomains: 0, freezes: 0, failedDeletes: 0 },
  zoneBalance: { moves: 0 },
  autoscale: { scaleOuts: null, scaleIns: null, flaps: null, flapsPrevented: null },
  demand: NO_DEMAND,
  cost: { instanceHours: { regular: 180, spot: 0 }, surgeHours: 0, replicaHours: null, ...NO_MONEY },
}

export function run(
  fields: Partial<Omit<RunResult, 'measures'>> & { measures?: SetMeasures; perScaleSet?: Record<string, SetMeasures> },
): RunResult {
  const { measures = NO_HARM, perScaleSet = { 'vmss-authz': measures }, ...rest } = fields
  const rollouts = rest.rollouts ?? []
  return {
    scenario: 'sample',
    seed: 1,
    traceHash: '5f0c2a9be417d836',
    durationMs: at(360),
    events: 1204,
    builds: [],
    osUpgradeHistory: {},
    imageVersions: [],
    autoscaleHistory: [],
    lostCapacity: [],
    unservedDemand: [],
    expectations: [],
    findings: [],
    verdict: 'pass',
    instances: [],
    trace: [],
    lanes: [],
    series: null,
    ...rest,
    rollouts,
    measures: { ...measures, rollouts, perScaleSet },
  }
}

export const summary = (fields: Partial<ScaleSetSummary> = {}): ScaleSetSummary => ({
  name: 'vmss-authz',
  instances: 30,
  zones: ['1', '2', '3'],
  orchestrationMode: 'Flexible',
  location: 'eastus',
  mode: 'Rolling',
  policy: { batchPercent: 20, unhealthyPercent: 20, upgradedPercent: 20, pause: 'PT2M', flags: [] },
  health: 'Application Health extension 2.0, https :8443/ready, every 5 s, 1 in a row',
  ...fields,
})

/** In batch order: down, booting, application, then what `after` says. */
function upgradedLane(instance: number, startMs: number, after: readonly [number, LaneState][]): Lane {
  const skew = (instance % 4) * 5000
  return {
    instance,
    spans: [
      { fromMs: 0, state: 'serving' },
      { fromMs: startMs, state: 'upgrading' },
      { fromMs: startMs + at(1.5) + skew, state: 'starting' },
      { fromMs: startMs + at(2.5) + skew, state: 'application' },
      ...after.map(([afterMs, state]) => ({ fromMs: startMs + afterMs + skew, state })),
    ],
  }
}

const steady = (instance: number): Lane => ({ instance, spans: [{ fromMs: 0, state: 'serving' }] })

function goodBatches(size: number, perBatch: number, zones: readonly string[], startMs: number): BatchResult[] {
  const order = Array.from({ length: size }, (_, number) => number).sort(
    (a, b) => (zones.length > 0 ? (a % zones.length) - (b % zones.length) : 0) || a - b,
  )
  const batches: BatchResult[] = []
  for (let next = 0; next < size; ) {
    const zone = order[next]! % Math.max(1, zones.length)
    const members: number[] = []
    while (next < size && members.length < perBatch && (zones.length === 0 || order[next]! % zones.length === zone)) {
      members.push(order[next++]!)
    }
    const startedAtMs = startMs + batches.length * at(7)
    batches.push(
      batch({
        index: batches.length,
        startedAtMs,
        endedAtMs: startedAtMs + at(5),
        instances: members,
        zones: zones.length === 0 ? [] : [zones[zone]!],
        successful: members.length,
      }),
    )
  }
  return batches
}

function goodLanes(size: number, batches: readonly BatchResult[]): Lane[] {
  return Array.from({ length: size }, (_, instance) => {
    const own = batches.find((one) => one.instances.includes(instance))
    return own === undefined ? steady(instance) : upgradedLane(instance, own.startedAtMs, [[at(3), 'serving']])
  })
}

export const goodRollout: Sample = (() => {
  const batches = goodBatches(30, 6, ['1', '2', '3'], at(10))
  return {
    scenario: {
      name: 'good-rollout',
      title: 'A CVE patch that works',
      file: 'scenarios/good-rollout.yaml',
      durationMs: at(360),
      scaleSets: [summary()],
    },
    replay: 'vmss-twin run scenarios/good-rollout.yaml --seed 1',
    result: run({
      scenario: 'good-rollout',
      instances: fleet('vmss-authz', 30, ['1', '2', '3']),
      lanes: goodLanes(30, batches),
      rollouts: [
        rollout({
          status: 'Completed',
          startedAtMs: at(10),
          endedAtMs: batches.at(-1)!.endedAtMs,
          batches,
          successful: 30,
          decision: { rule: 'TH-5', breached: false, count: 0, total: 24, limitPercent: 20, atMs: at(36) },
        }),
      ],
      expectations: [
        { text: 'rollouts[0].status == Completed', verdict: 'pass', actual: 'Completed' },
        { text: 'blastRadius.percent <= 5', verdict: 'pass', actual: 0 },
      ],
    }),
  }
})()

const BAD_MEASURES: SetMeasures = {
  ...NO_HARM,
  blastRadius: {
    instances: 6,
    percent: 20,
    peakPercent: 20,
    instanceMinutes: 2073,
    zones: 1,
    regions: 1,
    scaleSets: 1,
  },
  exposed: { instances: 6, percent: 20 },
  availability: { minServing: 24, minServingPercent: 80, lostInstanceMinutes: 2094, zonesDown: 0 },
  timeToHalt: at(4.5),
}

export const BAD_FINDING: Finding = {
  code: 'F0201',
  title: 'The first batch decides alone',
  severity: 'warning',
  where: 'vmss-authz: upgradePolicy.rollingUpgradePolicy.maxUnhealthyUpgradedInstancePercent',
  evidence: [
    'A first batch of 6 breaches the limit of 20 % with 2 unhealthy instances.',
    'The limit is tested after every batch against the instances upgraded so far.',
  ],
  rules: ['TH-5', 'TH-6'],
  confirm: 'az vmss show -g <group> -n vmss-authz --query upgradePolicy.rollingUpgradePolicy',
  fix: 'Raise the limit if a single bad instance must not stop a rollout, or make the first batch larger.',
}

export const badImage: Sample = (() => {
  const members = [0, 3, 6, 9, 12, 15]
  const batches = [
    batch({ index: 0, startedAtMs: at(10), endedAtMs: at(18), instances: members, zones: ['1'], failed: 6 }),
  ]
  const instances = fleet('vmss-authz', 30, ['1', '2', '3']).map((instance) =>
    members.includes(instance.index) ? { ...instance, harmed: true, exposed: true } : instance,
  )
  const message = '6 of 6 upgraded instances are unhealthy, 100 percent, and at most 20 percent may be.'
  return {
    scenario: {
      name: 'bad-image',
      title: 'A CVE patch meets a tightened firewall',
      file: 'scenarios/bad-image.yaml',
      durationMs: at(360),
      scaleSets: [summary()],
    },
    replay: 'vmss-twin run scenarios/bad-image.yaml --seed 1',
    result: run({
      scenario: 'bad-image',
      verdict: 'fail',
      traceHash: 'c3d81b6602f94ea7',
      events: 311,
      measures: BAD_MEASURES,
      instances,
      lanes: instances.map(({ index, harmed }) =>
        harmed
          ? upgradedLane(index, at(10), [
              [at(3), 'broken'],
              [at(3.5), 'unhealthy'],
            ])
          : steady(index),
      ),
      rollouts: [
        rollout({
          status: 'Faulted',
          errorCode: 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade',
          errorMessage: message,
          startedAtMs: at(10),
          endedAtMs: at(18),
          batches,
          failed: 6,
          pending: 24,
          decision: { rule: 'TH-5', breached: true, count: 6, total: 6, limitPercent: 20, atMs: at(18) },
        }),
      ],
      findings: [BAD_FINDING],
      expectations: [
        { text: 'blastRadius.percent <= 20', verdict: 'pass', actual: 20 },
        { text: 'rollouts[0].status == Completed', verdict: 'fail', actual: 'Faulted' },
        {
          text: 'timeToRecover <= PT30M',
          verdict: 'undecided',
          actual: null,
          reason: 'the fleet never recovered within the run',
        },
      ],
      trace: badTrace(),
    }),
  }
})()

function badTrace(): TraceEntry[] {
  const entry = (
    id: number,
    atMs: number,
    what: string,
    subject: string,
    cause: number | null,
    rule: string | null,
    numbers: TraceEntry['numbers'] = {},
  ) => ({ id, atMs, what, subject, cause, rule, numbers }) satisfies TraceEntry
  return [
    entry(0, at(10), 'action.updateModel', 'vmss-authz', null, null),
    entry(1, at(10), 'rollout.started', 'vmss-authz rollout 0', 0, 'RU-2', { pending: 30 }),
    entry(2, at(13.5), 'health.changed', 'vmss-authz/0', 1, 'HE-9', { from: 'Healthy', to: 'Unhealthy' }),
    entry(3, at(18), 'rollout.faulted', 'vmss-authz rollout 0', 2, 'TH-5', { count: 6, total: 6, limitPercent: 20 }),
  ]
}

export const undecided: Sample = {
  scenario: {
    name: 'no-change',
    file: 'scenarios/no-change.yaml',
    durationMs: at(60),
    scaleSets: [
      summary({
        instances: 3,
        zones: [],
        policy: { batchPercent: 34, unhealthyPercent: 34, upgradedPercent: 34, pause: 'PT1M', flags: [] },
      }),
    ],
  },
  replay: 'vmss-twin run scenarios/no-change.yaml --seed 7',
  result: run({
    scenario: 'no-change',
    verdict: 'undecided',
    seed: 7,
    durationMs: at(60),
    events: 12,
    instances: fleet('vmss-authz', 3, []),
    lanes: [0, 1, 2].map(steady),
    measures: {
      ...NO_HARM,
      blastRadius: { ...NO_HARM.blastRadius, percent: null, peakPercent: null },
      exposed: { instances: 0, percent: null },
      availability: { minServing: 3, minServingPercent: 100, lostInstanceMinutes: 0, zonesDown: 0 },
    },
    expectations: [
      { text: 'blastRadius.percent <= 20', verdict: 'undecided', actual: null, reason: 'no rollout started' },
    ],
  }),
}

/** Three instances, the second never comes back: small enough to be judged as a snapshot. */
export const threeInstances: Sample = (() => {
  const batches = [
    batch({ index: 0, startedAtMs: at(10), endedAtMs: at(14), instances: [0], successful: 1 }),
    batch({ index: 1, startedAtMs: at(15), endedAtMs: at(21), instances: [1], failed: 1 }),
  ]
  const instances = fleet('vmss-lab', 3, [])
  return {
    scenario: {
      name: 'lab',
      title: 'Three instances, one breaks',
      durationMs: at(60),
      scaleSets: [
        summary({
          name: 'vmss-lab',
          instances: 3,
          zones: [],
          orchestrationMode: 'Uniform',
          policy: { batchPercent: 34, unhealthyPercent: 34, upgradedPercent: 34, pause: 'PT1M', flags: ['maxSurge'] },
          health: 'load balancer probe http :80/, every 15 s, 1 in a row',
        }),
      ],
    },
    replay: 'vmss-twin run lab.yaml --seed 1',
    result: run({
      scenario: 'lab',
      verdict: 'fail',
      durationMs: at(60),
      instances,
      measures: {
        ...BAD_MEASURES,
        blastRadius: {
          instances: 1,
          percent: 100 / 3,
          peakPercent: 100 / 3,
          instanceMinutes: 42,
          zones: 0,
          regions: 1,
          scaleSets: 1,
        },
        exposed: { instances: 2, percent: 200 / 3 },
        availability: { minServing: 2, minServingPercent: 200 / 3, lostInstanceMinutes: 48, zonesDown: 0 },
        timeToHalt: at(3),
        timeToRecover: at(20.5),
      },
      rollouts: [
        rollout({
          scaleSet: 'vmss-lab',
          target: 'sku.name Standard_D2as_v5 -> Standard_D4as_v5',
          status: 'Faulted',
          errorCode: 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade',
          startedAtMs: at(10),
          endedAtMs: at(21),
          batches,
          successful: 1,
          failed: 1,
          pending: 1,
          decision: { rule: 'TH-5', breached: true, count: 1, total: 2, limitPercent: 34, atMs: at(21) },
        }),
      ],
      lanes: [
        upgradedLane(0, at(10), [[at(3), 'serving']]),
        upgradedLane(1, at(15), [
          [at(3), 'broken'],
          [at(4), 'unhealthy'],
          [at(25), 'serving'],
        ]),
        steady(2),
      ],
      expectations: [{ text: 'rollouts[0].status == Completed', verdict: 'fail', actual: 'Faulted' }],
    }),
  }
})()

export const severalSets: Sample = (() => {
  const east = goodBatches(6, 2, ['1', '2', '3'], at(10)).map((one) => one)
  const west = [
    batch({ index: 0, startedAtMs: at(60), endedAtMs: at(68), instances: [6, 7], updateDomain: 0, failed: 2 }),
  ]
  const instances = [
    ...fleet('vmss-east', 6, ['1', '2', '3']),
    ...fleet('vmss-west', 8, [], 6).map((one, i) => ({ ...one, updateDomain: i % 5 })),
  ]
  const eastMeasures = {
    ...NO_HARM,
    availability: { minServing: 4, minServingPercent: 200 / 3, lostInstanceMinutes: 18, zonesDown: 0 },
  }
  const westMeasures: SetMeasures = {
    ...BAD_MEASURES,
    blastRadius: {
      instances: 2,
      percent: 25,
      peakPercent: 25,
      instanceMinutes: 600,
      zones: 0,
      regions: 1,
      scaleSets: 1,
    },
    availability: { minServing: 6, minServingPercent: 75, lostInstanceMinutes: 606, zonesDown: 0 },
    exposed: { instances: 2, percent: 25 },
  }
  return {
    scenario: {
      name: 'two-regions',
      title: 'East first, then west',
      file: 'scenarios/two-regions.yaml',
      durationMs: at(360),
      scaleSets: [
        summary({ name: 'vmss-east', instances: 6 }),
        summary({
          name: 'vmss-west',
          instances: 8,
          zones: [],
          orchestrationMode: 'Uniform',
          location: 'westus',
          health: 'load balancer probe tcp :443, every 15 s, 2 in a row',
        }),
      ],
    },
    replay: 'vmss-twin run scenarios/two-regions.yaml --seed 1',
    result: run({
      scenario: 'two-regions',
      verdict: 'fail',
      instances,
      measures: {
        ...westMeasures,
        exposed: { instances: 2, percent: 200 / 14 },
        blastRadius: { ...westMeasures.blastRadius, percent: 200 / 14, peakPercent: 200 / 14 },
      },
      perScaleSet: { 'vmss-east': eastMeasures, 'vmss-west': westMeasures },
      lanes: [
        ...goodLanes(6, east),
        ...[6, 7].map((i) => upgradedLane(i, at(60), [[at(3), 'unhealthy']])),
        ...[8, 9, 10, 11, 12, 13].map(steady),
      ],
      rollouts: [
        rollout({
          scaleSet: 'vmss-east',
          status: 'Completed',
          startedAtMs: at(10),
          endedAtMs: east.at(-1)!.endedAtMs,
          batches: east,
          successful: 6,
        }),
        rollout({
          scaleSet: 'vmss-west',
          status: 'Faulted',
          errorCode: 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade',
          startedAtMs: at(60),
          endedAtMs: at(68),
          batches: west,
          failed: 2,
          pending: 6,
          decision: { rule: 'TH-5', breached: true, count: 2, total: 2, limitPercent: 20, atMs: at(68) },
        }),
      ],
    }),
  }
})()

export const automaticMode: Sample = (() => {
  const all = [0, 1, 2, 3]
  const instances = fleet('vmss-web', 4, []).map((one) => ({ ...one, exposed: true, harmed: one.index === 2 }))
  return {
    scenario: {
      name: 'automatic',
      title: 'Mode Automatic takes everything at once',
      durationMs: at(30),
      scaleSets: [
        {
          name: 'vmss-web',
          instances: 4,
          zones: [],
          orchestrationMode: 'Uniform',
          location: 'westeurope',
          mode: 'Automatic',
          health: 'none',
        },
      ],
    },
    replay: 'vmss-twin run automatic.yaml --seed 1',
    result: run({
      scenario: 'automatic',
      durationMs: at(30),
      instances,
      measures: {
        ...BAD_MEASURES,
        blastRadius: {
          instances: 1,
          percent: 25,
          peakPercent: 25,
          instanceMinutes: 17,
          zones: 0,
          regions: 1,
          scaleSets: 1,
        },
        exposed: { instances: 4, percent: 100 },
        availability: { minServing: 0, minServingPercent: 0, lostInstanceMinutes: 29, zonesDown: 0 },
        timeToHalt: null,
      },
      rollouts: [
        rollout({
          scaleSet: 'vmss-web',
          mode: 'Automatic',
          status: 'Completed',
          startedAtMs: at(10),
          endedAtMs: at(13.25),
          successful: 3,
          failed: 1,
          batches: [
            batch({ index: 0, startedAtMs: at(10), endedAtMs: at(13.25), instances: all, successful: 3, failed: 1 }),
          ],
        }),
      ],
      lanes: all.map((i) => upgradedLane(i, at(10), [[at(3), i === 2 ? 'broken' : 'serving']])),
    }),
  }
})()

/** `size` instances one by one: many batches, many rows. */
export function longRollout(size: number, perBatch: number, zones: readonly string[] = ['1', '2', '3']): Sample {
  const batches = goodBatches(size, perBatch, zones, at(10))
  return {
    scenario: { name: 'long', durationMs: at(2000), scaleSets: [summary({ instances: size, zones })] },
    replay: 'vmss-twin run long.yaml --seed 1',
    result: run({
      scenario: 'long',
      durationMs: at(2000),
      instances: fleet('vmss-authz', size, zones),
      lanes: goodLanes(size, batches),
      rollouts: [
        rollout({
          status: 'Completed',
          startedAtMs: at(10),
          endedAtMs: batches.at(-1)!.endedAtMs,
          batches,
          successful: size,
        }),
      ],
    }),
  }
}

export const passing: ExpectationResult = { text: 'blastRadius.percent <= 20', verdict: 'pass', actual: 0 }

export const SAMPLES: Readonly<Record<string, Sample>> = {
  goodRollout,
  badImage,
  undecided,
  threeInstances,
  severalSets,
  automaticMode,
}
