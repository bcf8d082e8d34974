import fc from 'fast-check'
import type { Check, ScenarioReport } from '../../../src/report/reporters/scenario-report.ts'
import { reportOfRun } from '../../../src/report/reporters/scenario-report.ts'
import { anyRun, anyText } from '../arbitrary-result.ts'

/** Names that try to be more than a name somewhere. */
export const HOSTILE = [
  '::error file=a,line=1::owned',
  '\n::set-output name=x::y',
  'a\r\n##vso[task.setvariable variable=x]y',
  '##[error]owned',
  '###vso[task.complete result=Succeeded;]',
  '%0A::warning::owned',
  ']]><testcase name="owned"/><![CDATA[',
  '"/><failure message="owned"',
  '</system-out></testsuite>&owned;',
  '| owned | owned |\n| --- | --- |',
  '<script>owned()</script>',
  '![owned](https://example.org/x.png)',
  '[owned](javascript:alert(1))',
  'see https://example.org and www.example.org or mail a@example.org',
  '`` `owned` ``',
  '```\nowned\n```',
  '# owned',
  '- owned',
  '1. owned',
  '> owned',
  '**owned** _owned_ ~~owned~~ &amp; \\',
  '\ufffe\uffff\u0000\u0008',
]

export const hostileText = fc.oneof(anyText, fc.constantFrom(...HOSTILE))

const hostileCheck: fc.Arbitrary<Check> = fc.record({
  text: hostileText,
  verdict: fc.constantFrom('pass', 'fail', 'undecided'),
  detail: hostileText,
  replay: fc.option(hostileText, { nil: null }),
  place: fc.option(
    fc.record({ file: hostileText, line: fc.integer({ min: 1, max: 99 }), column: fc.integer({ min: 1, max: 99 }) }),
    { nil: null },
  ),
})

/** Reports of any run, with any words in every place that a scenario, an option or a file name has a say in. */
export const anyReport: fc.Arbitrary<ScenarioReport> = fc
  .record({
    run: anyRun,
    name: hostileText,
    title: fc.option(hostileText, { nil: undefined }),
    file: hostileText,
    replay: hostileText,
    headline: fc.array(hostileText, { maxLength: 2 }),
    checks: fc.array(hostileCheck, { maxLength: 4 }),
  })
  .map(({ run, name, title, file, replay, headline, checks }) => ({
    ...reportOfRun(run.result, { file, title, replay, placeOf: () => null }),
    name,
    headline,
    checks,
  }))

export const anyReports = fc.array(anyReport, { maxLength: 4 })
