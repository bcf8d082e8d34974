import { distance } from 'fastest-levenshtein'
import { type Diagnostic, InputError } from '../model/diagnostic.ts'

/** What is known of the command line when something on it is wrong. */
export interface UsageContext {
  readonly args: readonly string[]
  readonly commands: readonly string[]
  /** Long and short names of the options that the command takes, without dashes. */
  readonly options: readonly string[]
}

/** A mistake on the command line itself: one line, and what to write instead. */
export function usageError(message: string, hint?: string): InputError {
  return new InputError([{ code: 'E0501', message, ...(hint === undefined ? {} : { hint }) }])
}

/**
 * What yargs says about the arguments, in one line that names what the user typed, with the nearest known name. The
 * texts are those of its English catalogue, which the parser is fixed to; one that is not known is passed on.
 */
export function explainUsage(message: string, context: UsageContext): Diagnostic {
  const { args, commands } = context
  const command = args.find((word) => !word.startsWith('-'))
  const known = command !== undefined && commands.includes(command)
  const help = `vmss-twin ${known ? `${command} ` : ''}--help shows what it takes`
  const mistake = (text: string, hint: string = help): Diagnostic => ({ code: 'E0501', message: text, hint })

  const unknown = /^Unknown (?:argument|command)s?: (.*)$/s.exec(message)?.[1]
  const recommended = /^Did you mean (.*)\?$/s.exec(message)?.[1]
  if (recommended !== undefined || (unknown !== undefined && !known && command !== undefined)) {
    const near = recommended ?? nearest(command ?? '', commands)
    return mistake(
      `there is no command ${JSON.stringify(command)}`,
      near === undefined ? `commands: ${commands.join(', ')}` : `did you mean vmss-twin ${near}?`,
    )
  }
  if (unknown !== undefined) return mistake(...unknownArguments(unknown.split(', '), context, help))

  const lacking = /^Not enough arguments following: (.*)$/s.exec(message)?.[1]
  if (lacking !== undefined)
    return mistake(`${dashed(lacking)} needs a value`, `a value that begins with a dash: ${dashed(lacking)}=-…`)
  if (/^Not enough non-option arguments/.test(message)) return mistake(`${command} needs to be told what to work on`)

  const choice = /Argument: (\S+), Given: "?(.*?)"?, Choices: (.*)$/s.exec(message)
  if (choice !== null) {
    const [, name = '', given = '', listed = ''] = choice
    const choices = listed.split(', ').map((one) => one.replaceAll('"', ''))
    const subject = context.options.includes(name) ? `--${name}` : `${command} [${name}]`
    return mistake(`${subject} must be ${choices.join(' or ')}, got ${JSON.stringify(given)}`, didYouMean(nearest(given, choices)) ?? help)
  }
  return mistake(message.split('\n').join(' ').trim())
}

function unknownArguments(names: readonly string[], context: UsageContext, help: string): [message: string, hint: string] {
  const typed = (name: string) => context.args.some((word) => word.replace(/=.*$/s, '') === `--${name}`)
  const short = (name: string) => name.length === 1 && context.args.some((word) => /^-[^-]/.test(word) && word.includes(name))
  const option = names.find((name) => typed(name) || short(name))
  if (option === undefined) return [`nothing more was expected after ${context.args[0]}, got ${names.join(' ')}`, help]
  // Lists are compared without the short names: any one letter is near to any other.
  const long = context.options.filter((known) => known.length > 1)
  const near = nearest(option, long)
  return [`there is no option ${dashed(option)}`, near === undefined ? help : `did you mean --${near}?`]
}

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`)

const didYouMean = (near: string | undefined): string | undefined => (near === undefined ? undefined : `did you mean ${near}?`)

/** The known name that is at most a third of its letters away. */
function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((name) => ({ name, edits: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.edits - b.edits)
  return ranked[0]?.name
}
