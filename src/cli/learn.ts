import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { parse } from 'yaml'
import type { CommandModule } from 'yargs'
import { isLesson } from '../lab/lesson/play.ts'
import { readSource } from '../lab/variant.ts'
import { InputError } from '../model/diagnostic.ts'
import { loadScenarios } from '../model/scenario/load.ts'
import { sharedText } from '../report/shared-scenario.ts'
import { EXIT } from './exit-codes.ts'
import { readNamedFile, reasonOf } from './files.ts'
import type { Io } from './io.ts'
import { copyPageTo, hostPage, isBuilt, isOccupied, openBrowser } from './page-host.ts'
import { onlyOnce, UsageError } from './usage.ts'

interface LearnArguments {
  readonly scenario: string | undefined
  readonly port: string | undefined
  readonly host: string
  readonly noOpen: boolean
  readonly out: string | undefined
}

/** The page is for whoever sits at this machine, and is handed out to nobody else. */
const HOST = '127.0.0.1'
const PORT = 4827
const PORT_MAX = 65_535

export function learnCommand(io: Io, done: (code: number) => void): CommandModule<object, LearnArguments> {
  return {
    command: 'learn [scenario]',
    describe: 'Open the playground and the lessons in a browser; the engine runs in the page',
    builder: (args) =>
      args
        .positional('scenario', { type: 'string', describe: 'a scenario or a lesson to begin with' })
        .option('port', {
          type: 'string',
          coerce: onlyOnce('port'),
          describe: `port; 0: any that is free. Default: ${PORT}`,
        })
        .option('host', { choices: [HOST] as const, default: HOST, describe: 'the page is for this machine only' })
        .option('no-open', { type: 'boolean', default: false, describe: 'print the address and open no browser' })
        .option('out', {
          type: 'string',
          coerce: onlyOnce('out'),
          describe: 'copy the page to this folder, for any web server or to be opened from disk, and end',
        })
        .example('$0 learn', 'the playground and the lessons, until Ctrl-C')
        .example('$0 learn scenarios/payments-after.yaml', 'the playground with this scenario')
        .example('$0 learn scenarios/lessons/03-one-bad-instance.yaml', 'that lesson; one of your own as well')
        .example('$0 learn --out site', 'a folder of static files') as never,
    handler: async (args) => done(await learn(io, args)),
  }
}

async function learn(io: Io, { scenario, port: typed, noOpen, out }: LearnArguments): Promise<number> {
  const port = readPort(typed)
  if (out !== undefined && scenario !== undefined)
    throw new UsageError('--out copies the page, which holds no scenario of yours', 'leave the scenario out')
  const fragment = scenario === undefined ? '' : fragmentOf(io, scenario)
  if (!isBuilt())
    throw new InputError([{ code: 'E0001', message: 'the page has not been built', hint: 'run npm run build' }])
  if (out !== undefined) return copyPage(io, out)
  const hosted = await hostPage(port).catch((error: NodeJS.ErrnoException) => {
    throw portError(port, error)
  })
  const ended = new Promise<void>((resolve) => io.onInterrupt(resolve))
  const url = `http://${HOST}:${hosted.port}/${fragment}`
  io.stdout.write(`${url}\n`)
  if (!noOpen && !(await openBrowser(url))) io.stderr.write('no browser could be opened: open the address yourself\n')
  io.stderr.write('Ctrl-C ends it\n')
  await io.breathe()
  await ended
  await hosted.close()
  return EXIT.holds
}

function readPort(text: string | undefined): number {
  if (text === undefined) return PORT
  const port = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (port >= 0 && port <= PORT_MAX) return port
  throw new UsageError(`--port must be a whole number from 0 to ${PORT_MAX}, got "${text}"`, `write --port ${PORT}`)
}

function portError(port: number, { code, message }: NodeJS.ErrnoException): UsageError {
  if (code === 'EADDRINUSE')
    return new UsageError(`port ${port} is in use`, 'write --port 0 for any that is free, or end what uses it')
  if (code === 'EACCES') return new UsageError(`port ${port} may not be used`, `write --port ${PORT}`)
  return new UsageError(`the page cannot be served on port ${port}: ${message}`)
}

/**
 * Where in the page a file is opened. A lesson that comes with the page by its name, so that it is kept where the learner is; one
 * of the user's own, or a changed one, as a lesson too; everything else in the playground, with all it refers to in the address
 * itself: the page asks nobody for anything.
 */
function fragmentOf(io: Io, file: string): string {
  const yaml = readNamedFile(io, file)
  const shipped = shippedLesson(file, yaml)
  if (shipped !== undefined) return `#/lesson/${shipped}`
  return `#/${isPlayableLesson(io, file, yaml) ? 'own-lesson' : 'share'}/${deflateRawSync(sharedText({ yaml, file, files: filesOf(io, file, yaml) })).toString('base64url')}`
}

/** The name of the lesson that comes with the page and is exactly this; undefined: none is. */
function shippedLesson(file: string, yaml: string): string | undefined {
  const name = basename(file)
  try {
    const own = readFileSync(new URL(`../../scenarios/lessons/${encodeURIComponent(name)}`, import.meta.url), 'utf8')
    return unixLines(own) === unixLines(yaml) ? name.replace(/\.ya?ml$/, '') : undefined
  } catch {
    return undefined
  }
}

const unixLines = (text: string): string => text.replaceAll('\r\n', '\n')

/** Whether a file is a lesson that can be played. One with mistakes is for the playground, which shows where they are. */
function isPlayableLesson(io: Io, file: string, yaml: string): boolean {
  if (!hasLessonBlock(yaml)) return false
  try {
    const [scenario] = loadScenarios(yaml, file, { readFile: (path: string) => io.readFile(path) })
    return scenario !== undefined && isLesson(scenario)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    io.stderr.write(
      `${file}: the lesson has mistakes and cannot be played; the playground shows where, as does vmss-twin check ${file}\n`,
    )
    return false
  }
}

function hasLessonBlock(yaml: string): boolean {
  try {
    const value: unknown = parse(yaml)
    return typeof value === 'object' && value !== null && 'lesson' in value
  } catch {
    return false
  }
}

/** What a scenario refers to; with mistakes in it, as far as it could be read. The page tells them. */
function filesOf(io: Io, file: string, yaml: string): Readonly<Record<string, string>> {
  const files: Record<string, string> = {}
  try {
    readSource(file, yaml, (path) => {
      const text = io.readFile(path)
      if (text !== undefined) files[path] = text
      return text
    })
  } catch (error) {
    if (!(error instanceof InputError)) throw error
  }
  return files
}

function copyPage(io: Io, folder: string): number {
  if (folder === '') throw new UsageError('--out needs the name of a folder', 'write --out site')
  if (isOccupied(folder)) throw new UsageError(`--out ${folder}: something else stands there`, 'name a new folder')
  try {
    copyPageTo(folder)
  } catch (error) {
    throw new InputError([{ code: 'E0001', message: `${folder} cannot be written: ${reasonOf(error)}` }])
  }
  io.stdout.write(`${folder}/index.html\n`)
  return EXIT.holds
}
