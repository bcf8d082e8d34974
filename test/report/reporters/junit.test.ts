import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { convert } from 'xmlbuilder2'
import { validateXML } from 'xmllint-wasm'
import { junit } from '../../../src/report/reporters/junit.ts'
import { reportOfRun, type ScenarioReport } from '../../../src/report/reporters/scenario-report.ts'
import { badImage } from '../sample-results.ts'
import { anyReports, HOSTILE } from './reports.ts'

const schema = readFileSync(new URL('junit.xsd', import.meta.url), 'utf8')

async function mistakesOf(documents: readonly string[]): Promise<string[]> {
  const xml = documents.map((contents, index) => ({ fileName: `${index}.xml`, contents }))
  const { errors } = await validateXML({ xml, schema })
  return errors.map(({ rawMessage }) => rawMessage)
}

const report: ScenarioReport = {
  ...reportOfRun(badImage.result, { file: 'a.yaml', title: undefined, replay: 'replay', placeOf: () => null }),
  checks: [
    { text: 'holds', verdict: 'pass', detail: 'actual 1', replay: null, place: null },
    { text: 'fails', verdict: 'fail', detail: 'actual 2, expected 3', replay: 'seed 9', place: null },
    {
      text: 'open',
      verdict: 'undecided',
      detail: 'nothing',
      replay: null,
      place: { file: 'a.yaml', line: 7, column: 3 },
    },
  ],
}

interface Suites {
  readonly testsuites: { readonly '@tests': string; readonly testsuite: { readonly testcase: object[] | object } }
}

describe('junit', () => {
  it('a failed expectation is a failure, an undecided one an error, each with what to run', () => {
    const text = junit([report])
    expect(text).toContain('<testsuites name="vmss-twin" tests="3" failures="1" errors="1" time="0">')
    expect(text).toContain('<failure message="actual 2, expected 3" type="ExpectationFailed">actual 2, expected 3')
    expect(text).toMatch(/seed 9<\/failure>/)
    expect(text).toContain('<error message="nothing" type="Undecided">')
    expect(text).toContain('<testcase name="open" classname="bad-image" file="a.yaml" line="7" time="0">')
  })

  it('a scenario that expects nothing is a case of its own, so that no report is empty', async () => {
    const text = junit([{ ...report, checks: [] }])
    expect(text).toContain('<testcase name="is played to its end"')
    expect(await mistakesOf([text, junit([])])).toEqual([])
  })

  it('fits the schema whatever the scenario is called', async () => {
    const documents = fc.sample(anyReports, 150).map(junit)
    const hostile = HOSTILE.map((name) => junit([{ ...report, name, title: name, headline: [name], replay: name }]))
    expect(await mistakesOf([...documents, ...hostile])).toEqual([])
  })

  it('no name can add a case or an element', () => {
    for (const name of HOSTILE) {
      const [text, plain] = [name, 'plain'].map((one) => {
        const checks = report.checks.map((check) => ({ ...check, text: one, detail: one }))
        return convert(junit([{ ...report, name: one, title: one, checks }]), { format: 'object' }) as unknown as Suites
      })
      const shape = (value: unknown): unknown =>
        value !== null && typeof value === 'object'
          ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]))
          : typeof value
      expect(shape(text)).toEqual(shape(plain))
    }
  })

  it('the schema goes red', async () => {
    const text = junit([report])
    for (const [from, to] of [
      ['<properties>', '<property>'],
      ['tests="3"', 'tests="x"'],
      ['classname="bad-image"', ''],
      ['type="Undecided"', 'type=""'],
    ] as const)
      expect(await mistakesOf([text.replace(from, to)])).not.toEqual([])
  })
})
