import type { Diagnostic } from '../diagnostic.ts'
import type { Finding } from '../finding.ts'
import type { ScaleSetModel } from '../scale-set.ts'
import { complain, type DeclareContext, type Report, setCommand, showCommand, tell } from './context.ts'
import { checkHealthExtensions } from './extension-settings.ts'
import { tellFindings } from './findings.ts'
import { healthSource } from './health-source.ts'
import { SCALE_SET } from './names.ts'
import { tellNotModelled } from './not-modelled.ts'
import { checkRelations, faultDomainCounts } from './refusals.ts'
import { isPlain, segmentsOf } from './shape.ts'
import { tellSpotSize } from './spot.ts'
import { checkStructure } from './structure.ts'
import { isGroupLocation, isSymbolic, renderSymbolic, textOf } from './symbolic.ts'
import { checkValues, lookUp, reportSymbolic } from './values.ts'
import { isAutomaticPlacement } from './zone-placement.ts'

export type { DeclareContext } from './context.ts'

/** Where a set lives when the declaration does not say: a region with a name nobody has. */
export const UNKNOWN_LOCATION = 'unspecified'

export interface Declaration {
  /** Absent when there is any diagnostic. */
  readonly model?: ScaleSetModel
  readonly diagnostics: Diagnostic[]
  readonly findings: Finding[]
}

/** Text that the twin reads but can play under a stand-in. */
const STAND_IN_TEXTS = [
  'location',
  'sku.name',
  'virtualMachineProfile.storageProfile.imageReference',
  'virtualMachineProfile.networkProfile',
]

/**
 * Checks a flattened (and merged) document and gives the model the engine plays, with the defaults the service fills in.
 * All mistakes are reported at once; with any, there is no model. Facts: rollouts section 1, fleet 1.1 and PL-04.
 */
export function declareScaleSet(
  name: string,
  document: Readonly<Record<string, unknown>>,
  context: DeclareContext,
): Declaration {
  const report: Report = { name, context, diagnostics: [], findings: [] }
  tellNotes(report)
  if (!isWhole(document, report)) return result(report)

  checkStructure(document, SCALE_SET, [], report)
  if (report.diagnostics.length > 0) return result(report)
  const known = checkValues(document, report)
  checkHealthExtensions(document, report)
  tellStandIns(document, report)
  if (known['upgradePolicy'] === undefined && !isSymbolic(document['upgradePolicy'])) complainNoUpgradePolicy(report)
  if (lookUp(document, ['sku', 'capacity']).value === undefined)
    complain(
      report,
      'E0206',
      ['sku', 'capacity'],
      'the number of instances is not given (sku.capacity)',
      'write sku: { capacity: 3 }',
    )
  // Defaults and relations only make sense on values that are right.
  if (report.diagnostics.length > 0) return result(report)

  const model = withDefaults(name, known)
  const health = healthSource(model, context.loadBalancerProbe, context.assumptions)
  checkRelations(model, known, health, report)
  tellFindings(model, known, health, report)
  tellSpotSize(model, report)
  tellNotModelled(model, report)
  return result(report, model)
}

function result(report: Report, model?: ScaleSetModel): Declaration {
  const { diagnostics, findings } = report
  return model === undefined || diagnostics.length > 0 ? { diagnostics, findings } : { model, diagnostics, findings }
}

/**
 * What an update of a document brings: mistakes that it did not have before. A value of a template that cannot be worked out
 * offline stands in a model as a text, where the service has a list or a number: it was accepted with the declaration.
 */
export function newMistakes(
  name: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  context: DeclareContext,
): Diagnostic[] {
  const found = declareScaleSet(name, after, context).diagnostics
  if (found.length === 0) return found
  const former = new Set(declareScaleSet(name, before, context).diagnostics.map(({ message }) => message))
  return found.filter(({ message }) => !former.has(message))
}

/** Whether the document declares a set with instances at all: E0203 for an update of one, E0204 for one without a profile. */
function isWhole(document: Readonly<Record<string, unknown>>, report: Report): boolean {
  if (document['virtualMachineProfile'] !== undefined) return true
  const flexible = document['orchestrationMode'] === 'Flexible'
  const created =
    flexible || document['platformFaultDomainCount'] !== undefined || document['singlePlacementGroup'] !== undefined
  if (created && lookUp(document, ['sku', 'capacity']).value === undefined) {
    // Only a Flexible set can be created without a profile.
    complain(
      report,
      'E0204',
      [],
      `${report.name} is a Flexible set without a virtualMachineProfile: capacity 0 by itself, there is nothing to roll out`,
      'declare virtualMachineProfile and sku.capacity, or simulate another set',
    )
    if (document['upgradePolicy'] === undefined) complainNoUpgradePolicy(report)
    tellAttachedOnly(report)
    return false
  }
  const carried = Object.keys(document).filter((key) => !['name', 'id', 'location', 'tags'].includes(key))
  complain(
    report,
    'E0203',
    [],
    `${report.name} is only a part of a scale set (${carried.length === 0 ? 'a name' : carried.join(', ')}): an update of one that is declared elsewhere`,
    'add the whole resource to azure.from, or write virtualMachineProfile',
  )
  return false
}

function tellAttachedOnly(report: Report): void {
  const count = report.context.attachedInstances ?? 0
  if (count === 0) return
  tell(report, [], {
    code: 'AttachedInstances',
    title: `All instances of the set are virtual machines declared outside it (${count})`,
    severity: 'info',
    evidence: [
      `${count} virtual machine resources refer to the set through virtualMachineScaleSet.id.`,
      'No upgrade policy reaches them without a profile.',
    ],
    rules: ['PL-53', 'PL-54'],
    confirm: 'az vm list --resource-group <resource-group> --query "[?virtualMachineScaleSet.id != null].name"',
  })
}

/** ARM shapes, section 0: condensed output leaves the policy out, and absent must not become Manual silently. */
function complainNoUpgradePolicy(report: Report): void {
  complain(
    report,
    'E0205',
    ['upgradePolicy'],
    'there is no upgradePolicy, so how a change reaches the instances is not known',
    'write upgradePolicy: { mode: Manual } (or Automatic, Rolling)',
  )
  tell(report, ['upgradePolicy'], {
    code: 'NoUpgradePolicy',
    title: 'No upgrade policy is declared',
    severity: 'warning',
    evidence: ['The document has no upgradePolicy. Condensed output leaves it out; that does not mean Manual.'],
    rules: ['RP-1'],
    confirm: showCommand(report.name, 'upgradePolicy'),
    fix: setCommand(report.name, 'upgradePolicy.mode=Rolling'),
  })
}

function tellStandIns(document: Readonly<Record<string, unknown>>, report: Report): void {
  const seen = new Set<unknown>()
  for (const path of STAND_IN_TEXTS) {
    const { value } = lookUp(document, path.split('.'))
    // Inside a profile only its own parts are looked at; a symbolic probe reference has a finding of its own.
    const symbolic = isPlain(value) && path.endsWith('imageReference') ? Object.values(value).find(isSymbolic) : value
    // The location of the resource group is the usual thing to write and nobody's mistake.
    if (path === 'location' && isSymbolic(symbolic) && isGroupLocation(symbolic)) continue
    if (isSymbolic(symbolic))
      reportSymbolic(path, symbolic, false, seen, report, `The twin calls it ${textOf(symbolic)}.`)
  }
}

/** RP-8: names in any case and boolean strings are fine; unknown and outdated names are told. */
function tellNotes(report: Report): void {
  for (const note of report.context.notes ?? []) {
    if (note.kind !== 'unknownProperty' && note.kind !== 'legacyProperty') continue
    const unknown = note.kind === 'unknownProperty'
    tell(report, segmentsOf(note.path), {
      code: unknown ? 'UnknownProperty' : 'LegacyProperty',
      title: note.message,
      severity: unknown ? 'warning' : 'info',
      evidence: [
        unknown
          ? 'The service has no such property in the place where it stands; it is kept and ignored.'
          : 'It is read as the property that took its place.',
      ],
      rules: ['RP-8'],
      confirm: showCommand(report.name, note.path.split('.')[0] ?? '@'),
      ...(note.hint === undefined ? {} : { fix: note.hint }),
    })
  }
}

/** What the service fills in: fleet 1.1, PL-04, rollouts 1.1. Symbolic values that are left become text. */
function withDefaults(name: string, known: Readonly<Record<string, unknown>>): ScaleSetModel {
  const { location } = known
  const document = renderSymbolic(known) as Record<string, unknown>
  const orchestrationMode = document['orchestrationMode'] === 'Flexible' ? 'Flexible' : 'Uniform'
  const uniform = orchestrationMode === 'Uniform'
  const zonal = (Array.isArray(document['zones']) && document['zones'].length > 0) || isAutomaticPlacement(document)
  const upgradePolicy = document['upgradePolicy'] as Record<string, unknown>
  const profile = document['virtualMachineProfile'] as Record<string, unknown>
  nameExtensions(profile)
  keepProbeReference(profile)
  const placementGroup = document['singlePlacementGroup'] ?? (uniform ? !zonal : undefined)
  const overprovision = document['overprovision'] ?? (uniform ? true : undefined)
  return {
    ...document,
    name,
    location: regionOf(location),
    orchestrationMode,
    ...(placementGroup === undefined ? {} : { singlePlacementGroup: placementGroup }),
    platformFaultDomainCount:
      document['platformFaultDomainCount'] ?? faultDomainCounts(orchestrationMode, zonal).default,
    ...(overprovision === undefined ? {} : { overprovision }),
    upgradePolicy: { ...upgradePolicy, mode: upgradePolicy['mode'] ?? 'Manual' },
  } as unknown as ScaleSetModel
}

/** The region, the stand-in of one that hangs on a parameter, or the word for one that only the deployment knows. */
function regionOf(location: unknown): string {
  if (isSymbolic(location)) return isGroupLocation(location) ? UNKNOWN_LOCATION : textOf(location)
  return typeof location === 'string' && location !== '' ? location : UNKNOWN_LOCATION
}

/** `updateModel` addresses extensions by name, so each gets one. */
function nameExtensions(profile: Record<string, unknown>): void {
  const { value: extensions } = lookUp(profile, ['extensionProfile', 'extensions'])
  if (!Array.isArray(extensions)) return
  for (const [index, extension] of extensions.entries())
    if (isPlain(extension)) extension['name'] ??= `extension${index}`
}

/** A reference that is symbolic as a whole is still a reference: declared, target unknown. */
function keepProbeReference(profile: Record<string, unknown>): void {
  const network = profile['networkProfile']
  if (isPlain(network) && typeof network['healthProbe'] === 'string')
    network['healthProbe'] = { id: network['healthProbe'] }
}
