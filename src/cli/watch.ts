import { InputError } from '../model/diagnostic.ts'
import { plural } from '../report/wording.ts'
import { BudgetExceeded } from '../sim/kernel/kernel.ts'
import { EXIT } from './exit-codes.ts'
import { explainFailure } from './failure.ts'
import { isStream } from './files.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage.ts'

/** Erases the terminal and what scrolled out of it. */
const CLEAR = '\u001b[2J\u001b[3J\u001b[H'

const POLL_MS = 300

/**
 * Does the same again whenever a file that was read has changed, until Ctrl-C. A mistake in a file is told and waits for
 * its correction; one on the command line ends it.
 *
 * @param files that are named on the command line
 * @throws UsageError where one of them can be read but once
 */
export async function watched(
  outside: Io,
  files: readonly string[],
  play: (io: Io) => Promise<unknown>,
): Promise<number> {
  const stream = files.find((file) => isStream(outside, file))
  if (stream !== undefined)
    throw new UsageError(`${stream} cannot be watched: it is read once`, 'write it to a file, and name that')
  let isFirst = true
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
      if (!(isFirst ? isOfFile(error, read) : isOfInput(error))) throw error
      explainFailure(outside, error)
    }
    isFirst = false
    if (hasEnded) break
    outside.stderr.write(`watching ${plural(read.size, 'file')}; Ctrl-C ends it\n`)
    // Compared with what was read, so that a change while it played is seen as well.
    while (!hasEnded && [...read].every(([path, text]) => outside.readFile(path) === text)) await outside.pause(POLL_MS)
  }
  return EXIT.holds
}

/** What was wrong from the start stands in a file, or it stands where no edit mends it. */
const isOfFile = (error: unknown, read: ReadonlyMap<string, unknown>): boolean =>
  error instanceof BudgetExceeded ||
  (error instanceof InputError && error.diagnostics.some(({ place }) => place !== undefined && read.has(place.file)))

/** The command line was right once, so that whatever is wrong with it now is the work of an edit. */
const isOfInput = (error: unknown): boolean =>
  error instanceof InputError || error instanceof UsageError || error instanceof BudgetExceeded
