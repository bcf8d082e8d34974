import { element, fragment } from '../markup.ts'
import { decimal } from '../wording.ts'
import { plainChart } from './frame.ts'

/** How much each of several readings moves the outcome. */
export interface EffectsData {
  readonly rows: readonly {
    readonly label: string
    /** 0 to 1: change of the measure that changes most. */
    readonly effect: number
    readonly turnsVerdict: boolean
    readonly text: string
  }[]
}

const PITCH = 22
const LABEL = 310
const BAR = 220

/** The largest at the top; what turns a verdict is hatched, and says so. */
export function effectsChart(data: EffectsData, options: { readonly width?: number } = {}): string {
  const { width = 1000 } = options
  return plainChart({
    kind: 'effects',
    label: `${data.rows.length} readings by how much they change. The table below has the numbers.`,
    width,
    height: data.rows.length * PITCH + 6,
    content: data.rows.map(({ label, effect, turnsVerdict, text }, i) => {
      const y = i * PITCH + 3
      return fragment(
        element('text', { class: 'row', x: LABEL, y: y + 13 }, label),
        element('rect', { class: 'place', x: LABEL + 10, y, width: BAR, height: PITCH - 6 }),
        element('rect', {
          class: turnsVerdict ? 'bar failed' : 'bar neutral',
          x: LABEL + 10,
          y,
          width: BAR * Math.min(1, effect),
          height: PITCH - 6,
        }),
        element(
          'text',
          { x: LABEL + BAR + 18, y: y + 13, class: turnsVerdict ? 'halt-label' : undefined },
          `${decimal(effect * 100)} % · ${text}`,
        ),
      )
    }),
  })
}
