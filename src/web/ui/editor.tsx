import { yaml } from '@codemirror/lang-yaml'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, type Diagnostic as Mark, setDiagnostics } from '@codemirror/lint'
import { EditorState } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { basicSetup } from 'codemirror'
import { useEffect, useRef } from 'preact/hooks'
import type { Diagnostic } from '../../model/diagnostic.ts'

/** Colours come from the page's variables, so that they follow light and dark. */
const COLORS = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--code-key)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: [tags.comment, tags.lineComment], color: 'var(--quiet)' },
  { tag: [tags.punctuation, tags.separator, tags.brace, tags.squareBracket, tags.meta], color: 'var(--quiet)' },
])

/** YAML, with what is wrong marked where it stands. */
export function Editor({
  text,
  file,
  diagnostics,
  onChange,
  goTo,
}: {
  readonly text: string
  readonly file: string
  readonly diagnostics: readonly Diagnostic[]
  readonly onChange: (text: string) => void
  /** A line to bring into sight; another object asks anew. */
  readonly goTo: { readonly line: number; readonly column: number } | null
}) {
  const host = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const latest = useRef(onChange)
  latest.current = onChange
  useEffect(() => {
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: text,
        extensions: [
          basicSetup,
          yaml(),
          lintGutter(),
          syntaxHighlighting(COLORS),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'The scenario as YAML', tabindex: '0' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged && !update.transactions.some((one) => one.isUserEvent('vmss-twin.sync')))
              latest.current(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = editor
    return () => editor.destroy()
  }, [])
  useEffect(() => {
    const editor = view.current
    if (editor === null || editor.state.doc.toString() === text) return
    editor.dispatch({ changes: changeTo(editor.state.doc.toString(), text), userEvent: 'vmss-twin.sync' })
  }, [text])
  useEffect(() => {
    const editor = view.current
    if (editor === null) return
    editor.dispatch(setDiagnostics(editor.state, marksOf(editor.state, diagnostics, file)))
  }, [diagnostics, file])
  useEffect(() => {
    const editor = view.current
    if (editor === null || goTo === null) return
    const line = editor.state.doc.line(Math.min(goTo.line, editor.state.doc.lines))
    const at = Math.min(line.to, line.from + goTo.column - 1)
    editor.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
    editor.focus()
  }, [goTo])
  return <div class="editor" ref={host} />
}

/** Only the stretch that differs, so that cursor and folds elsewhere stay. */
function changeTo(before: string, after: string) {
  let from = 0
  const shorter = Math.min(before.length, after.length)
  while (from < shorter && before[from] === after[from]) from++
  let end = 0
  while (end < shorter - from && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) }
}

function marksOf(state: EditorState, diagnostics: readonly Diagnostic[], file: string): Mark[] {
  return diagnostics.flatMap(({ code, message, hint, place }) => {
    if (place === undefined || place.file !== file) return []
    const line = state.doc.line(Math.min(place.line, state.doc.lines))
    const from = Math.min(line.to, line.from + place.column - 1)
    // The word that begins there; at least one character, to have something to underline.
    const word = /^[^\s,\]}]+/.exec(state.doc.sliceString(from, line.to))?.[0].length ?? 0
    const to = Math.max(from, Math.min(line.to, from + Math.max(1, word)))
    return [
      { from, to, severity: 'error' as const, message: `${code} ${message}${hint === undefined ? '' : `\n${hint}`}` },
    ]
  })
}
