import type { CommandModule } from 'yargs'
import { scenarioJsonSchema } from '../model/scenario/schema.ts'
import { resultJsonSchema } from '../report/result-schema.ts'
import type { Io } from './io.ts'

interface SchemaArguments {
  readonly of: 'scenario' | 'result'
}

export function schemaCommand(io: Io, done: (code: number) => void): CommandModule<object, SchemaArguments> {
  return {
    command: 'schema [of]',
    describe: 'Print the JSON Schema of scenario files, or of the result of run -o json',
    builder: (args) =>
      args
        .positional('of', {
          choices: ['scenario', 'result'] as const,
          default: 'scenario' as const,
          describe: 'of scenario files, or of what run -o json prints',
        })
        .example('$0 schema > scenario.schema.json', 'for an editor to check scenarios with') as never,
    handler: (args) => {
      const text = args.of === 'result' ? resultJsonSchema() : `${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`
      io.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
      done(0)
    },
  }
}
