import type { InstanceRef } from '../scenario.ts'
import { findScaleSet, type LoadContext } from './context.ts'
import type { Path } from './document.ts'

/**
 * The instance a scenario names: `<set>/<number>`, an Azure name, or a bare number where the set is clear. Reports what
 * cannot be one and returns undefined then.
 */
export function toInstance(
  raw: string | number,
  path: Path,
  context: LoadContext,
  scaleSet?: string,
): InstanceRef | undefined {
  const text = String(raw).trim()
  const { source } = context
  if (/^\d+$/.test(text)) {
    const set = scaleSet ?? (context.scaleSetNames.length === 1 ? context.scaleSetNames[0] : undefined)
    if (set !== undefined) return { scaleSet: set, number: Number(text) }
    if (context.scaleSetNames.length > 1) {
      source.report('E0115', path, `${text} is an instance of which scale set?`, {
        hint: `write ${context.scaleSetNames[0]}/${text}`,
      })
    }
    return undefined
  }
  const slash = text.lastIndexOf('/')
  if (slash < 0) {
    if (/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text)) return { name: text }
    source.report('E0109', path, `${JSON.stringify(raw)} does not name an instance`, { hint: 'write <set>/<number>' })
    return undefined
  }
  const number = text.slice(slash + 1)
  if (!/^\d+$/.test(number)) {
    source.report(
      'E0109',
      path,
      `${JSON.stringify(raw)} does not name an instance: after the slash stands its number, in order of creation from 0`,
      {
        hint: `write ${text.slice(0, slash)}/0`,
      },
    )
    return undefined
  }
  const set = findScaleSet(text.slice(0, slash), path, context)
  return set === undefined ? undefined : { scaleSet: set, number: Number(number) }
}

/** The same as text `<set>/<number>`, for places of the world that hold instances as text. A name does not do there. */
export function toInstanceText(raw: string | number, path: Path, context: LoadContext): string | undefined {
  const ref = toInstance(raw, path, context)
  if (ref === undefined) return undefined
  if ('number' in ref) return `${ref.scaleSet}/${ref.number}`
  context.source.report('E0109', path, `${JSON.stringify(raw)} must be <set>/<number> here`, {
    hint: `write ${context.scaleSetNames[0] ?? '<set>'}/0 for the one created first`,
  })
  return undefined
}
