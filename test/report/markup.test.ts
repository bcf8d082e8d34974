import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { element, escaped, jsonScript, linesOf, ownElement } from '../../src/report/markup.ts'
import { HOSTILE } from './hostile.ts'

describe('markup', () => {
  it('escapes every text and every attribute, and shortens numbers', () => {
    expect(
      element('text', { x: 1.23456, class: 'a"b', hidden: true, id: null }, 'a < b', 2.5, element('br', {})).text,
    ).toBe('<text x="1.23" class="a&quot;b" hidden>a &lt; b2.5<br></text>')
    expect(element('p', {}, null, undefined, false, ['x', ['y']]).text).toBe('<p>xy</p>')
    expect(linesOf('a\n<b>').text).toBe('a\n&lt;b&gt;')
  })

  it('no text leaves its element or its attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escaped(text)).not.toMatch(/[<>"'\u2028\u2029\n\r]|&(?!(?:amp|lt|gt|quot|#39);)/)
      }),
    )
    expect(escaped(HOSTILE)).not.toMatch(/[<>"'\u2028\u2029\u202e]/)
  })

  it('data for a script comes back as it was, and cannot end its element', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string({ unit: 'binary' }), (value, text) => {
        const { text: html } = jsonScript('data', { value, text, hostile: HOSTILE })
        const json = html.replace(/^<script type="application\/json" id="data">/, '').replace(/<\/script>$/, '')
        expect(json).not.toMatch(/[<>&]|[^\x20-\x7e]/)
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ value, text, hostile: HOSTILE })))
      }),
    )
  })

  it('a script of ours that would end itself is our bug', () => {
    expect(() => ownElement('script', 'const a = "</script>"')).toThrow('would end its own element')
  })
})
