/** A run of known text, or a sub-expression whose value is unknown. */
export type Piece = string | { readonly term: string }

/** Longest text kept for one unknown. Longer ones are cut and closed with a hash, so that equality still holds. */
const TEXT_LENGTH_MAX = 4000

/**
 * A value that cannot be known offline. Stays in the evaluated document in place of the value.
 *
 * Two unknowns that are made of the same known text and the same unknown parts compare equal, whichever way each was
 * written: `variables('n')` and `concat('gw-', parameters('p'))` both render as `gw-{parameters('p')}` when the first is
 * declared as the second. That is what matches an autoscale target to its scale set before anybody gives `p`.
 */
export class Symbolic {
  /** The expression as written in the file, with its brackets. */
  readonly expression: string
  /** One clause without a full stop: why the value is unknown. */
  readonly reason: string
  /** Template parameters whose values would help to resolve it; empty when no parameter does. */
  readonly parameters: readonly string[]
  /** Known text and unknown terms in order. A value that is no text is one single term. */
  readonly pieces: readonly Piece[]

  constructor(init: {
    expression: string
    reason: string
    parameters?: readonly string[]
    pieces?: readonly Piece[]
  }) {
    this.expression = init.expression
    this.reason = init.reason
    this.parameters = init.parameters ?? []
    this.pieces = joinPieces(init.pieces ?? [{ term: init.expression.replace(/^\[|\]$/g, '') }])
  }

  /** Known pieces as text, unknown ones in braces: `gateway-vmss-{parameters('vmssName')}`. */
  get rendered(): string {
    return this.pieces.map((piece) => (typeof piece === 'string' ? piece : `{${piece.term}}`)).join('')
  }

  /** The value as an expression, canonical: names as declared, variables replaced by what they stand for. */
  get term(): string {
    const only = this.pieces[0]
    if (this.pieces.length === 1 && only !== undefined && typeof only !== 'string') return only.term
    const parts = this.pieces.map((piece) => (typeof piece === 'string' ? quote(piece) : piece.term))
    return clipText(`concat(${parts.join(', ')})`)
  }

  equals(other: unknown): boolean {
    return other instanceof Symbolic && other.rendered === this.rendered
  }

  toString(): string {
    return this.rendered
  }

  /** The same unknown, quoted as another place of the file writes it. */
  writtenAs(expression: string): Symbolic {
    return new Symbolic({ expression, reason: this.reason, parameters: this.parameters, pieces: this.pieces })
  }
}

export function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Neighbouring texts become one piece and empty ones vanish, so that equal values have equal pieces. */
function joinPieces(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = []
  let length = 0
  for (const piece of pieces) {
    const last = joined.at(-1)
    length += typeof piece === 'string' ? piece.length : piece.term.length
    if (piece === '') continue
    if (typeof piece === 'string' && typeof last === 'string') joined[joined.length - 1] = last + piece
    else joined.push(typeof piece === 'string' ? piece : { term: clipText(piece.term) })
  }
  if (length <= TEXT_LENGTH_MAX) return joined
  return [{ term: clipText(joined.map((piece) => (typeof piece === 'string' ? quote(piece) : piece.term)).join(', ')) }]
}

function clipText(text: string): string {
  if (text.length <= TEXT_LENGTH_MAX) return text
  let hash = 0
  for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0
  return `${text.slice(0, TEXT_LENGTH_MAX / 2)}...#${(hash >>> 0).toString(16)}`
}

/** One unknown made of several: their reasons and parameters together, each once. */
export function combineUnknown(causes: readonly Symbolic[], pieces: readonly Piece[]): Symbolic {
  const whole = pieces.map((piece) => (typeof piece === 'string' ? quote(piece) : piece.term)).join(', ')
  return new Symbolic({
    expression: `[${clipText(pieces.length === 1 ? whole : `concat(${whole})`)}]`,
    reason: [...new Set(causes.flatMap((cause) => cause.reason.split('; ')))].join('; '),
    parameters: [...new Set(causes.flatMap((cause) => cause.parameters))],
    pieces,
  })
}
