import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { azureIssues, azureSummary } from '../../../src/report/reporters/azure-pipelines.ts'
import { GITHUB_SUMMARY_BYTES, githubAnnotations } from '../../../src/report/reporters/github.ts'
import { inert } from '../../../src/report/reporters/inert.ts'
import { fitBlocks, markdownOfReports } from '../../../src/report/reporters/markdown.ts'
import { type Note, type NoteLevel, notesOfReports } from '../../../src/report/reporters/note.ts'
import { printable } from '../../../src/report/typeset.ts'
import { azureCommand, commandsIn, githubCommand } from './agents.ts'
import { anyReports, HOSTILE, hostileText } from './reports.ts'

const note = (level: NoteLevel, title = 'title', more: Partial<Note> = {}): Note => ({
  level,
  code: null,
  title,
  lines: ['first', 'second'],
  place: { file: 'a.yaml', line: 3, column: 5 },
  ...more,
})
const many = (level: NoteLevel, count: number) => Array.from({ length: count }, (_, i) => note(level, `${level} ${i}`))
const linesOf = (text: string) => text.split('\n').slice(0, -1)

describe('github', () => {
  it('escapes percent, line ends, and in properties colon and comma', () => {
    const text = githubAnnotations([note('error', 'a: b, c 100 %', { lines: ['5 %', 'a: b, c'] })])
    expect(text).toBe('::error file=a.yaml,line=3,col=5,title=a%3A b%2C c 100 %25::5 %25%0Aa: b, c\n')
  })

  it('keeps to ten of each level, and the tenth counts the rest', () => {
    const notes = [...many('warning', 12), ...many('error', 10), ...many('notice', 300)]
    const commands = linesOf(githubAnnotations(notes)).map((line) => githubCommand(line)!)
    const of = (level: string) => commands.filter(({ name }) => name === level)
    expect([of('error').length, of('warning').length, of('notice').length]).toEqual([10, 10, 10])
    expect(of('error')[9]!.properties['title']).toBe('error 9')
    expect(of('warning')[8]!.properties['title']).toBe('warning 8')
    expect(of('warning')[9]!.properties['title']).toBe('3 more of this kind')
    expect(of('notice')[9]!.properties['title']).toBe('291 more of this kind')
  })

  it('every line is the command it should be, whatever the words', () =>
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (title, line, file) => {
        const text = githubAnnotations([note('error', title, { lines: [line], place: { file, line: 1, column: 1 } })])
        const commands = linesOf(text).map((one) => githubCommand(one)!)
        expect(commands).toHaveLength(1)
        expect(commands[0]!.name).toBe('error')
        expect(Object.keys(commands[0]!.properties)).toEqual(['file', 'line', 'col', 'title'])
        if (title.length < 100) expect(commands[0]!.properties['title']).toBe(printable(title).trim())
      }),
    ))

  it('a summary stays under one MiB and says what is missing', () => {
    const [report] = fc.sample(
      anyReports.filter((all) => all.length > 0),
      1,
    )[0]!
    const blocks = markdownOfReports(Array.from({ length: 30_000 }, (_, i) => ({ ...report!, name: `ö-${i}` })))
    expect(Buffer.byteLength(blocks.join(''))).toBeGreaterThan(GITHUB_SUMMARY_BYTES)
    const text = fitBlocks(blocks, GITHUB_SUMMARY_BYTES)
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(GITHUB_SUMMARY_BYTES)
    expect(Buffer.byteLength(text)).toBeGreaterThan(GITHUB_SUMMARY_BYTES * 0.99)
    expect(text).toMatch(/did not fit/)
    expect(fitBlocks(blocks, 10)).toBe('')
    expect(fitBlocks(['a\n', 'b\n'], 4)).toBe('a\nb\n')
  })
})

describe('azure-pipelines', () => {
  it('escapes percent, line ends, and in properties semicolon and bracket', () => {
    const text = azureIssues([
      note('warning', '50 %', { code: 'E0106', place: { file: 'a;b].yaml', line: null, column: null }, lines: ['x]'] }),
    ])
    expect(text).toBe('##vso[task.logissue type=warning;sourcepath=a%3Bb%5D.yaml;code=E0106;]50 %AZP25%0Ax]\n')
    expect(azureSummary('/a b/100%.md')).toBe('##vso[task.uploadsummary]/a b/100%AZP25.md\n')
  })

  it('has ten errors and ten warnings, and no notice', () => {
    const commands = linesOf(azureIssues([...many('notice', 3), ...many('warning', 30), ...many('error', 11)]))
    const types = commands.map((line) => azureCommand(line)!.properties['type'])
    expect(types.filter((type) => type === 'error')).toHaveLength(10)
    expect(types.filter((type) => type === 'warning')).toHaveLength(10)
    expect(types).toHaveLength(20)
  })

  it('every line is the command it should be, whatever the words', () =>
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (title, line, file) => {
        const text = azureIssues([note('error', title, { lines: [line], place: { file, line: 1, column: 1 } })])
        const commands = linesOf(text).map((one) => azureCommand(one)!)
        expect(commands).toHaveLength(1)
        expect(commands[0]!.name).toBe('task.logissue')
        expect(Object.keys(commands[0]!.properties)).toEqual(['type', 'sourcepath', 'linenumber', 'columnnumber'])
      }),
    ))
})

describe('text on a build agent', () => {
  it.each(HOSTILE)('%j gives no order', (name) => {
    expect(commandsIn(inert(`  ${name}\n${name}`))).toEqual([])
  })

  it('holds nothing that an agent would obey, and is otherwise as it was', () =>
    fc.assert(
      fc.property(
        fc.array(fc.oneof(hostileText, fc.constantFrom('::', ':', '#', '##', '[', 'vso[', ' ', '\n', '\t'))),
        (parts) => {
          const text = parts.join('')
          expect(commandsIn(inert(text))).toEqual([])
          expect(inert(text).replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
        },
      ),
    ))

  it('a log with colons and hashes stays readable', () => {
    const text = 'a.yaml:3:5  E0106\n  ## heading\n  a::b\n'
    expect(inert(text)).toBe(text)
  })
})

describe('notes', () => {
  it('of cases that repeat what their base says are told once', () =>
    fc.assert(
      fc.property(anyReports, (reports) => {
        const notes = notesOfReports([...reports, ...reports])
        const open = reports.flatMap(({ checks }) => checks).filter(({ verdict }) => verdict !== 'pass').length
        const rest = notes.slice(2 * open).map((one) => JSON.stringify(one))
        expect(new Set(rest).size).toBe(rest.length)
      }),
    ))
})
