import yargs, { type Argv } from 'yargs'
import { checkCommand } from './check.ts'
import { compareCommand } from './compare.ts'
import { EXIT } from './exit-codes.ts'
import { explainCommand } from './explain.ts'
import { explainFailure } from './failure.ts'
import { fuzzCommand } from './fuzz.ts'
import { importCommand } from './import.ts'
import { type Io, widthOf } from './io.ts'
import { learnCommand } from './learn.ts'
import { mergeCommand } from './merge.ts'
import { guarded } from './reporters.ts'
import { runCommand } from './run.ts'
import { schemaCommand } from './schema.ts'
import { sensitivityCommand } from './sensitivity.ts'
import { showCommand } from './show.ts'
import { tuneCommand } from './tune.ts'
import { type KnownCommands, UsageError, usageError } from './usage.ts'
import { engine } from './version.ts'
import { whyCommand } from './why.ts'

const COMMANDS: KnownCommands = {
  run: [
    'seed',
    'set',
    'case',
    'output',
    'o',
    'reporter',
    'trace',
    'report',
    'quiet',
    'q',
    'runs',
    'until',
    'until-decided',
    'watch',
    'shard',
    'workers',
  ],
  compare: ['set', 'set-a', 'set-b', 'case-a', 'case-b', 'seed', 'runs', 'workers', 'report', 'output', 'o'],
  sensitivity: ['set', 'case', 'seed', 'runs', 'workers', 'pairs', 'report', 'output', 'o'],
  fuzz: ['set', 'case', 'runs', 'max-time', 'seed', 'replay', 'out', 'workers', 'output', 'o'],
  merge: ['output', 'o', 'reporter', 'report', 'quiet', 'q'],
  check: ['parameters', 'p', 'parameter-file', 'output', 'o', 'reporter'],
  import: ['parameters', 'p', 'parameter-file', 'out', 'output', 'o'],
  tune: ['set', 'case', 'seed', 'runs', 'policies', 'quantile', 'workers', 'report', 'output', 'o'],
  show: ['at', 'every', 'until', 'scale-set', 'instance', 'image', 'case', 'set', 'seed', 'output', 'o'],
  explain: ['output', 'o'],
  why: ['set', 'case', 'seed', 'expectation', 'rollout', 'instance', 'entry', 'no-search', 'output', 'o'],
  learn: ['port', 'host', 'no-open', 'out'],
  schema: [],
  completion: [],
}

/** Parses the arguments and runs one command. Returns the exit code; never throws, never exits. */
export async function runCli(outside: Io): Promise<number> {
  const io = guarded(outside)
  let exitCode: number = EXIT.holds
  const done = (code: number) => {
    exitCode = code
  }
  try {
    const args = withoutSeparator(io.args)
    // With a callback yargs hands over help, version and completions instead of writing them to the console.
    let printed = ''
    await parser(io, args, done).parseAsync(args, {}, (_error, _argv, output) => {
      printed = output
    })
    if (printed !== '') io.stdout.write(`${printed}\n`)
    return exitCode
  } catch (error) {
    return explainFailure(io, error)
  }
}

/** What follows `--` are names, even with a dash in front; yargs would pass over them in silence, as over a lone dash. */
function withoutSeparator(args: readonly string[]): string[] {
  const at = args.indexOf('--')
  if (args.slice(0, at < 0 ? undefined : at).includes('-'))
    throw new UsageError(
      '- is no name of a file',
      'write /dev/stdin for standard input, /dev/stdout for standard output, or ./- for a file that is called so',
    )
  if (at < 0) return [...args]
  return [...args.slice(0, at), ...args.slice(at + 1).map((name) => (name.startsWith('-') ? `./${name}` : name))]
}

function parser(io: Io, args: string[], done: (code: number) => void): Argv {
  const cli = yargs(args)
    .scriptName('vmss-twin')
    // One language for all messages, whatever the machine speaks.
    .locale('en')
    .parserConfiguration({
      // Names and values are text: a scenario may be called 007, and --set holds dots.
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
      // No option of ours has an opposite; `--no-trace` would hand over `false` as the name of a file.
      'boolean-negation': false,
    })
    .usage('$0 <command>\n\nAn offline, deterministic digital twin of Azure VM Scale Set rollouts.')
    .command(runCommand(io, done))
    .command(checkCommand(io, done))
    .command(importCommand(io, done))
    .command(compareCommand(io, done))
    .command(sensitivityCommand(io, done))
    .command(fuzzCommand(io, done))
    .command(tuneCommand(io, done))
    .command(mergeCommand(io, done))
    .command(whyCommand(io, done))
    .command(showCommand(io, done))
    .command(explainCommand(io, done))
    .command(learnCommand(io, done))
    .command(schemaCommand(io, done))
    .completion('completion', 'Print a shell completion script')
    .example('$0 run scenarios/bad-image.yaml', 'play a scenario and read its blast radius')
    .example('$0 check azuredeploy.json', 'what a template declares, and what stands out')
    .example('$0 why scenarios/payments-after.yaml', 'the chain of causes behind a verdict')
    .example('$0 explain TH-6', 'a rule, its doubts and where it comes from')
    .example('$0 learn', 'the playground and the lessons, in a browser')
    .epilogue(
      'vmss-twin <command> --help has the options of a command. README.md and docs/ come with the package.\n\nExit codes: 0 holds, 1 an expectation failed, 2 usage or invalid input, 3 undecided, 70 internal error, 130 interrupted.',
    )
    .demandCommand(1, 'Name a command.')
    .strict()
    .wrap(widthOf(io.stdout))
    .version(engine().version)
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .fail((message, error) => {
      // yargs reports its own mistakes sometimes with an error of its own, sometimes without.
      throw error === undefined || error === null || error.name === 'YError'
        ? usageError(message ?? error?.message ?? '', args, COMMANDS)
        : error
    })
  return cli
}
