import { formatDuration } from '../model/duration.ts'
import type { InvariantName } from '../model/invariant-names.ts'
import { regionName } from '../model/scenario/names.ts'
import type { DeclaredScaleSet, Defect, Scenario } from '../model/scenario.ts'
import type { RolloutResult, RunResult } from '../sim/result.ts'
import { batchCap } from '../sim/rolling-upgrade/batches.ts'

/** Whether a property holds in one run; `silent`: the run had nothing it speaks of. */
export type PropertyOutcome =
  | { readonly status: 'holds' | 'silent' }
  | {
      readonly status: 'broken'
      /** In words, with the numbers. */
      readonly why: string
      /** The same about this run as a line of `expect`, which fails in it. */
      readonly expect: string
    }

export type Invariant = (scenario: Scenario, result: RunResult) => PropertyOutcome

const HOLDS: PropertyOutcome = { status: 'holds' }
const SILENT: PropertyOutcome = { status: 'silent' }
const broken = (why: string, expect: string): PropertyOutcome => ({ status: 'broken', why, expect })

/** A rollout in which a batch began or ended so shortly before the end is taken to be on its way. */
const ON_ITS_WAY_MS = 3_600_000
/** `rollingUpgradePolicy` where it says nothing. */
const PERCENT_DEFAULT = 20

/**
 * Every rolling upgrade ends before the run does. One whose latest batch began or ended within the last hour of the run is
 * on its way and not judged: at PT6H, a rollout that waits since PT2H is broken, one with a batch at PT5H30M is not.
 */
export const rolloutTerminates: Invariant = (scenario, { rollouts }) => {
  if (rollouts.length === 0) return SILENT
  for (const [index, rollout] of rollouts.entries()) {
    if (rollout.endedAtMs !== null) continue
    const moments = rollout.batches.flatMap(({ startedAtMs, endedAtMs }) => [startedAtMs, endedAtMs ?? 0])
    const latest = Math.max(rollout.startedAtMs, ...moments)
    if (scenario.durationMs - latest < ON_ITS_WAY_MS) continue
    return broken(
      `rollout ${index} of ${rollout.scaleSet} is ${rollout.status} when the run ends, and nothing of it has moved since ${formatDuration(latest)}`,
      `rollouts[${index}].status != ${rollout.status}`,
    )
  }
  return HOLDS
}

/**
 * A rolling upgrade whose image or model has no defect completes. One that was cancelled, or has not ended, is not judged.
 * Faulted because of an instance that somebody else broke counts: a policy that halts a good rollout for that is what this
 * is about.
 */
export const goodImageCompletes: Invariant = (scenario, result) => {
  let isSilent = true
  for (const [index, rollout] of result.rollouts.entries()) {
    if (rollout.endedAtMs === null || rollout.status === 'Cancelled' || !isGood(rollout, scenario, result)) continue
    isSilent = false
    if (rollout.status === 'Completed') continue
    const { decision } = rollout
    const numbers =
      decision === null ? '' : ` (${decision.count} of ${decision.total} above ${decision.limitPercent} %)`
    return broken(
      `rollout ${index} of ${rollout.scaleSet} brings nothing bad and is ${rollout.status}, ${rollout.errorCode}${numbers}`,
      `rollouts[${index}].status == Completed`,
    )
  }
  return isSilent ? SILENT : HOLDS
}

/**
 * In each set no more instances are harmed than one batch holds, for each version or model that harmed any: 6 of 30 at 20 %
 * for one bad image, however often it is tried, 12 for two. Without batches (mode Automatic or Manual, new instances) it is the batch that the policy allows.
 */
export const blastRadiusWithinOneBatch: Invariant = (scenario, result) => {
  if (result.measures.blastRadius.instances === 0) return SILENT
  for (const set of scenario.scaleSets) {
    const { name } = set.model
    const harmed = result.measures.perScaleSet[name]?.blastRadius.instances ?? 0
    const largest = new Map<string, number>()
    for (const rollout of result.rollouts) {
      const { scaleSet, mode, batches, target, targetImage } = rollout
      const hasHarmed = batches.some(({ instances }) => instances.some((one) => result.instances[one]?.harmed))
      if (scaleSet !== name || mode !== 'Rolling' || !hasHarmed || isGood(rollout, scenario, result)) continue
      const size = Math.max(...batches.map(({ instances }) => instances.length))
      const brought = targetImage ?? target
      largest.set(brought, Math.max(size, largest.get(brought) ?? 0))
    }
    const sizes = [...largest.values()]
    const allowed = sizes.length === 0 ? batchOf(set) : sizes.reduce((sum, size) => sum + size, 0)
    if (harmed > allowed)
      return broken(
        `${harmed} instances of ${name} are harmed, and ${sizes.length > 1 ? `a batch of each of ${sizes.length} versions holds` : 'one batch holds'} ${allowed}`,
        `${measureOf(scenario, name)}blastRadius.instances <= ${allowed}`,
      )
  }
  return HOLDS
}

/**
 * In no zone with two or more members there is a moment in which none serves. A zone that the timeline itself fails is not
 * judged, nor is one with a single member: whatever changes that member takes the zone down.
 */
export const noZoneFullyDown: Invariant = (scenario, { measures }) => {
  const zonal = scenario.scaleSets.filter(({ model }) => (model.zones ?? []).length > 0)
  if (zonal.length === 0) return SILENT
  for (const { model } of zonal) {
    const region = regionName(model.location)
    const failed = new Set(
      scenario.timeline.flatMap(({ action }) =>
        action.verb === 'failZone' && regionName(action.region) === region ? [action.zone] : [],
      ),
    )
    const down = measures.perScaleSet[model.name]?.availability.zonesDown ?? 0
    if (down > failed.size)
      return broken(
        `${down} of the zones of ${model.name} had a moment in which none of two or more instances served${failed.size === 0 ? '' : `, and the timeline fails ${failed.size}`}`,
        `${measureOf(scenario, model.name)}availability.zonesDown <= ${failed.size}`,
      )
  }
  return HOLDS
}

/**
 * A set never serves with fewer than the policy admits: its capacity, less one batch, less maxUnhealthyInstancePercent of it.
 * 30 at 20 and 20 % -> 30 - 6 - 6 = 18; 2 -> 2 - 1 - 0 = 1. A set whose capacity somebody moves is not judged.
 */
export const capacityFloor: Invariant = (scenario, { measures }) => {
  let isSilent = true
  for (const set of scenario.scaleSets) {
    const { name, sku, upgradePolicy } = set.model
    if (sku.capacity === 0 || isMoved(scenario, name)) continue
    isSilent = false
    const unhealthyPercent = upgradePolicy.rollingUpgradePolicy?.maxUnhealthyInstancePercent ?? PERCENT_DEFAULT
    const batch = batchOf(set)
    const unhealthy = Math.floor((sku.capacity * unhealthyPercent) / 100)
    const floor = Math.max(0, sku.capacity - batch - unhealthy)
    const { minServing } = measures.perScaleSet[name]!.availability
    if (minServing < floor)
      return broken(
        `${name} serves with ${minServing} of ${sku.capacity} at its lowest; a batch of ${batch} and ${unhealthy} unhealthy leave ${floor}`,
        `${measureOf(scenario, name)}availability.minServing >= ${floor}`,
      )
  }
  return isSilent ? SILENT : HOLDS
}

/** No slot is repaired twice without having been healthy in between. */
export const noRepairLoop: Invariant = (scenario, { measures: { repairs } }) => {
  if (!scenario.scaleSets.some(({ model }) => model.automaticRepairsPolicy?.enabled === true)) return SILENT
  if (repairs.loops === 0) return HOLDS
  return broken(
    `${repairs.count} repairs, ${repairs.loops} of them of an instance that had not been healthy since the one before`,
    'repairs.loops == 0',
  )
}

/** Autoscale never takes an action back before its effect was felt. */
export const noFlapping: Invariant = (_, { measures: { autoscale } }) => {
  if (autoscale.flaps === null) return SILENT
  if (autoscale.flaps === 0) return HOLDS
  return broken(`autoscale took back ${autoscale.flaps} of its actions before they were felt`, 'autoscale.flaps == 0')
}

/** In the order in which they are asked: of several that are broken the first one is told. */
export const INVARIANT_CHECKS: Readonly<Record<InvariantName, Invariant>> = {
  rolloutTerminates,
  goodImageCompletes,
  blastRadiusWithinOneBatch,
  noZoneFullyDown,
  capacityFloor,
  noRepairLoop,
  noFlapping,
}

function batchOf({ model }: DeclaredScaleSet): number {
  const percent = model.upgradePolicy.rollingUpgradePolicy?.maxBatchInstancePercent ?? PERCENT_DEFAULT
  return batchCap(model.sku.capacity, percent)
}

/** How a measure of one set begins in an expectation. */
function measureOf({ scaleSets }: Scenario, name: string): string {
  if (scaleSets.length === 1) return ''
  return /^[A-Za-z_][\w-]*$/.test(name) ? `perScaleSet.${name}.` : `perScaleSet["${name}"].`
}

const isBad = (defects: readonly Defect[]): boolean => defects.some(({ sharePercent }) => sharePercent > 0)

/** Nothing that it brought to an instance has a defect, as far as the world says. */
function isGood({ targetImage, batches }: RolloutResult, { world }: Scenario, { instances }: RunResult): boolean {
  // What a customizer that fails silently leaves in an image shows on instances only.
  const mayHide = Object.values(world.imageTemplates).some(({ customizers }) =>
    Object.values(customizers).some(({ fails }) => fails === 'silently'),
  )
  if (targetImage !== null && !mayHide) return !isBad((world.images[targetImage] ?? world.defaultImage).defects)
  const isCleanWorld = ![world.defaultImage, ...Object.values(world.images), ...world.models].some(({ defects }) =>
    isBad(defects),
  )
  if (isCleanWorld && !mayHide) return true
  const members = batches.flatMap((batch) => batch.instances)
  return members.length > 0 && !members.some((one) => instances[one]?.exposed)
}

/** Somebody changes the capacity of the set on purpose. */
function isMoved({ autoscaleSettings, timeline }: Scenario, name: string): boolean {
  return (
    autoscaleSettings.some(({ scaleSet }) => scaleSet === name) ||
    timeline.some(
      ({ action }) =>
        (action.verb === 'scaleTo' && action.scaleSet === name) ||
        (action.verb === 'attachVM' && action.scaleSet === name) ||
        action.verb === 'deleteInstance' ||
        (action.verb === 'updateModel' &&
          action.scaleSet === name &&
          action.set.some(({ path }) => /capacity$/i.test(path))),
    )
  )
}
