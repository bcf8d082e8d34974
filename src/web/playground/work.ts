import { useEffect, useRef, useState } from 'preact/hooks'
import type { Diagnostic } from '../../model/diagnostic.ts'
import type { Engine } from '../engine/client.ts'
import type { RunView, Slot } from '../engine/protocol.ts'

/** A scenario that is being worked on. */
export interface Work {
  /** Name of the file it came from, for messages and for what it refers to. */
  readonly file: string
  readonly text: string
  /** Case of the file; absent: the base. */
  readonly case?: string
  /** Files it refers to that the page does not have, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Assignments as `--set` takes them, laid on top of the text. */
  readonly set?: readonly string[]
}

/** What came of playing a scenario. While the text is wrong, the last run that could be played stays. */
export interface PlayState {
  readonly view: RunView | null
  /** The work that `view` is of. */
  readonly of: Work | null
  readonly diagnostics: readonly Diagnostic[]
  /** A bug of ours, told rather than swallowed. */
  readonly failure: string | null
}

const NOTHING: PlayState = { view: null, of: null, diagnostics: [], failure: null }
/** Edits that come faster than this are one. */
const DEBOUNCE_MS = 40

/** Plays what is worked on whenever it changes; the latest wins. */
export function usePlay(engine: Engine, slot: Slot, work: Work | null, seed?: number): PlayState {
  const [state, setState] = useState<PlayState>(NOTHING)
  const isFirst = useRef(true)
  useEffect(() => {
    if (work === null) {
      setState(NOTHING)
      return
    }
    let isWanted = true
    const timer = setTimeout(
      async () => {
        try {
          const { text, file } = work
          const answer = await engine.call('play', {
            slot,
            play: {
              text,
              file,
              ...(work.case === undefined ? {} : { case: work.case }),
              ...(seed === undefined ? {} : { seed }),
              ...(work.set === undefined ? {} : { set: work.set }),
              ...(work.files === undefined ? {} : { files: work.files }),
            },
          })
          if (!isWanted || answer.kind === 'superseded') return
          if (answer.kind === 'played') setState({ view: answer.view, of: work, diagnostics: [], failure: null })
          else setState((before) => ({ ...before, diagnostics: answer.diagnostics, failure: null }))
        } catch (error) {
          if (isWanted)
            setState((before) => ({ ...before, failure: error instanceof Error ? error.message : String(error) }))
        }
      },
      isFirst.current ? 0 : DEBOUNCE_MS,
    )
    isFirst.current = false
    return () => {
      isWanted = false
      clearTimeout(timer)
    }
  }, [engine, slot, work, seed])
  return state
}
