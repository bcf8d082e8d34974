import type { Finding } from '../../model/finding.ts'
import type { Verdict } from '../../sim/result.ts'
import { bySeverity, countFindings } from '../findings.ts'
import { clip, printable } from '../typeset.ts'
import { overallVerdict, plural, VERDICT_GLYPH, VERDICT_WORD } from '../wording.ts'
import type { CheckedFile } from './checked-file.ts'
import type { ScenarioReport } from './scenario-report.ts'

const CELL_COLUMNS = 160
const LINE_COLUMNS = 600

/**
 * What was played as Markdown (GitHub's): a table, a row each; below it what did not hold, with the command that shows it; then
 * what stands out. In blocks, each ending in a line feed, so that a reader with little room can take the first ones.
 */
export function markdownOfReports(reports: readonly ScenarioReport[]): string[] {
  const counted = (verdict: Verdict) => reports.filter((report) => report.verdict === verdict).length
  const counts = `${counted('pass')} pass, ${counted('fail')} fail, ${counted('undecided')} undecided`
  const overall = overallVerdict(reports)
  const columns = [...new Set(reports.flatMap(({ facts }) => facts.map(({ name }) => name)))]
  return [
    `## ${VERDICT_GLYPH[overall]} vmss-twin: ${VERDICT_WORD[overall]}\n\n${plural(reports.length, 'scenario')}: ${counts}.\n\n`,
    `${row(['Verdict', 'Scenario', ...columns])}\n${row(['---', '---', ...columns.map(() => '---')])}\n`,
    ...reports.map((report) => {
      const cells = columns.map((name) => report.facts.find((fact) => fact.name === name)?.value ?? '')
      return `${row([verdictText(report.verdict), cell(report.name), ...cells.map(cell)])}\n`
    }),
    ...reports.flatMap(openChecks),
    ...findingBlocks(uniqueFindings(reports.flatMap(({ findings }) => findings))),
  ]
}

/** What `check` found as Markdown, in blocks. */
export function markdownOfChecked(files: readonly CheckedFile[]): string[] {
  const mistakes = files.reduce((sum, { diagnostics }) => sum + diagnostics.length, 0)
  const head = mistakes === 0 ? 'valid' : plural(mistakes, 'mistake')
  return [
    `## ${mistakes === 0 ? VERDICT_GLYPH.pass : VERDICT_GLYPH.fail} vmss-twin check: ${head}\n\n`,
    `${row(['File', 'Mistakes', 'Stands out'])}\n${row(['---', '---', '---'])}\n`,
    ...files.map(({ file, diagnostics, findings, cases }) => {
      const all = [...findings, ...cases.flatMap((one) => one.findings)]
      return `${row([cell(file), String(diagnostics.length), all.length === 0 ? 'nothing' : countFindings(all)])}\n`
    }),
    ...files.flatMap(({ diagnostics }) =>
      diagnostics.map(({ code, message, place, hint }, index) => {
        const where = place === undefined ? '' : ` (${prose(`${place.file}:${place.line}:${place.column}`)})`
        const advice = hint === undefined ? '' : `. ${prose(hint)}`
        return `${index === 0 ? '\n' : ''}- ✗ **${prose(code)}** ${prose(message)}${where}${advice}\n`
      }),
    ),
    ...findingBlocks(
      uniqueFindings(files.flatMap(({ findings, cases }) => [...findings, ...cases.flatMap((one) => one.findings)])),
    ),
  ]
}

/**
 * As many blocks as fit, whole ones from the first on; what is missing is said.
 *
 * @param room bytes in UTF-8
 */
export function fitBlocks(blocks: readonly string[], room: number): string {
  const bytes = (text: string) => new TextEncoder().encode(text).length
  if (bytes(blocks.join('')) <= room) return blocks.join('')
  const left = '\n_The rest did not fit here; `-o json` has all of it._\n'
  const kept: string[] = []
  let used = bytes(left)
  for (const block of blocks) {
    used += bytes(block)
    if (used > room) break
    kept.push(block)
  }
  return bytes(left) <= room ? `${kept.join('')}${left}` : ''
}

function openChecks(report: ScenarioReport): string[] {
  const open = report.checks.filter(({ verdict }) => verdict !== 'pass')
  if (open.length === 0) return []
  const title = report.title === null ? '' : ` ${prose(report.title)}`
  return [
    `\n### ${verdictText(report.verdict)} ${code(report.name)}${title}\n\n`,
    ...report.headline.map((sentence) => `${prose(sentence)}\n\n`),
    `${row(['', 'Expected', 'Measured'])}\n${row(['---', '---', '---'])}\n`,
    ...open.map((check) => `${row([VERDICT_GLYPH[check.verdict], cell(check.text), cell(check.detail)])}\n`),
    ...[...new Set([report.replay, ...open.flatMap(({ replay }) => replay ?? [])])].map(fenced),
  ]
}

function findingBlocks(findings: readonly Finding[]): string[] {
  if (findings.length === 0) return []
  return [
    `\n### Findings: ${countFindings(findings)}\n\n`,
    ...bySeverity(findings).map(({ code: name, title, severity, where, place, evidence, rules, fix, confirm }) => {
      const at = place === undefined ? '' : ` (${prose(`${place.file}:${place.line}`)})`
      const ruled = rules.length === 0 ? '' : ` Rules ${prose(rules.join(', '))}.`
      const cure = fix === undefined ? '' : ` Fix: ${prose(fix)}`
      // A lone dash below a line would make it a heading.
      const sentences = evidence.map((sentence) => prose(sentence)).filter((sentence) => sentence !== '')
      const facts = sentences.map((sentence) => `  - ${sentence}\n`).join('')
      const shown = confirm === undefined ? '' : `  - confirm: ${code(confirm)}\n`
      return `- ${severity} **${prose(name)}** ${prose(title)}: ${prose(where)}${at}.${ruled}${cure}\n${facts}${shown}`
    }),
  ]
}

function uniqueFindings(findings: readonly Finding[]): Finding[] {
  const seen = new Map(findings.map((finding) => [JSON.stringify(finding), finding]))
  return [...seen.values()]
}

const verdictText = (verdict: Verdict): string => `${VERDICT_GLYPH[verdict]} ${VERDICT_WORD[verdict]}`

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const cell = (text: string): string => prose(text, CELL_COLUMNS)

/**
 * Text in which nothing means anything to Markdown: no emphasis, link, image, HTML, mention, list, table cell or address that
 * would be made a link.
 */
export function prose(text: string, width = LINE_COLUMNS): string {
  return clip(printable(text), width)
    .trim()
    .replace(/[\\`*_{}[\]#~$!]/g, '\\$&')
    .replace(/[&<>|@]/g, (character) => `&#${character.codePointAt(0)};`)
    .replace(/:(?=\/)/g, '&#58;')
    .replace(/\b(www)\./gi, '$1&#46;')
    .replace(/^(\d*)([-+.)=])/, '$1\\$2')
}

/** Text in a code span; the fence is longer than any run of backticks in it. */
export function code(text: string): string {
  const plain = clip(printable(text), LINE_COLUMNS)
  const fence = '`'.repeat(longestRun(plain) + 1)
  // Blanks keep a backtick apart from the fence; Markdown takes one away on either side.
  const pad = /^[` ]|[` ]$/.test(plain) ? ' ' : ''
  return `${fence}${pad}${plain}${pad}${fence}`
}

/** A command on a line of its own, to be copied whole. */
function fenced(text: string): string {
  const plain = printable(text)
  const fence = '`'.repeat(Math.max(3, longestRun(plain) + 1))
  return `\n${fence}\n${plain}\n${fence}\n`
}

const longestRun = (text: string): number => Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
