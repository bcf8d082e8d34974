import type { StandbyState } from '../model/standby-pool.ts'
import type { Machine } from './machines.ts'
import type { ScaleSetState } from './scale-set-state.ts'

/** A machine that was made ahead of time, and the state it waited in. */
export interface ReadyMachine {
  readonly state: StandbyState
  /** The hardware it holds; null: it gave it back and has to find some. */
  readonly machine: Machine | null
  /** Image on its disk, as latest meant it when it was made (GA-05). */
  readonly image: string
}

/** Whoever keeps machines ready hands one out for this zone of the set; null: it has none there. */
export type ReadyMachines = (set: ScaleSetState, zone: number) => ReadyMachine | null
