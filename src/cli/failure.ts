import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import { renderDiagnostics } from '../report/diagnostics.ts'
import { BudgetExceeded } from '../sim/kernel/kernel.ts'
import { EXIT } from './exit-codes.ts'
import { type Io, wantsColor } from './io.ts'
import { UsageError } from './usage.ts'

/** Tells what went wrong, for people, and gives the exit code. */
export function explainFailure(io: Io, error: unknown): number {
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
    const hint = error.hint ?? 'vmss-twin --help lists commands and options'
    io.stderr.write(`E0501 ${error.message}\n        ${hint}\n`)
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
