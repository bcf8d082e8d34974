import type { Action, InstanceRef } from '../model/scenario.ts'
import type { Capacity } from './capacity.ts'
import { type Instance, isMember, LIFE } from './instance.ts'
import type { LifeCycle } from './life-cycle.ts'
import { instanceName } from './placement.ts'
import { NO_RULE, type Run, ruleCode, setSubject, traceCode, WORLD } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

const REJECTED = traceCode('operation.rejected')
const PROTECTED = traceCode('instance.protected')
const SPREAD = traceCode('scaleSet.spreadAnew')

type Protect = Extract<Action, { verb: 'protectInstance' }>
type SetVerb = Extract<Action, { verb: `${string}All` }>['verb']
type InstanceVerb = 'reimage' | 'restart' | 'deleteInstance' | 'deallocate' | 'start'

const SET_VERBS: Readonly<Record<SetVerb, InstanceVerb>> = {
  reimageAll: 'reimage',
  restartAll: 'restart',
  deallocateAll: 'deallocate',
  startAll: 'start',
}

/** What a user asks of single instances. Users may do so whatever the protection says (PR-1). */
export class Operations {
  private readonly run: Run
  private readonly life: LifeCycle
  private readonly capacity: Capacity

  constructor(run: Run, life: LifeCycle, capacity: Capacity) {
    this.run = run
    this.life = life
    this.capacity = capacity
  }

  /** Instances that exist now under these references. One that does not exist (yet, or any more) is told as a finding. */
  resolve(references: readonly InstanceRef[], operation: string): Instance[] {
    return references.flatMap((reference) => {
      const instance = this.run.fleet.find((candidate) => isCalled(candidate, reference))
      if (instance && isMember(instance)) return [instance]
      const name = 'name' in reference ? reference.name : `${reference.scaleSet}/${reference.number}`
      this.run.noteRefusal(WORLD, operation, 'NotFound', `there is no instance ${name} at this moment`, 'PL-55')
      return []
    })
  }

  protect(action: Protect): void {
    const { run } = this
    for (const instance of this.resolve(action.instances, 'protectInstance')) {
      const setActions = action.protectFromScaleSetActions ?? instance.protectFromScaleSetActions
      // PR-2: protection from set actions implies protection from scale-in; the opposite wish is refused.
      if (setActions && action.protectFromScaleIn === false) {
        this.reject(
          instance,
          'protectInstance',
          'InvalidParameter',
          'protectFromScaleSetActions includes protectFromScaleIn',
          'PR-2',
        )
        continue
      }
      instance.protectFromScaleSetActions = setActions
      if (setActions) instance.protectFromScaleIn = true
      else if (action.protectFromScaleIn !== undefined) instance.protectFromScaleIn = action.protectFromScaleIn
      run.record(
        PROTECTED,
        instance.index,
        ruleCode('PR-1'),
        instance.protectFromScaleIn ? 1 : 0,
        instance.protectFromScaleSetActions ? 1 : 0,
      )
      run.facts.announce(run.facts.protectionChanged, instance)
    }
  }

  /** `individually`: past the scale set, which only a Flexible one lets happen (AS-43). */
  perform(verb: InstanceVerb, references: readonly InstanceRef[], individually = false): void {
    const { kernel } = this.run
    const cause = kernel.cause
    for (const instance of this.resolve(references, verb)) {
      kernel.cause = cause
      this.performOn(verb, instance)
      if (verb === 'deleteInstance' && individually && !instance.set.uniform)
        this.run.facts.announce(this.run.facts.deletedIndividually, instance)
    }
  }

  /** A set-level operation takes every instance but those protected from scale set actions: PR-1. */
  performOnSet(verb: SetVerb, set: ScaleSetState): void {
    const { kernel } = this.run
    const cause = kernel.cause
    if (verb === 'startAll') this.spreadAnew(set)
    kernel.cause = cause
    for (const instance of set.instances) {
      if (!isMember(instance) || instance.protectFromScaleSetActions) continue
      kernel.cause = cause
      this.performOn(SET_VERBS[verb], instance)
    }
  }

  /**
   * PL-10: when all of a Uniform set are deallocated, starting them all places them anew over the fault and update domains of
   * their zones. A zone is for life.
   */
  private spreadAnew(set: ScaleSetState): void {
    const members = set.instances.filter(isMember)
    if (!set.uniform || members.length === 0 || !members.every(({ deallocated }) => deallocated)) return
    for (const instance of members) set.placement.remove(instance)
    let moved = 0
    for (const instance of members) {
      const place = set.placement.choose({ zone: instance.zone })
      // There was a place for each of them a moment ago.
      if ('refused' in place) throw new Error(`no place in ${set.name}: ${place.refused}`)
      if (place.faultDomain !== instance.faultDomain || place.updateDomain !== instance.updateDomain) moved++
      instance.placementGroup = place.placementGroup
      instance.faultDomain = place.faultDomain
      instance.updateDomain = place.updateDomain
      set.placement.add(place)
    }
    if (moved > 0) this.run.record(SPREAD, setSubject(set), ruleCode('PL-10'), moved, members.length)
  }

  private performOn(verb: InstanceVerb, instance: Instance): void {
    this.run.facts.announceSet(this.run.facts.written, instance.set)
    if (verb === 'deleteInstance') {
      this.capacity.deletedByUser(instance.set)
      this.life.delete(instance, 'user', NO_RULE)
      return
    }
    if (this.life.isBusy(instance) || instance.batchStep !== 0) {
      this.reject(instance, verb, 'OperationNotAllowed', 'another operation on the instance is in progress', 'RU-16')
      return
    }
    const isStopped = instance.life === LIFE.stopped
    switch (verb) {
      case 'reimage': {
        const image = this.life.canReimage(instance)
        if (image.kind === 'refused') this.reject(instance, verb, image.code, image.message, image.rule)
        else this.life.reimage(instance)
        return
      }
      case 'restart':
        if (!isStopped) this.life.restart(instance)
        return
      case 'deallocate':
        if (!isStopped) this.life.deallocate(instance)
        return
      case 'start':
        if (isStopped) this.start(instance)
        return
      default:
        verb satisfies never
    }
  }

  /** A deallocated one needs a machine again, and there may be none: SP-06. */
  private start(instance: Instance): void {
    const { set } = instance
    const version = set.model.upgradePolicy.mode === 'Manual' ? instance.modelVersion : set.latestVersion
    // There may be no hardware for it any more: it stays stopped, and whoever asked is told.
    const failure = this.life.canStart(instance, version)
    if (failure !== null) this.reject(instance, 'start', failure.code, failure.message, failure.rule)
    else this.life.startOnNewest(instance)
  }

  private reject(instance: Instance, operation: string, code: string, message: string, rule: string): void {
    const { run } = this
    run.noteRefusal(instance.index, operation, code, message, rule)
    run.record(REJECTED, instance.index, ruleCode(rule), run.text(operation), run.text(code), run.text(message))
  }
}

function isCalled(instance: Instance, reference: InstanceRef): boolean {
  if ('name' in reference) return nameOf(instance) === reference.name
  return instance.set.name === reference.scaleSet && instance.number === reference.number
}

/** The Azure name of an instance: PL-55. */
export function nameOf(instance: Instance): string {
  return instanceName(instance.set.name, instance.set.uniform, instance.id)
}
