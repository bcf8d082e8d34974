import type { Assumptions } from '../assumptions.ts'
import { healthSource } from '../declare/health-source.ts'
import { imageKey } from '../declare/image-key.ts'
import { isSpot } from '../declare/priority-mix.ts'
import { repairPolicy } from '../declare/repair-policy.ts'
import type { Distribution } from '../distribution.ts'
import { formatDuration } from '../duration.ts'
import type { Finding } from '../finding.ts'
import { isExcluded, newestIncluded } from '../gallery/image-version.ts'
import { playbookFinding } from '../playbook-finding.ts'
import type { DeclaredScaleSet, Endpoint, Gallery, World } from '../scenario.ts'
import type { SourceDocument } from './document.ts'

interface Parts {
  readonly scaleSets: readonly DeclaredScaleSet[]
  readonly galleries: readonly Gallery[]
  readonly world: World
  readonly assumptions: Assumptions
}

/**
 * Rows of the article's troubleshooting table that the declaration and what is said of the world already show, before
 * anything is played.
 */
export function staticPlaybookFindings(parts: Parts, source: SourceDocument): Finding[] {
  return parts.scaleSets.flatMap((set) => [
    ...versionNotInRegion(set, parts.galleries, source),
    ...repairGraceTooShort(set, parts, source),
    ...probeAnswerNotClean(set, parts, source),
    ...spotWithoutFloor(set, source),
  ])
}

function tell(
  code: string,
  { model }: DeclaredScaleSet,
  path: readonly string[],
  evidence: readonly string[],
  source: SourceDocument,
  names: Readonly<Record<string, string>> = {},
): Finding {
  return playbookFinding(code, {
    where: `${model.name}: ${path.join('.')}`,
    place: source.keyPlaceOf(['azure', 'scaleSets', model.name, ...path]),
    evidence,
    names: { 'scale-set': model.name, ...names },
  })
}

/** Row 2: the newest version that counts does not go to the region of the set. */
function versionNotInRegion(set: DeclaredScaleSet, galleries: readonly Gallery[], source: SourceDocument): Finding[] {
  const { model } = set
  const key = imageKey(model.virtualMachineProfile.storageProfile?.imageReference)
  const definition = galleries
    .flatMap(({ images, name }) => images.map((image) => ({ image, gallery: name })))
    .find(({ image }) => image.key.toLowerCase() === key.toLowerCase())
  if (!definition) return []
  const newest = newestIncluded(
    definition.image.versions.map((version) => ({ ...version, excludedHere: isExcluded(version, model.location) })),
  )
  if (!newest) return []
  const here = newest.targetRegions.find(({ name }) => name === model.location)
  if (here?.state === 'Completed') return []
  const evidence = [
    `${key} ${newest.name} is the newest version that counts for latest.`,
    here ? `In ${model.location} its state is ${here.state}.` : `${model.location} is not among its target regions.`,
  ]
  const names = { gallery: definition.gallery, definition: definition.image.name, version: newest.name }
  const path = ['virtualMachineProfile', 'storageProfile', 'imageReference']
  return [tell('VersionNotInRegion', set, path, evidence, source, names)]
}

/** Row 7: repairs and the probe both give up before an instance can have warmed up. RE-3 counts from provisioned. */
function repairGraceTooShort(set: DeclaredScaleSet, { world, assumptions }: Parts, source: SourceDocument): Finding[] {
  const { model } = set
  const { enabled, gracePeriodMs: graceMs } = repairPolicy(model)
  if (!enabled) return []
  const health = healthSource(model, set.loadBalancerProbe, assumptions)
  const initializingMs = health.kind === 'extension' && health.rich ? health.gracePeriodMs : 0
  const { startup, warmup, endpoints } = world.application
  const endpoint = 'requestPath' in health && health.requestPath ? endpoints[health.requestPath] : undefined
  const seesWarmup = endpoint === undefined || endpoint.checks.includes('warmup')
  // HE-12: an answer that says Unhealthy ends Initializing at once, so its grace covers only what gives no such answer.
  const saysUnhealthy = endpoint === undefined || endpoint.answers.kind === 'rich' || endpoint.answers.kind === 'honest'
  const silentMs = usuallyWithin(startup) + (seesWarmup && !saysUnhealthy ? usuallyWithin(warmup) : 0)
  const readyMs = usuallyWithin(startup) + (seesWarmup ? usuallyWithin(warmup) : 0)
  const isCovered = initializingMs >= silentMs && silentMs === readyMs
  if (graceMs >= readyMs || isCovered) return []
  const evidence = [
    `19 of 20 instances need up to ${formatDuration(readyMs)} from the end of boot until they serve.`,
    `Repairs wait ${formatDuration(graceMs)} after an instance is provisioned, and its probe waits ${formatDuration(initializingMs)}.`,
  ]
  return [tell('RepairGraceTooShort', set, ['automaticRepairsPolicy', 'gracePeriod'], evidence, source)]
}

/** What 95 of 100 draws stay below; exact for each kind but the exponential one, whose quantile is three means. */
function usuallyWithin(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms
    case 'lognormal':
      return distribution.p95Ms
    case 'uniform':
      return distribution.minMs + (distribution.maxMs - distribution.minMs) * 0.95
    case 'exponential':
      return distribution.meanMs * 3
    case 'samples': {
      const sorted = [...distribution.samplesMs].sort((a, b) => a - b)
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * 0.95))] ?? 0
    }
    case 'mixture':
      return Math.max(0, ...distribution.parts.map(({ of }) => usuallyWithin(of)))
    default:
      return distribution satisfies never
  }
}

/** Row 8: the path that is probed always gives an answer that is not Healthy. */
function probeAnswerNotClean(set: DeclaredScaleSet, { world, assumptions }: Parts, source: SourceDocument): Finding[] {
  const health = healthSource(set.model, set.loadBalancerProbe, assumptions)
  const path = 'requestPath' in health ? health.requestPath : undefined
  if (path === undefined) return []
  const endpoint = world.application.endpoints[path] ?? world.application.endpoints[`/${path}`]
  const rich = health.kind === 'extension' && health.rich
  if (!endpoint || isHealthyAnswer(endpoint, rich, assumptions.richPlain200 === 'Healthy')) return []
  const answer = endpoint.answers.kind === 'fixed' ? endpoint.answers : { status: 200, body: undefined }
  const evidence = [
    `${path} always answers ${answer.status}${answer.body === undefined ? '' : ` with ${JSON.stringify(answer.body)}`}.`,
    rich
      ? 'Under extension 2.0 only a 2xx whose body says ApplicationHealthState Healthy is Healthy.'
      : 'Only a status of exactly 200 is Healthy.',
  ]
  const at = ['virtualMachineProfile', 'extensionProfile']
  return [tell('ProbeAnswerNotClean', set, at, evidence, source, { path })]
}

function isHealthyAnswer({ answers }: Endpoint, rich: boolean, plainCounts: boolean): boolean {
  if (answers.kind !== 'fixed') return true
  const { status, body } = answers
  if (!rich) return status === 200
  if (status < 200 || status > 299) return false
  if (body === undefined || !/ApplicationHealthState/i.test(body)) return plainCounts && status === 200
  return /ApplicationHealthState"?\s*:\s*"Healthy"/i.test(body)
}

/** Row 10: every instance of the set can be evicted at once. */
function spotWithoutFloor(set: DeclaredScaleSet, source: SourceDocument): Finding[] {
  const { model } = set
  const { priority } = model.virtualMachineProfile
  if (!isSpot(model)) return []
  const mix = (model['priorityMixPolicy'] ?? {}) as Readonly<Record<string, number | undefined>>
  if ((mix['baseRegularPriorityCount'] ?? 0) > 0) return []
  const above = mix['regularPriorityPercentageAboveBase'] ?? 0
  const evidence = [
    `Priority is ${priority} and baseRegularPriorityCount is 0${above > 0 ? `; ${above} % above it are regular` : ', so all instances are Spot'}.`,
  ]
  return above > 0 ? [] : [tell('SpotWithoutFloor', set, ['priorityMixPolicy'], evidence, source)]
}
