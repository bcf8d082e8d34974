import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { runCli } from '../src/cli/cli.ts'
import { ownThread } from '../src/lab/runner.ts'

const FENCE = /```console\n\$ vmss-twin ([^\n]*)\n([\s\S]*?)```/g
// UPDATE=1 writes what the commands print now into the page.
const isUpdate = process.env['UPDATE'] === '1'

/** What a command prints; of a long output a page may show the end, ` | tail -n 20`. */
async function printed(whole: string): Promise<string> {
  const [command, lines] = whole.split(/\s*\|\s*tail -n /) as [string, string?]
  const text = await outputOf(command)
  return lines === undefined ? text : `${text.trimEnd().split('\n').slice(-Number(lines)).join('\n')}\n`
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
    args: command
      .trim()
      .split(/\s+/)
      .map((word) => word.replace(/^'(.*)'$/, '$1')),
    env: {},
    stdout: sink,
    stderr: sink,
    readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
    writeFile: () => {
      throw new Error('the README writes no files')
    },
    onInterrupt: () => {},
    breathe: () => Promise.resolve(),
    processors: 1,
    runner: () => ownThread(),
  })
  return text
}

it('the README shows what its commands print', async () => {
  const before = readFileSync('README.md', 'utf8')
  let after = before
  const fences = [...before.matchAll(FENCE)]
  expect(fences.length).toBeGreaterThan(4)
  for (const [fence, command] of fences) {
    const shown = `\`\`\`console\n$ vmss-twin ${command}\n${await printed(command!)}\`\`\``
    after = after.replace(fence, () => shown)
  }
  if (isUpdate) writeFileSync('README.md', after)
  else expect(after).toBe(before)
})
