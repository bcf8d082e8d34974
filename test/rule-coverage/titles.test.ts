import { expect, it } from 'vitest'
import { titlesOf } from './titles.ts'

it.each([
  {
    what: 'describe, it and test',
    source: "describe('a', () => { it('b', f); test('c', f) })",
    titles: ['a', 'b', 'c'],
  },
  {
    what: 'a title after its rows',
    source: "it.each<{ n: number }>([{ n: 1 }] as const)('a $n', f)",
    titles: ['a $n'],
  },
  { what: 'a template with a condition', source: `it(\`a \${ok ? 'b' : \`c\`} d\`, f)`, titles: ['a bc d'] },
  { what: 'a title over two lines', source: "it('a ' +\n 'b', f)", titles: ['a b'] },
  { what: 'what runs on some machines only', source: "it.skipIf(windows).each([1])('a', f)", titles: ['a'] },
  {
    what: 'a row that begins its title',
    source: "it.each([['XA-1', 2], ['XA-2', 3]])('%s is %d', f)",
    titles: ['XA-1 is %d', 'XA-2 is %d'],
  },
  { what: 'a plain row', source: "it.each(['XA-1'])('%s', f)", titles: ['XA-1'] },
  {
    what: 'a property that begins its title',
    source: "it.each([{ why: 'c', id: 'XA-1' }])('$id: $why', f)",
    titles: ['XA-1: $why'],
  },
  {
    what: 'rows that are computed, once',
    source: "it.each(RULES.map((r) => [r.id, 'x']))('%s is', f)",
    titles: ['%s is'],
  },
  { what: 'not what rows hold elsewhere', source: "it.each([['a', 'XA-1']])('of %s', f)", titles: ['of %s'] },
  {
    what: 'not what never runs',
    source: "it.todo('a'); it.skip('b', f); describe.skip('c', () => it('d', f))",
    titles: [],
  },
  {
    what: 'not what only looks like a test',
    source: "// it('a', f)\nsplit('b'); x.it('c'); const s = `it('d', f)`",
    titles: [],
  },
  { what: 'not the name of a function', source: "describe(batchCap, () => it('a', f))", titles: ['a'] },
])('$what', ({ source, titles }) => expect(titlesOf(source)).toEqual(titles))
