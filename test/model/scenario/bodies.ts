import type { z } from 'zod'
import { type LoadContext, soundness } from '../../../src/model/scenario/context.ts'
import { type Path, readDocument, type SourceDocument } from '../../../src/model/scenario/document.ts'
import { checkPart, valueAt } from '../../../src/model/scenario/issues.ts'

export interface Read<T> {
  readonly value: T
  /** `text code message | hint`, in order of report; the text is what stands at the place, up to the next blank or comma. */
  readonly mistakes: readonly string[]
  readonly source: SourceDocument
}

/** Checks the value at `path` of a scenario as the loader does, and builds from it. */
export function readAt<T>(
  text: string,
  path: Path,
  schema: z.ZodType,
  build: (raw: unknown, context: LoadContext) => T,
  scaleSetNames: readonly string[] = [],
): Read<T> {
  const source = readDocument(text, 'scenarios/test.yaml')
  const unreadable = source.diagnostics.find(({ code }) => code === 'E0002')
  if (unreadable !== undefined) throw new Error(unreadable.message)
  const raw = valueAt(source.value, path)
  const broken = checkPart(schema, raw, path, source)
  const value = build(raw, { source, sound: soundness(broken), scaleSetNames })
  return {
    value,
    source,
    mistakes: source.diagnostics.map(({ code, message, place, hint }) => {
      const line = text.split('\n')[(place?.line ?? 0) - 1] ?? ''
      const [at] = /^[^\s,]*/.exec(line.slice((place?.column ?? 0) - 1))!
      return `${at} ${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`
    }),
  }
}
