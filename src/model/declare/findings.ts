import { formatDuration } from '../duration.ts'
import type { ScaleSetModel } from '../scale-set.ts'
import { ENABLE_OS_UPGRADE, isAutomaticOSUpgrade } from './automatic-os-upgrade.ts'
import { type Report, setCommand, showCommand, tell } from './context.ts'
import { DEFAULT_ROLLING_POLICY, type HealthSource, healthExtension, rollingPolicy } from './health-source.ts'
import { imageKey, namesVersionsLatest, tracksLatest } from './image-key.ts'
import { isServiceFabric } from './refusals.ts'
import { lookUp } from './values.ts'

const ROLLING = ['upgradePolicy', 'rollingUpgradePolicy'] as const
const HEALTH_PROBE = ['virtualMachineProfile', 'networkProfile', 'healthProbe'] as const
const EXTENSIONS = ['virtualMachineProfile', 'extensionProfile', 'extensions'] as const
const PROBE_QUERY = 'virtualMachineProfile.networkProfile.healthProbe'
const EXTENSION_QUERY = 'virtualMachineProfile.extensionProfile.extensions'

/** What is worth telling about a declaration that can be played. A complete and healthy one gives nothing. */
export function tellFindings(
  model: ScaleSetModel,
  declared: Readonly<Record<string, unknown>>,
  health: HealthSource,
  report: Report,
): void {
  tellHealthSource(model, health, report)
  tellRichStates(model, health, report)
  tellRollingPolicy(model, declared, report)
  tellMode(model, report)
  tellOsUpgrade(model, report)
  tellVersionsLatest(model, report)
  tellAttached(report)
}

function tellHealthSource(model: ScaleSetModel, health: HealthSource, report: Report): void {
  const { name } = report
  const probeId = model.virtualMachineProfile.networkProfile?.healthProbe?.id
  const extension = healthExtension(model)
  if (model.orchestrationMode === 'Uniform' && probeId !== undefined && extension !== undefined)
    tell(report, HEALTH_PROBE, {
      code: 'HealthSourceConflict',
      title: 'Two health sources are declared; only one is allowed',
      severity: 'error',
      evidence: [
        `networkProfile.healthProbe points to ${probeId}.`,
        `Extension ${extension.name} reports application health as well.`,
        'With both, automatic repair and automatic OS upgrade do not work until one is removed.',
      ],
      rules: ['HE-1'],
      confirm: showCommand(name, `"{probe: ${PROBE_QUERY}, extensions: ${EXTENSION_QUERY}[].name}"`),
      fix: 'Remove networkProfile.healthProbe or the extension.',
    })
  if (model.orchestrationMode === 'Flexible' && probeId !== undefined)
    tell(report, HEALTH_PROBE, {
      code: 'LoadBalancerProbeOnFlexible',
      title: 'A load balancer probe is no health source on Flexible',
      severity: 'error',
      evidence: [
        `networkProfile.healthProbe points to ${probeId}.`,
        'On Flexible only the Application Health extension counts.',
      ],
      rules: ['HE-3', 'PL-11'],
      confirm: showCommand(name, `"{mode: orchestrationMode, probe: ${PROBE_QUERY}}"`),
      fix: 'Add the Application Health extension and remove healthProbe.',
    })
  if (health.kind === 'unresolved')
    tell(report, HEALTH_PROBE, {
      code: 'HealthSourceUnresolved',
      title: 'A health source is declared, but what it points to is not known',
      severity: 'warning',
      evidence: [
        `networkProfile.healthProbe is ${probeId}.`,
        'Its protocol, path and interval are not in the files; the twin plays an honest tcp probe every 15 seconds.',
      ],
      rules: ['HE-2', 'HE-4'],
      confirm: 'az network lb probe show --resource-group <resource-group> --lb-name <load-balancer> --name <probe>',
      fix: 'Import the load balancer as well.',
    })
  if (health.kind === 'extension' && health.protocol === 'none')
    tell(report, EXTENSIONS, {
      code: 'HealthSourceMissing',
      title: 'The Application Health extension checks nothing',
      severity: 'warning',
      evidence: [`Extension ${health.extension} has no protocol and then reports every instance as Healthy.`],
      rules: ['HE-19'],
      confirm: showCommand(name, EXTENSION_QUERY),
      fix: 'Set protocol, port and requestPath in its settings.',
    })
  // Rolling without a source is refused by the service (RP-2), so there is nothing left to tell.
  // A probe on Flexible has its own finding.
  if (health.kind === 'none' && probeId === undefined && model.upgradePolicy.mode !== 'Rolling')
    tell(report, ['virtualMachineProfile'], {
      code: 'HealthSourceMissing',
      title: 'No health source: nothing notices a bad rollout',
      severity: 'info',
      evidence: [
        'Neither an Application Health extension nor networkProfile.healthProbe is declared.',
        'There are no repairs, no automatic OS upgrades, and no rollout is gated by health; Rolling would be refused.',
      ],
      rules: ['HE-1', 'HE-2', 'RP-2'],
      confirm: showCommand(name, `"{probe: ${PROBE_QUERY}, extensions: ${EXTENSION_QUERY}[].type}"`),
      fix: 'Add the Application Health extension.',
    })
  const unusable =
    health.kind === 'conflict' || (health.kind === 'none' && probeId !== undefined) || isServiceFabric(model)
  if (model.automaticRepairsPolicy?.enabled === true && unusable)
    tell(report, ['automaticRepairsPolicy'], {
      code: 'RepairsWithoutHealthSource',
      title: 'Repairs are enabled and cannot work',
      severity: 'error',
      evidence: [
        isServiceFabric(model)
          ? 'A Service Fabric set cannot use automatic repairs.'
          : health.kind === 'conflict'
            ? 'With two health sources the repair service sees no health.'
            : 'The declared load balancer probe does not count on Flexible, and there is no other source.',
      ],
      rules: isServiceFabric(model) ? ['RE-1'] : ['RE-1', health.kind === 'conflict' ? 'HE-1' : 'HE-3'],
      confirm: showCommand(name, 'automaticRepairsPolicy'),
      fix: isServiceFabric(model)
        ? 'Disable automaticRepairsPolicy.'
        : 'Leave exactly one health source that the orchestration mode accepts.',
    })
}

function tellRichStates(model: ScaleSetModel, health: HealthSource, report: Report): void {
  if (health.kind !== 'extension' || !health.rich) return
  const extension = healthExtension(model)
  const http = health.protocol === 'http' || health.protocol === 'https'
  if (http && extension?.settings?.['gracePeriod'] === undefined)
    tell(report, EXTENSIONS, {
      code: 'GracePeriodDefault',
      title: 'Rich Health States without a grace period',
      severity: 'info',
      evidence: [
        `gracePeriod is not set; the twin takes ${formatDuration(health.gracePeriodMs)}.`,
        "The service's default is intervalInSeconds x numberOfProbes, not ten minutes: an application that starts more slowly is Unknown meanwhile.",
      ],
      rules: ['HE-15', 'HE-12'],
      confirm: showCommand(report.name, EXTENSION_QUERY),
      fix: 'Set gracePeriod in seconds to more than the application needs to start.',
    })
  const answer =
    health.requestPath === undefined ? undefined : report.context.endpoints?.[health.requestPath]?.answers.kind
  if (http && answer === 'plain' && report.context.assumptions.richPlain200 === 'Unknown')
    tell(report, EXTENSIONS, {
      code: 'RichStatesNeedBody',
      title: 'Rich Health States probe an endpoint that answers without ApplicationHealthState',
      severity: 'warning',
      evidence: [
        `Extension ${health.extension} has version ${String(extension?.typeHandlerVersion)} and ${health.requestPath} answers with a plain status.`,
        'A 200 without that body is Unknown: rollouts halt and repairs loop.',
      ],
      rules: ['HE-9', 'HE-20'],
      confirm: `curl -s http://localhost${health.requestPath}`,
      fix: 'Answer {"ApplicationHealthState": "Healthy"}, or use typeHandlerVersion 1.0.',
    })
}

function tellRollingPolicy(model: ScaleSetModel, declared: Readonly<Record<string, unknown>>, report: Report): void {
  const { name, context } = report
  const policy = rollingPolicy(model)
  const given = model.upgradePolicy.rollingUpgradePolicy ?? {}
  const refused =
    context.assumptions.enforceBatchLeUnhealthy &&
    given.maxBatchInstancePercent !== undefined &&
    given.maxUnhealthyInstancePercent !== undefined
  if (policy.maxBatchInstancePercent > policy.maxUnhealthyInstancePercent && !refused)
    tell(report, [...ROLLING, 'maxBatchInstancePercent'], {
      code: 'BatchAboveUnhealthy',
      title: 'A batch may be larger than the share of unhealthy instances that is tolerated',
      severity: 'warning',
      evidence: [
        `maxBatchInstancePercent is ${policy.maxBatchInstancePercent}, maxUnhealthyInstancePercent is ${policy.maxUnhealthyInstancePercent}${given.maxUnhealthyInstancePercent === undefined ? ' (default)' : ''}.`,
        'A whole bad batch is above the threshold before it is noticed.',
      ],
      rules: ['RP-4'],
      confirm: showCommand(name, ROLLING.join('.')),
      fix: setCommand(name, `${ROLLING.join('.')}.maxBatchInstancePercent=${policy.maxUnhealthyInstancePercent}`),
    })
  if (
    policy.rollbackFailedInstancesOnPolicyBreach &&
    model.orchestrationMode === 'Flexible' &&
    context.assumptions.flexRollbackFlag === 'ignoreWarn'
  )
    tell(report, [...ROLLING, 'rollbackFailedInstancesOnPolicyBreach'], {
      code: 'FlexibleRollbackFlag',
      title: 'rollbackFailedInstancesOnPolicyBreach has no effect on Flexible',
      severity: 'warning',
      evidence: [
        'The set is Flexible and the flag works on Uniform only.',
        'After a breach the failed instances stay on the new model until the next change.',
      ],
      rules: ['TH-17', 'TH-19'],
      confirm: showCommand(name, `"{mode: orchestrationMode, policy: ${ROLLING.join('.')}}"`),
      fix: 'Plan for rolling forward, and remove the flag.',
    })
  // RP-6. Provider-level checks that mirror the service; told as errors instead of refusing the whole declaration.
  if (policy.maxSurge && model.overprovision === true)
    tell(report, [...ROLLING, 'maxSurge'], {
      code: 'OverprovisionWithSurge',
      title: 'maxSurge needs overprovision false',
      severity: 'error',
      evidence: [
        `overprovision is true${declared['overprovision'] === undefined ? ' (default of a Uniform set)' : ''} and maxSurge is true; the combination is rejected.`,
      ],
      rules: ['RP-6'],
      confirm: showCommand(name, `"{overprovision: overprovision, policy: ${ROLLING.join('.')}}"`),
      fix: setCommand(name, 'overprovision=false'),
    })
  if (policy.enableCrossZoneUpgrade && (model.zones ?? []).length === 0)
    tell(report, [...ROLLING, 'enableCrossZoneUpgrade'], {
      code: 'CrossZoneWithoutZones',
      title: 'enableCrossZoneUpgrade on a set without zones',
      severity: 'error',
      evidence: ['The set has no zones; the flag is rejected there.'],
      rules: ['RP-6'],
      confirm: showCommand(name, `"{zones: zones, policy: ${ROLLING.join('.')}}"`),
      fix: 'Remove enableCrossZoneUpgrade, or deploy the set to zones.',
    })
}

function tellMode(model: ScaleSetModel, report: Report): void {
  if (model.upgradePolicy.mode !== 'Automatic') return
  const idle = model.upgradePolicy.rollingUpgradePolicy !== undefined
  tell(report, ['upgradePolicy', 'mode'], {
    code: 'ModeWithoutBatches',
    title: 'Mode Automatic takes a model change to all instances at once',
    severity: idle ? 'warning' : 'info',
    evidence: [
      `Every model change reaches all ${model.sku.capacity} instances at once, in any order, with no batches and no health gate.`,
      ...(idle ? ['The declared rollingUpgradePolicy does not govern model changes in this mode.'] : []),
    ],
    rules: ['UM-2', 'RP-1'],
    confirm: showCommand(report.name, 'upgradePolicy'),
    fix: setCommand(report.name, 'upgradePolicy.mode=Rolling'),
  })
}

function tellOsUpgrade(model: ScaleSetModel, report: Report): void {
  if (!isAutomaticOSUpgrade(model)) return
  const policy = model.upgradePolicy.automaticOSUpgradePolicy
  const path = ['upgradePolicy', 'automaticOSUpgradePolicy']
  const own = rollingPolicy(model)
  const ownText = `${own.maxBatchInstancePercent}/${own.maxUnhealthyInstancePercent}/${own.maxUnhealthyUpgradedInstancePercent}/${formatDuration(own.pauseMs)}`
  const differs = JSON.stringify(own) !== JSON.stringify(DEFAULT_ROLLING_POLICY)
  if (policy?.useRollingUpgradePolicy === undefined && model.upgradePolicy.mode !== 'Rolling' && differs) {
    const setGoverns = report.context.assumptions.aosPolicySource === 'setPolicy'
    tell(report, [...path, 'useRollingUpgradePolicy'], {
      code: 'OsUpgradePolicySourceUnstated',
      title: 'It is not said which rolling policy governs automatic OS upgrades',
      severity: 'warning',
      evidence: [
        `The set's policy is ${ownText}, the service's default is 20/20/20/PT0S, and useRollingUpgradePolicy is not set.`,
        `The twin takes ${setGoverns ? "the set's policy" : 'the default policy'} (assumption aosPolicySource).`,
      ],
      rules: ['AO-5'],
      confirm: showCommand(report.name, 'upgradePolicy'),
      fix: setCommand(report.name, 'upgradePolicy.automaticOSUpgradePolicy.useRollingUpgradePolicy=true'),
    })
  }
  const reference = model.virtualMachineProfile.storageProfile?.imageReference
  if (reference !== undefined && !tracksLatest(reference))
    tell(report, ['virtualMachineProfile', 'storageProfile', 'imageReference'], {
      code: 'PinnedImageVersion',
      title: 'Automatic OS upgrade is enabled and the image cannot move',
      severity: 'warning',
      evidence: [
        `The model names ${reference.id ?? reference.sharedGalleryImageId ?? reference.communityGalleryImageId ?? `version ${reference.version}`}, which is one fixed image; nothing will ever trigger.`,
      ],
      rules: imageKey(reference).startsWith('images/') ? ['AO-1', 'AO-3', 'AO-28'] : ['AO-1', 'AO-28'],
      confirm: showCommand(report.name, 'virtualMachineProfile.storageProfile.imageReference'),
      fix: 'Refer to the image definition without a version, or to version latest of a platform image.',
    })
  tellPatchMode(model, report)
  tellApiFloor(report)
  if (model.orchestrationMode === 'Flexible')
    tell(report, ENABLE_OS_UPGRADE, {
      code: 'OsUpgradePreviewOnFlexible',
      title: 'Automatic OS upgrade on a Flexible set is not clearly supported',
      severity: 'info',
      evidence: [
        'One page of the documentation implies that it exists on Flexible, another lists it as unsupported.',
        'The twin plays it as on Uniform (assumption flexAos); together with maxSurge it is refused.',
      ],
      rules: ['AO-26'],
      confirm: showCommand(report.name, '"{mode: orchestrationMode, policy: upgradePolicy.automaticOSUpgradePolicy}"'),
      fix: 'Try it on a small set first.',
    })
}

const PATCH_MODES = ['windowsConfiguration', 'linuxConfiguration'].map((system) => [
  'osProfile',
  system,
  'patchSettings',
  'patchMode',
])

/** AO-1: patches of the platform and images of the platform exclude each other. */
function tellPatchMode(model: ScaleSetModel, report: Report): void {
  for (const path of PATCH_MODES) {
    const { value } = lookUp(model.virtualMachineProfile, path)
    if (typeof value !== 'string' || value.toLowerCase() !== 'automaticbyplatform') continue
    const at = ['virtualMachineProfile', ...path]
    tell(report, at, {
      code: 'OsUpgradePrerequisite',
      title: 'Automatic OS upgrade is enabled beside patchMode AutomaticByPlatform',
      severity: 'warning',
      evidence: [
        `${path.slice(1).join('.')} is ${value}: the platform patches the guests itself, and automatic OS upgrade asks for another mode.`,
        'The twin plays the upgrades all the same.',
      ],
      rules: ['AO-1'],
      confirm: showCommand(report.name, at.join('.')),
      fix: 'Set patchMode to ImageDefault on Linux, to Manual on Windows.',
    })
  }
}

const OS_UPGRADE_SINCE = '2018-10-01'

/**
 * AO-1: the API floor. The property in today's spelling is refused on import (RP-7); what is left are the older spellings,
 * which fit the old version, and a scenario that switches the upgrades on over an imported set.
 */
function tellApiFloor(report: Report): void {
  const version = /^\d{4}-\d{2}-\d{2}/.exec(report.context.apiVersion ?? '')?.[0]
  // Dates in this notation compare as text.
  if (version === undefined || version >= OS_UPGRADE_SINCE) return
  tell(report, ENABLE_OS_UPGRADE, {
    code: 'OsUpgradePrerequisite',
    title: 'Automatic OS upgrade is enabled under an API version that is too old for it',
    severity: 'warning',
    evidence: [
      `The file declares the set with apiVersion ${version}; automatic OS upgrade asks for ${OS_UPGRADE_SINCE} or later.`,
      'The twin plays the upgrades all the same.',
    ],
    rules: ['AO-1'],
    confirm: showCommand(report.name, 'upgradePolicy.automaticOSUpgradePolicy'),
    fix: `Raise apiVersion to ${OS_UPGRADE_SINCE} or later.`,
  })
}

/** D27: a spelling that looks like tracking and is not. */
function tellVersionsLatest(model: ScaleSetModel, report: Report): void {
  const reference = model.virtualMachineProfile.storageProfile?.imageReference
  if (!namesVersionsLatest(reference)) return
  tell(report, ['virtualMachineProfile', 'storageProfile', 'imageReference'], {
    code: 'VersionsLatestResolvedOnce',
    title: 'versions/latest is resolved once and does not follow newer versions',
    severity: 'info',
    evidence: [
      `The model names ${reference?.id}; the twin takes the version that is latest when the model is put, and stays there.`,
      'The documentation does not describe this spelling; the article does (D27).',
    ],
    rules: ['AO-1', 'GA-05'],
    confirm: showCommand(report.name, 'virtualMachineProfile.storageProfile.imageReference'),
    fix: 'Leave the version out to follow the latest one, or name a number to say plainly where it stays.',
  })
}

function tellAttached(report: Report): void {
  const count = report.context.attachedInstances ?? 0
  if (count === 0) return
  tell(report, [], {
    code: 'AttachedInstances',
    title: `${count} virtual machine${count === 1 ? '' : 's'} attach${count === 1 ? 'es' : ''} to the set from outside`,
    severity: 'info',
    evidence: [
      `${count} virtual machine resource${count === 1 ? '' : 's'} refer to the set through virtualMachineScaleSet.id; the twin plays the capacity of the set only.`,
      'One that reports no application health can hold up a rolling upgrade.',
    ],
    rules: ['PL-53', 'PL-54'],
    confirm: `az vm list --resource-group <resource-group> --query "[?virtualMachineScaleSet.id != null].name"`,
  })
}
