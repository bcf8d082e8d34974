import { basename, dirname, join } from 'node:path'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import { nearest } from '../model/scenario/nearest.ts'
import type { Io } from './io.ts'

/** Why a file that the user named cannot be read, and what may have been meant. */
export function unreadable(io: Io, path: string): Diagnostic {
  const told = (why: string, hint: string): Diagnostic => ({
    code: 'E0001',
    message: `${path} cannot be read: ${why}`,
    hint,
  })
  if (path === '') return { code: 'E0001', message: 'a file without a name cannot be read', hint: 'write its name' }
  switch (io.kindOf(path)) {
    case 'folder':
      return told('it is a folder', `name the files in it, ${join(path, '*.yaml')}`)
    case 'nothing':
      return told('there is no such file', whatWasMeant(io, path))
    case 'file':
    case 'other':
      return told('permission denied, or not a text', 'look at its permissions')
  }
}

function whatWasMeant(io: Io, path: string): string {
  const folder = dirname(path)
  if (io.kindOf(folder) !== 'folder') return `there is no folder ${folder} either`
  const near = nearest(basename(path), io.namesIn(folder))
  if (near !== undefined) return `did you mean ${folder === '.' ? near : join(folder, near)}?`
  return `names are looked up from the folder you are in; nothing in ${folder === '.' ? 'it' : folder} is called like that`
}

/** Content of a file the user named. @throws InputError E0001 */
export function readNamedFile(io: Io, path: string): string {
  const text = io.readFile(path)
  if (text === undefined) throw new InputError([unreadable(io, path)])
  return text
}

/** Standard input, a pipe or a device, which nobody can read again later under this name. */
export const isStream = (io: Io, path: string): boolean => path.startsWith('/dev/') || io.kindOf(path) === 'other'

/** Refuses a place that nothing can be written to, before anything is played for it. @throws InputError E0001 */
export function checkPlace(io: Io, path: string): void {
  const reason = obstacleAt(io, path)
  if (reason !== undefined) throw unwritable(path, reason)
}

/** Writes a whole file. @throws InputError E0001 when the place cannot be written */
export function writeNamedFile(io: Io, path: string, content: Iterable<string>): void {
  try {
    io.writeFile(path, content)
  } catch (error) {
    throw unwritable(path, obstacleAt(io, path) ?? { what: reasonOf(error) })
  }
}

interface Obstacle {
  readonly what: string
  readonly hint?: string
}

function obstacleAt(io: Io, path: string): Obstacle | undefined {
  if (path === '') return { what: 'it has no name', hint: 'write its name' }
  if (io.kindOf(path) === 'folder') return { what: 'it is a folder', hint: 'name a file in it' }
  const folder = dirname(path)
  if (io.kindOf(folder) === 'nothing')
    return { what: `there is no folder ${folder}`, hint: 'make it first, or write to another one' }
  if (io.kindOf(folder) === 'file') return { what: `${folder} is a file`, hint: 'name a folder that there is' }
  return undefined
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  ENOENT: 'no file can stand there',
}

/** What went wrong, without the words of the system call: those name a file that nobody has heard of. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return (
    REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? error.message.replace(/^E[A-Z]+: |, \w+( '.*')?$/gs, '')
  )
}

const unwritable = (path: string, { what, hint }: Obstacle) =>
  new InputError([
    {
      code: 'E0001',
      message: `${path === '' ? 'a file' : path} cannot be written: ${what}`,
      ...(hint === undefined ? {} : { hint }),
    },
  ])
