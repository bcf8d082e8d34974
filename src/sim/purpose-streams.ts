import type { Stream } from './kernel/random.ts'
import type { Run } from './run.ts'
import type { ScaleSetState } from './scale-set-state.ts'

/** Streams by scale set and purpose, looked up by number so that a draw on the hot path builds no label. */
export class PurposeStreams {
  private readonly run: Run
  private readonly labelOf: (purpose: number) => string
  private readonly bySet: (Stream | undefined)[][] = []

  constructor(run: Run, labelOf: (purpose: number) => string) {
    this.run = run
    this.labelOf = labelOf
  }

  of(set: ScaleSetState, purpose: number): Stream {
    const streams = this.bySet[set.index]
    const stream = streams === undefined ? undefined : streams[purpose]
    return stream ?? this.make(set, purpose)
  }

  private make(set: ScaleSetState, purpose: number): Stream {
    const streams = this.bySet[set.index] ?? []
    this.bySet[set.index] = streams
    const stream = this.run.stream(`${this.labelOf(purpose)}/${set.name}`)
    streams[purpose] = stream
    return stream
  }
}
