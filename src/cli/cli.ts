import yargs, { type Argv } from 'yargs'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { BudgetExceeded } from '../sim/kernel/kernel.ts'
import { checkCommand } from './check.ts'
import { EXIT } from './exit-codes.ts'
import { explainCommand } from './explain.ts'
import { type Io, wantsColor, widthOf } from './io.ts'
import { runCommand } from './run.ts'
import { schemaCommand } from './schema.ts'
import { commandLine } from './shell-words.ts'
import { explainUsage, usageError } from './usage.ts'
import { engine } from './version.ts'

const COMMANDS = ['run', 'check', 'explain', 'schema', 'completion'] as const

/** Parses the arguments and runs one command. Returns the exit code; never throws, never exits. */
export async function runCli(io: Io): Promise<number> {
  let exitCode: number = EXIT.holds
  const done = (code: number) => {
    exitCode = code
  }
  try {
    const args = withoutDoubleDash(io.args)
    // Given a callback, yargs hands over help, version and completions instead of printing them past `io`.
    let printed = ''
    await parser(io, args, done).parseAsync(args, {}, (_error: unknown, _argv: unknown, output: string) => {
      printed = output
    })
    if (printed !== '') io.stdout.write(`${printed}\n`)
    return exitCode
  } catch (error) {
    return explainFailure(io, error)
  }
}

function parser(io: Io, args: readonly string[], done: (code: number) => void): Argv {
  const cli: Argv = yargs()
    .scriptName('vmss-twin')
    .locale('en')
    .parserConfiguration({
      // Every value arrives as the text that was typed: `007` is a file, `a.b=c` is one value, and `--no-seed` is unknown.
      'parse-numbers': false,
      'parse-positional-numbers': false,
      'dot-notation': false,
      'boolean-negation': false,
      'camel-case-expansion': false,
    })
    .usage('$0 <command>\n\nAn offline, deterministic digital twin of Azure VM Scale Set rollouts.')
    .command(runCommand(io, done))
    .command(checkCommand(io, done))
    .command(explainCommand(io, done))
    .command(schemaCommand(io, done))
    .completion('completion', 'Print a shell completion script')
    .example('$0 run scenarios/bad-image.yaml', 'play a scenario and read its blast radius')
    .example('$0 check azuredeploy.json', 'what a template declares, and what stands out')
    .example('$0 explain TH-6', 'a rule, its doubts and where it comes from')
    .example('$0 completion >> ~/.bashrc', 'complete commands and options in bash')
    .epilogue(
      'Exit codes: 0 holds, 1 an expectation failed, 2 usage or invalid input, 3 undecided, 70 internal error, 130 interrupted.',
    )
    .demandCommand(1, 'name a command')
    .strict()
    .recommendCommands()
    .check(eachOnce)
    .wrap(widthOf(io.stdout))
    .version(engine().version)
    .help()
    .alias('help', 'h')
    .exitProcess(false)
    .fail((message, error) => {
      if (error !== undefined && error !== null && error.name !== 'YError') throw error
      const options = Object.keys((cli as unknown as { getOptions(): { key: object } }).getOptions().key)
      throw new InputError([explainUsage(message || error.message, { args, commands: COMMANDS, options })])
    })
  return cli
}

/** Of two values for one option neither is meant more than the other. */
function eachOnce(argv: Readonly<Record<string, unknown>>): true {
  for (const name of ['seed', 'output', 'trace'])
    if (Array.isArray(argv[name])) throw usageError(`--${name} is given more than once`, 'keep one of them')
  return true
}

/**
 * What follows `--` is a name, whatever it begins with. yargs keeps these words apart from the positional arguments of a
 * command, so they are given to it in a spelling that cannot be taken for an option.
 */
function withoutDoubleDash(args: readonly string[]): string[] {
  const at = args.indexOf('--')
  if (at < 0) return [...args]
  return [...args.slice(0, at), ...args.slice(at + 1).map((word) => (word.startsWith('-') ? `./${word}` : word))]
}

function explainFailure(io: Io, error: unknown): number {
  const color = wantsColor(io, io.stderr)
  if (error instanceof InputError) {
    io.stderr.write(renderDiagnostics(error.diagnostics, { color, source: (file) => io.readFile(file) }))
    return EXIT.invalid
  }
  if (error instanceof BudgetExceeded) {
    const diagnostic: Diagnostic = {
      code: error.kind === 'events' ? 'E0401' : 'E0402',
      message: error.message,
      hint: 'give the cycle a length: a duration of PT0S in a loop never ends; or shorten the run',
    }
    io.stderr.write(renderDiagnostics([diagnostic], { color }))
    return EXIT.invalid
  }
  const text = error instanceof Error ? error.message : String(error)
  io.stderr.write(
    `internal error: ${text}\n` +
      `This is a bug of vmss-twin. The command was: ${commandLine(['vmss-twin', ...io.args])}\n` +
      'VMSS_TWIN_DEBUG=1 shows where it happened.\n',
  )
  if (io.env['VMSS_TWIN_DEBUG'] && error instanceof Error) io.stderr.write(`${error.stack}\n`)
  return EXIT.internal
}
