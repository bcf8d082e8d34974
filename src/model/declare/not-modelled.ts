import type { Severity } from '../finding.ts'
import type { ScaleSetModel } from '../scale-set.ts'
import { type DocumentPath, type Report, showCommand, tell } from './context.ts'
import { lookUp } from './values.ts'
import { isAutomaticPlacement } from './zone-placement.ts'

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
  // PL-41 plays the share of a zone where the platform picks the zones.
  for (const [policy, what] of RESILIENCY)
    if (
      (!policy.startsWith('zoneAllocation') || !isAutomaticPlacement(model)) &&
      lookUp(model, ['resiliencyPolicy', ...policy.split('.'), 'enabled']).value === true
    )
      add(`resiliencyPolicy.${policy}`, what, 'Instances are placed and created as without it.', [])
  // Any is left to the platform: what it does then is nowhere written.
  if (model['placement'] !== undefined && !isAutomaticPlacement(model))
    add('placement', 'The zone placement policy', 'Instances go to the declared zones only.', ['PL-40'], 'warning')
  if (model.proximityPlacementGroup !== undefined)
    add(
      'proximityPlacementGroup',
      'The proximity placement group',
      'Allocation failures that it makes likelier do not happen in the run.',
      ['PL-53'],
    )
  if (model['hostGroup'] !== undefined)
    add('hostGroup', 'The dedicated host group', 'Room on the hosts is unlimited in the run.', [])
  if (lookUp(model, ['virtualMachineProfile', 'capacityReservation']).value !== undefined)
    add(
      'virtualMachineProfile.capacityReservation',
      'The capacity reservation',
      'Instances are allocated as without it: no room is kept for them, and none is counted against what is reserved.',
      [],
    )
  if (model['skuProfile'] !== undefined)
    add('skuProfile', 'The instance mix', 'All instances have the size of sku.name.', [])
  return found
}

const RESILIENCY: readonly (readonly [string, string])[] = [
  ['zoneAllocationPolicy.maxInstancePercentPerZonePolicy', 'The share of instances per zone'],
]
