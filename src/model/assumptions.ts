import { distance } from 'fastest-levenshtein'
import { PLAYED_ASSUMPTIONS } from './assumption-definitions.ts'
import { PLAYED_CAPACITY_ASSUMPTIONS } from './assumption-definitions-capacity.ts'
import { PLAYED_FAULT_ASSUMPTIONS } from './assumption-definitions-faults.ts'
import { PLAYED_FLEET_ASSUMPTIONS } from './assumption-definitions-fleet.ts'
import { PLAYED_IMAGE_ASSUMPTIONS } from './assumption-definitions-images.ts'
import { PLAYED_SPOT_ASSUMPTIONS } from './assumption-definitions-spot.ts'
import { formatDuration, parseDuration } from './duration.ts'

/**
 * Every reading of an undocumented or ambiguous rule that this version plays, by name. Durations are integer
 * milliseconds. What each value means and which rules read it: `ASSUMPTIONS`.
 */
export interface Assumptions {
  readonly enforceBatchLeUnhealthy: boolean
  readonly flexRollbackFlag: 'ignoreWarn' | 'honour'
  readonly emitRollingBack: boolean
  readonly cancelDrainsBatch: boolean
  readonly writeDuringUpgrade: 'reject' | 'queue'
  readonly scaleOutDuringUpgrade: 'allow' | 'deferToEnd'
  readonly scaleInDuringUpgrade: 'deferToBatchEnd' | 'deferToEnd'
  readonly freezeTotalAtStart: boolean
  readonly upgradeTimeout: number
  readonly batchRounding: 'floor' | 'ceil' | 'round'
  readonly shrinkBatchByUnhealthy: boolean
  readonly shrinkWalk: 'scan' | 'window'
  readonly zonalCapBase: 'wholeSet' | 'zone'
  readonly udBorderAt100: 'ignore' | 'respect'
  readonly fdAffinity: 'prefer' | 'ignore'
  readonly flexBatchOrder: 'creation' | 'name'
  readonly batchOrder: 'unhealthyFirst' | 'zoneFirst'
  readonly deallocatedInUpgrade: 'skip' | 'countUnhealthy'
  readonly denominatorIncludesExcluded: boolean
  readonly upgradedDenominator: 'upgraded' | 'total'
  readonly completedWithFailures: boolean
  readonly healthWait: number
  readonly initializingExtendsWait: boolean
  readonly stabilityWindow: number
  readonly upgradeStep: number
  readonly surgeFallbackScope: 'batch' | 'rest'
  readonly unhealthySurge: 'deleteNew' | 'keepNew'
  readonly metricsRequireHealthy: boolean
  readonly twoSources: 'disableServices' | 'extensionWins'
  readonly tcpUnhealthyEndsGrace: boolean
  readonly allProtectedScaleIn: 'noop' | 'error'
  readonly modeToRollingStartsUpgrade: boolean
  readonly startingCountsAsUnhealthy: boolean
  /** Racks behind the one visible fault domain of a max-spreading set, per zone. */
  readonly hiddenRacksPerZone: number
  readonly overprovisionExtras: 'measured' | 'twentyPercent'
  readonly overprovisionFactorPercent: number
  readonly updateDomainAcrossPlacementGroups: 'merge' | 'separate'
  /** ms, above 0 */
  readonly busyRetry: number
  readonly unresolvedProbe: 'tcp' | 'http'
  readonly richPlain200: 'Unknown' | 'Healthy'
  readonly richNon2xx: 'Unknown' | 'Unhealthy'
  readonly extensionGraceDefault: 'intervalTimesProbes' | 'PT10M'
  readonly unknownInUpgrade: 'unhealthy' | 'wait'
  readonly aosPolicySource: 'flagOrRollingMode' | 'setPolicy'
  readonly extensionVersionGate: boolean
  readonly repairGraceAnchor: 'stateChange' | 'firstUnhealthy'
  readonly repairSuspendAfter: number
  readonly repairActionChange: 'reject' | 'allow'
  readonly repairDuringUpgrade: 'othersOnly' | 'none' | 'all'
  readonly aosPollInterval: number
  readonly aosFirstDelay: number
  readonly aosOffPeakOnly: boolean
  readonly rolledBackCountsAsFailed: boolean
  readonly aosRetryInterval: number
  readonly deferralDeadline: number | 'none'
  readonly excludeTriggersDowngrade: boolean
  readonly flexAos: 'preview' | 'reject'
  readonly aosPinnedVersion: 'acceptWithWarning' | 'reject'
  readonly latestResolution: 'regional' | 'global'
  readonly repairOrder: 'oldestUnhealthy' | 'instanceId'
  readonly repairScan: number
  readonly osImageEventType: 'Reboot' | 'Redeploy'
  readonly createsPerReplica: number
  readonly maxReplicasPerRegion: number
  readonly reimageMovesToLatest: boolean
  readonly triggerDisableAfter: number
  readonly forceDeleteFactor: number
  readonly replicationModel: 'measured' | 'reported'
  readonly replicationBase: number
  readonly replicationCap: number
  readonly replicationGrid: number
  readonly sourceRegionFirst: boolean
  readonly imageUnavailable: 'retry' | 'fail'
  readonly repairLimitPercent: number
  readonly aosRestoresFailedBoots: boolean
  readonly platformReimageMovesToLatest: boolean
  readonly excludeDuringUpgrade: 'stop' | 'finish'
  readonly sameRegionCopyFactor: number
  readonly firstImageVersion: 'patchOne' | 'majorOne'
  readonly sourceVersionTaken: 'nextPatch' | 'fail'
  readonly spotReclaimOrder: 'newest' | 'oldest'
  readonly servingButUnhealthyAfter: number
  readonly spotLeftPercent: number
  readonly replicationProgress: 'shareOfTime' | 'none'
  /** ms */
  readonly lastActionLead: number
  readonly demandStep: number
  readonly surgeIgnoresAutoscaleMax: boolean
  readonly evalInterval: number
  readonly metricLag: number
  readonly percentRounding: 'ceilOutFloorIn' | 'floor' | 'round'
  readonly cooldownSemantics: 'lastFiredRule' | 'ownRule'
  readonly flexResyncDelay: number
  readonly autoscaleDuringUpgrade: 'allow' | 'defer'
  readonly boundsCooldown: boolean
  readonly scaleOperationTimeout: number
  readonly predictiveHistory: number
  readonly sameWeekdayWeight: number
  readonly allocationPartialOutcome: 'keep' | 'rollBack'
  readonly maxScaleStep: number | 'none'
  readonly fullZoneIsUnavailable: boolean
  readonly surgeChecksCapacity: boolean
  readonly standbyJoin: number
  readonly standbyResume: number
  readonly standbyRetry: number
  readonly throttleAutoscale: boolean
  readonly selfStartedReboot: number
  readonly zoneBalanceCheck: number
  readonly zoneBalanceSource: 'newest' | 'oldest'
  readonly resilientDeleteRetry: number
  readonly resilientCreateWindow: 'firstTimeout' | 'creation'
  readonly preemptDeliveryProbability: number
  readonly evictedInUpgrade: 'excludeFromHealth' | 'countUnhealthy'
  readonly restoreFirstTry: number
  readonly restoreInterval: number
  readonly restoredHazardFactor: number
  readonly loadBalancerNotices: number
}

export type AssumptionName = keyof Assumptions

export type AssumptionValue = boolean | number | string
/** `none` beside a duration or integer is written as the word `none`. */
export type AssumptionKind = 'boolean' | 'enum' | 'duration' | 'durationOrNone' | 'integer' | 'integerOrNone' | 'number'

/** What the catalogue says about one assumption, apart from its name and default. */
export interface AssumptionText {
  readonly kind: AssumptionKind
  /** Rule ids that read it. */
  readonly rules: readonly string[]
  /** What is open, and why the default is what it is. */
  readonly summary: string
  /** Boolean and enum: every allowed value. Duration and number: the values worth comparing, the default first. */
  readonly values: readonly AssumptionValueText[]
  /** Inclusive bounds of a duration (ms), integer or number. */
  readonly min?: number
  readonly max?: number
  readonly source: string
}

export interface AssumptionValueText {
  /** Durations in ms. */
  readonly value: AssumptionValue
  readonly meaning: string
}

export interface AssumptionDefinition extends AssumptionText {
  readonly name: AssumptionName
  readonly default: AssumptionValue
  /** The article's reading, where it differs from the default. */
  readonly article?: AssumptionValue
}

export const DEFAULT_ASSUMPTIONS: Assumptions = {
  enforceBatchLeUnhealthy: true,
  flexRollbackFlag: 'ignoreWarn',
  emitRollingBack: false,
  cancelDrainsBatch: true,
  writeDuringUpgrade: 'reject',
  scaleOutDuringUpgrade: 'allow',
  scaleInDuringUpgrade: 'deferToBatchEnd',
  freezeTotalAtStart: false,
  upgradeTimeout: 12 * 3_600_000,
  batchRounding: 'floor',
  shrinkBatchByUnhealthy: true,
  shrinkWalk: 'scan',
  zonalCapBase: 'wholeSet',
  udBorderAt100: 'ignore',
  fdAffinity: 'prefer',
  flexBatchOrder: 'creation',
  batchOrder: 'unhealthyFirst',
  deallocatedInUpgrade: 'skip',
  denominatorIncludesExcluded: true,
  upgradedDenominator: 'upgraded',
  completedWithFailures: true,
  healthWait: 5 * 60_000,
  initializingExtendsWait: true,
  stabilityWindow: 0,
  upgradeStep: 60_000,
  surgeFallbackScope: 'batch',
  unhealthySurge: 'deleteNew',
  metricsRequireHealthy: true,
  twoSources: 'disableServices',
  tcpUnhealthyEndsGrace: true,
  allProtectedScaleIn: 'noop',
  modeToRollingStartsUpgrade: true,
  startingCountsAsUnhealthy: false,
  hiddenRacksPerZone: 8,
  overprovisionExtras: 'measured',
  overprovisionFactorPercent: 20,
  updateDomainAcrossPlacementGroups: 'merge',
  busyRetry: 60_000,
  unresolvedProbe: 'tcp',
  richPlain200: 'Unknown',
  richNon2xx: 'Unknown',
  extensionGraceDefault: 'intervalTimesProbes',
  unknownInUpgrade: 'unhealthy',
  aosPolicySource: 'flagOrRollingMode',
  extensionVersionGate: true,
  repairGraceAnchor: 'stateChange',
  repairSuspendAfter: 3,
  repairActionChange: 'reject',
  repairDuringUpgrade: 'othersOnly',
  aosPollInterval: 3_600_000,
  aosFirstDelay: 3 * 3_600_000,
  aosOffPeakOnly: false,
  rolledBackCountsAsFailed: true,
  aosRetryInterval: 72 * 3_600_000,
  deferralDeadline: 'none',
  excludeTriggersDowngrade: false,
  flexAos: 'preview',
  aosPinnedVersion: 'acceptWithWarning',
  latestResolution: 'regional',
  repairOrder: 'oldestUnhealthy',
  repairScan: 60_000,
  osImageEventType: 'Reboot',
  createsPerReplica: 20,
  maxReplicasPerRegion: 50,
  reimageMovesToLatest: false,
  triggerDisableAfter: 3,
  forceDeleteFactor: 0.3,
  replicationModel: 'measured',
  replicationBase: 5 * 60_000,
  replicationCap: 6 * 3_600_000,
  replicationGrid: 15_000,
  sourceRegionFirst: true,
  imageUnavailable: 'retry',
  repairLimitPercent: 5,
  aosRestoresFailedBoots: true,
  platformReimageMovesToLatest: true,
  excludeDuringUpgrade: 'stop',
  sameRegionCopyFactor: 0.3,
  firstImageVersion: 'patchOne',
  sourceVersionTaken: 'nextPatch',
  spotReclaimOrder: 'newest',
  servingButUnhealthyAfter: 5 * 60_000,
  spotLeftPercent: 50,
  replicationProgress: 'shareOfTime',
  lastActionLead: 62,
  demandStep: 60_000,
  surgeIgnoresAutoscaleMax: true,
  evalInterval: 60_000,
  metricLag: 2 * 60_000,
  percentRounding: 'ceilOutFloorIn',
  cooldownSemantics: 'lastFiredRule',
  flexResyncDelay: 3_600_000,
  autoscaleDuringUpgrade: 'allow',
  boundsCooldown: false,
  scaleOperationTimeout: 3_600_000,
  predictiveHistory: 15 * 24 * 3_600_000,
  sameWeekdayWeight: 6,
  allocationPartialOutcome: 'keep',
  maxScaleStep: 'none',
  fullZoneIsUnavailable: true,
  surgeChecksCapacity: true,
  standbyJoin: 10_000,
  standbyResume: 30_000,
  standbyRetry: 5 * 60_000,
  throttleAutoscale: true,
  selfStartedReboot: 5 * 60_000,
  zoneBalanceCheck: 10 * 60_000,
  zoneBalanceSource: 'newest',
  resilientDeleteRetry: 60_000,
  resilientCreateWindow: 'firstTimeout',
  preemptDeliveryProbability: 0.98,
  evictedInUpgrade: 'excludeFromHealth',
  restoreFirstTry: 5 * 60_000,
  restoreInterval: 5 * 60_000,
  restoredHazardFactor: 0.5,
  loadBalancerNotices: 10_000,
}

/** Where the article reads the platform differently and the twin can play its reading. */
const ARTICLE_READINGS: Partial<Assumptions> = {
  flexRollbackFlag: 'honour', // D10
  richPlain200: 'Healthy', // D2
  richNon2xx: 'Unhealthy', // D3
  extensionGraceDefault: 'PT10M', // D1
  unknownInUpgrade: 'wait', // D4
  aosPolicySource: 'setPolicy', // D14
}

export const ARTICLE_ASSUMPTIONS: Assumptions = { ...DEFAULT_ASSUMPTIONS, ...ARTICLE_READINGS }

const PLAYED: Readonly<Record<AssumptionName, AssumptionText>> = {
  ...PLAYED_ASSUMPTIONS,
  ...PLAYED_IMAGE_ASSUMPTIONS,
  ...PLAYED_FLEET_ASSUMPTIONS,
  ...PLAYED_CAPACITY_ASSUMPTIONS,
  ...PLAYED_FAULT_ASSUMPTIONS,
  ...PLAYED_SPOT_ASSUMPTIONS,
}

/** All of them: the played ones first, in the order of the interface. */
export const ASSUMPTIONS: readonly AssumptionDefinition[] = [
  ...(Object.keys(DEFAULT_ASSUMPTIONS) as AssumptionName[]).map((name): AssumptionDefinition => {
    const article = ARTICLE_READINGS[name]
    return {
      name,
      default: DEFAULT_ASSUMPTIONS[name],
      ...(article === undefined ? {} : { article }),
      ...PLAYED[name],
    }
  }),
]

const BY_NAME: ReadonlyMap<string, AssumptionDefinition> = new Map(ASSUMPTIONS.map((a) => [a.name, a]))

export function findAssumption(name: string): AssumptionDefinition | undefined {
  return BY_NAME.get(name)
}

export type AssumptionProfile = 'documentation' | 'article'

export interface AssumptionProblem {
  readonly name: string
  /** `unknown`: no such assumption (E0111). `value`: not a value it takes (E0112). */
  readonly kind: 'unknown' | 'value'
  readonly message: string
  readonly hint?: string
}

export interface ResolvedAssumptions {
  readonly assumptions: Assumptions
  readonly problems: readonly AssumptionProblem[]
}

/**
 * The profile first, then the single values as a scenario writes them (durations as ISO 8601 text). A value with a
 * problem keeps the profile's. A key `profile` among the values is the caller's to read and is passed over.
 */
export function resolveAssumptions(
  profile: AssumptionProfile,
  given: Readonly<Record<string, unknown>> = {},
): ResolvedAssumptions {
  const assumptions: Record<string, AssumptionValue> = {
    ...(profile === 'article' ? ARTICLE_ASSUMPTIONS : DEFAULT_ASSUMPTIONS),
  }
  const problems: AssumptionProblem[] = []
  for (const [name, raw] of Object.entries(given)) {
    if (name === 'profile') continue
    const definition = BY_NAME.get(name)
    if (definition === undefined) {
      const nearest = nearestName(name)
      problems.push({
        name,
        kind: 'unknown',
        message: `there is no assumption \`${name}\``,
        ...(nearest === undefined ? {} : { hint: `did you mean \`${nearest}\`?` }),
      })
      continue
    }
    const value = readValue(definition, raw)
    if (value === undefined) {
      problems.push({
        name,
        kind: 'value',
        message: `\`${name}\` must be ${expectedValues(definition)}, got ${JSON.stringify(raw) ?? String(raw)}`,
        ...valueHint(definition, raw),
      })
    } else assumptions[name] = value
  }
  return { assumptions: assumptions as unknown as Assumptions, problems }
}

/** A value as a scenario writes it: durations as ISO 8601. */
export function formatAssumptionValue(definition: AssumptionDefinition, value: AssumptionValue): string {
  const isDuration = definition.kind === 'duration' || definition.kind === 'durationOrNone'
  return isDuration && typeof value === 'number' ? formatDuration(value) : String(value)
}

/** What may be written for it, in words: `true or false`, `upgraded or total`, `an ISO 8601 duration (PT5M)`. */
export function expectedValues(definition: AssumptionDefinition): string {
  const { kind, values, min, max } = definition
  const example = formatAssumptionValue(definition, definition.default)
  switch (kind) {
    case 'boolean':
      return 'true or false'
    case 'enum':
      return values.map((v) => `${v.value}`).join(' or ')
    case 'duration':
      return `an ISO 8601 duration such as ${example}${min === undefined ? '' : `, at least ${formatDuration(min)}`}`
    case 'durationOrNone':
      return 'an ISO 8601 duration such as PT1H, or none'
    case 'integer':
      return `a whole number from ${min ?? 0}${max === undefined ? '' : ` to ${max}`}`
    case 'integerOrNone':
      return `a whole number from ${min ?? 0}, or none`
    case 'number':
      return `a number from ${min ?? 0}${max === undefined ? '' : ` to ${max}`}`
    default:
      return kind satisfies never
  }
}

function readValue(definition: AssumptionDefinition, raw: unknown): AssumptionValue | undefined {
  const { kind, values, min = 0, max = Number.MAX_SAFE_INTEGER } = definition
  const within = (n: number | undefined): number | undefined =>
    n !== undefined && n >= min && n <= max ? n : undefined
  switch (kind) {
    case 'boolean':
      return typeof raw === 'boolean' ? raw : undefined
    case 'enum':
      return values.find((v) => v.value === raw)?.value
    case 'durationOrNone':
    case 'duration':
      if (kind === 'durationOrNone' && raw === 'none') return 'none'
      return typeof raw === 'string' ? within(parseDuration(raw)) : undefined
    case 'integerOrNone':
    case 'integer':
      if (kind === 'integerOrNone' && raw === 'none') return 'none'
      return Number.isSafeInteger(raw) ? within(raw as number) : undefined
    case 'number':
      return typeof raw === 'number' && Number.isFinite(raw) ? within(raw) : undefined
    default:
      return kind satisfies never
  }
}

function valueHint(definition: AssumptionDefinition, raw: unknown): { hint?: string } {
  if (definition.kind === 'enum' && typeof raw === 'string') {
    const words = definition.values.map((v) => String(v.value))
    const nearest = nearestOf(raw, words)
    return nearest === undefined ? {} : { hint: `did you mean ${nearest}?` }
  }
  if (definition.kind === 'boolean' && typeof raw === 'string' && /^(true|false)$/i.test(raw)) {
    return { hint: `write ${raw.toLowerCase()} without quotes` }
  }
  if (definition.kind.startsWith('duration') && typeof raw === 'number') {
    return { hint: 'durations carry a unit: PT5M is five minutes' }
  }
  return { hint: `default: ${formatAssumptionValue(definition, definition.default)}` }
}

const nearestName = (name: string): string | undefined =>
  nearestOf(
    name,
    ASSUMPTIONS.map((a) => a.name),
  )

/** The candidate with the fewest edits, if that is at most half of the word. Earlier candidates win ties. */
function nearestOf(word: string, candidates: readonly string[]): string | undefined {
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(word.length / 2)) + 1
  for (const candidate of candidates) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase())
    if (d < bestDistance) [best, bestDistance] = [candidate, d]
  }
  return best
}
