import { compareVersions } from '../../model/gallery/image-version.ts'
import type { InstanceSnapshot, RunSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { autoscaleHistory, autoscaleHistoryRows } from './autoscale-history.ts'
import { autoscaleSetting, autoscaleSettingRows } from './autoscale-setting.ts'
import { type AzureError, isAzureError, notFound } from './azure-error.ts'
import { azureInstanceId } from './identity.ts'
import { imageVersion, imageVersionRows } from './image-version.ts'
import { instanceView, instanceViewRows, scaleSetInstanceView, scaleSetViewRows } from './instance-view.ts'
import { instanceList, instanceRows } from './instances.ts'
import { operation, operationRows } from './operation.ts'
import { osUpgradeHistory, osUpgradeHistoryRows } from './os-upgrade-history.ts'
import type { CheckedRequest } from './request.ts'
import { rollingUpgrade, rollingUpgradeRows } from './rolling-upgrade.ts'
import { scaleSet, scaleSetRows } from './scale-set.ts'
import { scheduledEventRows, scheduledEvents } from './scheduled-events.ts'
import type { Row } from './table.ts'

/** A document of Azure, as JSON has it. */
export type Document = object

export interface View {
  /** What has to be named. */
  readonly of: 'scaleSet' | 'image'
  /** The command of Azure that asks for the same. */
  readonly command: string
  readonly show: (run: RunSnapshot, request: CheckedRequest) => Document | AzureError
  readonly rows: (document: Document) => readonly Row[]
}

/** A view of one set: its document, and its rows. */
function ofSet<T extends Document>(
  command: string,
  show: (run: RunSnapshot, set: ScaleSetSnapshot) => T | AzureError,
  rows: (document: T) => readonly Row[],
): View {
  return {
    of: 'scaleSet',
    command,
    show: (run, request) => show(run, setOf(run, request)),
    // What `show` of the same view has made.
    rows: (document) => rows(document as T),
  }
}

const setOf = (run: RunSnapshot, { scaleSet: name }: CheckedRequest): ScaleSetSnapshot =>
  run.scaleSets.find((set) => set.name === name)!

/** By the names of Azure's commands, as far as they have one. */
export const VIEWS = {
  'rolling-upgrade': ofSet('az vmss rolling-upgrade get-latest', rollingUpgrade, rollingUpgradeRows),
  'os-upgrade-history': ofSet('az vmss get-os-upgrade-history', osUpgradeHistory, osUpgradeHistoryRows),
  'instance-view': {
    of: 'scaleSet',
    command: 'az vmss get-instance-view',
    show: (run, request) => {
      const set = setOf(run, request)
      if (request.instance === undefined) return scaleSetInstanceView(run, set)
      const instance = findInstance(set, request.instance)
      return instance === undefined
        ? notFound(`${set.name} has no instance ${request.instance}.`)
        : instanceView(run, set, instance)
    },
    rows: (document) =>
      'virtualMachine' in document
        ? scaleSetViewRows(document as Parameters<typeof scaleSetViewRows>[0])
        : instanceViewRows(document as Parameters<typeof instanceViewRows>[0]),
  },
  instances: ofSet('az vmss list-instances', instanceList, instanceRows),
  'scale-set': ofSet('az vmss show', scaleSet, scaleSetRows),
  operation: ofSet('GET of the Azure-AsyncOperation header', operation, operationRows),
  'image-version': {
    of: 'image',
    command: 'az sig image-version show --expand ReplicationStatus',
    show: showImageVersion,
    rows: (document) => imageVersionRows(document as Parameters<typeof imageVersionRows>[0]),
  },
  'autoscale-setting': ofSet('az monitor autoscale show', autoscaleSetting, autoscaleSettingRows),
  'autoscale-history': ofSet('autoscale resource logs', autoscaleHistory, autoscaleHistoryRows),
  'scheduled-events': ofSet('GET of /metadata/scheduledevents in a guest', scheduledEvents, scheduledEventRows),
} as const satisfies Readonly<Record<string, View>>

export type ViewName = keyof typeof VIEWS

export const VIEW_NAMES = Object.keys(VIEWS) as readonly ViewName[]

export const isViewName = (name: string): name is ViewName => Object.hasOwn(VIEWS, name)

/** An instance by its name, its Azure id, or `<set>/<number>`. */
function findInstance(set: ScaleSetSnapshot, wanted: string): InstanceSnapshot | undefined {
  return set.instances.find(
    (one) => one.name === wanted || one.label === wanted || azureInstanceId(set.model, one) === wanted,
  )
}

/** Whether there is or was such an instance: one that was never there is a slip of the pen, not an answer of Azure. */
export function namesInstance(set: ScaleSetSnapshot, wanted: string): boolean {
  return (
    findInstance(set, wanted) !== undefined ||
    set.formerInstances.some(
      (one) => one.name === wanted || one.label === wanted || azureInstanceId(set.model, one) === wanted,
    )
  )
}

function showImageVersion(run: RunSnapshot, { image }: CheckedRequest): Document | AzureError {
  const { definition, version } = image!
  const existing = run.imageVersions.filter(
    ({ key, isDeleted }) => !isDeleted && key.toLowerCase().startsWith(`${definition.toLowerCase()}/`),
  )
  const numberOf = (key: string) => key.split('/')[2] ?? ''
  const found =
    version === undefined
      ? existing.toSorted((a, b) => compareVersions(numberOf(a.key), numberOf(b.key))).at(-1)
      : existing.find(({ key }) => numberOf(key) === version)
  if (found !== undefined) return imageVersion(run, found)
  return notFound(
    version === undefined ? `${definition} has no version.` : `${definition} has no version ${version} at this moment.`,
  )
}

/** A document, or the error in its place, as rows. */
export function rowsOf(view: ViewName, document: Document | AzureError): readonly Row[] {
  if (isAzureError(document)) return [{ Error: document.error.code, Message: document.error.message }]
  return VIEWS[view].rows(document)
}
