import type { Path, SourceDocument } from './document.ts'
import { nameHint } from './nearest.ts'

/** What the steps of loading share: the document, what may not be relied on, and the names that are known so far. */
export interface LoadContext {
  readonly source: SourceDocument
  /** False when something at, above or below the path has been reported as wrong already. */
  readonly sound: (path: Path) => boolean
  /** Names of all scale sets, also of those that are wrong in themselves, in order of declaration. */
  readonly scaleSetNames: readonly string[]
}

export function soundness(broken: readonly Path[]): (path: Path) => boolean {
  return (path) => !broken.some((bad) => isPrefix(bad, path) || isPrefix(path, bad))
}

function isPrefix(prefix: Path, path: Path): boolean {
  return prefix.length <= path.length && prefix.every((segment, index) => segment === path[index])
}

/** The set as declared, whatever case it was typed in; reports E0108 when there is none. */
export function findScaleSet(name: string, path: Path, context: LoadContext, column = 0): string | undefined {
  const found =
    context.scaleSetNames.find((known) => known === name) ??
    context.scaleSetNames.find((known) => known.toLowerCase() === name.toLowerCase())
  // Without any set that has been said already.
  if (found !== undefined || context.scaleSetNames.length === 0) return found
  const place = context.source.placeOf(path)
  context.source.report('E0108', path, `no scale set ${name} is declared`, {
    place: { ...place, column: place.column + column },
    ...nameHint(name, context.scaleSetNames),
  })
  return undefined
}
