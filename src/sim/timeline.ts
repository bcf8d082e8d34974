import type { Action } from '../model/scenario.ts'
import type { Attach } from './attach.ts'
import type { AutomaticOSUpgrade } from './automatic-os-upgrade/automatic-os-upgrade.ts'
import type { Autoscale } from './autoscale/autoscale.ts'
import type { Capacity } from './capacity.ts'
import type { ComputeThrottling } from './compute-throttling.ts'
import type { DemandFlow } from './demand/demand.ts'
import type { Faults } from './faults.ts'
import type { Gallery } from './gallery/gallery.ts'
import type { HostMaintenance } from './host-maintenance.ts'
import type { ImageBuilder } from './image-builder.ts'
import { isMember } from './instance.ts'
import type { InstanceRepair } from './instance-repair/instance-repair.ts'
import type { Operations } from './operations.ts'
import type { Outages } from './outages.ts'
import type { RandomFaults } from './random-faults.ts'
import type { RollingUpgrades } from './rolling-upgrade/rolling-upgrades.ts'
import { type Run, WORLD, WORLD_LANE } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'
import type { Spot } from './spot/spot.ts'
import type { UpgradeModes } from './upgrade-modes.ts'

/** Everything that plays a part in a run, by its name. */
export interface Mechanisms {
  readonly modes: UpgradeModes
  readonly rolling: RollingUpgrades
  readonly capacity: Capacity
  readonly faults: Faults
  readonly outages: Outages
  readonly randomFaults: RandomFaults
  readonly maintenance: HostMaintenance
  readonly operations: Operations
  readonly gallery: Gallery
  readonly builder: ImageBuilder
  readonly osUpgrade: AutomaticOSUpgrade
  readonly repair: InstanceRepair
  readonly spot: Spot
  readonly autoscale: Autoscale
  readonly demand: DemandFlow
  readonly throttling: ComputeThrottling
  readonly attach: Attach
}

/** Plays what people and the cloud do, each at its time, in order of the file within one instant. */
export function scheduleTimeline(run: Run, mechanisms: Mechanisms): void {
  const { timeline } = run.scenario
  const code = run.on('timeline.action', (_subject, index) => {
    // The root of a causal chain: nothing in the run led to it.
    run.kernel.cause = -1
    const action = mechanisms.throttling.admit(timeline[index]!.action)
    if (action !== null) perform(run, mechanisms, action)
  })
  timeline.forEach((entry, index) => {
    run.kernel.at(entry.atMs, WORLD_LANE, code, WORLD, index)
  })
}

function perform(run: Run, mechanisms: Mechanisms, action: Action): void {
  const { demand, modes, rolling, capacity, faults, operations, gallery, builder, osUpgrade, repair, spot, attach } =
    mechanisms
  switch (action.verb) {
    case 'updateModel':
      modes.updateModel(setNamed(run, action.scaleSet), action.set)
      return
    case 'reapply':
      modes.reapply(setNamed(run, action.scaleSet))
      return
    case 'manualUpgrade': {
      const set = setNamed(run, action.scaleSet)
      modes.manualUpgrade(set, action.instances, (asked) =>
        asked === '*' ? set.instances.filter(isMember) : operations.resolve(asked, 'manualUpgrade'),
      )
      return
    }
    case 'startOSUpgrade':
      modes.startOSUpgrade(setNamed(run, action.scaleSet))
      return
    case 'cancelRollingUpgrade':
      rolling.cancel(setNamed(run, action.scaleSet))
      return
    case 'scaleTo':
      capacity.scaleTo(setNamed(run, action.scaleSet), action.capacity)
      return
    case 'attachVM':
      attach.attach(setNamed(run, action.scaleSet), action)
      return
    case 'protectInstance':
      operations.protect(action)
      return
    case 'reimage':
    case 'restart':
    case 'deleteInstance':
    case 'deallocate':
    case 'start':
      operations.perform(action.verb, action.instances, action.individually)
      return
    case 'reimageAll':
    case 'restartAll':
    case 'deallocateAll':
    case 'startAll':
      operations.performOnSet(action.verb, setNamed(run, action.scaleSet))
      return
    case 'failDependency':
      faults.failDependency(action)
      return
    case 'hangInstance':
    case 'breakInstance':
      for (const instance of operations.resolve(action.instances, action.verb)) {
        // Each fault is a root of its own.
        run.kernel.cause = -1
        if (action.verb === 'hangInstance') faults.hang(instance, action.forMs)
        else faults.breakDown(instance, action.forMs)
      }
      return
    case 'shiftDemand':
      demand.shift(action.scaleSet, action.factor, action.forMs)
      return
    case 'limitCapacity':
      capacity.limit(action)
      return
    case 'publishImageVersion':
      gallery.publish(action.image, action.version)
      return
    case 'publishPlatformImage':
      gallery.platform.publish(action.image, action.version, action.phases)
      builder.sourcesChanged()
      return
    case 'excludeFromLatest':
      gallery.exclude(action.image, action.version, action.region, action.exclude)
      builder.sourcesChanged()
      return
    case 'addTargetRegion':
      gallery.addTargetRegions(action.image, action.version, action.regions, action.keepsStorageType)
      return
    case 'removeTargetRegion':
      gallery.removeTargetRegion(action.image, action.version, action.region)
      return
    case 'deleteImageVersion':
      gallery.deleteVersion(action.image, action.version)
      return
    case 'failGalleryRegion':
      gallery.failRegion(action.region, action.forMs)
      return
    case 'runImageTemplate':
      builder.runTemplate(action.template, action.version)
      return
    case 'cancelImageTemplate':
      builder.cancel(action.template)
      return
    case 'approveRollingUpgrade': {
      const set = setNamed(run, action.scaleSet)
      const asked = action.instances
      osUpgrade.approve(set, asked === '*' ? null : operations.resolve(asked, 'approveRollingUpgrade'))
      return
    }
    case 'setOrchestrationServiceState':
      repair.setServiceState(setNamed(run, action.scaleSet), action)
      return
    case 'failZone':
      mechanisms.outages.failZone(action)
      return
    case 'failFaultDomain':
      mechanisms.outages.failDomain(action)
      return
    case 'failHost':
      for (const instance of operations.resolve(action.instances, action.verb)) {
        run.kernel.cause = -1
        mechanisms.randomFaults.failHost(instance, action.forMs, action.noticeMs)
      }
      return
    case 'freezeHosts':
      mechanisms.maintenance.freeze(action)
      return
    case 'rebootHosts':
      mechanisms.maintenance.reboot(action)
      return
    case 'performMaintenance':
      mechanisms.maintenance.performMaintenance(operations.resolve(action.instances, action.verb))
      return
    case 'simulateEviction':
      spot.simulateEviction(operations.resolve(action.instances, 'simulateEviction'))
      return
    case 'reclaimSpot':
      spot.reclaim(action)
      return
    case 'changeSpotPrice':
      spot.changePrice(action.usd)
      return
    default:
      action satisfies never
  }
}

function setNamed(run: Run, name: string): ScaleSetState {
  const set = run.sets.find((candidate) => candidate.name === name)
  if (!set) throw new Error(`no scale set ${name}: the loader lets none through`)
  return set
}
