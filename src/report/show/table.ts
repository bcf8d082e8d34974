import { columns, padEnd, printable } from '../typeset.ts'

/** A line of a table: columns by name, in order. A column that one row has and another has not is empty there. */
export type Row = Readonly<Record<string, string | number | boolean>>

/** As the command line prints `-o table`: names, a rule, a line for each row, two blanks between columns. */
export function tableText(rows: readonly Row[]): string {
  if (rows.length === 0) return ''
  const names = namesOf(rows)
  const cells = rows.map((row) => names.map((name) => cellText(row[name])))
  const widths = names.map((name, at) =>
    cells.reduce((widest, line) => Math.max(widest, columns(line[at]!)), columns(name)),
  )
  const line = (texts: readonly string[]) =>
    texts
      .map((text, at) => padEnd(text, widths[at]!))
      .join('  ')
      .trimEnd()
  return [line(names), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)]
    .map((text) => `${text}\n`)
    .join('')
}

/** As the command line prints `-o tsv`: values and nothing else. `first` stands before each row. */
export function tsvText(rows: readonly Row[], first: readonly string[] = []): string {
  const names = namesOf(rows)
  return rows.map((row) => `${[...first, ...names.map((name) => cellText(row[name]))].join('\t')}\n`).join('')
}

const namesOf = (rows: readonly Row[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))]

const cellText = (value: Row[string] | undefined): string =>
  value === undefined ? '' : typeof value === 'boolean' ? (value ? 'True' : 'False') : printable(String(value))
