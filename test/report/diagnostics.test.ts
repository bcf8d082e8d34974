import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../../src/model/diagnostic.ts'
import { renderDiagnostics } from '../../src/report/diagnostics.ts'
import { columns } from '../../src/report/typeset.ts'

const SOURCE = `name: payments
azure:
  scaleSets:
    vmss-authz:
      upgradePolicy:
        rollingUpgradePolicy: { pauseTimeBetweenBatches: 2m }
\ttabbed: oops
`

const source = (file: string) => (file === 'scenario.yaml' ? SOURCE : undefined)

const PAUSE: Diagnostic = {
  code: 'E0106',
  message: 'pauseTimeBetweenBatches must be an ISO 8601 duration, got "2m"',
  place: { file: 'scenario.yaml', line: 6, column: 58 },
  path: 'azure.scaleSets.vmss-authz.upgradePolicy.rollingUpgradePolicy.pauseTimeBetweenBatches',
  hint: 'write PT2M',
}

/** The character of the source line that the caret stands below. */
function underCaret(text: string): string | undefined {
  const lines = text.split('\n')
  const caret = lines.findIndex((line) => /^ +\| +\^$/.test(line))
  return lines[caret - 1]?.[lines[caret]!.indexOf('^')]
}

describe('renderDiagnostics', () => {
  it('shows what, where and what instead, and counts at the end', () => {
    const elsewhere: Diagnostic = {
      code: 'E0201',
      message: 'parameter instanceCount has no value',
      place: { file: 'azuredeploy.json', line: 3, column: 5 },
      path: 'parameters.instanceCount',
      hint: 'give it under azure.parameters',
    }
    const nowhere: Diagnostic = { code: 'E0501', message: 'cannot read other.yaml' }
    expect(`\n${renderDiagnostics([PAUSE, elsewhere, nowhere], { color: false, source })}`).toMatchInlineSnapshot(`
      "
      scenario.yaml:6:58  E0106 pauseTimeBetweenBatches must be an ISO 8601 duration, got "2m"
          6 |         rollingUpgradePolicy: { pauseTimeBetweenBatches: 2m }
            |                                                          ^
              write PT2M
      azuredeploy.json:3:5  E0201 parameter instanceCount has no value
              at parameters.instanceCount
              give it under azure.parameters
      E0501 cannot read other.yaml
      3 mistakes in 2 files
      "
    `)
  })

  it('puts the caret below the character, after tabs and wide letters as well', () => {
    expect(underCaret(renderDiagnostics([PAUSE], { color: false, source }))).toBe('2')
    const tabbed = { ...PAUSE, place: { file: 'scenario.yaml', line: 7, column: 2 } }
    expect(underCaret(renderDiagnostics([tabbed], { color: false, source }))).toBe('t')
    const wide = renderDiagnostics([{ ...PAUSE, place: { file: 'w', line: 1, column: 6 } }], {
      color: false,
      source: () => '名前: x!',
    })
    const [, line, caret] = wide.split('\n')
    expect(columns(line!.slice(0, line!.indexOf('!')))).toBe(caret!.indexOf('^'))
  })

  it('shows the part of a long line around the mistake', () => {
    const long = `${'a'.repeat(500)}HERE${'b'.repeat(500)}`
    const text = renderDiagnostics([{ ...PAUSE, place: { file: 'l', line: 1, column: 501 } }], {
      color: false,
      source: () => long,
    })
    expect(underCaret(text)).toBe('H')
    expect(text).toMatch(/\| \.\.\.a+HEREb+\.\.\.$/m)
    for (const line of text.split('\n').slice(1)) expect(columns(line)).toBeLessThanOrEqual(110)
  })

  it('points behind the end of a line, and shows nothing for a line that is not there', () => {
    const end = renderDiagnostics([{ ...PAUSE, place: { file: 'e', line: 1, column: 4 } }], {
      color: false,
      source: () => 'a: ',
    })
    expect(end).toContain('    1 | a:\n      |    ^\n')
    expect(
      renderDiagnostics([{ ...PAUSE, place: { file: 'e', line: 9, column: 1 } }], {
        color: false,
        source: () => 'a: ',
      }),
    ).not.toContain('^')
  })

  it('cannot be told anything by the file', () => {
    const text = renderDiagnostics(
      [{ ...PAUSE, message: 'got "\u001b[2J"', place: { file: 'x\ny', line: 1, column: 1 } }],
      {
        color: false,
        source: () => '\u001b[31mred',
      },
    )
    expect(text).not.toContain('\u001b')
    expect(text).toContain('x\\ny:1:1')
  })

  it('colours only when asked, and says the same', () => {
    const plain = renderDiagnostics([PAUSE], { color: false, source })
    const colored = renderDiagnostics([PAUSE], { color: true, source })
    expect(colored).toContain('\u001b[')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
    expect(colored.replace(/\u001b\[[0-9;]*m/g, '')).toBe(plain)
  })

  it('is empty for no mistake', () => {
    expect(renderDiagnostics([], { color: false })).toBe('')
  })
})
