import { SingleBar } from 'cli-progress'
import type { Io } from './io.ts'

export interface Progress {
  /** `total`: when it has changed. */
  update(finished: number, total?: number): void
  stop(): void
}

/** A bar on a terminal; nothing anywhere else, so that logs stay clean. */
export function startProgress(io: Io, name: string, total: number): Progress {
  const { terminal } = io.stderr
  if (terminal === undefined) return { update: () => {}, stop: () => {} }
  const bar = new SingleBar({
    stream: terminal,
    format: ' {bar} {value}/{total} runs · {eta_formatted} left · {name}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    hideCursor: true,
    clearOnComplete: true,
    fps: 10,
  })
  bar.start(total, 0, { name })
  return {
    update: (finished, changed) => {
      if (changed !== undefined) bar.setTotal(changed)
      bar.update(finished)
    },
    stop: () => bar.stop(),
  }
}
