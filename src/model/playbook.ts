import type { FindingCode } from './finding-codes.ts'

/**
 * The troubleshooting table of the article as a catalogue: a symptom, its cause, the findings that detect it (from the
 * declaration, from a run, or both), the command that confirms it on Azure, and the cure.
 */
export interface PlaybookRow {
  readonly row: number
  readonly symptom: string
  readonly cause: string
  /** Finding codes, those of the declaration first. */
  readonly codes: readonly string[]
  /** What to ask Azure; names in angle brackets are to be filled in. */
  readonly confirm: string
  readonly fix: string
}

const VMSS = '--resource-group <resource-group> --name <scale-set>'

export const PLAYBOOK: readonly PlaybookRow[] = [
  {
    row: 1,
    symptom: 'A build fails at once and publishes nothing',
    cause: 'The build identity has no right to write image versions to the gallery or to work in the staging group.',
    codes: ['BuildIdentityMissing', 'BuildIdentityDenied'],
    confirm: 'az image builder show --resource-group <resource-group> --name <template> --query lastRunStatus.message',
    fix: 'Give the user-assigned identity the image-version and disk actions on the gallery and staging groups only.',
  },
  {
    row: 2,
    symptom: 'A new version exists and one region does not get it',
    cause: 'The version is not replicated to that region, or not yet.',
    codes: ['VersionNotInRegion'],
    confirm:
      'az sig image-version show --resource-group <resource-group> --gallery-name <gallery> --gallery-image-definition <definition> --gallery-image-version <version> --expand ReplicationStatus --query "{regions: publishingProfile.targetRegions, status: replicationStatus.summary}"',
    fix: 'Add the region to targetRegions and wait until its state is Completed.',
  },
  {
    row: 3,
    symptom: 'Automatic OS upgrade never fires',
    cause: 'The scale set names one version of the image instead of the definition.',
    codes: ['PinnedImageVersion'],
    confirm: `az vmss show ${VMSS} --query virtualMachineProfile.storageProfile.imageReference`,
    fix: 'Refer to the definition without a version.',
  },
  {
    row: 4,
    symptom: 'A rolling upgrade halts after its first batch',
    cause: 'The upgraded instances do not become healthy: the new image or model breaks something they need.',
    codes: ['RolloutHaltedByHealth'],
    confirm: `az vmss rolling-upgrade get-latest ${VMSS}`,
    fix: 'Mend the application or baseline, exclude the version from latest, and ship a new one. The halt did its work.',
  },
  {
    row: 5,
    symptom: 'Automatic OS upgrade does nothing, without a word',
    cause:
      'A prerequisite is missing: instances that are not on the model, an extension of another version, protection.',
    codes: ['OsUpgradePrerequisite', 'OsUpgradeBlocked'],
    confirm: `az vmss show ${VMSS} --query upgradePolicy && az vmss extension list --resource-group <resource-group> --vmss-name <scale-set>`,
    fix: 'Bring every instance to the latest model with one version of the health extension, and leave MaxSurge off on Flexible.',
  },
  {
    row: 6,
    symptom: 'Neither upgrades nor repairs engage at all',
    cause: 'Two health sources: the Application Health extension and a load-balancer probe.',
    codes: ['HealthSourceConflict'],
    confirm: `az vmss show ${VMSS} --query "{probe: virtualMachineProfile.networkProfile.healthProbe, extensions: virtualMachineProfile.extensionProfile.extensions[].name}"`,
    fix: 'Remove one of them.',
  },
  {
    row: 7,
    symptom: 'Instances are replaced again and again while no upgrade runs',
    cause: 'The grace period of repairs is shorter than an instance needs to boot and warm up.',
    codes: ['RepairGraceTooShort', 'RepairLoop'],
    confirm: `az vmss get-instance-view ${VMSS} --query orchestrationServices`,
    fix: 'Raise automaticRepairsPolicy.gracePeriod (and the gracePeriod of the extension) above boot and warm-up.',
  },
  {
    row: 8,
    symptom: 'The probe says Unhealthy and the application works',
    cause:
      'The probe gets an answer that does not count as healthy: another 2xx, a redirect, a wrong port, no state in the body.',
    codes: ['ProbeAnswerNotClean', 'RichStatesNeedBody', 'ServingButUnhealthy'],
    confirm: 'curl -i http://<instance>:<port><path>',
    fix: 'Answer a clean 200 (with ApplicationHealthState under extension 2.0) on the path and port the probe asks.',
  },
  {
    row: 9,
    symptom: 'A rolling upgrade of a good image ends because of something else',
    cause: 'maxUnhealthyInstancePercent counts every unhealthy instance of the set, whatever made it so.',
    codes: ['HaltedByUnrelatedUnhealthy'],
    confirm: `az vmss rolling-upgrade get-latest ${VMSS} --query "{code: error.code, message: error.message}"`,
    fix: 'Heal the others first, then start again with an empty update; widen the threshold only with a reason.',
  },
  {
    row: 10,
    symptom: 'A Spot reclaim takes too much capacity',
    cause: 'The floor of regular instances is too low for what the fleet has to carry.',
    codes: ['SpotWithoutFloor', 'SpotFloorTooLow'],
    confirm: `az vmss show ${VMSS} --query "{mix: priorityMixPolicy, restore: spotRestorePolicy}"`,
    fix: 'Raise baseRegularPriorityCount to what must be carried, and drain on the Preempt event.',
  },
  {
    row: 11,
    symptom: 'Fault domains, zones or the orchestration mode cannot be changed',
    cause: 'They are fixed when the set is created; only zones may be added later.',
    codes: ['FixedAtCreation'],
    confirm: `az vmss show ${VMSS} --query "{mode: orchestrationMode, fd: platformFaultDomainCount, zones: zones}"`,
    fix: 'Create a new set with the right values and move over.',
  },
  {
    row: 12,
    symptom: 'A build reports Succeeded and the image is broken',
    cause: 'A command in a customizer failed and the script went on.',
    codes: ['CustomizerHidesErrors', 'SilentCustomizerFailure'],
    confirm:
      'az image builder show --resource-group <resource-group> --name <template> --query "{state: lastRunStatus.runState, steps: customize}"',
    fix: 'Begin scripts with set -euo pipefail, and assert at the end what must be there.',
  },
]

/** The row a finding code belongs to. */
export function playbookRow(code: string): PlaybookRow | undefined {
  return PLAYBOOK.find(({ codes }) => codes.includes(code))
}

/** The command of the row with the names that are known. */
export function confirmOf(code: string, names: Readonly<Record<string, string>> = {}): string | undefined {
  const confirm = playbookRow(code)?.confirm
  return confirm?.replace(/<([a-z-]+)>/g, (whole, name: string) => names[name] ?? whole)
}

const entry = (
  code: string,
  severity: FindingCode['severity'],
  title: string,
  explanation: string,
  rules: readonly string[],
): FindingCode => ({ code, title, severity, explanation, fix: playbookRow(code)?.fix ?? '', rules })

/** Findings of the playbook that no older part of the catalogue has. */
export const PLAYBOOK_CODES: readonly FindingCode[] = [
  entry(
    'BuildIdentityDenied',
    'error',
    'The build identity may not publish',
    'A run of the image template was refused when it wrote to the gallery. Nothing was published, so nothing rolls.',
    ['IB-03'],
  ),
  entry(
    'VersionNotInRegion',
    'warning',
    'A version has not reached a region',
    'The scale set follows latest, and the newest version that counts is not replicated to its region. Its instances stay on what is there.',
    ['GA-02', 'GR-3', 'GR-4'],
  ),
  entry(
    'RolloutHaltedByHealth',
    'warning',
    'A rollout was halted by the health of what it upgraded',
    'More of the upgraded instances were unhealthy than maxUnhealthyUpgradedInstancePercent allows. What is not yet upgraded keeps the old version.',
    ['TH-5', 'AO-14'],
  ),
  entry(
    'OsUpgradeBlocked',
    'warning',
    'A newer image is there and does not move in',
    'Automatic OS upgrade is on and the region has a newer version, but the instances cannot take part, so that nothing (or not everything) moves.',
    ['AO-4', 'AO-27', 'BT-11'],
  ),
  entry(
    'RepairGraceTooShort',
    'warning',
    'Repairs do not wait for the warm-up',
    'By what the scenario says of the application, an instance is not ready when the grace period of repairs and that of its probe are over: it will be repaired before it ever served.',
    ['RE-3', 'RE-13'],
  ),
  entry(
    'RepairLoop',
    'error',
    'A repair loop',
    'The same slot was repaired twice or more with no healthy spell between. Repairs go on until the service suspends itself.',
    ['RE-12', 'RE-13'],
  ),
  entry(
    'ProbeAnswerNotClean',
    'warning',
    'The probed endpoint never answers as healthy',
    'The answer that the scenario gives to the probed path is not one the health source takes for Healthy, however well the application is.',
    ['HE-6', 'HE-9', 'HE-10'],
  ),
  entry(
    'ServingButUnhealthy',
    'warning',
    'Instances that serve are reported unhealthy',
    'They did real work while the health source reported them Unhealthy or Unknown: upgrades fail on them and repairs take them away.',
    ['HE-6', 'HE-9', 'HE-20'],
  ),
  entry(
    'HaltedByUnrelatedUnhealthy',
    'warning',
    'A rollout was halted by instances it had not touched',
    'The whole-set threshold counts every unhealthy instance. Most of those that broke it had not been upgraded.',
    ['TH-1', 'TH-3'],
  ),
  entry(
    'SpotWithoutFloor',
    'warning',
    'A Spot fleet without regular instances',
    'Every instance can be taken away at once: no regular floor is declared.',
    ['SP-20', 'SP-27'],
  ),
  entry(
    'SpotFloorTooLow',
    'warning',
    'A Spot reclaim left too little',
    'After evictions the instances that were left could not carry the demand; without a demand in the scenario, less than half of the capacity was left.',
    ['SP-03', 'SP-27'],
  ),
  entry(
    'FixedAtCreation',
    'error',
    'A property that is fixed when the set is created',
    'The service refuses to change it on an existing set.',
    ['PL-01', 'PL-26'],
  ),
  entry(
    'SilentCustomizerFailure',
    'error',
    'A build published a broken image as Succeeded',
    'A customizer failed and its script went on, so the run ended as Succeeded and the version was published with what is missing or wrong.',
    ['IB-03'],
  ),
  {
    code: 'ProbeDoesNotCheck',
    severity: 'error',
    title: 'The probe greenlit broken instances',
    explanation:
      'A rollout went on over instances that could not do their work and were reported Healthy: what the probe asks does not check what serving needs.',
    fix: 'Let the probe ask an endpoint that answers healthy only when the instance can really serve.',
    rules: ['HE-20', 'TH-15'],
  },
]
