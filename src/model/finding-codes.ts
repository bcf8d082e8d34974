import type { Severity } from './finding.ts'
import { PLAYBOOK_CODES } from './playbook.ts'

/** What a finding about a declaration means. Permanent: a code is never used for something else. */
export interface FindingCode {
  readonly code: string
  readonly title: string
  /** The usual one; a finding may be milder or graver where its evidence says so. */
  readonly severity: Severity
  readonly explanation: string
  readonly fix: string
  readonly rules: readonly string[]
}

const entry = (
  code: string,
  severity: Severity,
  title: string,
  explanation: string,
  fix: string,
  rules: readonly string[],
): FindingCode => ({ code, title, severity, explanation, fix, rules })

export const FINDING_CODES: readonly FindingCode[] = [
  ...PLAYBOOK_CODES,
  entry(
    'HealthSourceConflict',
    'error',
    'Two health sources',
    'The set has the Application Health extension and a load-balancer probe. Repairs and automatic OS upgrades see no health until one is gone.',
    'Keep one of them.',
    ['HE-1'],
  ),
  entry(
    'HealthSourceMissing',
    'warning',
    'Nothing reports health',
    'There is no health source, or one that checks nothing. A bad rollout then goes unnoticed, and Rolling mode would be refused.',
    'Add the Application Health extension with protocol, port and requestPath.',
    ['RP-2', 'HE-1', 'HE-2', 'HE-19'],
  ),
  entry(
    'HealthSourceUnresolved',
    'warning',
    'The health probe is not in the files',
    'The set refers to a load-balancer probe that is declared elsewhere, so its protocol, path and pace are not known. An honest tcp probe stands in for it.',
    'Import the load balancer as well.',
    ['HE-2', 'HE-4'],
  ),
  entry(
    'LoadBalancerProbeOnFlexible',
    'error',
    'A load-balancer probe on a Flexible set',
    'On Flexible only the Application Health extension counts as a health source.',
    'Add the extension and remove healthProbe.',
    ['HE-3', 'PL-11'],
  ),
  entry(
    'FlexibleRollbackFlag',
    'warning',
    'A rollback flag without effect',
    'rollbackFailedInstancesOnPolicyBreach is for Uniform sets. On Flexible failed instances stay on the new model after a breach.',
    'Plan for rolling forward, and remove the flag.',
    ['TH-17', 'TH-19'],
  ),
  entry(
    'BatchAboveUnhealthy',
    'warning',
    'A batch larger than the tolerated unhealthy share',
    'One bad batch exceeds maxUnhealthyInstancePercent before anything can stop it; where both are given the service is said to refuse it.',
    'Lower maxBatchInstancePercent to maxUnhealthyInstancePercent or below.',
    ['RP-4'],
  ),
  entry(
    'NotModelled',
    'warning',
    'Declared, and not played',
    'The declaration uses a feature that this version has no mechanism for. The run goes on without it, so its result does not show what the feature would do.',
    'Read the result with that in mind, or say the effect with timeline verbs.',
    [],
  ),
  entry(
    'NoUpgradePolicy',
    'warning',
    'No upgrade policy',
    'Condensed output leaves the policy out, so that how a change spreads is not known.',
    'Declare upgradePolicy, or import az vmss show -o json.',
    ['RP-1'],
  ),
  entry(
    'ModeWithoutBatches',
    'warning',
    'A change reaches every instance at once',
    'In mode Automatic there are neither batches nor health checks. A rolling policy that is declared governs only automatic OS and extension upgrades.',
    'Use mode Rolling.',
    ['UM-2', 'RP-1'],
  ),
  entry(
    'OsUpgradePolicySourceUnstated',
    'warning',
    'Which policy governs OS upgrades is not said',
    'The set has a policy of its own and useRollingUpgradePolicy is not given; by the schema the platform default applies.',
    'Set useRollingUpgradePolicy to what you mean.',
    ['AO-5'],
  ),
  entry(
    'PinnedImageVersion',
    'warning',
    'Automatic OS upgrade over a pinned image',
    'The image names one version, so nothing newer is ever found and no upgrade starts.',
    'Refer to the image definition without a version, or to latest.',
    ['AO-1', 'AO-28'],
  ),
  entry(
    'VersionsLatestResolvedOnce',
    'info',
    'versions/latest does not follow newer versions',
    'A gallery image that is spelt with /versions/latest is resolved once, when the model is put, and stays at that version. The documentation does not describe the spelling; the article does (D27).',
    'Leave the version out to follow the latest one, or name a number to say plainly where it stays.',
    ['AO-1', 'GA-05'],
  ),
  entry(
    'UnknownProperty',
    'warning',
    'A property the service does not know',
    'It has no effect; mostly a misspelled name, as in one published sample.',
    'Use the name that is suggested.',
    ['RP-8'],
  ),
  entry(
    'LegacyProperty',
    'info',
    'A property under its old name',
    'It is read as the property that took its place.',
    'Use the present name.',
    ['RP-8'],
  ),
  entry(
    'RichStatesNeedBody',
    'warning',
    'Rich Health States without the body',
    'Extension version 2.0 asks for ApplicationHealthState in the answer. A bare 200 is Unknown: upgrades halt and repairs loop.',
    'Answer with the body, or use version 1.0.',
    ['HE-9', 'HE-20'],
  ),
  entry(
    'GracePeriodDefault',
    'info',
    'No grace period given',
    'By default it is interval times probes, a few seconds, not ten minutes. An application that starts more slowly is Unknown meanwhile.',
    'Set gracePeriod to more than the application needs to start.',
    ['HE-12', 'HE-15'],
  ),
  entry(
    'AutoscaleBelowCapacity',
    'warning',
    'Autoscale may shrink the set',
    'Its minimum lies below the declared capacity. In a smaller set one bad instance weighs more, and batches are smaller.',
    'Play the minimum as well, or raise it.',
    ['AS-02', 'TH-1'],
  ),
  entry(
    'AutoscaleActionFailed',
    'warning',
    'Autoscale is refused',
    'The service did not give the capacity autoscale asked for: no quota, no image, no place, or every victim protected. It asks again at every evaluation, and the set stays as it is.',
    'Make room for what the profile allows, or lower its maximum.',
    ['AS-41', 'AS-42'],
  ),
  entry(
    'RepairsWithoutHealthSource',
    'error',
    'Repairs that cannot work',
    'Automatic repairs are enabled and no health source serves them: two of them, one that does not count, or a Service Fabric set.',
    'Leave exactly one source that the orchestration mode accepts, or disable repairs.',
    ['RE-1', 'HE-1', 'HE-3'],
  ),
  entry(
    'OverprovisionWithSurge',
    'error',
    'MaxSurge with overprovisioning',
    'maxSurge needs overprovision false, which is not the default of a Uniform set.',
    'Set overprovision to false.',
    ['RP-6'],
  ),
  entry(
    'CrossZoneWithoutZones',
    'error',
    'Cross-zone upgrades without zones',
    'enableCrossZoneUpgrade is refused on a set without zones.',
    'Remove the flag, or declare zones.',
    ['RP-6'],
  ),
  entry(
    'InvalidCustomMetrics',
    'warning',
    'Custom metrics that cannot be read',
    'The metrics text of a probe is not valid JSON, or the health source cannot carry metrics. Health stays as it is and the metrics are passed over.',
    'Write customMetrics as a JSON text with rollingUpgrade, over http or https with extension 2.0.',
    ['CM-1', 'CM-2', 'CM-8'],
  ),
  entry(
    'AssumptionNotPlayed',
    'warning',
    'An assumption without effect',
    'It belongs to a mechanism that is catalogued and not played by this version, so that turning it changes nothing.',
    'Take it out.',
    [],
  ),
  entry(
    'ParameterSymbolic',
    'info',
    'A value that is not known offline',
    'A property depends on a parameter or a reference without a value. The run goes on as if it were not given, or with a stand-in.',
    'Give the parameter.',
    [],
  ),
  entry(
    'RequestRefused',
    'warning',
    'The service refused a request',
    'Something the timeline asks for is answered with an error, as Azure would answer it, and changes nothing. The run goes on without it.',
    'Ask for it when it is possible, or take the entry out.',
    ['RU-12', 'RU-16', 'BT-13', 'PR-2', 'PR-4', 'MS-3', 'PL-23'],
  ),
  entry(
    'SurgeFellBack',
    'warning',
    'MaxSurge found no room',
    'Quota left no room for the new instances of a batch, so that it was upgraded in place and cost capacity.',
    'Ask for quota for one batch more, or make the batches smaller.',
    ['MS-4'],
  ),
  entry(
    'TruthWithoutEffect',
    'warning',
    'A truth that met nothing',
    'The scenario says something of the world (an image, a defect, an endpoint) that nothing in the run could meet, mostly because a name is misspelt.',
    'Check the name against what is declared.',
    [],
  ),
  entry(
    'CustomizerHidesErrors',
    'warning',
    'A customizer that hides its errors',
    'A failing command does not end a Shell customizer without set -e, so the build goes on and publishes a broken image as Succeeded.',
    'Begin inline with set -euo pipefail, and test at its end what the image must have.',
    ['IB-03'],
  ),
  entry(
    'BuildIdentityMissing',
    'error',
    'A template without a build identity',
    'Image Builder works under a user-assigned identity. Without one nothing can be built or published. A template that is typed by hand and has no identity key at all is not told: it is taken for shorthand.',
    'Name one in identity.userAssignedIdentities, and give it the rights on the gallery and the staging resource group.',
    ['IB-03'],
  ),
  entry(
    'AttachedInstances',
    'info',
    'Machines attach from outside',
    'They are declared as resources of their own. The twin plays the capacity of the set only; one that reports no health can hold up a rolling upgrade.',
    'Make sure that each of them runs the health extension.',
    ['PL-53', 'PL-54'],
  ),
  entry(
    'OsUpgradePrerequisite',
    'warning',
    'Automatic OS upgrade without what it needs',
    'A patch mode of AutomaticByPlatform excludes automatic OS upgrade, because two services would change the OS disk; and it asks for API version 2018-10-01 or later.',
    'Choose one of the two services; raise apiVersion.',
    ['AO-1'],
  ),
  entry(
    'OsUpgradePreviewOnFlexible',
    'info',
    'Automatic OS upgrade on Flexible',
    'The pages of the documentation contradict each other about it. It is played as on Uniform, and with maxSurge it is refused.',
    'Try it on a small set first.',
    ['AO-26'],
  ),
]

/** By code, in any case. */
export function findFindingCode(code: string): FindingCode | undefined {
  const wanted = code.toLowerCase()
  return FINDING_CODES.find((one) => one.code.toLowerCase() === wanted)
}
