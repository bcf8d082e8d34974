import { complain, type DocumentPath, INVALID_VALUE, type Report } from './context.ts'
import type { Shape } from './names.ts'
import { dotted, isPlain } from './shape.ts'
import { isSymbolic } from './symbolic.ts'
import { show } from './values.ts'

/**
 * Whether objects are objects, lists lists and texts texts, so that everything after this may rely on it. Single values
 * and their ranges are `checkValues`.
 */
export function checkStructure(value: unknown, shape: Shape, path: DocumentPath, report: Report): void {
  if (value === undefined || isSymbolic(value)) return
  const fail = (expected: string) =>
    complain(
      report,
      INVALID_VALUE,
      path,
      `${dotted(path)} must be ${expected}, got ${show(value)}; the service answers InvalidParameter`,
    )
  switch (shape.kind) {
    case 'object':
      if (!isPlain(value)) fail('an object')
      else
        for (const [name, inner] of Object.entries(shape.members))
          checkStructure(value[name], inner, [...path, name], report)
      return
    case 'list':
      if (!Array.isArray(value)) fail('a list')
      else for (const [index, inner] of value.entries()) checkStructure(inner, shape.of, [...path, index], report)
      return
    case 'text':
      if (typeof value !== 'string') fail('a text')
      return
    default:
      return
  }
}
