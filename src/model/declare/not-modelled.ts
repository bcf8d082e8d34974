import type { Severity } from '../finding.ts'
import type { ScaleSetModel } from '../scale-set.ts'
import { type DocumentPath, type Report, showCommand, tell } from './context.ts'
import type { HealthSource } from './health-source.ts'
import { regularAndSpot } from './priority-mix.ts'
import { lookUp } from './values.ts'

interface Unplayed {
  readonly path: DocumentPath
  readonly what: string
  /** What leaving it out means for the verdict; one sentence each. */
  readonly evidence: readonly string[]
  readonly rules: readonly string[]
  /** `warning` when it could change how a rollout ends. */
  readonly severity: Severity
}

/** Design promise 7: a declared feature that is not played is told, never ignored quietly. */
export function tellNotModelled(model: ScaleSetModel, health: HealthSource, report: Report): void {
  for (const { path, what, evidence, rules, severity } of unplayed(model, health)) {
    tell(report, path, {
      code: 'NotModelled',
      title: `${what} is declared and not played`,
      severity,
      evidence,
      rules,
      confirm: showCommand(report.name, path.join('.')),
    })
  }
}

function unplayed(model: ScaleSetModel, health: HealthSource): Unplayed[] {
  return [...repairs(model, health), ...osUpgrade(model), ...spot(model), ...notices(model), ...placement(model)]
}

function repairs(model: ScaleSetModel, health: HealthSource): Unplayed[] {
  const policy = model.automaticRepairsPolicy
  if (policy?.enabled !== true) return []
  const sees = health.kind === 'extension' || health.kind === 'loadBalancer' || health.kind === 'unresolved'
  return [
    {
      path: ['automaticRepairsPolicy'],
      what: 'Automatic instance repair',
      evidence: [
        `Repairs are on with grace period ${policy.gracePeriod ?? 'PT10M (default)'} and action ${policy.repairAction ?? 'Replace (default)'}.`,
        ...(sees ? ['They act on the same health signal as the thresholds of a rollout.'] : []),
        'In the run an unhealthy instance stays as it is, so recovery times are those without repairs and a repair loop is not found.',
      ],
      rules: ['RE-2', 'RE-5', 'RE-7'],
      severity: 'warning',
    },
  ]
}

function osUpgrade(model: ScaleSetModel): Unplayed[] {
  const policy = model.upgradePolicy.automaticOSUpgradePolicy
  if (policy?.enableAutomaticOSUpgrade !== true) return []
  const path = ['upgradePolicy', 'automaticOSUpgradePolicy']
  const found: Unplayed[] = [
    {
      path,
      what: 'Automatic OS image upgrade',
      evidence: [
        'A new image version starts no rollout by itself in the run; use the timeline verb startOSUpgrade or updateModel.',
        ...(policy.disableAutomaticRollback === true
          ? []
          : [
              'The restore of the previous OS disk on an instance that stays unhealthy is not played, so harm lasts longer than it would.',
            ]),
      ],
      rules: ['AO-4', 'AO-7', 'AO-14'],
      severity: 'warning',
    },
  ]
  if (policy.osRollingUpgradeDeferral === true)
    found.push({
      path: [...path, 'osRollingUpgradeDeferral'],
      what: 'Deferral of OS upgrades until approval',
      evidence: ['An OS upgrade would wait for approveRollingUpgrade.'],
      rules: ['AO-21'],
      severity: 'warning',
    })
  return found
}

function spot(model: ScaleSetModel): Unplayed[] {
  const profile = model.virtualMachineProfile
  if (profile.priority !== 'Spot' && profile.priority !== 'Low') return []
  const found: Unplayed[] = [
    {
      path: ['virtualMachineProfile', 'priority'],
      what: `Priority ${profile.priority}`,
      evidence: [
        `Instances can be evicted at any time (${String(profile['evictionPolicy'] ?? 'Deallocate')}); in the run none is, so availability is the best case.`,
      ],
      rules: ['SP-01', 'SP-33', 'SP-34'],
      severity: 'warning',
    },
  ]
  const base = numberAt(model, ['priorityMixPolicy', 'baseRegularPriorityCount'])
  const above = numberAt(model, ['priorityMixPolicy', 'regularPriorityPercentageAboveBase'])
  if (model['priorityMixPolicy'] !== undefined) {
    const { capacity } = model.sku
    const now = regularAndSpot(capacity, base, above)
    found.push({
      path: ['priorityMixPolicy'],
      what: 'The mix of regular and Spot priority',
      evidence: [
        `At capacity ${capacity} the mix is ${now.regular} regular and ${now.spot} Spot (base ${base}, ${above} % regular above it).`,
        'In the run all instances are alike.',
      ],
      rules: ['SP-20'],
      severity: 'warning',
    })
  }
  if (lookUp(model, ['spotRestorePolicy', 'enabled']).value === true)
    found.push({
      path: ['spotRestorePolicy'],
      what: 'Try and restore for evicted instances',
      evidence: ['No instance is evicted in the run, so none is restored.'],
      rules: ['SP-30'],
      severity: 'info',
    })
  return found
}

/** Things that delay or gate an operation by telling the guest first. */
function notices(model: ScaleSetModel): Unplayed[] {
  const found: Unplayed[] = []
  const events = ['virtualMachineProfile', 'scheduledEventsProfile']
  const notice = (profile: string, what: string, evidence: string, rules: string[]) => {
    if (lookUp(model, [...events, profile, 'enable']).value !== true) return
    const timeout = lookUp(model, [...events, profile, 'notBeforeTimeout']).value
    found.push({
      path: [...events, profile],
      what,
      evidence: [
        `${evidence} by up to ${String(timeout ?? (profile.startsWith('terminate') ? 'PT5M' : 'PT15M'))}; the run shows them at once.`,
      ],
      rules,
      severity: 'info',
    })
  }
  notice('terminateNotificationProfile', 'The terminate notification', 'Deletes are delayed', ['SE-9', 'MS-9'])
  notice(
    'osImageNotificationProfile',
    'The OS image notification',
    'OS disk swaps of an automatic OS upgrade are delayed',
    ['SE-1'],
  )
  if (model['scheduledEventsPolicy'] !== undefined)
    found.push({
      path: ['scheduledEventsPolicy'],
      what: 'The scheduled events policy',
      evidence: ['No scheduled events are delivered in the run.'],
      rules: ['SE-1'],
      severity: 'info',
    })
  if (lookUp(model, ['externalHealthPolicy', 'enabled']).value === true)
    found.push({
      path: ['externalHealthPolicy'],
      what: 'The external health policy',
      evidence: [
        'Health that is reported from outside is not known to the twin; it plays the extension or probe only.',
      ],
      rules: ['HE-1'],
      severity: 'warning',
    })
  if (model['lifecycleHooksProfile'] !== undefined)
    found.push({
      path: ['lifecycleHooksProfile'],
      what: 'Lifecycle hooks',
      evidence: ['A hook may hold or refuse a batch of an automatic OS upgrade; the run waits for none.'],
      rules: ['AO-21'],
      severity: 'warning',
    })
  return found
}

function placement(model: ScaleSetModel): Unplayed[] {
  const found: Unplayed[] = []
  const add = (path: string, what: string, evidence: string, rules: string[], severity: Severity = 'info') =>
    found.push({ path: path.split('.'), what, evidence: [evidence], rules, severity })
  for (const [policy, what] of RESILIENCY)
    if (lookUp(model, ['resiliencyPolicy', ...policy.split('.'), 'enabled']).value === true)
      add(
        `resiliencyPolicy.${policy}`,
        what,
        'Instances are placed and created as without it.',
        policy.startsWith('automaticZone') ? ['PL-30'] : [],
      )
  if (model['placement'] !== undefined)
    add(
      'placement',
      'Automatic zone placement',
      'Instances go to the declared zones only; without zones the set is played as regional.',
      ['PL-40'],
      'warning',
    )
  if (model.proximityPlacementGroup !== undefined)
    add(
      'proximityPlacementGroup',
      'The proximity placement group',
      'Allocation failures that it makes likelier do not happen in the run.',
      ['PL-53'],
    )
  if (model['hostGroup'] !== undefined)
    add('hostGroup', 'The dedicated host group', 'Room on the hosts is unlimited in the run.', [])
  if (model['skuProfile'] !== undefined)
    add('skuProfile', 'The instance mix', 'All instances have the size of sku.name.', [])
  return found
}

const RESILIENCY: readonly (readonly [string, string])[] = [
  ['resilientVMCreationPolicy', 'Resilient creation'],
  ['resilientVMDeletionPolicy', 'Resilient deletion'],
  ['automaticZoneRebalancingPolicy', 'Automatic zone rebalancing'],
  ['zoneAllocationPolicy.maxInstancePercentPerZonePolicy', 'The share of instances per zone'],
]

function numberAt(model: ScaleSetModel, path: DocumentPath): number {
  const { value } = lookUp(model, path)
  return typeof value === 'number' ? value : 0
}
