import { type ComponentChildren, createContext } from 'preact'
import { useContext, useEffect, useRef, useState } from 'preact/hooks'
import type { Explanation } from '../../model/explain.ts'
import type { Engine } from '../engine/client.ts'

const OpenRule = createContext<(id: string) => void>(() => {})

/** Lets every rule id below it be asked for its text, which `explain` gives. */
export function RuleProvider({ engine, children }: { engine: Engine; children: ComponentChildren }) {
  const [id, setId] = useState<string | null>(null)
  const [explanation, setExplanation] = useState<Explanation | null>(null)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (id === null) return
    let isCurrent = true
    void engine.call('explain', { id }).then((answer) => {
      if (!isCurrent) return
      setExplanation(answer)
      if (dialog.current?.open === false) dialog.current.showModal()
    })
    return () => {
      isCurrent = false
    }
  }, [id, engine])
  const close = () => dialog.current?.close()
  return (
    <OpenRule.Provider value={setId}>
      {children}
      <dialog ref={dialog} class="rule-dialog" aria-labelledby="rule-title" onClose={() => setId(null)}>
        {id !== null && explanation !== null && (
          <>
            <h2 id="rule-title">
              <code>{explanation.id}</code> {explanation.title}
            </h2>
            <p>{explanation.text}</p>
            {explanation.ambiguity !== undefined && (
              <p>
                <strong>What is open.</strong> {explanation.ambiguity}
              </p>
            )}
            {explanation.fix !== undefined && (
              <p>
                <strong>What to do.</strong> {explanation.fix}
              </p>
            )}
            {explanation.source !== undefined && <p class="quiet">Source: {explanation.source}</p>}
          </>
        )}
        {id !== null && explanation === null && <p id="rule-title">Nothing is known of {id}.</p>}
        <button type="button" onClick={close}>
          Close
        </button>
      </dialog>
    </OpenRule.Provider>
  )
}

/** The id of a rule, finding or error code; pressed, it tells its text. */
export function Rule({ id }: { id: string }) {
  const open = useContext(OpenRule)
  return (
    <button type="button" class="rule" onClick={() => open(id)} aria-label={`${id}: what it says`}>
      {id}
    </button>
  )
}

/** Text in which every id in parentheses, as in `= 33.3 % > 20 % (TH-5)`, can be pressed. */
export function WithRules({ text }: { text: string }) {
  const parts = text.split(/\(((?:[A-Z]{2}-\d+)(?:, [A-Z]{2}-\d+)*)\)/)
  return (
    <>
      {parts.map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          <span key={`${index}${part}`}>
            (
            {part.split(', ').map((id, at) => (
              <>
                {at > 0 && ', '}
                <Rule key={id} id={id} />
              </>
            ))}
            )
          </span>
        ),
      )}
    </>
  )
}
