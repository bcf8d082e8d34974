import { config } from 'zod'
import { searchFlips } from '../../lab/flips.ts'
import { explain } from '../../model/explain.ts'
import { loadScenarios } from '../../model/scenario/load.ts'
import { showAt, shownJson, shownTable, VIEWS } from '../../report/show/show.ts'
import { whyOf } from '../../report/why/why.ts'
import { chartsView } from './charts-view.ts'
import { diagnosticsOf, type Played, play } from './engine.ts'
import { importedText } from './import.ts'
import { playLessonFile } from './lesson-view.ts'
import type { AnswerOf, Args, CallName, Request, Response, Slot } from './protocol.ts'
import { viewOf } from './view.ts'

// The page forbids code made from text, and zod would try.
config({ jitless: true })

let files: Readonly<Record<string, string>> = {}
const held = new Map<Slot, Played>()
/** Of each slot the number of the newest request to play; what an older one is still doing is not wanted any more. */
const newest = new Map<Slot, number>()

const calls: { readonly [N in CallName]: (args: Args<N>, id: number) => AnswerOf<N> | Promise<AnswerOf<N>> } = {
  start: (args) => {
    files = args.files
    return null
  },
  play: async ({ slot, play: wanted }, id) => {
    newest.set(slot, id)
    const isWanted = () => newest.get(slot) === id
    // What came in meanwhile is looked at first: of ten edits only the last is played.
    await breathe()
    if (!isWanted()) return { kind: 'superseded' }
    const outcome = await play(wanted, files, { breathe, isWanted })
    if (outcome.kind !== 'played') return outcome
    held.set(slot, outcome.played)
    return { kind: 'played', view: viewOf(outcome.played) }
  },
  charts: ({ slot, width }) => {
    const played = held.get(slot)
    return played === undefined ? null : chartsView(played, width)
  },
  show: ({ slot, atMs, view, scaleSet }) => {
    const played = held.get(slot)
    if (played === undefined) return null
    const { scenario, result } = played
    try {
      const shown = showAt(scenario, result.seed, Math.min(atMs, scenario.durationMs), {
        view,
        ...(scaleSet === undefined ? {} : { scaleSet }),
      })
      return { command: VIEWS[view].command, table: shownTable(shown), json: shownJson(shown) }
    } catch (error) {
      // A view of something that this scenario does not declare.
      const diagnostics = diagnosticsOf(error)
      if (diagnostics === undefined) throw error
      const text = diagnostics
        .map(({ message, hint }) => `${message}${hint === undefined ? '' : `; ${hint}`}`)
        .join('\n')
      return { command: VIEWS[view].command, table: text, json: text }
    }
  },
  why: ({ slot, target }) => {
    const played = held.get(slot)
    return played === undefined ? null : whyOf(played.scenario, played.result, target)
  },
  flips: async ({ slot, story }) => {
    const played = held.get(slot)
    if (played === undefined) return null
    const { scenario, result, source, set } = played
    const { question, scaleSets } = whyOf(scenario, result).stories[story] ?? { question: null, scaleSets: [] }
    if (question === null) return null
    const search = searchFlips(question, source, scenario, set, { scaleSets })
    for (let next = search.next(); ; next = search.next(false)) {
      if (next.done === true) return next.value
      await breathe()
      if (held.get(slot) !== played) return null
    }
  },
  import: ({ file, files: given }) => importedText(file, given),
  lesson: ({ file, text = files[file] ?? '', files: own }) => {
    try {
      const { view, base, changed } = playLessonFile(text, file, { ...files, ...own })
      held.set('lesson-base', base)
      held.set('lesson-changed', changed)
      return { kind: 'lesson', view }
    } catch (error) {
      const diagnostics = diagnosticsOf(error)
      if (diagnostics === undefined) throw error
      return { kind: 'mistakes', diagnostics }
    }
  },
  lessonText: ({ file }) =>
    loadScenarios(files[file] ?? '', file, { readFile: (path: string) => files[path] })[0]?.lesson ?? null,
  explain: ({ id }) => explain(id) ?? null,
}

/** Lets the messages that wait through; a promise alone would not. */
const channel = new MessageChannel()
const waiting: (() => void)[] = []
channel.port1.onmessage = () => waiting.shift()?.()
function breathe(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    channel.port2.postMessage(null)
  })
}

self.onmessage = async ({ data }: MessageEvent<Request>) => {
  const { id, name, args } = data
  try {
    const call = calls[name] as (args: unknown, id: number) => unknown
    answer({ id, ok: await call(args, id) })
  } catch (error) {
    answer({ id, failed: error instanceof Error ? error.message : String(error) })
  }
}

const answer = (response: Response): void => self.postMessage(response)
