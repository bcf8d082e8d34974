import type { Diagnostic } from '../../model/diagnostic.ts'
import { plural } from '../../report/wording.ts'
import { Rule } from '../ui/rule.tsx'

/** One slip of the pen can make everything after it wrong; the first ones are those to look at. */
const SHOWN_MAX = 8

/** Everything that is wrong with the text, each with its place; pressed, the editor goes there. */
export function Mistakes({
  diagnostics,
  onShow,
}: {
  readonly diagnostics: readonly Diagnostic[]
  /** Absent: there is no text to look at. */
  readonly onShow?: (place: { line: number; column: number }) => void
}) {
  if (diagnostics.length === 0) return null
  return (
    <section class="mistakes" aria-label="Mistakes" role="alert">
      <h2>{plural(diagnostics.length, 'mistake')}: the fleet shows the last version that could be played</h2>
      <ul>
        {diagnostics.slice(0, SHOWN_MAX).map((one, index) => {
          const { code, message, hint, place } = one
          return (
            <li key={`${index}${code}`}>
              {place !== undefined && onShow !== undefined && (
                <button type="button" class="link" onClick={() => onShow(place)}>
                  line {place.line}, column {place.column}
                </button>
              )}{' '}
              <Rule id={code} /> {message}
              {hint !== undefined && <div class="quiet">{hint}</div>}
            </li>
          )
        })}
      </ul>
      {diagnostics.length > SHOWN_MAX && (
        <p class="quiet">and {diagnostics.length - SHOWN_MAX} more, marked in the text</p>
      )}
    </section>
  )
}
