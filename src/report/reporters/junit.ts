import { create } from 'xmlbuilder2'
import { bySeverity } from '../findings.ts'
import { printable } from '../typeset.ts'
import { slashes } from './github.ts'
import type { Check, ScenarioReport } from './scenario-report.ts'

/**
 * JUnit XML: a scenario is a suite, an expectation a case. One that failed is a failure, one that could not be decided an error,
 * since nothing was tested; a scenario without expectations has one case that says it was played. Times are 0: the report is the
 * same on every machine. Ends in a line feed.
 */
export function junit(reports: readonly ScenarioReport[]): string {
  const count = (verdict: Check['verdict'], checks: readonly Check[]) =>
    checks.filter((check) => check.verdict === verdict).length
  const suites = reports.map((report) => ({ report, checks: casesOf(report) }))
  const all = suites.flatMap(({ checks }) => checks)
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: 'vmss-twin',
    tests: all.length,
    failures: count('fail', all),
    errors: count('undecided', all),
    time: 0,
  })
  for (const { report, checks } of suites) {
    const suite = root.ele('testsuite', {
      name: clean(report.name),
      tests: checks.length,
      failures: count('fail', checks),
      errors: count('undecided', checks),
      skipped: 0,
      time: 0,
    })
    const properties = suite.ele('properties')
    for (const { name, value } of report.properties) properties.ele('property', { name, value: clean(value) })
    for (const check of checks) {
      const one = suite.ele('testcase', {
        name: clean(check.text),
        classname: clean(report.name),
        file: clean(slashes(check.place?.file ?? report.file)),
        ...(check.place === null ? {} : { line: check.place.line }),
        time: 0,
      })
      if (check.verdict === 'pass') continue
      const [element, type] = check.verdict === 'fail' ? ['failure', 'ExpectationFailed'] : ['error', 'Undecided']
      const text = [check.detail, ...report.headline, check.replay ?? report.replay]
      one.ele(element!, { message: clean(check.detail), type }).txt(text.map(clean).join('\n'))
    }
    suite.ele('system-out').txt(output(report).map(clean).join('\n'))
  }
  return `${root.end({ prettyPrint: true })}\n`
}

function casesOf(report: ScenarioReport): readonly Check[] {
  if (report.checks.length > 0) return report.checks
  return [{ text: 'is played to its end', verdict: 'pass', detail: '', replay: null, place: null }]
}

function output({ title, headline, facts, findings, replay }: ScenarioReport): string[] {
  return [
    ...(title === null ? [] : [title]),
    ...headline,
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    ...bySeverity(findings).map(({ severity, code, title: what, where }) => `${severity} ${code}: ${what} (${where})`),
    replay,
  ]
}

/**
 * Text for an element or attribute. Beside what `printable` writes out two more characters cannot stand in XML 1.0, not even
 * escaped. The builder leaves alone whatever looks like an entity, so that every ampersand has to come as one.
 */
const clean = (text: string): string =>
  printable(text)
    .replace(/[\ufffe\uffff]/g, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
    .replaceAll('&', '&amp;')
