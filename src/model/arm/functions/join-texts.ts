import { combineUnknown, type Piece, Symbolic } from '../symbolic.ts'
import { failBound, termOf, textOf, unknownsIn, type Value } from '../value.ts'

/** Longest text an expression may build: a whole template is at most 4 MB. */
export const TEXT_LENGTH_MAX = 1_000_000

/** Text and unknowns in a row: a string when nothing is unknown. */
export function joinTexts(parts: readonly Value[]): Value {
  const pieces = parts.flatMap((part): readonly Piece[] => {
    if (part instanceof Symbolic) return part.pieces
    // An object with an unknown inside is one unknown, since its JSON is not known.
    return unknownsIn(part).length > 0 ? [{ term: `string(${termOf(part)})` }] : [textOf(part)]
  })
  const length = pieces.reduce((sum, piece) => sum + (typeof piece === 'string' ? piece.length : 0), 0)
  if (length > TEXT_LENGTH_MAX) failBound(`a text of more than ${TEXT_LENGTH_MAX} characters`)
  if (pieces.every((piece) => typeof piece === 'string')) return pieces.join('')
  return combineUnknown(unknownsIn(parts), pieces)
}
