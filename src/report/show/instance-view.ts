import type { InstanceSnapshot, RunSnapshot, ScaleSetSnapshot, ServiceSnapshot } from '../../sim/snapshot.ts'
import { type AzureError, notAllowed } from './azure-error.ts'
import { armTime } from './clock.ts'
import { computerName, guid, osDiskName } from './identity.ts'
import { type InstanceViewStatus, provisioningOf, provisioningStatus, setStatus } from './status.ts'
import type { Row } from './table.ts'

interface CodeCount {
  readonly code: string
  readonly count: number
}

/** `GET …/virtualMachineScaleSets/{name}/instanceView`. ARM shapes, section 2.3. */
export interface ScaleSetInstanceView {
  readonly virtualMachine: { readonly statusesSummary: readonly CodeCount[] }
  readonly extensions?: readonly { readonly name: string; readonly statusesSummary: readonly CodeCount[] }[]
  readonly orchestrationServices?: readonly OrchestrationService[]
  readonly statuses: readonly InstanceViewStatus[]
}

interface OrchestrationService {
  readonly serviceName: 'AutomaticRepairs' | 'AutomaticZoneRebalancing'
  readonly serviceState: ServiceSnapshot['serviceState']
  readonly latestOperationStatus: 'InProgress' | 'Completed'
  readonly lastStatusChangeTime: string
}

/** The set as a whole. A Flexible set has no such view: PL-11. */
export function scaleSetInstanceView(_run: RunSnapshot, set: ScaleSetSnapshot): ScaleSetInstanceView | AzureError {
  const { model, instances } = set
  if (model.orchestrationMode === 'Flexible')
    return notAllowed(`${set.name} is Flexible, and only its instances have an instance view.`)
  const { state, sinceMs, message } = setStatus(set)
  const extensions = model.virtualMachineProfile.extensionProfile?.extensions ?? []
  const services = [
    ...service('AutomaticRepairs', set.automaticRepairs),
    ...service('AutomaticZoneRebalancing', set.zoneRebalancing),
  ]
  return {
    virtualMachine: { statusesSummary: countCodes(instances.map(codeOf)) },
    ...(extensions.length === 0
      ? {}
      : {
          extensions: extensions.map(({ name }) => ({
            name,
            statusesSummary: countCodes(
              instances.filter((one) => hasExtension(one, name)).map((one) => extensionCode(one.extensions)),
            ),
          })),
        }),
    ...(services.length === 0 ? {} : { orchestrationServices: services }),
    statuses: [provisioningStatus(state, sinceMs, message)],
  }
}

function service(
  serviceName: OrchestrationService['serviceName'],
  snapshot: ServiceSnapshot | null,
): OrchestrationService[] {
  if (snapshot === null) return []
  return [
    {
      serviceName,
      serviceState: snapshot.serviceState,
      latestOperationStatus: snapshot.isBusy ? 'InProgress' : 'Completed',
      lastStatusChangeTime: armTime(snapshot.sinceMs),
    },
  ]
}

const codeOf = (instance: InstanceSnapshot): string => `ProvisioningState/${provisioningOf(instance).toLowerCase()}`

/** How often each code occurs, in alphabetical order. */
function countCodes(codes: readonly string[]): CodeCount[] {
  const counts = new Map<string, number>()
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1)
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, count]) => ({ code, count }))
}

/** An instance reports on the extensions of the model that it holds, once its guest is up. */
const hasExtension = ({ model, extensions }: InstanceSnapshot, name: string): boolean =>
  extensions !== null &&
  (model.virtualMachineProfile.extensionProfile?.extensions ?? []).some((extension) => extension.name === name)

const extensionCode = (state: InstanceSnapshot['extensions']): string =>
  `ProvisioningState/${state === 'transitioning' ? 'updating' : state}`

/** `GET …/virtualMachines/{id}/instanceView`. ARM shapes, section 2.4. */
export interface VirtualMachineInstanceView {
  readonly placementGroupId?: string
  readonly platformUpdateDomain?: number
  readonly platformFaultDomain?: number
  readonly computerName?: string
  readonly hyperVGeneration: 'V1' | 'V2'
  readonly vmAgent?: {
    readonly statuses: readonly InstanceViewStatus[]
    readonly extensionHandlers: readonly {
      readonly type: string
      readonly typeHandlerVersion: string
      readonly status: InstanceViewStatus
    }[]
  }
  readonly disks?: readonly { readonly name: string; readonly statuses: readonly InstanceViewStatus[] }[]
  readonly extensions?: readonly {
    readonly name: string
    readonly type: string
    readonly typeHandlerVersion: string
    readonly statuses: readonly InstanceViewStatus[]
  }[]
  readonly vmHealth?: { readonly status: InstanceViewStatus }
  readonly statuses: readonly InstanceViewStatus[]
}

/**
 * One instance. What a guest would say of itself is there while the guest is up; `vmHealth` while its health source says
 * something. Domains are shown for a Uniform set that spreads over a fixed number of them: PL-08.
 */
export function instanceView(
  run: RunSnapshot,
  set: ScaleSetSnapshot,
  instance: InstanceSnapshot,
): VirtualMachineInstanceView {
  const { scenario } = run
  const { model } = set
  const state = provisioningOf(instance)
  const own = provisioningStatus(state, instance.provisioningSinceMs, instance.allocationFailure?.message)
  const isUniform = model.orchestrationMode === 'Uniform'
  return {
    ...(isUniform
      ? {
          placementGroupId: guid(scenario, set.name, 'placementGroup', instance.placementGroup),
          platformUpdateDomain: instance.updateDomain ?? 0,
          ...(spreadsFixed(model.platformFaultDomainCount) ? { platformFaultDomain: instance.faultDomain } : {}),
        }
      : {}),
    ...(instance.isGuestUp ? { computerName: computerName(model, instance) } : {}),
    ...(instance.hasDisk
      ? { disks: [{ name: osDiskName(scenario, set.name, instance), statuses: [diskStatus(instance)] }] }
      : {}),
    hyperVGeneration: generationOf(run, instance.imageKey),
    ...guestOf(instance),
    ...(instance.health === 'None' ? {} : { vmHealth: { status: healthStatus(instance) } }),
    statuses: [own, ...powerStatus(instance.power)],
  }
}

/** Under max spreading (one domain) nobody learns in which rack an instance really stands. */
const spreadsFixed = (count: number | undefined): boolean => count !== 1

/** A disk is made before its machine: while that is only being worked on, the disk is fine already. */
const diskStatus = ({ provisioningSinceMs }: InstanceSnapshot): InstanceViewStatus =>
  provisioningStatus('Succeeded', provisioningSinceMs)

/** As the definition has it; V2 is what a new definition gets (GA-36), and stands for images that no gallery declares. */
function generationOf({ imageVersions }: RunSnapshot, imageKey: string): 'V1' | 'V2' {
  const version = imageVersions.find(({ key }) => key.toLowerCase() === imageKey.toLowerCase())
  return version?.hyperVGeneration ?? 'V2'
}

function guestOf(instance: InstanceSnapshot): Pick<VirtualMachineInstanceView, 'vmAgent' | 'extensions'> {
  if (instance.extensions === null) return {}
  const declared = instance.model.virtualMachineProfile.extensionProfile?.extensions ?? []
  const status = extensionStatus(instance)
  const described = declared.map(({ name, publisher = '', type = '', typeHandlerVersion = '' }) => ({
    name,
    type: `${publisher}.${type}`,
    typeHandlerVersion,
  }))
  return {
    vmAgent: {
      statuses: [
        {
          code: 'ProvisioningState/succeeded',
          level: 'Info',
          displayStatus: 'Ready',
          time: armTime(instance.provisioningSinceMs),
        },
      ],
      extensionHandlers: described.map(({ type, typeHandlerVersion }) => ({ type, typeHandlerVersion, status })),
    },
    ...(described.length === 0
      ? {}
      : { extensions: described.map((extension) => ({ ...extension, statuses: [status] })) }),
  }
}

function extensionStatus({ extensions, provisioningSinceMs }: InstanceSnapshot): InstanceViewStatus {
  const state = extensions === 'failed' ? 'Failed' : extensions === 'succeeded' ? 'Succeeded' : 'Updating'
  return provisioningStatus(state, provisioningSinceMs)
}

/**
 * `HealthState/healthy` and `/unhealthy` are the codes that clients look for; `initializing` and `unknown` are spelt like
 * them, after the states of Rich Health States.
 */
function healthStatus({ health, healthSinceMs }: InstanceSnapshot): InstanceViewStatus {
  const isSick = health === 'Unhealthy' || health === 'Unknown'
  return {
    code: `HealthState/${health.toLowerCase()}`,
    level: isSick ? 'Error' : 'Info',
    displayStatus: health,
    time: armTime(healthSinceMs),
  }
}

/** The second status, which never has a time. */
function powerStatus(power: InstanceSnapshot['power']): InstanceViewStatus[] {
  return power === null ? [] : [{ code: `PowerState/${power}`, level: 'Info', displayStatus: `VM ${power}` }]
}

export function scaleSetViewRows({
  virtualMachine,
  orchestrationServices = [],
  statuses,
}: ScaleSetInstanceView): Row[] {
  return [
    ...statuses.map(({ code, time = '' }) => ({ Of: 'scale set', Code: code, Count: 1, Time: time })),
    ...virtualMachine.statusesSummary.map(({ code, count }) => ({
      Of: 'instances',
      Code: code,
      Count: count,
      Time: '',
    })),
    ...orchestrationServices.map(({ serviceName, serviceState, lastStatusChangeTime }) => ({
      Of: serviceName,
      Code: serviceState,
      Count: 1,
      Time: lastStatusChangeTime,
    })),
  ]
}

export function instanceViewRows({ statuses, vmHealth }: VirtualMachineInstanceView): Row[] {
  return [...statuses, ...(vmHealth === undefined ? [] : [vmHealth.status])].map(
    ({ code, level, displayStatus, time = '' }) => ({
      Code: code,
      Level: level,
      DisplayStatus: displayStatus,
      Time: time,
    }),
  )
}
