export { judgeCases } from './fuzz/judge-cases.ts'

import { playBatch } from './play.ts'

/** Entry point of a worker thread: see `pool.ts`. */
export default playBatch
