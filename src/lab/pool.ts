import { Piscina } from 'piscina'
import type { judgeCases } from './fuzz/judge-cases.ts'
import type { playBatch } from './play.ts'
import type { Runner } from './runner.ts'

/** Plays in as many worker threads. `entry`: the compiled `worker.js`; by default the one beside this file. */
export function threadPool(threads: number, entry = new URL('./worker.js', import.meta.url).href): Runner {
  const pool = new Piscina({
    filename: entry,
    minThreads: threads,
    maxThreads: threads,
    // A batch waits in a thread already, so that none is idle while its result travels.
    concurrentTasksPerWorker: 1,
  })
  return {
    parallel: threads + 1,
    play: (batch) => pool.run(batch) as Promise<ReturnType<typeof playBatch>>,
    judge: (batch) => pool.run(batch, { name: 'judgeCases' }) as Promise<ReturnType<typeof judgeCases>>,
    close: () => pool.destroy(),
  }
}
