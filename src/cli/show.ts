import type { CommandModule } from 'yargs'
import {
  film,
  filmJson,
  filmTable,
  filmTsv,
  type Shown,
  type ShowRequest,
  showAt,
  shownJson,
  shownTable,
  shownTsv,
  VIEW_NAMES,
  VIEWS,
} from '../report/show/show.ts'
import { EXIT } from './exit-codes.ts'
import type { Io } from './io.ts'
import { assignments, readMoment, single } from './options.ts'
import { loadOne, readSeed } from './scenarios.ts'
import { onlyOnce, UsageError } from './usage.ts'

const FORMATS = ['json', 'table', 'tsv'] as const
type Format = (typeof FORMATS)[number]

interface ShowArguments {
  readonly view: string
  readonly scenario: string
  readonly at: string | undefined
  readonly every: string | undefined
  readonly until: string | undefined
  readonly scaleSet: string | undefined
  readonly instance: string | undefined
  readonly image: string | undefined
  readonly case: string | undefined
  readonly set: readonly string[] | undefined
  readonly seed: string | undefined
  readonly output: Format
}

const RENDER: Readonly<Record<Format, (shown: Shown) => string>> = {
  json: shownJson,
  table: shownTable,
  tsv: shownTsv,
}

const RENDER_FILM: Readonly<Record<Format, (shown: Shown) => string>> = {
  json: filmJson,
  table: filmTable,
  tsv: filmTsv,
}

export function showCommand(io: Io, done: (code: number) => void): CommandModule<object, ShowArguments> {
  return {
    command: 'show <view> <scenario>',
    describe: 'Show what Azure would answer at a moment of a run, in the shapes of Azure',
    builder: (args) =>
      args
        .positional('view', { type: 'string', demandOption: true, describe: `one of ${VIEW_NAMES.join(', ')}` })
        .positional('scenario', { type: 'string', demandOption: true, describe: 'a scenario file' })
        .option('at', single('at', 'the moment, from the start of the run: PT25M'))
        .option('every', single('every', 'a film: once every so often, from --at (or the start) on'))
        .option('until', single('until', 'with --every: up to this moment; by default the end of the run'))
        .option('scale-set', single('scale-set', 'which scale set, where there are several'))
        .option('instance', single('instance', 'of instance-view: one instance, by name, id or <set>/<number>'))
        .option('image', single('image', 'of image-version: gallery/definition, or gallery/definition/version'))
        .option('case', single('case', 'this case of the file; by default the file without its cases'))
        .option('set', assignments('change a value before playing, path=value'))
        .option('seed', single('seed', "play with this seed instead of the scenario's"))
        .option('output', {
          alias: 'o',
          choices: FORMATS,
          default: 'json' as const,
          requiresArg: true,
          coerce: onlyOnce('output'),
        })
        .example('$0 show rolling-upgrade a.yaml --at PT25M', 'the status of the latest rolling upgrade')
        .example('$0 show instances a.yaml --at PT25M -o table', 'the instances, a line each')
        .example('$0 show instance-view a.yaml --at PT25M --instance vmss/3', 'one instance, its health and its power')
        .example('$0 show rolling-upgrade a.yaml --every PT1M -o tsv', 'a film, a line a minute')
        .epilogue(VIEW_NAMES.map((name) => `${name}: ${VIEWS[name].command}`).join('\n')) as never,
    handler: async (args) => done(await show(io, args)),
  }
}

async function show(io: Io, args: ShowArguments): Promise<number> {
  const seed = readSeed(args.seed)
  const at = readMoment('at', args.at)
  const every = readMoment('every', args.every)
  const until = readMoment('until', args.until)
  if (until !== undefined && every === undefined)
    throw new UsageError('--until is for a film', 'add --every PT1M, or name the one moment with --at')
  if (every === undefined && at === undefined)
    throw new UsageError('show needs a moment', 'add --at PT25M, or --every PT1M for a film')
  if (every === 0) throw new UsageError('--every must be longer than PT0S', 'write --every PT1M')
  if (until !== undefined && until < (at ?? 0))
    throw new UsageError('--until lies before --at', 'a film runs from --at to --until')
  const { scenario } = loadOne(io, args.scenario, (args.set ?? []).map(String), args.case, seed)
  const request = requestOf(args)
  if (every === undefined) {
    io.stdout.write(RENDER[args.output](showAt(scenario, scenario.seed, at!, request)))
    return EXIT.holds
  }
  let interrupted = false
  io.onInterrupt(() => {
    interrupted = true
  })
  const options = { seed: scenario.seed, fromMs: at ?? 0, everyMs: every, untilMs: until ?? scenario.durationMs }
  for (const shown of film(scenario, options, request)) {
    io.stdout.write(RENDER_FILM[args.output](shown))
    await io.breathe()
    if (interrupted) return EXIT.interrupted
  }
  return EXIT.holds
}

function requestOf({ view, scaleSet, instance, image }: ShowArguments): ShowRequest {
  return {
    view,
    ...(scaleSet === undefined ? {} : { scaleSet }),
    ...(instance === undefined ? {} : { instance }),
    ...(image === undefined ? {} : { image }),
  }
}

/** @throws UsageError for what is no duration */
