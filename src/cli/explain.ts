import type { CommandModule } from 'yargs'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'
import { type Explanation, explain, nearestIds } from '../model/explain.ts'
import { renderExplanation } from '../report/explanation.ts'
import { EXIT } from './exit-codes.ts'
import { type Io, layoutOf } from './io.ts'
import { OUTPUT } from './options.ts'

interface ExplainArguments {
  readonly ids: readonly string[]
  readonly output: 'text' | 'json'
}

export function explainCommand(io: Io, done: (code: number) => void): CommandModule<object, ExplainArguments> {
  return {
    command: 'explain <ids..>',
    describe: 'Explain rules, assumptions, findings and error codes, with their sources',
    builder: (args) =>
      args
        .positional('ids', {
          type: 'string',
          array: true,
          demandOption: true,
          describe: 'TH-6, upgradedDenominator, E0106 …',
        })
        .option('output', OUTPUT)
        .example('$0 explain TH-6', 'a rule, its doubts, the assumption and its values')
        .example('$0 explain MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade', 'an error code') as never,
    handler: (args) => {
      const found: Explanation[] = []
      const mistakes: Diagnostic[] = []
      for (const id of args.ids) {
        const explanation = explain(id)
        if (explanation) found.push(explanation)
        else mistakes.push(unknownId(id))
      }
      if (mistakes.length > 0) throw new InputError(mistakes)
      const text =
        args.output === 'json'
          ? `${JSON.stringify(found, null, 2)}\n`
          : found.map((one) => renderExplanation(one, layoutOf(io))).join('\n')
      io.stdout.write(text)
      done(EXIT.holds)
    },
  }
}

function unknownId(id: string): Diagnostic {
  const near = nearestIds(id)
  return {
    code: 'E0501',
    message: `nothing in the catalogue is called ${id}`,
    ...(near.length > 0 ? { hint: `did you mean ${near.join(', ')}?` } : {}),
  }
}
