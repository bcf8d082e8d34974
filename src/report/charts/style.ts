import type { LaneState } from '../../sim/result.ts'
import { STATE_SIGNS } from '../lane-states.ts'
import { element, fragment, type Markup } from '../markup.ts'
import { VERSION_STYLES } from './versions.ts'

/**
 * How charts look: one style sheet and one set of patterns for a whole page. Colours are variables of the page, light and
 * dark; they are chosen to be told apart with any kind of colour vision, and each state has a pattern and a letter besides.
 */

type Texture = 'plain' | 'rising' | 'falling' | 'dots' | 'level' | 'upright' | 'cross' | 'grid'

interface StateLook {
  readonly texture: Texture
  readonly light: readonly [fill: string, mark: string, letter: string]
  readonly dark: readonly [fill: string, mark: string, letter: string]
}

/** What is well is pale, what is on its way is blue, what is broken is orange to red. */
const LOOKS: Readonly<Record<Exclude<LaneState, 'absent'>, StateLook>> = {
  serving: { texture: 'plain', light: ['#cfe4dc', '#cfe4dc', '#12382b'], dark: ['#21473b', '#21473b', '#cfe9df'] },
  misjudged: { texture: 'dots', light: ['#f0d96b', '#8a6d00', '#352a00'], dark: ['#6b5a10', '#e3c94c', '#fff3bf'] },
  draining: { texture: 'upright', light: ['#c9d8d0', '#86a598', '#12382b'], dark: ['#2a4038', '#587b6d', '#cfe9df'] },
  upgrading: { texture: 'rising', light: ['#8fbce6', '#5f97cf', '#0a2a4a'], dark: ['#1d4d7d', '#3b78b3', '#e2f0ff'] },
  creating: { texture: 'level', light: ['#c9d6f2', '#93a9dc', '#14264f'], dark: ['#2c3d6b', '#5069a8', '#e4ebff'] },
  starting: { texture: 'falling', light: ['#b7dff5', '#7dc0e6', '#083349'], dark: ['#17506d', '#2f80a6', '#ddf3ff'] },
  application: { texture: 'dots', light: ['#d3edf9', '#5aa9d1', '#083349'], dark: ['#123c50', '#4fa3c9', '#ddf3ff'] },
  broken: { texture: 'falling', light: ['#f6b787', '#d9772b', '#3d1800'], dark: ['#84410f', '#c96a25', '#ffeadb'] },
  unhealthy: { texture: 'plain', light: ['#c4420a', '#c4420a', '#ffffff'], dark: ['#e8692c', '#e8692c', '#240c00'] },
  failed: { texture: 'cross', light: ['#7a2867', '#a04e8d', '#ffffff'], dark: ['#c77fb5', '#8f4a7e', '#22001a'] },
  stopped: { texture: 'level', light: ['#e2e2e0', '#b3b3b0', '#2b2b2a'], dark: ['#3a3a39', '#5d5d5b', '#eeeeec'] },
  deleting: { texture: 'upright', light: ['#cbc7d4', '#9088a3', '#28223a'], dark: ['#3d394a', '#6d6584', '#ece8f7'] },
}

const VERSION_LOOKS: readonly {
  readonly texture: Texture
  readonly light: readonly [string, string]
  readonly dark: readonly [string, string]
}[] = [
  { texture: 'plain', light: ['#d5d9e0', '#d5d9e0'], dark: ['#3a404b', '#3a404b'] },
  { texture: 'rising', light: ['#8fbce6', '#6ea6db'], dark: ['#1f5387', '#3672ab'] },
  { texture: 'dots', light: ['#f0d96b', '#b59a22'], dark: ['#66560f', '#b39d35'] },
  { texture: 'falling', light: ['#a9dbc4', '#78bf9f'], dark: ['#1c5a44', '#2f8264'] },
  { texture: 'level', light: ['#e3b7d6', '#c98bb7'], dark: ['#6b3159', '#99568a'] },
  { texture: 'grid', light: ['#f6c6a0', '#dd9a62'], dark: ['#7a4317', '#ad6b35'] },
]

const states = STATE_SIGNS.map(({ state }) => state).filter((state) => state !== 'absent')

const variables = (theme: 'light' | 'dark'): string =>
  [
    ...states.map((state) => {
      const [fill, mark, letter] = LOOKS[state][theme]
      return `--${state}:${fill};--${state}-mark:${mark};--${state}-letter:${letter}`
    }),
    ...VERSION_LOOKS.map((look, i) => `--v${i}:${look[theme][0]};--v${i}-mark:${look[theme][1]}`),
  ].join(';')

const OWN = {
  light:
    '--paper:#ffffff;--ink:#1c1f23;--ink-quiet:#565d66;--rule:#e3e5e8;--rule-strong:#b9bec5;--fold:#f1f2f4;--accent:#0b5cad;--bad:#b33605;--good:#1b6b4f;--bar:#3f8f73;--have:#dfe9e5;--have-line:#4d8a74;--need-line:#1c1f23;--limit:#b33605;--share:#e9eef4;--share-line:#5b6b7d;--over:#e8905f',
  dark: '--paper:#15181c;--ink:#e6e8ea;--ink-quiet:#a3abb4;--rule:#2a2f36;--rule-strong:#4a525c;--fold:#1e2228;--accent:#6cb4f5;--bad:#ff9566;--good:#6fcaa8;--bar:#4ea587;--have:#1c2f29;--have-line:#6fb69c;--need-line:#e6e8ea;--limit:#ff9566;--share:#222a33;--share-line:#90a1b3;--over:#a04e20',
}

/** Variables of the page in light, in dark, and where `data-theme` on the root element says which. */
const THEMES = `:root{color-scheme:light dark;${OWN.light};${variables('light')}}
@media(prefers-color-scheme:dark){:root{${OWN.dark};${variables('dark')}}}
:root[data-theme=light]{color-scheme:light;${OWN.light};${variables('light')}}
:root[data-theme=dark]{color-scheme:dark;${OWN.dark};${variables('dark')}}
@media print{:root,:root[data-theme]{color-scheme:light;${OWN.light};${variables('light')}}}`

const RULES = `.chart{display:block;font:11px/1.2 ui-sans-serif,system-ui,"Segoe UI",sans-serif;font-variant-numeric:tabular-nums}
.chart text{fill:var(--ink)}
.chart .paper{fill:var(--paper)}
.chart .tick{stroke:var(--rule);fill:none}
.chart .fold{fill:var(--fold)}
.chart .axis text{text-anchor:middle;fill:var(--ink-quiet)}
.chart .axis .start{text-anchor:start}
.chart .axis .end{text-anchor:end}
.chart .row,.chart .scale{text-anchor:end;fill:var(--ink-quiet)}
.chart .strong{fill:var(--limit);font-weight:600}
.chart .group{font-weight:600}
.chart .letter{text-anchor:middle;font:600 10px ui-monospace,"Cascadia Mono",Menlo,monospace}
.chart .batch{fill:none;stroke:var(--ink);stroke-width:1.2}
.chart .halt{stroke:var(--bad);stroke-width:1.6;stroke-dasharray:5 3;fill:none}
.chart .halt-label,.chart .breach-label{fill:var(--bad);font-weight:600;paint-order:stroke;stroke:var(--paper);stroke-width:6px;stroke-linejoin:round}
.chart .end{text-anchor:end}
.chart .share{fill:var(--share)}
.chart .share-line{fill:none;stroke:var(--share-line);stroke-width:1.2}
.chart .over,.chart .missing{fill:url(#tx-over)}
.chart .limit{fill:none;stroke:var(--limit);stroke-width:1.2;stroke-dasharray:6 3}
.chart .of-line{fill:none;stroke:var(--ink-quiet)}
.chart .count{fill:var(--unhealthy)}
.chart .check{fill:none;stroke:var(--good);stroke-width:2}
.chart .breach{fill:none;stroke:var(--bad);stroke-width:2.4}
.chart .rollout{fill:none;stroke:var(--ink-quiet);stroke-width:1.5}
.chart .rollout-label{font-weight:600}
.chart .bar{fill:var(--bar)}
.chart .bar.open{fill:var(--rule-strong)}
.chart .bar.failed{fill:url(#tx-over)}
.chart .outcome{fill:var(--ink-quiet)}
.chart .have{fill:var(--have)}
.chart .have-line{fill:none;stroke:var(--have-line);stroke-width:1.2}
.chart .need-line{fill:none;stroke:var(--need-line);stroke-width:1.4}
.chart .place{fill:none;stroke:var(--rule)}
.chart .zone{font-weight:600}
.chart .middle{text-anchor:middle;fill:var(--ink-quiet)}
.chart .quiet,.chart .axis-title{fill:var(--ink-quiet)}
.chart .limit-label{fill:var(--limit);font-weight:600}
.chart .dot{fill:var(--share-line)}
.chart .band{fill:var(--share-line);opacity:.3}
.chart .median{fill:none;stroke:var(--share-line);stroke-width:1.6}
.chart .bar.neutral{fill:var(--share-line)}
.chart .front{fill:var(--share-line);stroke:var(--paper)}
.chart .recommended{fill:var(--good);stroke:var(--paper);stroke-width:1.5}
.chart .declared{fill:var(--paper);stroke:var(--ink);stroke-width:2.4}
.chart .whisker{fill:none;stroke:var(--rule-strong)}
.chart .zero{fill:none;stroke:var(--ink-quiet);stroke-dasharray:3 3}
.chart .interval{fill:none;stroke:var(--ink-quiet);stroke-width:2.4}
.chart .interval.good{stroke:var(--good)}
.chart .interval.bad{stroke:var(--bad)}
.chart .estimate{fill:var(--ink-quiet);stroke:var(--paper)}
.chart .estimate.good{fill:var(--good)}
.chart .estimate.bad{fill:var(--bad)}
.chart .version{text-anchor:middle;font-weight:700}`

/** The style sheet of all charts, with the variables they use. */
export const CHART_STYLE = [
  THEMES,
  RULES,
  ...states.map((state) => {
    const fill = LOOKS[state].texture === 'plain' ? `var(--${state})` : `url(#tx-${state})`
    return `.s-${state}{fill:${fill}}.sign.s-${state}{background:var(--${state});color:var(--${state}-letter)}.chart .l-${state}{fill:var(--${state}-letter)}`
  }),
  '.i text{stroke:none}.i.s-absent rect{fill:none;stroke:var(--rule)}',
  ...VERSION_LOOKS.map(
    ({ texture }, i) => `.v${i}{fill:${texture === 'plain' ? `var(--v${i})` : `url(#tx-v${i})`}}`,
  ).slice(0, VERSION_STYLES),
  ...[...states, ...VERSION_LOOKS.map((_, i) => `v${i}`), 'over'].map(
    (name) =>
      `.tx-${name} rect{fill:var(--${name})}.tx-${name} path{stroke:var(--${name === 'over' ? 'bad' : `${name}-mark`});fill:none;stroke-width:1.6}`,
  ),
].join('\n')

const SIZE = 6
const TEXTURE_PATHS: Readonly<Record<Texture, string>> = {
  plain: '',
  rising: 'M-1 1l2-2M0 6l6-6M5 7l2-2',
  falling: 'M-1 5l2 2M0 0l6 6M5-1l2 2',
  dots: 'M1 2h1.6M4 5h1.6',
  level: 'M0 3h6',
  upright: 'M3 0v6',
  cross: 'M0 0l6 6M0 6l6-6',
  grid: 'M0 3h6M3 0v6',
}

/** The patterns that the style sheet refers to. Stands once in a page, anywhere in its body. */
export function chartPatterns(): string {
  const pattern = (name: string, texture: Texture): Markup | null =>
    texture === 'plain'
      ? null
      : element(
          'pattern',
          { id: `tx-${name}`, class: `tx-${name}`, width: SIZE, height: SIZE, patternUnits: 'userSpaceOnUse' },
          element('rect', { width: SIZE, height: SIZE }),
          element('path', { d: TEXTURE_PATHS[texture] }),
        )
  return element(
    'svg',
    { width: 0, height: 0, 'aria-hidden': 'true', class: 'patterns' },
    element(
      'defs',
      {},
      fragment(
        states.map((state) => pattern(state, LOOKS[state].texture)),
        VERSION_LOOKS.map(({ texture }, i) => pattern(`v${i}`, texture)),
        pattern('over', 'falling'),
      ),
    ),
  ).text
}
