import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { clip, columns, padEnd, printable, wrap } from '../../src/report/typeset.ts'
import { anyText } from './arbitrary-result.ts'

describe('printable', () => {
  it.each([
    ['\u001b[31mred', '\\u001b[31mred', 'an escape sequence'],
    ['two\nlines\r\tand a tab', 'two\\nlines\\r\\tand a tab', 'line feeds and tabs'],
    ['\u009b2J', '\\u009b2J', 'the one-byte control sequence'],
    ['photo\u202egnp.exe', 'photo\\u202egnp.exe', 'a reversed direction'],
    ['\ud800', '\\ud800', 'half a character'],
    ['größer 部署 é', 'größer 部署 é', 'letters of any script stay'],
  ])('%j -> %j: %s', (text, expected) => {
    expect(printable(text)).toBe(expected)
  })

  it('leaves nothing that a terminal obeys', () =>
    fc.assert(
      fc.property(anyText, (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e]/u)
      }),
    ))
})

describe('columns', () => {
  it.each([
    ['abc', 3],
    ['部署', 4],
    ['e\u0301', 1],
    ['✓', 1],
    ['🚀', 2],
  ])('%s takes %i', (text, expected) => {
    expect(columns(text)).toBe(expected)
  })
})

describe('wrap', () => {
  it('breaks at blanks, indents what follows, and keeps a number with its percent sign', () => {
    expect(wrap('6 of 6 unhealthy = 100 % and more', 23, 2)).toEqual(['6 of 6 unhealthy =', '  100 % and more'])
  })

  it('breaks a word that is longer than a line', () => {
    expect(wrap('abcdefghij kl', 4)).toEqual(['abcd', 'efgh', 'ij', 'kl'])
  })

  it('gives one empty line for nothing', () => {
    expect(wrap('', 10)).toEqual([''])
  })

  it('stays within the width and loses no character but blanks', () =>
    fc.assert(
      fc.property(anyText.map(printable), fc.integer({ min: 4, max: 40 }), fc.nat(2), (text, width, hang) => {
        const lines = wrap(text, width, hang)
        for (const line of lines) expect(columns(line)).toBeLessThanOrEqual(width)
        const letters = (of: string) => of.replace(/[ \u00a0]/g, '')
        expect(letters(lines.join(''))).toBe(letters(text))
      }),
    ))
})

describe('clip and padEnd', () => {
  it('cut and fill by columns, not by characters', () => {
    expect(clip('部署失敗', 5)).toBe('部署…')
    expect(clip('short', 5)).toBe('short')
    expect(padEnd('部', 4)).toBe('部  ')
  })
})
