import { basename, dirname, join, relative, resolve } from 'node:path'
import type { CommandModule } from 'yargs'
import { counterexampleText } from '../lab/fuzz/counterexample.ts'
import type { FuzzReport } from '../lab/fuzz/search.ts'
import { parseDuration } from '../model/duration.ts'
import { loadScenario, type PreparedScenario, prepareScenario } from '../model/scenario/load.ts'
import { splitAssignment, valueAtPath } from '../model/scenario/set-option.ts'
import { fuzzDocument } from '../report/fuzz-json.ts'
import { fuzzVerdict, renderFuzz } from '../report/fuzz-text.ts'
import { simulate } from '../sim/simulate.ts'
import { readRuns, readWorkers } from './campaign.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { checkPlace, writeNamedFile } from './files.ts'
import { type Io, wantsColor, widthOf } from './io.ts'
import { assignments, OUTPUT, single, WORKERS } from './options.ts'
import { startProgress } from './progress.ts'
import { loadOne, type NamedScenario, readSeed, shellWord } from './scenarios.ts'
import { UsageError } from './usage.ts'
import { engine } from './version.ts'

interface FuzzArguments {
  readonly scenario: string
  readonly set: readonly string[] | undefined
  readonly case: string | undefined
  readonly seed: string | undefined
  readonly runs: string
  readonly maxTime: string | undefined
  readonly replay: string | undefined
  readonly out: string | undefined
  readonly workers: string | undefined
  readonly output: 'text' | 'json'
}

export function fuzzCommand(io: Io, done: (code: number) => void): CommandModule<object, FuzzArguments> {
  return {
    command: 'fuzz <scenario>',
    describe: 'Search for a world in which the policy breaks a property, and make the counterexample small',
    builder: (args) =>
      args
        .positional('scenario', {
          type: 'string',
          demandOption: true,
          describe: 'a scenario file; its vary says what may change, its properties what must hold',
        })
        .option('set', assignments('change a value before searching, path=value; may be given several times'))
        .option('case', single('case', 'this case of the file; default: the file without its cases'))
        .option('runs', { ...single('runs', 'cases to play'), default: '500' })
        .option('max-time', single('max-time', 'end the search after so long, PT1M'))
        .option('seed', single('seed', "seed of the search; default: the scenario's"))
        .option('replay', single('replay', 'only the case that a former search printed, seed:path'))
        .option(
          'out',
          single('out', 'where the counterexample goes; default: <scenario>.counterexample.yaml beside the scenario'),
        )
        .option('workers', WORKERS)
        .option('output', OUTPUT)
        .example(
          '$0 fuzz scenarios/payments-after.yaml --runs 2000',
          'is the declared policy safe in the worlds around?',
        )
        .example('$0 fuzz a.yaml --max-time PT1M --out build/found.yaml', 'in a pipeline')
        .example(
          '$0 fuzz a.yaml --set azure.scaleSets.web.upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent=50',
          'a policy before it is written down',
        )
        .epilogue(
          'vary: [{ path: azure.scaleSets.web.sku.capacity, from: 2, to: 40 }, { faults: { breakInstance: 0..3 } }]\nproperties: [noZoneFullyDown, "blastRadius.percent <= 20"]',
        ) as never,
    handler: async (args) => done(await run(io, args)),
  }
}

async function run(io: Io, args: FuzzArguments): Promise<number> {
  const runs = readRuns(args.runs)!
  const maxTimeMs = readMaxTime(args.maxTime)
  const set = (args.set ?? []).map(String)
  const replay = readReplay(args.replay)
  const seed = readSeed(args.seed)
  const workers = readWorkers(io, args.workers)
  if (replay !== undefined && seed !== undefined)
    throw new UsageError('--replay has a seed of its own', 'leave --seed out')
  const out = args.out ?? counterexampleName(args.scenario)
  if (resolve(out) === resolve(args.scenario))
    throw new UsageError(`--out ${out} would overwrite the scenario`, 'write --out counterexample.yaml')
  checkPlace(io, out)
  const named = loadOne(io, args.scenario, set, args.case, undefined)
  const { source, scenario } = named
  const readFile = (path: string) => source.files[path]
  const prepare = (assignments: readonly string[]) =>
    prepareScenario(source.text, source.file, { readFile, set: assignments }, source.case)
  const prepared = prepare(set)
  let interrupted = false
  io.onInterrupt(() => {
    interrupted = true
  })
  // Nobody else needs fast-check, which takes a while to load.
  const { fuzz } = await import('../lab/fuzz/search.ts')
  // A single case is not worth a pool of threads.
  const runner = io.runner(replay === undefined ? workers : 1)
  const progress = startProgress(io, scenario.name, runs)
  let report: FuzzReport
  try {
    report = await fuzz({ source, set }, runner, {
      runs,
      // The seeds of fast-check are 32 bits wide.
      seed: (replay?.seed ?? seed ?? scenario.seed) % 2 ** 31,
      ...(replay === undefined ? {} : { path: replay.path }),
      ...(maxTimeMs === undefined ? {} : { maxTimeMs }),
      onCase: async (played) => {
        progress.update(played)
        await io.breathe()
      },
      isInterrupted: () => interrupted,
    })
  } catch (error) {
    throw replay !== undefined && isWrongPath(error) ? strayReplay(replay) : error
  } finally {
    progress.stop()
    await runner.close()
  }
  const { counterexample } = report
  // What was found is told before it is told that there is no place for it.
  let unwritten: unknown
  if (counterexample !== null) {
    const text = counterexampleText(counterexample, scenario, prepared, {
      base: [source.file, ...(source.case === undefined ? [] : [`case ${source.case}`])].join(', '),
      given: givenChanges(set, prepare([])),
      relocate: relocation(source.file, out),
    })
    checkCounterexample(io, text, out)
    try {
      writeNamedFile(io, out, [text])
    } catch (error) {
      unwritten = error
    }
  }
  const written = counterexample === null || unwritten !== undefined ? null : out
  const again = replayCommand(named, args, report)
  io.stdout.write(
    args.output === 'json'
      ? `${JSON.stringify(fuzzDocument(report, { file: source.file, written, replay: again }, engine()), null, 2)}\n`
      : renderFuzz(report, {
          color: wantsColor(io, io.stdout),
          width: widthOf(io.stdout),
          file: source.file,
          written,
          play: written === null ? null : `vmss-twin run ${shellWord(out)}`,
          replay: again,
        }),
  )
  if (unwritten !== undefined) throw unwritten
  if (interrupted) {
    io.stderr.write(`interrupted: ${report.runs} of ${runs} cases were played\n`)
    return EXIT.interrupted
  }
  return exitCodeOf([fuzzVerdict(report)])
}

/** What fast-check throws when no case of the search lies at the path. */
const isWrongPath = (error: unknown): boolean => error instanceof Error && /wrong path/.test(error.message)

const strayReplay = ({ seed, path }: { readonly seed: number; readonly path: string }) =>
  new UsageError(
    `--replay ${seed}:${path} leads to no case of this search`,
    'copy it from the report of a search; the scenario and --set must be the same',
  )

/** `scenarios/a.yaml` -> `scenarios/a.counterexample.yaml`. */
function counterexampleName(file: string): string {
  return join(dirname(file), `${basename(file).replace(/\.(ya?ml|json)$/i, '')}.counterexample.yaml`)
}

/** What is beside the scenario, as seen from where the counterexample goes. */
function relocation(file: string, out: string): (name: string) => string {
  const [from, to] = [resolve(dirname(file)), resolve(dirname(out))]
  return (name) => (from === to ? name : relative(to, resolve(from, name)).replaceAll('\\', '/'))
}

function givenChanges(set: readonly string[], original: PreparedScenario) {
  return set.map((assignment) => {
    const { path, value } = splitAssignment(assignment)
    return { path, before: valueAtPath(original.document, path), after: value }
  })
}

/** A counterexample that does not fail when it is run would be worse than none: it is our bug, and told as one. */
function checkCounterexample(io: Io, text: string, out: string): void {
  const scenario = loadScenario(text, out, { readFile: (path) => io.readFile(path) })
  if (simulate(scenario).verdict !== 'fail')
    throw new Error(`the counterexample ${out} does not fail when it is played`)
}

function replayCommand({ source, set }: NamedScenario, args: FuzzArguments, report: FuzzReport): string {
  const { counterexample, seed } = report
  const words = [
    'vmss-twin',
    'fuzz',
    source.file,
    ...(source.case === undefined ? [] : ['--case', source.case]),
    ...set.flatMap((assignment) => ['--set', assignment]),
    ...(counterexample === null
      ? ['--runs', args.runs, '--seed', String(seed)]
      : ['--replay', `${seed}:${counterexample.path}`]),
    ...(args.out === undefined ? [] : ['--out', args.out]),
  ]
  return words.map(shellWord).join(' ')
}

function readMaxTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const ms = parseDuration(text)
  if (ms !== undefined && ms > 0) return ms
  throw new UsageError(`--max-time must be a duration above PT0S, got "${text}"`, 'write --max-time PT1M')
}

function readReplay(text: string | undefined): { readonly seed: number; readonly path: string } | undefined {
  if (text === undefined) return undefined
  const [, seed, path] = /^(\d+):(\d+(?::\d+)*)$/.exec(text) ?? []
  if (seed !== undefined && path !== undefined && Number(seed) < 2 ** 31) return { seed: Number(seed), path }
  throw new UsageError(`--replay must be seed:path, got "${text}"`, 'copy it from the report of a search')
}
