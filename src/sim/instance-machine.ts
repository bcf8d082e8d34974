import type { AllocationFailure } from './allocation.ts'
import { type Instance, LIFE } from './instance.ts'
import { machineAt, sizeOf } from './machines.ts'
import type { Run } from './run.ts'

/**
 * The machine the model of the instance asks for: the one it has, or one it finds now. The hardware of another size is
 * given back first. Null: it has it. Fleet sheet section 1.7.
 */
export function findMachine(run: Run, instance: Instance): AllocationFailure | null {
  const { machines, allocation } = run
  const size = sizeOf(instance.compiled.document)
  if (instance.machine !== null && instance.machine.size === size) return null
  giveMachineBack(run, instance)
  const failure = allocation.refusal(instance.set, instance, instance.spot, size, instance)
  const hadNone = instance.allocationFailure !== null
  instance.allocationFailure = failure
  if (failure !== null) return failure
  instance.machine = machines.take(machineAt(instance.set, instance, size))
  instance.lastSize = size
  if (hadNone) run.facts.announce(run.facts.started, instance)
  return null
}

export function giveMachineBack(run: Run, instance: Instance): void {
  if (instance.machine !== null) run.machines.giveBack(instance.machine)
  instance.machine = null
}

/** It failed before it had a machine, so that there is neither disk nor guest. */
export function isUnborn(instance: Instance): boolean {
  return instance.life === LIFE.failed && instance.allocationFailure !== null && instance.lastSize === ''
}
