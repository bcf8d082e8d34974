import type { ScaleSetModel } from '../model/scale-set.ts'
import type { AttachedVM } from '../model/scenario.ts'
import type { LifeCycle } from './life-cycle.ts'
import type { Meters } from './meters.ts'
import { type Run, setSubject } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

export interface AttachRefusal {
  readonly code: string
  readonly message: string
}

/**
 * Why a machine cannot become a member of the set; undefined: it can. Flexible only, one fault domain, several placement
 * groups, same resource group, managed disks, no availability set, proximity placement group or dedicated host, and a zone
 * of the set: zonal to zonal, regional to regional. PL-53.
 */
export function attachRefusal(
  model: Pick<ScaleSetModel, 'orchestrationMode' | 'platformFaultDomainCount' | 'singlePlacementGroup'>,
  zones: readonly string[],
  vm: AttachedVM,
): AttachRefusal | undefined {
  const notAllowed = (message: string): AttachRefusal => ({ code: 'OperationNotAllowed', message })
  if (model.orchestrationMode !== 'Flexible') return notAllowed('machines can be attached to Flexible sets only')
  if ((model.platformFaultDomainCount ?? 1) !== 1)
    return { code: 'VmssDoesNotSupportAttachingExistingVMMultiFD', message: 'the set has more than one fault domain' }
  if (model.singlePlacementGroup === true) return notAllowed('the set is a single placement group')
  switch (vm.belongsTo) {
    case 'availabilitySet':
      return { code: 'VmssDoesNotSupportAttachingExistingAvsetVM', message: 'the machine is in an availability set' }
    case 'proximityPlacementGroup':
      return { code: 'VmssDoesNotSupportAttachingPPGVM', message: 'the machine is in a proximity placement group' }
    case 'dedicatedHost':
      return notAllowed('the machine is on a dedicated host')
    case 'otherResourceGroup':
      return notAllowed('the machine is in another resource group')
    case undefined:
      break
    default:
      vm.belongsTo satisfies never
  }
  if (!vm.managedDisk)
    return { code: 'VmssDoesNotSupportAttachingExistingVMUnmanagedDisk', message: 'the machine has unmanaged disks' }
  if (vm.zone === undefined && zones.length > 0) return notAllowed('a regional machine cannot join a zonal set')
  if (vm.zone !== undefined && zones.length === 0) return notAllowed('a zonal machine cannot join a regional set')
  if (vm.zone !== undefined && !zones.includes(vm.zone))
    return notAllowed(`zone ${vm.zone} is none of the zones of the set (${zones.join(', ')})`)
  return undefined
}

/** Machines that exist and become members of a Flexible set while they go on working. PL-53. */
export class Attach {
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly meters: Meters

  constructor(run: Run, life: LifeCycle, meters: Meters) {
    this.run = run
    this.life = life
    this.meters = meters
  }

  attach(set: ScaleSetState, vm: AttachedVM): void {
    const { run } = this
    const refusal = attachRefusal(set.model, set.zones, vm)
    if (refusal !== undefined) {
      run.noteRefusal(setSubject(set), 'attachVM', refusal.code, refusal.message, 'PL-53')
      return
    }
    const { cause } = run.kernel
    for (let i = 0; i < vm.count; i++) {
      run.kernel.cause = cause
      const zone = vm.zone === undefined ? 0 : set.zones.indexOf(vm.zone)
      const place = set.placement.choose({ zone })
      if ('refused' in place) {
        run.noteRefusal(setSubject(set), 'attachVM', place.code, place.refused, place.rule)
        return
      }
      set.targetCapacity++
      this.meters.targetChanged(set, 1)
      this.life.attach(set, place, vm)
    }
  }
}
