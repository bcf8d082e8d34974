import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Article } from '../report/html/article.ts'
import { printable } from '../report/typeset.ts'
import { plural } from '../report/wording.ts'
import { checkPlace, writeNamedFile } from './files.ts'
import type { Io } from './io.ts'
import { single } from './options.ts'
import { UsageError } from './usage.ts'
import { engine } from './version.ts'

/** The option of all commands that can write a page. */
export const REPORT = single('report', 'write a page with charts to this file; it opens in any browser, offline')

/** @param inputs files that must not be overwritten. @throws UsageError, InputError before anything is played */
export function checkReport(io: Io, report: string | undefined, inputs: readonly string[]): void {
  if (report === undefined) return
  if (report === '') throw new UsageError('--report needs the name of a file', 'write --report out.html')
  const taken = inputs.find((input) => resolve(input) === resolve(report))
  if (taken !== undefined)
    throw new UsageError(`--report ${report} would overwrite ${taken}`, 'give the page a file of its own')
  checkPlace(io, report)
}

/** The makers of pages, with the libraries of their charts; a command without a page does not wait for them. */
export const pageMakers = () => import('../report/html/pages.ts')

/** Names in the addresses of a page, without what cannot be printed: what is played twice stands under two. `a`, `a` -> `a`, `a (2)`. */
export function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>()
  return names.map(printable).map((name) => {
    let unique = name
    for (let i = 2; taken.has(unique); i++) unique = `${name} (${i})`
    taken.add(unique)
    return unique
  })
}

/** Writes the page, whole or not at all. */
export async function writePage(io: Io, file: string, articles: readonly Article[]): Promise<void> {
  const { htmlPage } = await pageMakers()
  const { name, version } = engine()
  const [first] = articles
  const title = articles.length === 1 && first !== undefined ? first.title : plural(articles.length, 'scenario')
  const page = htmlPage(title, articles, { script: clientScript(), sha256, engine: `${name} ${version}` })
  writeNamedFile(io, file, [page])
}

/** The script that stands in every page. It is built with the package. */
function clientScript(): string {
  try {
    return readFileSync(new URL('../../dist/report-client/client.js', import.meta.url), 'utf8')
  } catch {
    throw new UsageError(
      'the script of the report is not there',
      'the package is not built: run npm ci, or npm run build',
    )
  }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64')
