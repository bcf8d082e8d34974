import type { Change, Flip } from '../../lab/flips.ts'
import { formatDuration } from '../../model/duration.ts'
import type { Step } from './story.ts'
import type { Why, WhyStory } from './why.ts'
import type { StoryFlips } from './why-text.ts'

/** The document of `why -o json`; `docs/why.md` describes it. Keys always come in the same order. */
export function whyDocument(
  entries: readonly {
    readonly why: Why
    readonly file: string
    readonly case?: string
    readonly flips: ReadonlyMap<number, StoryFlips>
  }[],
  engine: { readonly name: string; readonly version: string },
) {
  return {
    formatVersion: 1,
    engine: { name: engine.name, version: engine.version },
    results: entries.map(({ why, file, case: caseName, flips }) => ({
      scenario: why.scenario,
      file,
      case: caseName ?? null,
      seed: why.seed,
      traceHash: why.traceHash,
      verdict: why.verdict,
      stories: why.stories.map((story, at) => storyEntry(story, flips.get(at))),
      sources: why.sources.map(({ id, title, source, confidence }) => ({ id, title, source, confidence })),
    })),
  }
}

function storyEntry(story: WhyStory, flips: StoryFlips | undefined) {
  return {
    expectations: story.expectations.map((at) => at + 1),
    headline: story.headline,
    verdict: story.verdict,
    steps: story.steps.map(stepEntry),
    sayings: [...story.sayings],
    chain: [...story.chain],
    differs: flips === undefined ? null : differsEntry(flips),
  }
}

function stepEntry({ entries, atMs, subject, text, rules, inequality, instances }: Step) {
  return {
    at: formatDuration(atMs),
    atMs,
    subject,
    text,
    entries: [...entries],
    rules: [...rules],
    inequality:
      inequality === undefined
        ? null
        : {
            rule: inequality.rule,
            count: inequality.count,
            total: inequality.total,
            limitPercent: inequality.limitPercent,
            breached: inequality.breached,
          },
    instances: instances === undefined ? null : [...instances],
  }
}

function differsEntry({ search, command }: StoryFlips) {
  return {
    complete: search.isComplete,
    plays: search.plays,
    tried: search.tried.map(({ name, scaleSet, from, to, refused }) => ({
      name,
      scaleSet,
      from,
      to,
      refused: [...refused],
    })),
    flips: search.flips.map((flip) => flipEntry(flip, command)),
  }
}

function flipEntry(flip: Flip, command: (flip: Flip) => string) {
  return {
    ...changeEntry(flip),
    also: flip.also.map(changeEntry),
    before: flip.before,
    after: flip.after,
    command: command(flip),
  }
}

function changeEntry({ field, from, to, stillHolds, set }: Change) {
  return { name: field.name, scaleSet: field.scaleSet, from, to, stillHolds, rule: field.rule, set }
}
