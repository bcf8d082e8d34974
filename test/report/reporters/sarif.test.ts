import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CheckedFile } from '../../../src/report/reporters/checked-file.ts'
import { sarif } from '../../../src/report/reporters/sarif.ts'
import { cli } from '../../cli/harness.ts'
import { anyRun } from '../arbitrary-result.ts'
import { HOSTILE, hostileText } from './reports.ts'

// The schema of the standard, which is written for an older draft; nothing else in it differs from what ajv reads.
const {
  $schema: _draft,
  id: _id,
  ...schema
} = JSON.parse(readFileSync(new URL('sarif-2.1.0-rtm.5.json', import.meta.url), 'utf8')) as Record<string, unknown>
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema)
const mistakesOf = (log: unknown) => {
  validate(JSON.parse(JSON.stringify(log)))
  return validate.errors ?? []
}
const ENGINE = { name: 'vmss-twin', version: '0.1.0' }

const file = (name: string, message: string): CheckedFile => ({
  file: name,
  summary: [],
  diagnostics: [{ code: 'E0106', message, hint: message, place: { file: name, line: 3, column: 9 } }],
  findings: [],
  cases: [],
})

describe('sarif', () => {
  it('has a result for every mistake, at its line, and explains the code', () => {
    const [run] = sarif([file('a b/c.yaml', 'pause must be a duration')], ENGINE).runs
    expect(run!.results).toEqual([
      {
        ruleId: 'E0106',
        ruleIndex: 0,
        level: 'error',
        message: { text: 'pause must be a duration. pause must be a duration.' },
        locations: [
          {
            physicalLocation: { artifactLocation: { uri: 'a%20b/c.yaml' }, region: { startLine: 3, startColumn: 9 } },
          },
        ],
      },
    ])
    expect(run!.tool.driver.rules![0]).toMatchObject({ id: 'E0106' })
    expect(run!.tool.driver.rules![0]!.help!.text).toContain('vmss-twin explain E0106')
    expect(run!.invocations![0]!.exitCode).toBe(2)
  })

  it('fits the schema of SARIF 2.1.0 for what the playbook stands out by', async () => {
    const files = ['06-two-health-sources', '07-repair-loop', '12-silent-customizer'].map(
      (n) => `scenarios/playbook/${n}.yaml`,
    )
    const { stdout, code } = await cli(['check', ...files, '--reporter', 'sarif'])
    expect(code).toBe(0)
    const log = JSON.parse(stdout) as ReturnType<typeof sarif>
    expect(mistakesOf(log)).toEqual([])
    const { results, tool } = log.runs[0]!
    expect(results!.length).toBeGreaterThan(3)
    for (const { ruleId, ruleIndex } of results!) expect(tool.driver.rules![ruleIndex!]!.id).toBe(ruleId)
  })

  it('fits it whatever the words, and every address is one', () =>
    fc.assert(
      fc.property(hostileText, hostileText, anyRun, (name, message, { result }) => {
        const checked = {
          ...file(name, message),
          findings: result.findings,
          cases: [{ name, findings: result.findings }],
        }
        const log = sarif([checked, file('C:\\a\\b.yaml', 'x'), file('/tmp/a.yaml', 'x')], ENGINE)
        expect(mistakesOf(log)).toEqual([])
        for (const one of log.runs[0]!.results!) {
          const { uri } = one.locations![0]!.physicalLocation!.artifactLocation!
          expect(new URL(uri!, 'file:///repository/').protocol).toBe('file:')
        }
      }),
    ))

  it.each(HOSTILE)('%j is text and nothing else', (name) => {
    const { results } = sarif([file(name, name)], ENGINE).runs[0]!
    expect(results).toHaveLength(1)
    expect(results![0]!.message.markdown).toBeUndefined()
  })

  it('the schema goes red', () => {
    const log = sarif([file('a.yaml', 'x')], ENGINE)
    expect(mistakesOf({ ...log, version: '2.0.0' })).not.toEqual([])
    expect(mistakesOf({ ...log, runs: [{ ...log.runs[0], tool: {} }] })).not.toEqual([])
    expect(mistakesOf({ ...log, more: 1 })).not.toEqual([])
  })
})
