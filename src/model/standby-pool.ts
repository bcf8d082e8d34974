export const STANDBY_STATES = ['Running', 'Deallocated', 'Hibernated'] as const
export type StandbyState = (typeof STANDBY_STATES)[number]

/** Machines that wait for a scale-out, `Microsoft.StandbyPool/standbyVirtualMachinePools`. PL-85. */
export interface StandbyPool {
  readonly name: string
  readonly scaleSet: string
  readonly maxReadyCapacity: number
  readonly minReadyCapacity: number
  readonly virtualMachineState: StandbyState
}

/**
 * Machines a pool keeps ready: `maxReadyCapacity - instanceCount`, at least `minReadyCapacity`. PL-85.
 *
 *   max 20, min 2: 10 instances -> 10.   18 -> 2.   25 -> 2.
 */
export function standbyPoolSize(
  pool: Pick<StandbyPool, 'maxReadyCapacity' | 'minReadyCapacity'>,
  instanceCount: number,
): number {
  return Math.max(pool.maxReadyCapacity - instanceCount, pool.minReadyCapacity, 0)
}
