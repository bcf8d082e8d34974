import pc from 'picocolors'
import type { LaneState, Verdict } from '../sim/result.ts'

export type Paint = (text: string) => string

/** Colour by meaning. A second channel only: every glyph and word says the same without it (style §9). */
export interface Palette {
  readonly good: Paint
  readonly bad: Paint
  readonly doubtful: Paint
  readonly strong: Paint
  readonly quiet: Paint
  readonly accent: Paint
}

/** Whether to colour is the caller's decision; the environment is not read here. */
export function palette(color: boolean): Palette {
  const colors = pc.createColors(color)
  return {
    good: colors.green,
    bad: colors.red,
    doubtful: colors.yellow,
    strong: colors.bold,
    quiet: colors.dim,
    accent: colors.cyan,
  }
}

export function verdictPaint(paint: Palette, verdict: Verdict): Paint {
  switch (verdict) {
    case 'pass':
      return paint.good
    case 'fail':
      return paint.bad
    case 'undecided':
      return paint.doubtful
    default:
      return verdict satisfies never
  }
}

export function lanePaint(paint: Palette, state: LaneState): Paint {
  switch (state) {
    case 'serving':
      return paint.good
    case 'broken':
    case 'unhealthy':
    case 'misjudged':
    case 'failed':
      return paint.bad
    case 'upgrading':
    case 'creating':
    case 'starting':
    case 'application':
      return paint.doubtful
    case 'absent':
    case 'draining':
    case 'stopped':
    case 'deleting':
      return paint.quiet
    default:
      return state satisfies never
  }
}
