import { type CaseBatch, type JudgedCase, judgeCases } from './fuzz/judge-cases.ts'
import { type Batch, type PlayedBatch, playBatch } from './play.ts'

/** Whoever plays batches: this thread, or a pool of others. */
export interface Runner {
  /** How many batches are worth having under way at a time. */
  readonly parallel: number
  play(batch: Batch): Promise<PlayedBatch>
  /** Cases of a search, in their order. */
  judge(batch: CaseBatch): Promise<readonly JudgedCase[]>
  close(): Promise<void>
}

/** Plays in this thread; `breathe` lets an interrupt through between two batches. */
export function ownThread(breathe: () => Promise<void> = async () => {}): Runner {
  return {
    parallel: 1,
    play: async (batch) => {
      await breathe()
      return playBatch(batch)
    },
    judge: async (batch) => {
      await breathe()
      return judgeCases(batch)
    },
    close: async () => {},
  }
}
