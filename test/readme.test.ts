import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runCli } from '../src/cli/cli.ts'
import { ownThread } from '../src/lab/runner.ts'

const FENCE = /```console\n\$ vmss-twin ([^\n]*)\n([\s\S]*?)```/g
// UPDATE=1 writes what the commands print now into the page.
const isUpdate = process.env['UPDATE'] === '1'

/** What a command prints; of a long output a page may show the end, the beginning or a part, ` | tail -n 20`, ` | head -n 5`, ` | grep -A 15 'Lost to'`. */
async function printed(whole: string): Promise<string> {
  const pipe = /\s*\|\s*(?:tail -n (\d+)|head -n (\d+)|grep -A (\d+) '([^']*)')$/.exec(whole)
  const text = await outputOf(pipe === null ? whole : whole.slice(0, pipe.index))
  if (pipe === null) return text
  const lines = text.trimEnd().split('\n')
  const [, last, begin, after, wanted] = pipe
  if (begin !== undefined) return `${lines.slice(0, Number(begin)).join('\n')}\n`
  if (last !== undefined) return `${lines.slice(-Number(last)).join('\n')}\n`
  const first = lines.findIndex((line) => line.includes(wanted!))
  return `${lines.slice(first, first + Number(after) + 1).join('\n')}\n`
}

async function outputOf(command: string): Promise<string> {
  let text = ''
  const sink = {
    write: (piece: string) => {
      text += piece
    },
    columns: undefined,
    isTerminal: false,
    terminal: undefined,
  }
  await runCli({
    args: [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, bare]) => quoted ?? bare!),
    env: {},
    stdout: sink,
    stderr: sink,
    readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    writeFile: (path) => {
      if (!command.includes(`--out ${path}`)) throw new Error('the README writes no file that it does not name')
    },
    onInterrupt: () => {},
    breathe: () => Promise.resolve(),
    processors: 1,
    runner: () => ownThread(),
  })
  return text
}

// Every page whose fences are commands and what they print.
it.each([
  { page: 'README.md', least: 5 },
  { page: 'docs/show.md', least: 8 },
])(
  '$page shows what its commands print',
  async ({ page, least }) => {
    const before = readFileSync(page, 'utf8')
    let after = before
    const fences = [...before.matchAll(FENCE)]
    expect(fences.length).toBeGreaterThanOrEqual(least)
    for (const [fence, command] of fences) {
      const shown = `\`\`\`console\n$ vmss-twin ${command}\n${await printed(command!)}\`\`\``
      after = after.replace(fence, () => shown)
    }
    if (isUpdate) writeFileSync(page, after)
    else expect(after).toBe(before)
  },
  120_000,
)
