import type { Runner } from '../lab/runner.ts'

/** Everything of the outside world that the command line touches, as one value, so that tests can stand in for it. */
export interface Io {
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdout: Sink
  readonly stderr: Sink
  /** Content of a text file; undefined when it cannot be read. */
  readFile(path: string): string | undefined
  /** What stands at a path. For messages, and to refuse an output before hours are played for it. */
  kindOf(path: string): PathKind
  /** Names in a folder, in order; none where there is no such folder. */
  namesIn(folder: string): readonly string[]
  /** Writes a whole file or nothing: never leaves half of one behind. Throws when it cannot. */
  writeFile(path: string, content: Iterable<string>): void
  /** Called once when the user interrupts. */
  onInterrupt(handler: () => void): void
  /** Lets pending interrupts through. */
  breathe(): Promise<void>
  /** So long in real time. */
  pause(ms: number): Promise<void>
  /** How many threads are worth having. */
  readonly processors: number
  /** Whoever plays the batches of a campaign in so many threads. */
  runner(threads: number): Runner
}

/** `other`: a pipe, a device; or what nothing more can be told of. */
export type PathKind = 'file' | 'folder' | 'nothing' | 'other'

export interface Sink {
  write(text: string): void
  /** Columns of the terminal; undefined when it is none. */
  readonly columns: number | undefined
  readonly isTerminal: boolean
  /** The stream itself where it is a terminal, for what moves on it. */
  readonly terminal: NodeJS.WriteStream | undefined
}

const WIDEST = 140
const WIDTH_OF_NONE = 100

/** Colour on a terminal only, never under NO_COLOR, always under FORCE_COLOR. */
export function wantsColor(io: Io, sink: Sink): boolean {
  if (io.env['NO_COLOR']) return false
  if (io.env['FORCE_COLOR'] !== undefined && io.env['FORCE_COLOR'] !== '0') return true
  return sink.isTerminal && io.env['TERM'] !== 'dumb'
}

/** Width for text: that of the terminal, within reason; 100 columns where there is none. */
export const widthOf = (sink: Sink): number => Math.min(WIDEST, sink.columns ?? WIDTH_OF_NONE)

/** How text for people is laid out. */
export interface Layout {
  readonly color: boolean
  readonly width: number
}

export const layoutOf = (io: Io): Layout => ({ color: wantsColor(io, io.stdout), width: widthOf(io.stdout) })

/** Where no terminal says how wide it is, and nobody can switch colours off. */
export const IN_A_FILE: Layout = { color: false, width: WIDTH_OF_NONE }
