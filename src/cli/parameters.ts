import { parse } from 'yaml'
import { laidOver, readParameterFile } from '../model/arm/template.ts'
import { InputError } from '../model/diagnostic.ts'
import { readNamedFile } from './files.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage.ts'

/** Values of template parameters on the command line, for every command that reads templates. */

export interface ParameterArguments {
  readonly parameters: readonly string[] | undefined
  readonly parameterFile: readonly string[] | undefined
}

export const PARAMETERS = {
  alias: 'p',
  type: 'string',
  array: true,
  nargs: 1,
  describe: 'a template parameter, name=value; may be given several times',
} as const

export const PARAMETER_FILE = { type: 'string', array: true, nargs: 1, describe: 'an ARM parameter file' } as const

/** What parameter files set; a later file goes before an earlier one. @throws InputError */
function readParameterFiles(io: Io, { parameterFile = [] }: ParameterArguments): Record<string, unknown> {
  const read = parameterFile.map(String).map((file) => readParameterFile(readNamedFile(io, file), file))
  const diagnostics = read.flatMap((one) => one.diagnostics)
  if (diagnostics.length > 0) throw new InputError(diagnostics)
  return laidOver(...read.map((one) => one.parameters))
}

/** What `--parameters name=value` sets; a later pair goes before an earlier one. @throws InputError, UsageError */
export function readParameterPairs({ parameters: pairs = [] }: ParameterArguments): Record<string, unknown> {
  const read = pairs.map((pair) => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(String(pair)) ?? []
    if (name === undefined || value === undefined)
      throw new InputError([
        {
          code: 'E0501',
          message: `--parameters takes name=value, got ${pair}`,
          hint: 'write --parameters instanceCount=9',
        },
      ])
    return { [name]: readValue(name, value) }
  })
  return laidOver(...read)
}

/** Both; a pair goes before a file. */
export const readParameters = (io: Io, args: ParameterArguments): Record<string, unknown> =>
  laidOver(readParameterFiles(io, args), readParameterPairs(args))

/** The value is YAML, so that 9 is a number and [a, b] a list, as a template expects them. */
function readValue(name: string, value: string): unknown {
  try {
    return parse(value) as unknown
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    throw new UsageError(`--parameters ${name}: the value cannot be read as YAML: ${reason}`, 'put a text in quotes')
  }
}
