import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { availableParallelism } from 'node:os'
import { threadPool } from '../lab/pool.ts'
import { ownThread } from '../lab/runner.ts'
import type { Io, PathKind, Sink } from './io.ts'

/** The real outside world. */
export function nodeIo(): Io {
  // A pipe gives its text once; messages show lines of it later.
  const piped = new Map<string, string>()
  return {
    args: process.argv.slice(2),
    env: process.env,
    stdout: sink(process.stdout),
    stderr: sink(process.stderr),
    readFile(path) {
      try {
        const text = piped.get(path) ?? readFileSync(path, 'utf8')
        // Not what was deleted just now: it may come back with another text.
        if (kindOf(path) === 'other') piped.set(path, text)
        return text
      } catch {
        return undefined
      }
    },
    kindOf,
    namesIn(folder) {
      try {
        return readdirSync(folder).sort()
      } catch {
        return []
      }
    },
    writeFile(path, content) {
      const target = replaceable(path)
      if (target === undefined) {
        writePieces(path, content)
        return
      }
      const temporary = `${target}.${process.pid}.tmp`
      try {
        writePieces(temporary, content)
        renameSync(temporary, target)
      } catch (error) {
        rmSync(temporary, { force: true })
        throw error
      }
    },
    onInterrupt(handler) {
      process.once('SIGINT', handler)
    },
    breathe,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    processors: availableParallelism(),
    runner: (threads) => (threads === 1 ? ownThread(breathe) : threadPool(threads)),
  }
}

function kindOf(path: string): PathKind {
  try {
    const stats = statSync(path, { throwIfNoEntry: false })
    if (stats === undefined) return 'nothing'
    if (stats.isDirectory()) return 'folder'
    return stats.isFile() ? 'file' : 'other'
  } catch {
    return 'other'
  }
}

/**
 * What a whole file may be put in the place of: a file, that which a link leads to, or nothing yet. Undefined: a pipe or a
 * device, which somebody listens to and which must stay.
 */
function replaceable(path: string): string | undefined {
  const stats = statSync(path, { throwIfNoEntry: false })
  if (stats === undefined) return path
  return stats.isFile() && !path.startsWith('/dev/') ? realpathSync(path) : undefined
}

function writePieces(path: string, content: Iterable<string>): void {
  const file = openSync(path, 'w')
  try {
    for (const piece of content) writeSync(file, piece)
  } finally {
    closeSync(file)
  }
}

const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

function sink(stream: NodeJS.WriteStream): Sink {
  // A reader that has seen enough (`| head`) closes the pipe. That is no error, and the exit code still tells the verdict.
  let isOpen = true
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
    isOpen = false
  })
  return {
    write: (text) => {
      if (isOpen) stream.write(text)
    },
    get columns() {
      return stream.isTTY ? stream.columns : undefined
    },
    isTerminal: stream.isTTY === true,
    terminal: stream.isTTY ? stream : undefined,
  }
}
