import { deflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readSharedText, type SharedScenario, sharedText } from '../../src/report/shared-scenario.ts'
import { decodeShared, encodeShared, SHARED_BYTES_MAX } from '../../src/web/edit/share.ts'

const optional = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }))
const shared: fc.Arbitrary<SharedScenario> = fc
  .record({
    yaml: text,
    file: text,
    files: optional(
      fc.dictionary(
        fc.string().filter((key) => key !== '__proto__'),
        text,
        { maxKeys: 3 },
      ),
    ),
    case: optional(text),
    pinned: optional(text),
    atMs: optional(fc.nat()),
  })
  .map((all) => Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as never)

describe('a share link', () => {
  it('gives back what it was made of, in characters that any address takes', () =>
    fc.assert(
      fc.property(shared, (given) => {
        const encoded = encodeShared(given)
        expect(encoded).toMatch(/^[A-Za-z0-9_-]+$/)
        // What no well-formed text is (half of a pair) does not survive any encoding.
        fc.pre(
          [given.yaml, given.file, given.case, given.pinned].every((one) => one === undefined || isWellFormed(one)),
        )
        fc.pre(
          Object.entries(given.files ?? {})
            .flat()
            .every(isWellFormed),
        )
        expect(decodeShared(encoded)).toEqual(given)
      }),
    ))

  it('is read by the page when the command has packed it', () => {
    const given = { yaml: 'name: a\n', file: 'a.yaml', files: { 't.json': '{}' } }
    expect(decodeShared(deflateRawSync(sharedText(given)).toString('base64url'))).toEqual(given)
  })

  it('is refused when it was cut off, changed, or is something else', () => {
    const encoded = encodeShared({ yaml: 'name: a\n'.repeat(40), file: 'a.yaml' })
    for (const broken of [encoded.slice(0, -9), '', 'x', `${encoded.slice(0, 8)}!${encoded.slice(9)}`, 'AAAA'])
      expect(decodeShared(broken)).toBeUndefined()
    for (const other of ['{}', '[2,"a","b"]', '[1,2,"b"]', 'nonsense', 'null'])
      expect(readSharedText(other)).toBeUndefined()
  })

  it('is not unpacked beyond its limit', () => {
    // What it is made of is sound; it is only too long.
    const long = (characters: number) => encodeShared({ yaml: ' '.repeat(characters), file: 'a.yaml' })
    const bomb = long(SHARED_BYTES_MAX * 20)
    expect(bomb.length).toBeLessThan(200_000)
    expect(decodeShared(bomb)).toBeUndefined()
    expect(decodeShared(long(SHARED_BYTES_MAX + 1))).toBeUndefined()
    expect(decodeShared(long(SHARED_BYTES_MAX - 1000))?.yaml).toHaveLength(SHARED_BYTES_MAX - 1000)
  })
})

const isWellFormed = (one: string): boolean =>
  !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(one)
