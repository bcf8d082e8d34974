import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import type { Io } from './io.ts'

export const unreadable = (path: string): Diagnostic => ({
  code: 'E0001',
  message: `${path === '' ? 'a file without a name' : path} cannot be read`,
  hint: 'check the name and that it is a file you may read',
})

/** Content of a file the user named. @throws InputError E0001 */
export function readNamedFile(io: Io, path: string): string {
  const text = io.readFile(path)
  if (text === undefined) throw new InputError([unreadable(path)])
  return text
}

/** Writes a whole file. @throws InputError E0001 when the place cannot be written */
export function writeNamedFile(io: Io, path: string, content: Iterable<string>): void {
  try {
    io.writeFile(path, content)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new InputError([{ code: 'E0001', message: `${path} cannot be written: ${reason}` }])
  }
}
