import { parseAst } from 'vitest/node'

/** A node of the syntax tree; only what is looked at is known about it. */
interface Node {
  readonly type: string
  readonly [key: string]: unknown
}

/** `it.each(rows)`: the name at the root, everything chained to it, and the arguments given on the way. */
interface TestFunction {
  readonly root: string
  readonly chain: readonly string[]
  readonly given: readonly Node[]
}

const TEST_FUNCTIONS = ['describe', 'it', 'test']
/** These do not run, so a rule they name is not tested by them. */
const NEVER_RUN = ['skip', 'todo']

/**
 * The titles of a test file, `describe` included, as they are written: `` `${x} wins` `` is ` wins`. A row of `it.each` gives a
 * title of its own only where the title begins with its first column (`%s`) or a property (`$id`) that is a plain string;
 * otherwise the rows are data and the title is taken once. What is skipped for good or still to do is no title.
 */
export function titlesOf(source: string): string[] {
  const titles: string[] = []
  const visit = (node: Node) => {
    if (node.type === 'CallExpression') {
      const called = testFunction(node['callee'])
      if (called !== undefined && TEST_FUNCTIONS.includes(called.root)) {
        if (called.chain.some((name) => NEVER_RUN.includes(name))) return
        // `it.each(rows)` alone is no test yet; it has no title as its first argument.
        const title = isCallOfTable(node) ? '' : stringsIn(nodes(node['arguments'])[0])
        if (title !== '') titles.push(...filledIn(title, called.given))
      }
    }
    for (const child of childrenOf(node)) visit(child)
  }
  visit(parseAst(source, { lang: 'ts' }) as unknown as Node)
  return titles
}

const TABLES = ['each', 'for', 'skipIf', 'runIf']

function isCallOfTable(call: Node): boolean {
  const callee = call['callee'] as Node
  return callee.type === 'MemberExpression' && TABLES.includes(nameOf(callee['property']))
}

function testFunction(callee: unknown): TestFunction | undefined {
  if (!isNode(callee)) return undefined
  switch (callee.type) {
    case 'Identifier':
      return { root: nameOf(callee), chain: [], given: [] }
    case 'MemberExpression': {
      const of = testFunction(callee['object'])
      return of && { ...of, chain: [...of.chain, nameOf(callee['property'])] }
    }
    case 'CallExpression': {
      const of = testFunction(callee['callee'])
      return of && { ...of, given: [...of.given, ...nodes(callee['arguments'])] }
    }
    default:
      return undefined
  }
}

function filledIn(title: string, given: readonly Node[]): string[] {
  const column = /^(?:%s|\$(\w+))/.exec(title)
  if (column === null) return [title]
  const rows = given.map(plain).find(({ type }) => type === 'ArrayExpression')
  const cells = nodes(rows?.['elements']).flatMap((row) => cellOf(plain(row), column[1]))
  return cells.length === 0 ? [title] : cells.map((cell) => `${cell}${title.slice(column[0].length)}`)
}

/** The cell that a title begins with: of a list the first, of an object the named property. */
function cellOf(row: Node, property: string | undefined): string[] {
  const isPair = ({ type, key }: Node) => type === 'Property' && nameOf(key) === property
  const cell =
    property !== undefined
      ? nodes(row['properties']).find(isPair)?.['value']
      : row.type === 'ArrayExpression'
        ? nodes(row['elements'])[0]
        : row
  return isNode(cell) && cell.type === 'Literal' && typeof cell['value'] === 'string' ? [cell['value']] : []
}

/** Every piece of text in an expression: literals, templates, both branches of a condition. */
function stringsIn(node: Node | undefined): string {
  if (node === undefined || node.type.endsWith('FunctionExpression')) return ''
  if (node.type === 'Literal') return typeof node['value'] === 'string' ? node['value'] : ''
  if (node.type === 'TemplateElement') return (node['value'] as { cooked: string }).cooked
  return childrenOf(node).map(stringsIn).join('')
}

/** Without `as const` and the like. */
function plain(node: Node): Node {
  return node.type === 'TSAsExpression' || node.type === 'TSSatisfiesExpression'
    ? plain(node['expression'] as Node)
    : node
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string'
const nodes = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : [])
const nameOf = (node: unknown) => (isNode(node) && node.type === 'Identifier' ? String(node['name']) : '')

/** In the order of the text, which for a template is not the order of its lists. */
function childrenOf(node: Node): Node[] {
  const children = Object.values(node).flatMap((value) => (isNode(value) ? [value] : nodes(value)))
  return children.sort((a, b) => Number(a['start']) - Number(b['start']))
}
