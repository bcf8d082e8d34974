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
import { engine } from './version.ts'

/** A mistake on the command line itself. */
export class UsageError extends Error {}

/** Parses the arguments and runs one command. Returns the exit code; never throws, never exits. */
export async function runCli(io: Io): Promise<number> {
  let exitCode: number = EXIT.holds
  const done = (code: number) => {
    exitCode = code
  }
  try {
    await parser(io, done).parseAsync()
    return exitCode
  } catch (error) {
    return explainFailure(io, error)
  }
}

function parser(io: Io, done: (code: number) => void): Argv {
  const cli = yargs([...io.args])
    .scriptName('vmss-twin')
    .usage('$0 <command>\n\nAn offline, deterministic digital twin of Azure VM Scale Set rollouts.')
    .command(runCommand(io, done))
    .command(checkCommand(io, done))
    .command(explainCommand(io, done))
    .command(schemaCommand(io, done))
    .completion('completion', 'Print a shell completion script')
    .example('$0 run scenarios/bad-image.yaml', 'play a scenario and read its blast radius')
    .example('$0 check azuredeploy.json', 'what a template declares, and what stands out')
    .example('$0 explain TH-6', 'a rule, its doubts and where it comes from')
    .epilogue(
      'Exit codes: 0 holds, 1 an expectation failed, 2 usage or invalid input, 3 undecided, 70 internal error, 130 interrupted.',
    )
    .demandCommand(1, 'Name a command.')
    .strict()
    .recommendCommands()
    .wrap(widthOf(io.stdout))
    .version(engine().version)
    .help()
    .exitProcess(false)
    .fail((message, error) => {
      throw error ?? new UsageError(message)
    })
  return cli
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
  if (error instanceof UsageError) {
    io.stderr.write(`E0501 ${error.message}\n        vmss-twin --help lists commands and options\n`)
    return EXIT.invalid
  }
  const text = error instanceof Error ? error.message : String(error)
  io.stderr.write(
    `internal error: ${text}\n` +
      `This is a bug of vmss-twin. The command was: vmss-twin ${io.args.join(' ')}\n` +
      'VMSS_TWIN_DEBUG=1 shows where it happened.\n',
  )
  if (io.env['VMSS_TWIN_DEBUG'] && error instanceof Error) io.stderr.write(`${error.stack}\n`)
  return EXIT.internal
}
