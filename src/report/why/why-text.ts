import type { Flip, FlipSearch } from '../../lab/flips.ts'
import { formatClock } from '../../model/duration.ts'
import { type Palette, palette, verdictPaint } from '../palette.ts'
import { padEnd, printable, WIDTH_DEFAULT, WIDTH_MIN, wrap } from '../typeset.ts'
import { plural, VERDICT_GLYPH, VERDICT_WORD } from '../wording.ts'
import { changesText, flipText, noFlipText } from './flip-text.ts'
import type { Step } from './story.ts'
import type { Why, WhyStory } from './why.ts'

/** A story is short: at most so many lines, the head and what would have had to differ among them. */
export const STORY_LINES_MAX = 12
/** More stories than these are counted, and told when they are asked for. */
export const STORIES_MAX = 5
const ENTRY_STEPS_HEAD = 30
const ENTRY_STEPS_TAIL = 10

/** What was found for a story, and how to play it. */
export interface StoryFlips {
  readonly search: FlipSearch
  /** The complete command that plays a flip. */
  readonly command: (flip: Flip) => string
}

export interface WhyTextOptions {
  readonly color: boolean
  readonly width?: number
  /** By the place of the story; absent: not searched. */
  readonly flips?: ReadonlyMap<number, StoryFlips>
  /** Every step, however many lines it takes: of one entry. */
  readonly whole?: boolean
}

/** Each story with its head, its steps from the end to the root, and what would have had to differ. Ends in a line feed. */
export function renderWhy(why: Why, options: WhyTextOptions): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const told = why.stories.slice(0, STORIES_MAX)
  const lines: string[] = []
  told.forEach((story, at) => {
    if (at > 0) lines.push('')
    lines.push(
      ...storyLines(why, story, { width, paint, whole: options.whole === true, flips: options.flips?.get(at) }),
    )
  })
  const untold = why.stories.slice(STORIES_MAX).flatMap(({ expectations }) => expectations)
  if (untold.length > 0)
    lines.push(
      '',
      ...wrap(
        `${plural(untold.length, 'more expectation')} did not hold: --expectation ${untold.map((at) => at + 1).join(' or ')} tells why`,
        width,
        2,
      ).map(paint.quiet),
    )
  return `${lines.join('\n')}\n`
}

interface Layout {
  readonly width: number
  readonly paint: Palette
  readonly whole: boolean
  readonly flips: StoryFlips | undefined
}

function storyLines(why: Why, story: WhyStory, layout: Layout): string[] {
  const { paint, width } = layout
  const head = headLines(why, story, layout)
  const sayings = story.sayings.map((saying) => wrapped('', saying, width).map(paint.quiet))
  const flips = layout.flips === undefined ? [] : flipLines(layout.flips, width, paint)
  const others = layout.flips === undefined ? [] : otherFlips(layout.flips, width).map(paint.quiet)
  if (layout.whole) {
    const steps = folded(story.steps, width, paint)
    return [...head, ...steps, ...sayings.flat(), ...flips, ...others, ...sourceLines(why, story.steps, width, paint)]
  }
  // What has to fit is what decided it; what stands beside it, the sources and the far end of the chain give way, in this order.
  const parts: Parts = { sayings, others, hasSources: true, steps: [...story.steps] }
  const all = () => [
    ...head,
    ...parts.steps.flatMap((step, at) => stepLines(step, at, width, paint)),
    ...parts.sayings.flat(),
    ...flips,
    ...parts.others,
    ...(parts.hasSources ? sourceLines(why, parts.steps, width, paint) : []),
  ]
  let lines = all()
  while (lines.length > STORY_LINES_MAX && giveWay(parts)) lines = all()
  return lines
}

interface Parts {
  sayings: string[][]
  /** Flips that are farther away. */
  others: string[]
  hasSources: boolean
  steps: Step[]
}

/** Takes away what the story loses least by; false: there is nothing left that may go. */
function giveWay(parts: Parts): boolean {
  if (dropStep(parts, 1)) return true
  if (parts.sayings.length > 1) parts.sayings.pop()
  else if (parts.others.length > 0) parts.others = []
  else if (dropStep(parts, 2)) return true
  else if (parts.sayings.length > 0) parts.sayings = []
  else if (dropStep(parts, 3)) return true
  else if (parts.hasSources) parts.hasSources = false
  else return false
  return true
}

/** Drops the earliest step of that weight, never the end of the story. */
function dropStep({ steps }: Parts, wanted: Step['weight']): boolean {
  const at = steps.findLastIndex(({ weight }, place) => weight === wanted && place > 0)
  if (at >= 0) steps.splice(at, 1)
  return at >= 0
}

function headLines(why: Why, story: WhyStory, { width, paint }: Layout): string[] {
  const { verdict } = story
  const mark = verdict === null ? '' : `${VERDICT_GLYPH[verdict]} ${VERDICT_WORD[verdict]} `
  const lines = wrap(`${mark}${printable(`${why.scenario}: ${story.headline}`)}`, width, 2)
  return lines.map((line, at) =>
    at === 0 && verdict !== null ? verdictPaint(paint, verdict)(mark.trimEnd()) + line.slice(mark.length - 1) : line,
  )
}

const CLOCK_WIDTH = 9
const LABEL_WIDTH = CLOCK_WIDTH + 2

/** Rules that the text does not name yet stand behind it, with the one that it ends in. */
export function stepText({ text, rules }: Step): string {
  const missing = rules.filter((rule) => !text.includes(`(${rule})`))
  if (missing.length === 0) return text
  const last = rules.find((rule) => text.endsWith(` (${rule})`))
  return last === undefined ? `${text} (${missing.join(', ')})` : `${text.slice(0, -1)}, ${missing.join(', ')})`
}

function stepLines(step: Step, at: number, width: number, paint: Palette): string[] {
  const arrow = at === 0 ? '  ' : '← '
  const lines = wrap(printable(stepText(step)), width - 2 - LABEL_WIDTH)
  return lines.map((line, row) => {
    const clock =
      row === 0
        ? paint.strong(padEnd(formatClock(step.atMs), CLOCK_WIDTH)) + paint.quiet(arrow)
        : ' '.repeat(LABEL_WIDTH)
    return `  ${clock}${at === 0 ? paint.bad(line) : line}`
  })
}

/** A chain of any length: its beginning and its end, and what is between counted. */
function folded(steps: readonly Step[], width: number, paint: Palette): string[] {
  const hidden = steps.length - ENTRY_STEPS_HEAD - ENTRY_STEPS_TAIL
  const line = (step: Step, at: number) => entryLines(step, at, width, paint)
  if (hidden <= 1) return steps.flatMap(line)
  return [
    ...steps.slice(0, ENTRY_STEPS_HEAD).flatMap(line),
    `  ${paint.quiet(`${' '.repeat(LABEL_WIDTH)}... ${plural(hidden, 'step')} between, entry ${steps[ENTRY_STEPS_HEAD]!.entries[0]} to ${steps.at(-ENTRY_STEPS_TAIL - 1)!.entries[0]}; -o json has them`)}`,
    ...steps.slice(-ENTRY_STEPS_TAIL).flatMap((step, at) => line(step, at + 1)),
  ]
}

function entryLines(step: Step, at: number, width: number, paint: Palette): string[] {
  const id = `#${step.entries[0]} `
  const [first, ...rest] = stepLines({ ...step, text: `${id}${step.text}` }, at, width, paint)
  return [first!, ...rest]
}

function wrapped(label: string, text: string, width: number): string[] {
  return wrap(printable(text), width - 2 - LABEL_WIDTH).map(
    (line, row) => `  ${padEnd(row === 0 ? label : '', LABEL_WIDTH)}${line}`,
  )
}

function flipLines({ search, command }: StoryFlips, width: number, paint: Palette): string[] {
  const [nearest] = search.flips
  if (nearest === undefined) return wrapped('Differs', noFlipText(search), width).map(paint.quiet)
  return [
    ...wrapped('Differs', flipText(nearest), width),
    `  ${' '.repeat(LABEL_WIDTH)}${paint.accent(printable(command(nearest)))}`,
  ]
}

const OTHERS_MAX = 3

/** Flips that are farther away, in one sentence; none: nothing. */
function otherFlips({ search }: StoryFlips, width: number): string[] {
  const others = search.flips
    .slice(1, 1 + OTHERS_MAX)
    // Another error code is not what the nearest one does.
    .filter(({ after }) => after === search.flips[0]?.after)
    .map((flip) => changesText(flip))
  return others.length === 0 ? [] : wrapped('', `${others.join('; ')} would do it as well`, width)
}

const NO_SOURCE = 'none found'

/** `Azure documentation: configure rolling upgrades (TH-5), Application Health extension (HE-12)`; of several sources of a rule the first. */
function sourceLines(why: Why, steps: readonly Step[], width: number, paint: Palette): string[] {
  const ids = new Set(steps.flatMap(({ rules }) => rules))
  const publishers = new Map<string, Map<string, string[]>>()
  for (const { id, source } of why.sources) {
    if (!ids.has(id)) continue
    const known = source.startsWith(NO_SOURCE) ? 'undocumented' : source
    const [, publisher = '', page] = /^(?:([^:;]+): )?([^;]*)/.exec(known)!
    const pages = publishers.get(publisher) ?? new Map<string, string[]>()
    publishers.set(publisher, pages.set(page!, [...(pages.get(page!) ?? []), id]))
  }
  if (publishers.size === 0) return []
  const text = [...publishers].map(([publisher, pages]) => {
    const named = [...pages].map(([page, of]) => `${page} (${of.join(', ')})`).join(', ')
    return publisher === '' ? named : `${publisher}: ${named}`
  })
  return wrapped('Sources', text.join('; '), width).map(paint.quiet)
}
