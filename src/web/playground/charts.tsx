import type { Engine } from '../engine/client.ts'
import type { RunView, Slot } from '../engine/protocol.ts'

export function Charts(_: {
  readonly engine: Engine
  readonly slot: Slot
  readonly view: RunView
  readonly atMs: number
  readonly onMove: (atMs: number) => void
  readonly name?: string
}) {
  return null
}
