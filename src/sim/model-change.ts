import { isAutomaticOSUpgrade } from '../model/declare/automatic-os-upgrade.ts'
import type { Extension, ScaleSetModel } from '../model/scale-set.ts'
import { type DocumentChange, diffDocuments, isRecord, valueAt } from './document-diff.ts'
import { type ModelRefusal, refusalOf } from './model-refusal.ts'

export { type AssignmentResult, applyAssignments } from './model-assignment.ts'

/**
 * What a new version of a scale set model asks of the instances that exist (UM-4 to UM-7). The model is an immutable
 * document; `model-assignment.ts` makes its new versions.
 */

/** Weakest first; the strongest of a change's paths decides. `none`: the model is applied and nothing restarts. */
export type ModelAction = 'none' | 'extension' | 'dataDisk' | 'restart' | 'osDiskSwap'

export interface ModelChangeReason {
  /** Readable path, list members by name. */
  readonly path: string
  readonly action: ModelAction | 'setOnly' | 'newInstancesOnly'
  readonly why: string
}

export interface ModelChange {
  /** Nothing an instance holds has changed (capacity, policies, tags): instances stay on the latest model. */
  readonly setOnly: boolean
  readonly action: ModelAction
  /**
   * The model is new, and applying it does nothing to an instance that runs: added zones, and what is read only while an
   * OS disk is made (password, SSH keys, custom data; they take effect on reimage). False as soon as one other path asks
   * something of the instance.
   */
  readonly newInstancesOnly: boolean
  /** The Application Health extension came, went or has other values: the health source starts anew on the instance. */
  readonly healthExtensionChanged: boolean
  /** One entry for each changed path. */
  readonly reasons: readonly ModelChangeReason[]
  /** The service does not accept the change at all. */
  readonly refused?: ModelRefusal
}

type Path = readonly (string | number)[]

const actionsByStrength: readonly ModelAction[] = ['none', 'extension', 'dataDisk', 'restart', 'osDiskSwap']

/**
 * Path prefix -> effect on an existing instance once it is upgraded; the first match counts. The rows are those of the
 * table below UM-6; where the sheet is silent the reason says so.
 */
const effects: readonly (readonly [string, ModelChangeReason['action'], string])[] = [
  ['sku.capacity', 'setOnly', 'the capacity is no part of an instance'],
  ['sku', 'restart', 'another size restarts the instance, with a deallocation where the hardware lacks it'],
  ['zones', 'newInstancesOnly', 'existing instances do not move; only new ones use added zones'],
  ['proximityPlacementGroup', 'restart', 'moving into or out of a proximity placement group restarts the instance'],
  ['hostGroup', 'restart', 'another host needs a restart (not in the sheet; taken like a proximity placement group)'],
  ['additionalCapabilities', 'restart', 'a capability of the hardware needs a restart (not in the sheet)'],
  ['automaticRepairsPolicy', 'none', 'applies to instances on the latest model only (RE-15); nothing restarts'],
  ['scheduledEventsPolicy', 'none', 'applies to instances on the latest model only; nothing restarts'],
  ['tags', 'setOnly', 'tags of the set are no part of an instance'],
  ['scaleInPolicy', 'setOnly', 'the scale-in policy is read when the set shrinks'],
  ['upgradePolicy', 'setOnly', 'the upgrade policy is read when an upgrade runs'],
  ['overprovision', 'setOnly', 'read when instances are created'],
  ['doNotRunExtensionsOnOverprovisionedVMs', 'setOnly', 'read when instances are created'],
  ['singlePlacementGroup', 'setOnly', 'read when instances are placed'],
  ['platformFaultDomainCount', 'setOnly', 'the same value spelled out'],
  ['orchestrationMode', 'setOnly', 'the same value spelled out'],
  ['zoneBalance', 'setOnly', 'read when the set grows or shrinks'],
  ['priorityMixPolicy', 'setOnly', 'read when instances are created or removed'],
  ['spotRestorePolicy', 'setOnly', 'read when instances were evicted'],
  ['resiliencyPolicy', 'setOnly', 'belongs to operations of the set'],
  ['constrainedMaximumCapacity', 'setOnly', 'belongs to operations of the set'],
  ['placement', 'setOnly', 'read when instances are placed'],
  ['identity', 'setOnly', 'an identity belongs to the set (not in the sheet)'],
  ['x-', 'setOnly', 'not a property of Azure'],
  ['virtualMachineProfile.storageProfile.imageReference', 'osDiskSwap', 'another image is another OS disk'],
  ['virtualMachineProfile.storageProfile.dataDisks', 'dataDisk', 'data disks are attached or detached in place'],
  [
    'virtualMachineProfile.storageProfile.osDisk',
    'newInstancesOnly',
    'describes a disk that is made at create or reimage (not in the sheet)',
  ],
  ['virtualMachineProfile.extensionProfile.extensions', 'extension', 'the extension runs again in place'],
  [
    'virtualMachineProfile.osProfile',
    'newInstancesOnly',
    'takes effect on an existing instance only after a reimage (UM-7)',
  ],
  ['virtualMachineProfile.userData', 'none', 'readable without a restart (not in the sheet)'],
  [
    'virtualMachineProfile.hardwareProfile',
    'restart',
    'hardware needs a restart (not in the sheet; taken like a size)',
  ],
  [
    'virtualMachineProfile.securityProfile',
    'restart',
    'hardware needs a restart (not in the sheet; taken like a size)',
  ],
  [
    'virtualMachineProfile.scheduledEventsProfile',
    'none',
    'reaches an instance with the latest model (SE-11); nothing restarts',
  ],
  ['virtualMachineProfile', 'none', 'the model is applied to the instance; no stronger effect is documented'],
]

/**
 * What the change from `before` to `after` asks of an existing instance. `changed` are the paths of the patches: only what
 * lies below them is compared, leaf by leaf, so a list or profile that was assigned as a whole is judged by what really
 * differs in it.
 */
export function classifyChange(before: ScaleSetModel, after: ScaleSetModel, changed: readonly Path[]): ModelChange {
  const leaves = changesBelow(before, after, changed)
  const isSetting = isSettingOfManualInstances(before, after)
  const reasons = leaves.map(({ text }): ModelChangeReason => {
    if (isSetting && isBelow(text, AUTOMATIC_OS_UPGRADE))
      return {
        path: text,
        action: 'none',
        why: 'in mode Manual instances have to be brought to the model that carries it',
      }
    const row = effects.find(([prefix]) => isBelow(text, prefix))
    if (row !== undefined) return { path: text, action: row[1], why: row[2] }
    return { path: text, action: 'none', why: 'no effect on an existing instance is documented' }
  })
  const asked = reasons.filter((reason) => reason.action !== 'setOnly')
  const actions = new Set(asked.map((reason) => reason.action))
  const refused = refusalOf(before, after, leaves)
  return {
    setOnly: asked.length === 0,
    action: actionsByStrength.findLast((action) => actions.has(action)) ?? 'none',
    newInstancesOnly: asked.length > 0 && asked.every((reason) => reason.action === 'newInstancesOnly'),
    healthExtensionChanged: changesHealthExtension(before, after),
    reasons,
    ...(refused === undefined ? {} : { refused }),
  }
}

const AUTOMATIC_OS_UPGRADE = 'upgradePolicy.automaticOSUpgradePolicy'

/**
 * AO-4: automatic OS upgrade that is switched on in mode Manual is a part of the model that instances have to be brought to.
 * In the other modes nobody has to do anything for it.
 */
function isSettingOfManualInstances(before: ScaleSetModel, after: ScaleSetModel): boolean {
  return after.upgradePolicy.mode === 'Manual' && isAutomaticOSUpgrade(after) && !isAutomaticOSUpgrade(before)
}

/** Changed paths between two versions; subtrees that both share are skipped. For an instance several versions behind. */
export function changedPaths(before: ScaleSetModel, after: ScaleSetModel): (string | number)[][] {
  return diffDocuments(before, after).map((change) => [...change.path])
}

/**
 * One line for people: `sku.name Standard_B2s -> Standard_B2ms`, `imageReference galProd/ubuntu-app 1.6.2 -> 1.7.0`,
 * `extensions[health].settings.requestPath /ready -> /healthz`. Secrets are not printed. Four changes at most are spelled out.
 */
export function describeChange(before: ScaleSetModel, after: ScaleSetModel): string {
  const imagePath = ['virtualMachineProfile', 'storageProfile', 'imageReference']
  const parts: string[] = []
  let imageTold = false
  for (const change of diffDocuments(before, after)) {
    if (!change.text.startsWith(imagePath.join('.')) && !imagePath.join('.').startsWith(`${change.text}.`)) {
      parts.push(describeLeaf(change))
      continue
    }
    if (imageTold) continue
    imageTold = true
    parts.push(describeImageChange(valueAt(before, imagePath), valueAt(after, imagePath)))
  }
  if (parts.length === 0) return 'no change'
  const shown = parts.slice(0, 4).join(', ')
  return parts.length > 4 ? `${shown} and ${parts.length - 4} more` : shown
}

function changesBelow(before: ScaleSetModel, after: ScaleSetModel, changed: readonly Path[]): DocumentChange[] {
  // Positions in a list shift when a member goes, and `length` is a path of its own: a list is compared as a whole.
  const roots = changed.map((path) => {
    const list = path.findIndex((_, i) => Array.isArray(valueAt(before, path.slice(0, i))))
    return list < 0 ? path : path.slice(0, list)
  })
  const isUnder = (path: Path, root: Path) => root.every((key, i) => path[i] === key)
  return diffDocuments(before, after).filter(({ path }) =>
    roots.some((root) => isUnder(path, root) || isUnder(root, path)),
  )
}

/** `sku` holds `sku` and `sku.name`, not `skuProfile`; `x-` holds every key that begins so. */
function isBelow(text: string, prefix: string): boolean {
  if (!text.startsWith(prefix)) return false
  const next = text[prefix.length]
  return prefix.endsWith('-') || next === undefined || next === '.' || next === '['
}

function changesHealthExtension(before: ScaleSetModel, after: ScaleSetModel): boolean {
  return diffDocuments(healthExtensions(before), healthExtensions(after)).length > 0
}

function healthExtensions(model: ScaleSetModel): readonly Extension[] {
  return (model.virtualMachineProfile?.extensionProfile?.extensions ?? []).filter(
    ({ publisher, type }) =>
      publisher?.toLowerCase() === 'microsoft.managedservices' &&
      (type?.toLowerCase() ?? '').startsWith('applicationhealth'),
  )
}

const shortened = /^virtualMachineProfile\.(storageProfile\.|extensionProfile\.|networkProfile\.)?/
const secret = /password|secret|customData|userData|protectedSettings|keyData/i

function describeLeaf({ text, before, after }: DocumentChange): string {
  const name = text.replace(shortened, '')
  if (secret.test(text)) return `${name} changed`
  if (text.endsWith(']') && before === undefined) return `${name} added`
  if (text.endsWith(']') && after === undefined) return `${name} removed`
  return `${name} ${show(before)} -> ${show(after)}`
}

function show(value: unknown): string {
  if (value === undefined) return 'unset'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > 40 ? `${text.slice(0, 39)}…` : text
}

function describeImageChange(before: unknown, after: unknown): string {
  const from = nameImage(before)
  const to = nameImage(after)
  if (from.image === to.image) return `imageReference ${from.image} ${from.version} -> ${to.version}`.replace('  ', ' ')
  return `imageReference ${`${from.image} ${from.version}`.trim()} -> ${`${to.image} ${to.version}`.trim()}`
}

/** An image without a version tracks the latest one. */
function nameImage(reference: unknown): { image: string; version: string } {
  if (!isRecord(reference)) return { image: 'unset', version: '' }
  const id = reference['id'] ?? reference['sharedGalleryImageId'] ?? reference['communityGalleryImageId']
  if (typeof id === 'string') {
    const resource = /(?:galleries|communityGalleries)\/([^/]+)\/images\/([^/]+)(?:\/versions\/([^/]+))?$/i.exec(id)
    if (resource !== null) return { image: `${resource[1]}/${resource[2]}`, version: resource[3] ?? 'latest' }
    const short = /^([^/]+\/[^/]+)(?:\/([^/]+))?$/.exec(id)
    if (short !== null) return { image: short[1]!, version: short[2] ?? 'latest' }
    return { image: id, version: '' }
  }
  const { publisher, offer, sku, version } = reference
  const image = [publisher, offer, sku].filter((part) => typeof part === 'string').join(':')
  return { image: image === '' ? 'unset' : image, version: typeof version === 'string' ? version : 'latest' }
}
