import { repairPolicy } from '../model/declare/repair-policy.ts'
import { formatClock, formatDuration } from '../model/duration.ts'
import type { Finding } from '../model/finding.ts'
import { newestIncluded } from '../model/gallery/image-version.ts'
import { playbookFinding } from '../model/playbook-finding.ts'
import type { DemandFlow } from './demand/demand.ts'
import { copyIn, isExcludedIn } from './gallery/copy.ts'
import type { Gallery } from './gallery/gallery.ts'
import { isRepairHealth } from './health/health-meaning.ts'
import type { ImageBuilder } from './image-builder.ts'
import { type Instance, isMember } from './instance.ts'
import type { Meters } from './meters.ts'
import type { RolloutRecord } from './rolling-upgrade/rollout-record.ts'
import { instanceLabel, type Run } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import { targetRegular } from './spot/mix.ts'
import type { Mechanisms } from './timeline.ts'

/**
 * The rows of the article's troubleshooting table that only a run can show, each from what really happened; row 11 is told
 * where the write is refused. A healthy run gives none.
 */
export function playbookFindings(
  run: Run,
  { gallery, builder, osUpgrade, repair, demand }: Mechanisms,
  meters: Meters,
): Finding[] {
  return [
    ...buildFindings(builder),
    ...run.sets.flatMap((set) => versionNotInRegion(run, set, gallery)),
    ...run.rollouts.flatMap((record) => rolloutFindings(run, record)),
    ...run.sets.flatMap((set) => {
      const obstacle = osUpgrade.obstacleAtEnd(set)
      return obstacle === null ? [] : [osUpgradeBlocked(set, obstacle)]
    }),
    ...run.sets.flatMap((set) => repairLoop(set, repair.count(set))),
    ...run.sets.flatMap((set) => misjudged(run, set)),
    ...run.sets.flatMap((set) => spotFloor(run, set, meters, demand)),
  ]
}

// Rows 1 and 12

function buildFindings({ results }: ImageBuilder): Finding[] {
  return results.flatMap((build) => {
    const where = `image template ${build.template}, run ${build.run}`
    const names = { template: build.template }
    if (build.identityDenied)
      return [
        playbookFinding('BuildIdentityDenied', {
          where,
          names,
          evidence: [`The run of ${formatClock(build.startedAtMs)} ended as Failed: ${build.message}.`],
        }),
      ]
    if (build.failedUnnoticed.length === 0 || build.published.length === 0) return []
    return [
      playbookFinding('SilentCustomizerFailure', {
        where,
        names,
        evidence: [
          `Customizer ${build.failedUnnoticed.join(', ')} failed and the run ended as ${build.runState}.`,
          `Published with what is missing: ${build.published.join(', ')}.`,
        ],
      }),
    ]
  })
}

// Row 2

function versionNotInRegion(run: Run, set: ScaleSetState, gallery: Gallery): Finding[] {
  const definition = gallery.definitionOf(set.latest.imageKey)
  if (!definition || set.latest.imageKey.split('/').length !== 2) return []
  const region = set.model.location
  const newest = newestIncluded(
    definition.versions
      .filter(({ deleted }) => !deleted)
      .map((version) => ({ ...version, excludedHere: isExcludedIn(version, region) })),
  )
  if (!newest) return []
  const here = copyIn(newest, region)
  if (here?.state === 'Completed') return []
  const elsewhere = newest.copies.filter((copy) => copy.state === 'Completed' && !copy.removed)
  const state = here ? `its state there is ${here.state}` : `${region} is not among its target regions`
  const members = set.instances.filter(isMember)
  return [
    playbookFinding('VersionNotInRegion', {
      where: `${set.name}: virtualMachineProfile.storageProfile.imageReference`,
      names: {
        gallery: definition.galleryName,
        definition: definition.declared.name,
        version: newest.name,
      },
      evidence: [
        `${newest.key} is the newest version, and ${state} when the run ends at ${formatClock(run.nowMs)}.`,
        `It is complete in ${elsewhere.length === 0 ? 'no region' : elsewhere.map((copy) => copy.region).join(', ')}.`,
        `${members.filter((instance) => instance.compiled.imageKey !== newest.key).length} of ${members.length} instances run something older.`,
      ],
    }),
  ]
}

// Rows 4, 8 and 9, and the probe that does not check

function rolloutFindings(run: Run, record: RolloutRecord): Finding[] {
  const set = run.sets.find(({ name }) => name === record.scaleSet)!
  const where = `${record.scaleSet}: rollout of ${record.target}`
  const names = { 'scale-set': record.scaleSet }
  const found: Finding[] = []
  const { decision } = record
  if (decision?.breached && (decision.rule === 'TH-5' || decision.rule === 'TH-8')) {
    const restored = record.targetImage === null ? 0 : record.rolledBack
    found.push(
      playbookFinding('RolloutHaltedByHealth', {
        where,
        names,
        rules: [decision.rule, ...(restored > 0 ? ['AO-14'] : [])],
        evidence: [
          `${decision.count} of ${decision.total} upgraded instances were unhealthy at ${formatClock(decision.atMs)}, more than ${decision.limitPercent} %; it ended as ${record.status} after batch ${record.batches.length}.`,
          ...(restored > 0 ? [`Former OS disks restored: ${restored}.`] : []),
          ...(record.firstFailure === '' ? [] : [`The first that failed was ${record.firstFailure}.`]),
        ],
      }),
    )
  }
  if (decision?.breached && (decision.rule === 'TH-1' || decision.rule === 'TH-3')) {
    const unrelated = record.unrelatedUnhealthy
    if (unrelated * 2 > decision.count)
      found.push(
        playbookFinding('HaltedByUnrelatedUnhealthy', {
          where,
          names,
          rules: [decision.rule],
          evidence: [
            `${decision.count} of ${decision.total} instances were unhealthy at ${formatClock(decision.atMs)}, more than ${decision.limitPercent} %.`,
            `${unrelated} of them had not been upgraded by this rollout.`,
          ],
        }),
      )
  }
  if (record.failedServing > 0)
    found.push(servingButUnhealthy(set, `${record.failedServing} upgraded instances failed although they served.`))
  const greenlit = record.greenlit.map((index) => run.fleet[index]!)
  if (greenlit.length > 0) found.push(probeDoesNotCheck(run, set, where, greenlit, record.greenlitMask))
  return found
}

function probeDoesNotCheck(
  run: Run,
  set: ScaleSetState,
  where: string,
  greenlit: readonly Instance[],
  missed: number,
): Finding {
  const { dependencies, needsMask } = run.plan
  const unseen = missed & needsMask
  const names = dependencies.names.filter((name) => dependencies.bit(name) & unseen)
  const { health } = greenlit[0]!.compiled
  const asked = 'requestPath' in health && health.requestPath ? health.requestPath : health.kind
  return playbookFinding('ProbeDoesNotCheck', {
    where,
    names: { 'scale-set': set.name },
    evidence: [
      `${greenlit.length} instances were called successful, could not serve, and reported Healthy: ${labels(greenlit)}.`,
      names.length > 0
        ? `Serving needs ${names.join(', ')}, which the probe of ${asked} does not check.`
        : `The probe of ${asked} does not see what is broken.`,
    ],
  })
}

/** Row 8 outside a rollout: instances that serve and are reported sick, for longer than any detection takes. */
function misjudged(run: Run, set: ScaleSetState): Finding[] {
  const sick = set.instances.filter((instance) => {
    if (!isRepairHealth(instance.tracker.health) || !instance.serving || !isMember(instance)) return false
    return (
      run.nowMs - Math.max(instance.unhealthySinceMs, instance.servingSinceMs) >
      run.assumptions.servingButUnhealthyAfter
    )
  })
  if (sick.length === 0) return []
  const count = `${sick.length} instances serve and are reported unhealthy when the run ends: ${labels(sick)}.`
  return [servingButUnhealthy(set, count)]
}

function servingButUnhealthy(set: ScaleSetState, evidence: string): Finding {
  const { health } = set.latest
  const asked = 'requestPath' in health && health.requestPath ? health.requestPath : health.kind
  return playbookFinding('ServingButUnhealthy', {
    where: `${set.name}: virtualMachineProfile.extensionProfile`,
    names: { path: asked },
    evidence: [evidence, `The health source asks ${asked}.`],
  })
}

// Row 5

function osUpgradeBlocked(
  set: ScaleSetState,
  { reason, instances, image }: NonNullable<ReturnType<Mechanisms['osUpgrade']['obstacleAtEnd']>>,
): Finding {
  const why = {
    extensionMismatch:
      'run another major version of the health extension than the model names, so they count as having no health',
    notOnModel: 'are not on the latest model, which Manual mode asks for first',
    protected: 'are protected from scale set actions',
    twoHealthSources: 'see no health, because two sources are declared',
  }[reason]
  const rule = { extensionMismatch: 'AO-27', notOnModel: 'AO-4', protected: 'BT-11', twoHealthSources: 'HE-1' }[reason]
  return playbookFinding('OsUpgradeBlocked', {
    where: `${set.name}: upgradePolicy.automaticOSUpgradePolicy`,
    names: { 'scale-set': set.name },
    rules: [rule],
    evidence: [`${image} is in the region, and ${instances} instances ${why}.`],
  })
}

// Row 7

function repairLoop(
  set: ScaleSetState,
  { loops, loopList, count, suspensions }: ReturnType<Mechanisms['repair']['count']>,
): Finding[] {
  const first = loopList[0]
  if (!first) return []
  const grace = formatDuration(repairPolicy(set.model).gracePeriodMs)
  return [
    playbookFinding('RepairLoop', {
      where: `${set.name}: automaticRepairsPolicy.gracePeriod`,
      names: { 'scale-set': set.name },
      evidence: [
        `${count} repairs, ${loops} of them of a slot that had not been healthy since its last one, the first of these at ${formatClock(first.atMs)} (${first.instance}).`,
        `The grace period is ${grace}.`,
        ...(suspensions > 0 ? [`The service suspended itself${suspensions > 1 ? ` ${suspensions} times` : ''}.`] : []),
      ],
    }),
  ]
}

// Row 10

function spotFloor(run: Run, set: ScaleSetState, meters: Meters, demand: DemandFlow): Finding[] {
  const meter = meters.perSet[set.index]!
  const spot = set.instances.filter((instance) => instance.evictions > 0)
  if (spot.length === 0) return []
  // What was lost on the way to an instance that had gone says nothing of the floor.
  const pool = demand.poolOf(set)
  const peak = pool === undefined || pool.isQueue ? null : pool.peakShort * 100
  const leftPercent = meter.lowestTarget === 0 ? 100 : (meter.lowestServing * 100) / meter.lowestTarget
  const isTooLow = peak === null ? leftPercent < run.assumptions.spotLeftPercent : peak > 0
  if (!isTooLow) return []
  const floor = targetRegular(set, set.targetCapacity)
  return [
    playbookFinding('SpotFloorTooLow', {
      where: `${set.name}: priorityMixPolicy`,
      names: { 'scale-set': set.name },
      evidence: [
        `${spot.length} Spot instances were evicted; ${floor} are regular at a capacity of ${set.targetCapacity}.`,
        peak === null
          ? `At the lowest moment ${meter.lowestServing} of ${meter.lowestTarget} served.`
          : `At the worst moment ${Math.round(peak)} % of the requests found no capacity.`,
      ],
    }),
  ]
}

function labels(instances: readonly Instance[]): string {
  const shown = instances.slice(0, 5).map(instanceLabel).join(', ')
  return instances.length > 5 ? `${shown} and ${instances.length - 5} more` : shown
}
