import type { CommandModule } from 'yargs'
import { assignmentsOf, type FlipSearch, searchFlips } from '../lab/flips.ts'
import { type Why, type WhyStory, type WhyTarget, whyOf } from '../report/why/why.ts'
import { whyDocument } from '../report/why/why-json.ts'
import { renderWhy, STORIES_MAX, type StoryFlips } from '../report/why/why-text.ts'
import { EXIT } from './exit-codes.ts'
import { type Io, layoutOf } from './io.ts'
import { assignments, OUTPUT, single } from './options.ts'
import { playToEnd } from './play.ts'
import { startProgress } from './progress.ts'
import { printForPeople } from './reporters.ts'
import { caseOption, loadOne, type NamedScenario, readSeed, replayCommand } from './scenarios.ts'
import { UsageError } from './usage.ts'
import { engine } from './version.ts'

interface WhyArguments {
  readonly scenario: string
  readonly set: readonly string[] | undefined
  readonly case: string | undefined
  readonly seed: string | undefined
  readonly rollout: string | undefined
  readonly instance: string | undefined
  readonly entry: string | undefined
  readonly expectation: string | undefined
  readonly noSearch: boolean
  readonly output: 'text' | 'json'
}

export function whyCommand(io: Io, done: (code: number) => void): CommandModule<object, WhyArguments> {
  return {
    command: 'why <scenario>',
    describe:
      'Tell why a run came out as it did: the chain of causes, the deciding inequality, and what would have had to differ',
    builder: (args) =>
      args
        .positional('scenario', { type: 'string', demandOption: true, describe: 'a scenario file' })
        .option('set', assignments('change a value before playing, path=value'))
        .option('case', single('case', 'a case of the file; default: the file without its cases'))
        .option('seed', single('seed', "play with this seed instead of the scenario's"))
        .option(
          'expectation',
          single('expectation', 'why this expectation came out as it did; the first of the file is 1'),
        )
        .option('rollout', single('rollout', 'why this rollout ended as it did; 1 is rollouts[0]'))
        .option('instance', single('instance', 'why this instance was harmed, or is gone; vmss/3 or its Azure name'))
        .option('entry', single('entry', 'everything that led to this entry of the trace, by its id'))
        .option('no-search', {
          type: 'boolean',
          default: false,
          describe: 'do not look for what would have had to differ',
        })
        .option('output', OUTPUT)
        .example('$0 why scenarios/payments-after.yaml', 'the story of the verdict')
        .example('$0 why a.yaml --rollout 2', 'why the second rollout ended as it did')
        .example('$0 why a.yaml --instance vmss-web/3', 'what happened to one instance')
        .epilogue(
          'Without a target: each expectation that did not hold; when all of them hold, what came nearest to harm and what stopped it.',
        ) as never,
    handler: async (args) => done(await why(io, args)),
  }
}

async function why(io: Io, args: WhyArguments): Promise<number> {
  const seed = readSeed(args.seed)
  const target = readTarget(args)
  const named = loadOne(io, args.scenario, (args.set ?? []).map(String), args.case, seed)
  let interrupted = false
  io.onInterrupt(() => {
    interrupted = true
  })
  const result = await playToEnd(io, named.scenario, { keepTrace: true }, () => interrupted)
  if (result === undefined) {
    io.stderr.write('interrupted: the run was not finished\n')
    return EXIT.interrupted
  }
  const answer = whyOf(named.scenario, result, target)
  const flips = args.noSearch ? new Map<number, StoryFlips>() : await search(io, named, answer, () => interrupted)
  if (args.output === 'json') {
    const { source, scenario } = named
    const entry = {
      why: answer,
      file: source.file,
      flips,
      ...(scenario.case === undefined ? {} : { case: scenario.case }),
    }
    io.stdout.write(`${JSON.stringify(whyDocument([entry], engine()), null, 2)}\n`)
  } else {
    printForPeople(io, renderWhy(answer, { ...layoutOf(io), flips, whole: target.kind === 'entry' }))
  }
  if (!interrupted) return EXIT.holds
  io.stderr.write('interrupted: what was found so far is kept\n')
  return EXIT.interrupted
}

/** What would have had to differ, for each story that will be told. */
async function search(
  io: Io,
  named: NamedScenario,
  { stories }: Why,
  isInterrupted: () => boolean,
): Promise<Map<number, StoryFlips>> {
  const found = new Map<number, StoryFlips>()
  for (const [at, story] of stories.slice(0, STORIES_MAX).entries()) {
    if (story.question === null || isInterrupted()) continue
    found.set(at, {
      search: await searchOne(io, named, story, isInterrupted),
      command: (flip) => commandOf(named, assignmentsOf(flip)),
    })
  }
  return found
}

async function searchOne(
  io: Io,
  { source, scenario, set }: NamedScenario,
  { question, scaleSets }: WhyStory,
  isInterrupted: () => boolean,
): Promise<FlipSearch> {
  const running = searchFlips(question!, source, scenario, set, { scaleSets })
  const progress = startProgress(io, 'what would have had to differ', 1)
  try {
    for (let next = running.next(); ; next = running.next(isInterrupted())) {
      if (next.done === true) return next.value
      progress.update(next.value.done, next.value.total)
      await io.breathe()
    }
  } finally {
    progress.stop()
  }
}

const commandOf = ({ source, scenario, set }: NamedScenario, assignments: readonly string[]): string =>
  replayCommand(source.file, scenario.seed, [...set, ...assignments], caseOption(scenario))

const TARGETS = ['expectation', 'rollout', 'instance', 'entry'] as const

function readTarget(args: WhyArguments): WhyTarget {
  const given = TARGETS.filter((name) => args[name] !== undefined)
  if (given.length > 1)
    throw new UsageError(`--${given[0]} and --${given[1]} ask for different things`, 'ask for one at a time')
  const [kind] = given
  if (kind === undefined) return { kind: 'verdict' }
  const value = String(args[kind])
  if (kind === 'instance') return { kind, name: value }
  const number = wholeNumber(kind, value)
  return kind === 'entry' ? { kind, id: number } : { kind, number }
}

function wholeNumber(name: string, text: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN
  if (Number.isSafeInteger(number)) return number
  throw new UsageError(
    `--${name} must be a whole number, got "${text}"`,
    `write --${name} ${name === 'entry' ? 57 : 1}`,
  )
}
