import { z } from 'zod'
import { parseDuration } from '../model/duration.ts'

/**
 * The shape of `run -o json` (design §3). `schema/result.schema.json` is generated from it; a test keeps the two equal.
 * Objects are closed: a key that is not described here does not appear. New keys may be added under one `formatVersion`;
 * a key that changes its meaning or goes away raises it.
 */

const duration = z
  .string()
  .regex(/^P(?=.)(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/)
  .refine((text) => parseDuration(text) !== undefined)
  .meta({
    description: 'ISO 8601 duration. For a moment: counted from the start of the run.',
    examples: ['PT13M', 'P1DT2H'],
  })
const count = z.int().min(0)
const amount = z.number().min(0)
const share = z
  .number()
  .min(0)
  .nullable()
  .meta({ description: 'Percent; null when there was no sample to take it from.' })
const ruleId = z.string().meta({ description: 'Rule id that `explain` prints.', examples: ['TH-5'] })
const verdict = z
  .enum(['pass', 'fail', 'undecided'])
  .meta({ description: '`undecided`: an expectation had no sample to judge by. Never counted as a pass.' })

const setMeasures = {
  blastRadius: z
    .strictObject({
      instances: count.meta({
        description: 'Distinct instances that were not serving because of what a rollout gave them.',
      }),
      percent: share.meta({
        description: 'The instances over the capacity of all sets when the first rollout started.',
      }),
      peakPercent: share.meta({ description: 'Largest share harmed at one moment.' }),
      instanceMinutes: amount.meta({ description: 'Integral of the harmed instances over time.' }),
      zones: count,
      regions: count,
      scaleSets: count,
    })
    .meta({ description: 'How far harm spread.' }),
  exposed: z
    .strictObject({ instances: count, percent: share })
    .meta({ description: 'Instances that ever ran a version or model with a defect, harmed or not.' }),
  availability: z.strictObject({
    minServing: count.meta({ description: 'Lowest number of serving instances.' }),
    minServingPercent: share.meta({ description: 'The same over the target capacity.' }),
    lostInstanceMinutes: amount.meta({ description: 'Integral of target capacity minus serving, never negative.' }),
    zonesDown: count.meta({ description: 'Zones in which, for a moment, none of two or more members served.' }),
  }),
  timeToHalt: duration
    .nullable()
    .meta({ description: 'First harmed instance to the halt; null: never, or nothing harmed.' }),
  timeToRecover: duration
    .nullable()
    .meta({ description: 'First harmed instance to everything serving again; null: never, or nothing harmed.' }),
  timeToRollBack: duration
    .nullable()
    .meta({ description: 'First harmed instance to the last one being well again; null: never, or nothing harmed.' }),
  timeToCapacity: duration.nullable().meta({
    description: 'Longest time from a raised capacity until all of it served; null: never raised, or not reached.',
  }),
  bootTime: z
    .strictObject({ p50: duration.nullable(), max: duration.nullable() })
    .meta({ description: 'Power-on to able to serve, over the boots of the run; null without any.' }),
  repairs: z
    .strictObject({ count, loops: count, suspended: count })
    .meta({ description: 'Automatic repairs; a loop is a slot repaired twice with no healthy spell between.' }),
  spot: z
    .strictObject({
      evictions: count,
      evictionsBy: z.strictObject({ reclaim: count, price: count, hazard: count, simulated: count }),
      restored: count,
      abruptStops: count,
      minRegular: count.nullable(),
    })
    .meta({
      description:
        'evictionsBy: for the capacity, for the price, by chance, by simulateEviction. abruptStops: evictions in the middle of work. minRegular: lowest number of running regular instances; null where nothing is Spot.',
    }),
  faults: z
    .strictObject({ hosts: count, faultDomains: count, freezes: count, failedDeletes: count })
    .meta({ description: 'Hosts and racks that failed under instances, pauses of instances, deletes that failed.' }),
  zoneBalance: z
    .strictObject({ moves: count })
    .meta({ description: 'Instances that automatic zone balance moved to another zone, or tried to.' }),
  autoscale: z
    .strictObject({
      scaleOuts: count.nullable(),
      scaleIns: count.nullable(),
      flaps: count.nullable().meta({ description: 'Actions reversed before their effect was felt.' }),
      flapsPrevented: count.nullable().meta({
        description:
          'Spells in which a scale-in was held back because it would have scaled out again, or made smaller.',
      }),
    })
    .meta({ description: 'Null where no autoscale setting acts.' }),
  cost: z.strictObject({
    instanceHours: z.strictObject({ regular: amount, spot: amount }),
    surgeHours: amount,
    replicaHours: amount.nullable().meta({ description: 'Gallery replicas of the estate; null per scale set.' }),
    currency: z.string().nullable().meta({ description: 'Of the amounts that follow; all null without world.prices.' }),
    total: amount
      .nullable()
      .meta({ description: 'Instances, disks, replicas and builds; per scale set the first two.' }),
    instances: z.strictObject({ regular: amount.nullable(), spot: amount.nullable() }),
    surge: amount.nullable().meta({ description: 'The part of the instances that stood above the target.' }),
    disks: amount.nullable().meta({ description: 'OS disks, those of deallocated instances among them.' }),
    replicas: amount.nullable().meta({ description: 'Of the estate; null per scale set.' }),
    builds: amount.nullable().meta({ description: 'Build machines. Of the estate; null per scale set.' }),
  }),
  demand: z
    .strictObject({
      unservedPercent: share,
      peakUnservedPercent: share,
      totalRequests: amount.nullable(),
      unservedRequests: amount.nullable(),
      peakBacklog: amount.nullable().meta({ description: 'Messages of a queue that waited.' }),
      backlogAtEnd: amount.nullable(),
    })
    .meta({
      description:
        'Requests that found no capacity; null without demand, and of a scale set without one of its own. Of a queue what waits at the end is unserved.',
    }),
}

const decision = z
  .strictObject({
    rule: ruleId,
    breached: z.boolean(),
    count,
    total: count,
    limitPercent: z.number(),
    at: duration,
  })
  .meta({ description: 'The threshold test that decided: breached when count * 100 > limitPercent * total.' })

const batch = z.strictObject({
  startedAt: duration,
  endedAt: duration.nullable(),
  instances: z
    .array(z.string())
    .meta({ description: 'As `<scale set>/<number>`, the number in order of creation from 0.' }),
  zones: z.array(z.string()),
  updateDomain: count.nullable(),
  surge: z.boolean(),
  successful: count,
  failed: count,
})

const rollout = z.strictObject({
  scaleSet: z.string(),
  trigger: z.enum(['ModelChange', 'Reapply', 'ModeChange', 'ManualOSUpgrade', 'AutomaticOSUpgrade']),
  startedBy: z.enum(['User', 'Platform']),
  targetImage: z.string().nullable().meta({ description: 'Exact image of an OS upgrade; null for a model change.' }),
  mode: z.enum(['Rolling', 'Automatic']),
  target: z.string().meta({ description: 'What was rolled out.' }),
  status: z.enum(['RollingForward', 'Completed', 'Faulted', 'Cancelled', 'RollingBack']),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  lastAction: z.enum(['Start', 'Cancel']),
  startedAt: duration,
  endedAt: duration.nullable().meta({ description: 'Null: still rolling when the run ended.' }),
  duration: duration.nullable(),
  batches: count.meta({ description: 'Batches begun; their details are in `batchList`.' }),
  leftOut: count.meta({
    description: 'Instances behind the model that took no part: protected, stopped, or asking to be skipped.',
  }),
  zonesPerBatch: count.meta({ description: 'Most zones any one batch touched; 0 in a regional set.' }),
  successful: count,
  failed: count,
  inProgress: count,
  pending: count,
  rolledBack: count.meta({ description: 'Part of `failed`.' }),
  rollbackFailed: count.meta({
    description: 'Former disks that did not come up; part of `failed`, not of `rolledBack`.',
  }),
  decision: decision.nullable(),
  batchList: z.array(batch),
})

const build = z.strictObject({
  template: z.string(),
  run: z.int().min(1),
  startedBy: z.enum(['user', 'trigger', 'autoRun']),
  startedAt: duration,
  endedAt: duration.nullable(),
  runState: z.enum(['Running', 'Canceling', 'Succeeded', 'PartiallySucceeded', 'Failed', 'Canceled']),
  runSubState: z.enum(['Queued', 'Building', 'Customizing', 'Optimizing', 'Validating', 'Distributing']),
  message: z.string(),
  published: z.array(z.string()).meta({ description: 'Exact image versions.' }),
  failedUnnoticed: z.array(z.string()).meta({ description: 'Customizers that failed without failing the run.' }),
})

const historyEntry = z.strictObject({
  runningStatus: z.strictObject({
    code: z.enum(['RollingForward', 'Completed', 'Faulted', 'Cancelled', 'RollingBack']),
    startTime: duration,
    endTime: duration.nullable(),
  }),
  progress: z.strictObject({
    successfulInstanceCount: count,
    failedInstanceCount: count,
    inProgressInstanceCount: count,
    pendingInstanceCount: count,
  }),
  error: z.strictObject({ code: z.string(), message: z.string() }).nullable(),
  startedBy: z.enum(['Unknown', 'User', 'Platform']),
  targetImageReference: z.union([
    z.strictObject({ id: z.string(), exactVersion: z.string() }),
    z.strictObject({
      publisher: z.string(),
      offer: z.string(),
      sku: z.string(),
      version: z.literal('latest'),
      exactVersion: z.string(),
    }),
  ]),
  rollbackInfo: z.strictObject({ successfullyRolledbackInstanceCount: count, failedRolledbackInstanceCount: count }),
})

const imageVersion = z.strictObject({
  id: z.string().meta({ description: 'gallery/definition/version.' }),
  excludeFromLatest: z.boolean().meta({ description: 'Of the version; a region may have its own.' }),
  replicationStatus: z.strictObject({
    aggregatedState: z.enum(['Unknown', 'InProgress', 'Completed', 'Failed']),
    summary: z.array(
      z.strictObject({ region: z.string(), state: z.enum(['Unknown', 'Replicating', 'Completed', 'Failed']) }),
    ),
  }),
})

const autoscaleEvent = z.strictObject({
  at: duration,
  setting: z.string(),
  scaleSet: z.string(),
  event: z.enum([
    'AutoscaleAction',
    'Flapping',
    'FlappingOccurred',
    'MetricFailure',
    'MetricRecovery',
    'PredictiveMetricFailure',
  ]),
  selectedAutoscaleProfile: z.string(),
  currentInstanceCount: count,
  newInstanceCount: count,
  scaleDirection: z.enum(['Increase', 'Decrease']).nullable(),
  resultType: z
    .enum(['InProgress', 'Succeeded', 'Failed', 'Timeout'])
    .nullable()
    .meta({ description: 'Of an action: how the operation on the scale set ended.' }),
  endedAt: duration.nullable(),
  resultDescription: z.string().meta({ description: 'What decided it.' }),
  rule: ruleId,
})

const lossReason = {
  reason: z.string().meta({ description: 'Name of the trace entry that stands for it, for example zone.failed.' }),
  text: z.string().meta({ description: 'The same in words.' }),
  subject: z.string().nullable().meta({ description: 'The scale set it is about, or world; null: single instances.' }),
  numbers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  rule: ruleId.nullable(),
  entry: count
    .nullable()
    .meta({ description: 'Id of the first such entry in the trace; null: the demand rose by itself.' }),
  firstAt: duration,
}

const unservedDemand = z.strictObject({ ...lossReason, requests: amount })

const lostCapacity = z.strictObject({
  ...lossReason,
  scaleSets: z.array(z.string()),
  instances: count.meta({ description: 'Distinct instances that did not serve for this reason.' }),
  instanceMinutes: amount,
})

const expectation = z.strictObject({
  text: z.string().meta({ description: 'As written in the scenario.' }),
  verdict,
  actual: z
    .union([z.string(), z.number(), z.boolean(), z.null()])
    .meta({ description: 'What was measured; durations are ISO 8601 text; null: nothing to measure.' }),
  reason: z.string().optional().meta({ description: 'Why it is undecided.' }),
  shaky: z
    .array(z.string())
    .optional()
    .meta({ description: 'Assumptions under another documented reading of which the verdict is another one.' }),
})

const finding = z.strictObject({
  code: z.string(),
  title: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  where: z.string().meta({ description: 'Resource and property.' }),
  place: z.strictObject({ file: z.string(), line: z.int().min(1), column: z.int().min(1) }).optional(),
  evidence: z.array(z.string()),
  rules: z.array(ruleId),
  confirm: z.string().optional().meta({ description: 'The `az` command that would confirm it.' }),
  fix: z.string().optional(),
})

const entry = z.strictObject({
  scenario: z.string(),
  file: z.string().nullable().meta({ description: 'As given on the command line.' }),
  case: z.string().nullable().meta({ description: 'Case of the file; null: the file without its cases.' }),
  seed: z.int().min(0),
  traceHash: z.string().meta({ description: 'Digest of the whole trace: equal for equal scenario, seed and version.' }),
  duration,
  events: count,
  measures: z.strictObject({
    ...setMeasures,
    perScaleSet: z.record(z.string(), z.strictObject(setMeasures)),
  }),
  rollouts: z.array(rollout).meta({ description: 'In order of their start.' }),
  builds: z.array(build).meta({ description: 'Runs of image templates, in order of their start.' }),
  osUpgradeHistory: z.record(z.string(), z.array(historyEntry)).meta({
    description: 'The last OS upgrades of each scale set that had one, newest first, as Azure shows them.',
  }),
  imageVersions: z.array(imageVersion).meta({ description: 'Versions of declared galleries at the end of the run.' }),
  autoscaleHistory: z
    .array(autoscaleEvent)
    .meta({ description: 'What autoscale did and saw, in order of time, with the names of its own log.' }),
  lostCapacity: z.array(lostCapacity).meta({
    description:
      'What kept members of scale sets from serving, most first, by the chain of causes in the trace. What did not serve before the run is left out.',
  }),
  unservedDemand: z
    .array(unservedDemand)
    .meta({ description: 'What left requests without capacity, most first, by what the shortage began with.' }),
  expectations: z.array(expectation),
  findings: z.array(finding),
  verdict,
})

const estimated = z.union([z.number(), z.string(), z.null()])
const interval = z
  .tuple([estimated, estimated])
  .meta({ description: 'Covers the true value at the stated confidence; an end is null where it takes more runs.' })

const campaignMeasure = z.strictObject({
  runs: count.meta({ description: 'Runs that had a sample.' }),
  mean: estimated,
  meanInterval: interval.meta({ description: "Student's t." }),
  min: estimated,
  p5: estimated,
  p50: estimated,
  p95: estimated,
  p99: estimated,
  max: estimated,
  intervals: z
    .strictObject({ p5: interval, p50: interval, p95: interval, p99: interval })
    .meta({ description: 'From the order statistics; whatever the distribution.' }),
})

const campaignEntry = z.strictObject({
  scenario: z.string(),
  file: z.string(),
  case: z.string().nullable(),
  seeds: z
    .strictObject({ from: z.int().min(0), runs: count })
    .meta({ description: 'Seeds from, from + 1, ... were to be played.' }),
  duration,
  campaign: z.strictObject({
    runs: count.meta({ description: 'Runs that were finished.' }),
    confidence: z.number(),
    looks: count.nullable().meta({
      description:
        'With --until-decided: at how many looks it might have stopped. Intervals are widened to cover at the confidence all the same.',
    }),
    measures: z
      .record(z.string(), campaignMeasure)
      .meta({ description: 'By the name that expectations use; durations are ISO 8601 text.' }),
    rates: z
      .record(z.string(), z.record(z.string(), z.strictObject({ runs: count, rate: z.number(), interval })))
      .meta({ description: 'How often each rollout ended in which status; intervals of Clopper and Pearson.' }),
  }),
  expectations: z.array(
    z.strictObject({
      text: z.string(),
      verdict,
      runs: count.meta({ description: 'Runs that had a sample of it.' }),
      actual: estimated.meta({
        description: 'The estimate that was compared; without an aggregate the share of runs in which it held.',
      }),
      interval: interval.nullable(),
      decided: z.boolean().meta({ description: 'The whole interval lies on the side of the verdict.' }),
      failingSeed: z.int().min(0).optional().meta({ description: 'The first seed in which it did not hold.' }),
      reason: z.string().optional(),
    }),
  ),
  findings: z.array(finding).meta({ description: 'Of the scenario as declared.' }),
  verdict,
})

export const resultSchema = z
  .strictObject({
    formatVersion: z.literal(1),
    engine: z.strictObject({ name: z.string(), version: z.string() }),
    verdict: verdict.meta({ description: 'fail if any entry failed, else undecided if any is, else pass.' }),
    results: z.array(z.union([entry, campaignEntry])).meta({
      description: 'One entry per scenario, in the order they were given; a campaign under --runs.',
    }),
  })
  .meta({ title: 'vmss-twin result', description: 'What `vmss-twin run -o json` prints.' })

export type ResultDocument = z.infer<typeof resultSchema>
/** A document of single runs only. */
export type RunDocument = Omit<ResultDocument, 'results'> & { results: ResultEntry[] }
export type ResultEntry = z.infer<typeof entry>
export type CampaignEntry = z.infer<typeof campaignEntry>

/** The JSON Schema (draft 2020-12) as it is shipped in `schema/result.schema.json`, without a final line feed. */
export function resultJsonSchema(): string {
  return JSON.stringify(z.toJSONSchema(resultSchema, { target: 'draft-2020-12' }), null, 2)
}
