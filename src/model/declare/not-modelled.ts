import type { Severity } from '../finding.ts'
import type { ScaleSetModel } from '../scale-set.ts'
import { type DocumentPath, type Report, showCommand, tell } from './context.ts'
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
export function tellNotModelled(model: ScaleSetModel, report: Report): void {
  for (const { path, what, evidence, rules, severity } of unplayed(model)) {
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

function unplayed(model: ScaleSetModel): Unplayed[] {
  return [...signals(model), ...placement(model)]
}

/** What tells the platform something, or waits for its word. */
function signals(model: ScaleSetModel): Unplayed[] {
  const found: Unplayed[] = []
  if (model['scheduledEventsPolicy'] !== undefined)
    found.push({
      path: ['scheduledEventsPolicy'],
      what: 'The scheduled events policy',
      evidence: ['Scheduled events go in the run as they would without it.'],
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
