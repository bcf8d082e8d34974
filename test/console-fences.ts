import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { runCli } from '../src/cli/cli.ts'
import { ownThread } from '../src/lab/runner.ts'

const FENCE = /```console\n\$ vmss-twin ([^\n]*)\n([\s\S]*?)```/g

/** Every command that a page shows with its output, as `$ vmss-twin ...` in a block of kind `console`. */
export const consoleFences = (page: string): RegExpExecArray[] => [...page.matchAll(FENCE)]

/** The page with what its commands print now. */
export async function withOutputs(page: string): Promise<string> {
  let after = page
  for (const [fence, command] of consoleFences(page)) {
    const shown = `\`\`\`console\n$ vmss-twin ${command}\n${await printed(command!)}\`\`\``
    after = after.replace(fence!, () => shown)
  }
  return after
}

/** What a command prints; of a long output a page may show the beginning, the end or a part, ` | head -n 8`, ` | tail -n 20`, ` | grep -A 15 'Lost to'`. */
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
    kindOf: (path) => (existsSync(path) ? (statSync(path).isDirectory() ? 'folder' : 'file') : 'nothing'),
    namesIn: (folder) => readdirSync(folder),
    writeFile: (path) => {
      if (!command.includes(`--out ${path}`)) throw new Error('a page writes no file that it does not name')
    },
    onInterrupt: () => {},
    breathe: () => Promise.resolve(),
    pause: async () => {},
    processors: 1,
    runner: () => ownThread(),
  })
  return text
}
