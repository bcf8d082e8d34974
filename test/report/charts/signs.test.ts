import { describe, expect, it } from 'vitest'
import { CHART_STYLE, chartPatterns } from '../../../src/report/charts/style.ts'
import { letterOf } from '../../../src/report/charts/zone-grid.ts'
import { STATE_SIGNS } from '../../../src/report/lane-states.ts'

describe('the signs of the states', () => {
  it('every state has a colour of its own in light and dark, a letter, and (but for what is plain) a pattern', () => {
    const drawn = STATE_SIGNS.filter(({ state }) => state !== 'absent')
    expect(new Set(STATE_SIGNS.map(({ glyph }) => glyph)).size).toBe(STATE_SIGNS.length)
    for (const { state } of drawn) {
      const colours = [...CHART_STYLE.matchAll(new RegExp(`--${state}:(#[0-9a-f]{6})`, 'g'))].map(
        ([, colour]) => colour,
      )
      expect(new Set(colours).size, state).toBe(2)
      expect(CHART_STYLE).toContain(`.s-${state}{`)
    }
    const patterns = [...chartPatterns().matchAll(/id="(tx-[^"]*)"/g)].map(([, id]) => id!)
    const used = [...CHART_STYLE.matchAll(/url\(#([^)]*)\)/g)].map(([, id]) => id!)
    expect(used.filter((id) => !patterns.includes(id))).toEqual([])
    const plain = drawn.filter(({ state }) => !patterns.includes(`tx-${state}`)).map(({ state }) => state)
    expect(plain).toEqual(['unhealthy', 'serving'])
  })

  it('the letter in a chart is one that is seen on a pattern, and no two are alike', () => {
    const letters = STATE_SIGNS.filter(({ state }) => state !== 'serving' && state !== 'absent').map(({ state }) =>
      letterOf(state),
    )
    expect(letters.filter((letter) => !/^[A-Za-z!]$/.test(letter))).toEqual([])
    expect(new Set(letters).size).toBe(letters.length)
  })

  it('the letter of a state can be read on its colour: contrast of 4.5 at least', () => {
    for (const theme of [/:root\{color-scheme:light dark;([^}]*)\}/, /data-theme=dark\]\{([^}]*)\}/]) {
      const variables = new Map(
        (theme.exec(CHART_STYLE)?.[1] ?? '').split(';').map((one) => one.split(':') as [string, string]),
      )
      for (const { state } of STATE_SIGNS.filter((sign) => sign.state !== 'absent'))
        expect(contrast(variables.get(`--${state}`)!, variables.get(`--${state}-letter`)!), state).toBeGreaterThan(4.5)
    }
  })
})

/** As WCAG 2 defines it. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r, g, bl] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * bl!
  }
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light! + 0.05) / (dark! + 0.05)
}
