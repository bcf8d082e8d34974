import { InputError } from '../model/diagnostic.ts'
import { plural } from '../report/wording.ts'
import { EXIT } from './exit-codes.ts'
import { explainFailure } from './failure.ts'
import type { Io } from './io.ts'

/** Erases the terminal and what scrolled out of it. */
const CLEAR = '\u001b[2J\u001b[3J\u001b[H'

const POLL_MS = 300

/**
 * Does the same again whenever a file that was read has changed, until Ctrl-C. A mistake in a file is told and waits for
 * its correction; one on the command line ends it.
 */
export async function watched(outside: Io, play: (io: Io) => Promise<unknown>): Promise<number> {
  let hasEnded = false
  let interrupt = () => {}
  outside.onInterrupt(() => {
    hasEnded = true
    interrupt()
  })
  while (!hasEnded) {
    const read = new Map<string, string | undefined>()
    const io: Io = {
      ...outside,
      readFile: (path) => {
        const text = outside.readFile(path)
        read.set(path, text)
        return text
      },
      // Each round has a handler of its own, the process only one.
      onInterrupt: (handler) => {
        interrupt = handler
      },
    }
    if (outside.stdout.isTerminal) outside.stdout.write(CLEAR)
    try {
      await play(io)
    } catch (error) {
      if (!(error instanceof InputError)) throw error
      explainFailure(outside, error)
    }
    if (hasEnded) break
    outside.stderr.write(`watching ${plural(read.size, 'file')}; Ctrl-C ends it\n`)
    // Compared with what was read, so that a change while it played is seen as well.
    while (!hasEnded && [...read].every(([path, text]) => outside.readFile(path) === text)) await outside.pause(POLL_MS)
  }
  return EXIT.holds
}
