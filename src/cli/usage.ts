import { nearest } from '../model/scenario/nearest.ts'

/** A mistake on the command line itself, as one line and a hint. */
export class UsageError extends Error {
  readonly hint: string | undefined

  constructor(message: string, hint?: string) {
    super(message)
    this.name = 'UsageError'
    this.hint = hint
  }
}

/** Options of every command, by the name of the command. */
export type KnownCommands = Readonly<Record<string, readonly string[]>>

/** What stands after the name of a command, where it must not be missing. */
const WANTED: Readonly<Record<string, string>> = {
  run: 'a scenario file',
  compare: 'a scenario file',
  sensitivity: 'a scenario file',
  fuzz: 'a scenario file',
  tune: 'a scenario file',
  why: 'a scenario file',
  show: 'a view and a scenario file',
  check: 'a scenario, a template or what az printed',
  import: 'a template or what az printed',
  merge: 'the files that run --shard has written',
  explain: 'the id of a rule, an assumption, a finding or an error code',
}

const helpOf = (command: string): string => `vmss-twin ${command} --help shows how`

/** What yargs found wrong with the arguments, in our words: one line that names the culprit, and the nearest known name. */
export function usageError(message: string, args: readonly string[], commands: KnownCommands): UsageError {
  const command = args.find((arg) => !arg.startsWith('-'))
  const isKnown = command !== undefined && Object.hasOwn(commands, command)
  if (command !== undefined && !isKnown)
    return new UsageError(`unknown command ${command}`, suggestion(command, Object.keys(commands)))

  const options = isKnown ? (commands[command] ?? []) : []
  const unknown = /^Unknown (?:argument|command)s?: (.+)$/s.exec(message)?.[1]
  const option = args.find((arg) => arg.startsWith('-') && !isListed(arg, [...options, 'help', 'h', 'version']))
  const isShort = /^Not enough non-option arguments/.test(message)
  if (option !== undefined && (unknown !== undefined || isShort || !isKnown)) {
    const name = nameOf(option)
    // Any one letter is near to any other, so letters are neither corrected nor suggested.
    const long = [...options, 'help', 'version'].filter((known) => known.length > 1)
    const near = name.length > 1 ? nearest(name, long) : undefined
    const elsewhere = isKnown ? `vmss-twin ${command} --help lists its options` : undefined
    return new UsageError(
      `unknown option ${option.replace(/=.*$/s, '')}`,
      near === undefined ? elsewhere : `did you mean --${near}?`,
    )
  }
  if (unknown !== undefined) return new UsageError(`${command} does not take ${unknown}`)
  if (!isKnown) return new UsageError('a command is missing', `one of ${Object.keys(commands).join(', ')}`)
  if (isShort) return new UsageError(`${command} needs ${WANTED[command!] ?? 'a name'} after it`, helpOf(command!))
  const [, valueless] = /^Not enough arguments following: (.+)$/s.exec(message) ?? []
  if (valueless !== undefined) return new UsageError(`${dashed(valueless)} needs a value`)
  const [, name, given, choices] = /Argument: (\S+), Given: (.*), Choices: (.*)/s.exec(message) ?? []
  if (name !== undefined) {
    const subject = options.includes(name) ? `--${name}` : `the name after ${command}`
    const known = (choices ?? '').replaceAll('"', '').split(', ')
    return new UsageError(`${subject} cannot be ${given}`, suggestion((given ?? '').replaceAll('"', ''), known))
  }
  return new UsageError(message.replace(/\s*\n\s*/g, ' '))
}

/** Refuses an option that was given twice and takes one value: which of the two counts would be a guess. */
export function onlyOnce(name: string): (value: unknown) => unknown {
  return (value) => {
    if (Array.isArray(value)) throw new UsageError(`--${name} may be given once`)
    return value
  }
}

const suggestion = (name: string, known: readonly string[]): string => {
  const near = nearest(name, known)
  return near === undefined ? `one of ${known.join(', ')}` : `did you mean ${near}?`
}

const dashed = (name: string): string => (name.length === 1 ? `-${name}` : `--${name}`)

/** `--set=a=b` -> `set`, `-o` -> `o`. */
const nameOf = (arg: string): string => arg.replace(/^-+/, '').replace(/=.*$/s, '')

/** Whether the argument is one of the options, long, or as a bundle of letters. */
function isListed(arg: string, options: readonly string[]): boolean {
  const name = nameOf(arg)
  if (arg.startsWith('--')) return options.includes(name)
  // A lone dash and a negative number are values.
  return /^(?:\d.*)?$/.test(name) || [...name].some((letter) => options.includes(letter))
}
