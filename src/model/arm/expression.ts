/** One node of a parsed expression. `at` is the position of its first character in the text between the brackets. */
export type Expression =
  | { readonly kind: 'string'; readonly value: string; readonly at: number }
  | { readonly kind: 'integer'; readonly value: number; readonly at: number }
  | {
      readonly kind: 'call'
      readonly name: string
      /** Set for a function that the template itself declares: `namespace.name(...)`. */
      readonly namespace?: string
      readonly args: readonly Expression[]
      readonly at: number
    }
  | {
      readonly kind: 'property'
      readonly target: Expression
      readonly name: string
      /** `.?name`: null instead of an error when there is none. */
      readonly safe: boolean
      readonly at: number
    }
  | {
      readonly kind: 'index'
      readonly target: Expression
      readonly index: Expression
      readonly safe: boolean
      readonly at: number
    }

export interface ExpressionError {
  readonly message: string
  /** Position in the whole text, opening bracket included, from 1. */
  readonly character: number
  readonly hint?: string
}

export type ParsedText =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'expression'; readonly expression: Expression }
  | { readonly kind: 'malformed'; readonly error: ExpressionError }

/** Calls, brackets and member accesses inside one another. Resource Manager limits an expression to 24,576 characters. */
const NESTING_MAX = 100

/**
 * What a text of a template means. `[...]` is an expression; `[[...]` stands for the text `[...]`; anything else, also a text
 * that only begins with a bracket, is itself.
 */
export function parseText(text: string): ParsedText {
  if (!text.startsWith('[') || !text.endsWith(']') || text.length < 2) return { kind: 'literal', value: text }
  if (text.startsWith('[[')) return { kind: 'literal', value: text.slice(1) }
  try {
    return { kind: 'expression', expression: parseExpression(text.slice(1, -1)) }
  } catch (error) {
    if (!(error instanceof Malformed)) throw error
    const { message, at, hint } = error
    return { kind: 'malformed', error: { message, character: at + 2, ...(hint === undefined ? {} : { hint }) } }
  }
}

class Malformed extends Error {
  readonly at: number
  readonly hint: string | undefined

  constructor(message: string, at: number, hint?: string) {
    super(message)
    this.at = at
    this.hint = hint
  }
}

type TokenKind = 'string' | 'integer' | 'name' | '(' | ')' | '[' | ']' | ',' | '.' | '.?' | '[?' | 'end'
interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly at: number
}

const PATTERN = /\s*(?:('(?:[^']|'')*'?)|(-?\d+(?:\.\d+)?)|([A-Za-z_$][\w$]*)|(\.\?|\[\?|[()[\],.]))/y

function tokenize(source: string): Token[] {
  const tokens: Token[] = []
  const end = source.trimEnd().length
  PATTERN.lastIndex = 0
  while (PATTERN.lastIndex < end) {
    const from = PATTERN.lastIndex
    const match = PATTERN.exec(source)
    if (match === null) {
      const at = from + (/^\s*/.exec(source.slice(from))?.[0].length ?? 0)
      const hint = source[at] === '"' ? "write texts in single quotes: 'text'" : undefined
      throw new Malformed(`unexpected "${source[at]}"`, at, hint)
    }
    const [, string, number, name, sign] = match
    const at = PATTERN.lastIndex - (string ?? number ?? name ?? sign ?? '').length
    if (string !== undefined) {
      const quotes = string.length - string.replaceAll("'", '').length
      if (string.length < 2 || quotes % 2 === 1)
        throw new Malformed('the text has no closing quote', at, "double a quote that is part of the text: 'it''s'")
      tokens.push({ kind: 'string', text: string.slice(1, -1).replaceAll("''", "'"), at })
    } else if (number !== undefined) {
      if (number.includes('.')) throw new Malformed(`${number} is no integer`, at, `write float('${number}')`)
      if (!Number.isSafeInteger(Number(number))) throw new Malformed(`${number} is too large`, at)
      tokens.push({ kind: 'integer', text: number, at })
    } else if (name !== undefined) tokens.push({ kind: 'name', text: name, at })
    else tokens.push({ kind: sign as TokenKind, text: sign ?? '', at })
  }
  tokens.push({ kind: 'end', text: '', at: end })
  return tokens
}

/**
 *   expression = primary { "." name | ".?" name | "[" expression "]" | "[?" expression "]" }
 *   primary    = text | integer | [ name "." ] name "(" [ expression { "," expression } ] ")"
 */
function parseExpression(source: string): Expression {
  const tokens = tokenize(source)
  let position = 0
  let depth = 0

  const peek = (): Token => tokens[position] ?? (tokens.at(-1) as Token)
  const next = (): Token => {
    const token = peek()
    position++
    return token
  }
  const describe = (token: Token): string => (token.kind === 'end' ? 'the end of the expression' : `"${token.text}"`)
  const expect = (kind: TokenKind, what: string): Token => {
    const token = next()
    if (token.kind !== kind) throw new Malformed(`expected ${what}, found ${describe(token)}`, token.at)
    return token
  }
  const enter = (at: number): void => {
    depth++
    if (depth > NESTING_MAX) throw new Malformed(`nested more than ${NESTING_MAX} levels deep`, at)
  }

  const parse = (): Expression => {
    const start = peek().at
    enter(start)
    let expression = primary()
    let links = 0
    for (;;) {
      const { kind, at } = peek()
      if (kind === '.' || kind === '.?') {
        next()
        const name = expect('name', 'a property name after the point')
        expression = { kind: 'property', target: expression, name: name.text, safe: kind === '.?', at }
      } else if (kind === '[' || kind === '[?') {
        next()
        const index = parse()
        expect(']', 'a closing bracket "]"')
        expression = { kind: 'index', target: expression, index, safe: kind === '[?', at }
      } else break
      // Each link nests the tree one level deeper, although the text stays flat.
      links++
      enter(at)
    }
    depth -= 1 + links
    return expression
  }

  const primary = (): Expression => {
    const token = next()
    if (token.kind === 'string') return { kind: 'string', value: token.text, at: token.at }
    if (token.kind === 'integer') return { kind: 'integer', value: Number(token.text), at: token.at }
    if (token.kind !== 'name') {
      throw new Malformed(`expected a function, a text or an integer, found ${describe(token)}`, token.at)
    }
    if (peek().kind === '.') {
      next()
      const member = expect('name', 'the name of a function after the point')
      if (peek().kind !== '(')
        throw new Malformed(`expected "(" after ${token.text}.${member.text}`, peek().at, bareHint(token.text))
      return { kind: 'call', namespace: token.text, name: member.text, args: callArguments(), at: token.at }
    }
    if (peek().kind !== '(') {
      throw new Malformed(
        `expected "(" after ${token.text}, found ${describe(peek())}`,
        peek().at,
        bareHint(token.text),
      )
    }
    return { kind: 'call', name: token.text, args: callArguments(), at: token.at }
  }

  const callArguments = (): Expression[] => {
    next()
    const args: Expression[] = []
    if (peek().kind === ')') {
      next()
      return args
    }
    for (;;) {
      args.push(parse())
      const token = next()
      if (token.kind === ')') return args
      if (token.kind !== ',') throw new Malformed(`expected "," or ")", found ${describe(token)}`, token.at)
    }
  }

  const expression = parse()
  const rest = peek()
  if (rest.kind !== 'end') throw new Malformed(`expected the end of the expression, found ${describe(rest)}`, rest.at)
  return expression
}

/** Someone who writes a bare name nearly always means one of these. */
function bareHint(name: string): string {
  if (/^(true|false|null)$/i.test(name)) return `write ${name}()`
  return `write parameters('${name}'), variables('${name}') or the text '${name}'`
}

/** All calls of an expression, outermost first. */
export function callsIn(expression: Expression): readonly Extract<Expression, { kind: 'call' }>[] {
  switch (expression.kind) {
    case 'string':
    case 'integer':
      return []
    case 'call':
      return [expression, ...expression.args.flatMap(callsIn)]
    case 'property':
      return callsIn(expression.target)
    case 'index':
      return [...callsIn(expression.target), ...callsIn(expression.index)]
    default:
      return expression satisfies never
  }
}
