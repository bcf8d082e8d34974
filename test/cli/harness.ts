import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { runCli } from '../../src/cli/cli.ts'
import type { Io, PathKind } from '../../src/cli/io.ts'
import { ownThread } from '../../src/lab/runner.ts'

export interface World {
  /** Files by name. What is not here is read from the disk; null is a file that cannot be read. */
  readonly files?: Readonly<Record<string, string | null>>
  readonly env?: Readonly<Record<string, string>>
  /** Interrupts at the so-and-so-many-eth breath, from 1. */
  readonly interruptAtBreath?: number
  readonly isTerminal?: boolean
  /** What somebody does to the files, at one pause after the other; then comes an interrupt. Undefined: nothing. */
  readonly edits?: readonly (Readonly<Record<string, string | null>> | undefined)[]
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What the command wrote. */
  readonly written: ReadonlyMap<string, string>
}

/** Runs the command line in memory. */
export async function cli(args: readonly string[], world: World = {}): Promise<Outcome> {
  let files = world.files ?? {}
  const edits = [...(world.edits ?? [])]
  const written = new Map<string, string>()
  const output = { stdout: '', stderr: '' }
  let interrupt = () => {}
  let breaths = 0
  const sink = (name: keyof typeof output) => ({
    write: (text: string) => {
      output[name] += text
    },
    columns: undefined,
    isTerminal: world.isTerminal ?? false,
    terminal: undefined,
  })
  const breathe = async () => {
    breaths++
    if (breaths === world.interruptAtBreath) interrupt()
  }
  const io: Io = {
    args,
    env: world.env ?? {},
    stdout: sink('stdout'),
    stderr: sink('stderr'),
    readFile: (path) => (Object.hasOwn(files, path) ? (files[path] ?? undefined) : fromDisk(path)),
    kindOf: (path) => (typeof files[path] === 'string' ? 'file' : kindOnDisk(path)),
    namesIn: (folder) => [...namesOnDisk(folder), ...Object.keys(files).filter((name) => !name.includes('/'))].sort(),
    writeFile: (path, content) => {
      if (path.startsWith('read-only/')) throw new Error('permission denied')
      written.set(path, [...content].join(''))
    },
    onInterrupt: (handler) => {
      interrupt = handler
    },
    breathe,
    pause: async () => {
      if (edits.length === 0) interrupt()
      files = { ...files, ...edits.shift() }
    },
    processors: 1,
    // As many batches under way as threads would have, all played here.
    runner: (threads) => ({ ...ownThread(breathe), parallel: threads }),
  }
  const code = await runCli(io)
  return { code, ...output, written }
}

function fromDisk(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Beside what is on the disk there is a folder to write to, and one whose files cannot be written. */
function kindOnDisk(path: string): PathKind {
  if (existsSync(path)) return statSync(path).isDirectory() ? 'folder' : 'file'
  return ['build', 'read-only'].includes(path) ? 'folder' : 'nothing'
}

const namesOnDisk = (folder: string): string[] =>
  statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(folder) : []

/** A shipped file with one passage replaced; the passage must be there, so that no test runs on the unchanged file. */
export function changed(path: string, from: string, to: string): string {
  const text = readFileSync(path, 'utf8')
  if (!text.includes(from)) throw new Error(`${path} does not hold "${from}"`)
  return text.replace(from, () => to)
}
