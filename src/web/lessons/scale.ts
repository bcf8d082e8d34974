import type { NumberQuestion } from '../../model/lesson.ts'

/** Marks below a scale: at most so many, at round distances. */
const TICKS_MAX = 7
const STEPS = [1, 2, 5, 10, 15, 20, 25, 30, 50, 60, 100, 120, 200, 250, 500, 1000, 2000, 5000, 10_000]

/** Numbers to be written under a scale, its ends among them. */
export function ticksOf({ min, max }: NumberQuestion['scale']): number[] {
  const step = STEPS.find((one) => (max - min) / one < TICKS_MAX) ?? max - min
  const ticks: number[] = []
  for (let value = Math.ceil(min / step) * step; value <= max; value += step) ticks.push(value)
  const first = ticks[0] === min ? ticks : [min, ...ticks]
  // The end has to be readable: a mark too close before it makes room.
  const room = (max - min) / (2 * TICKS_MAX)
  return first.at(-1) === max ? first : [...first.filter((tick) => tick === min || max - tick > room), max]
}

/** Share of the way from the beginning of the scale to its end, 0 to 1; what lies outside stands at an end. */
export function shareOf({ min, max }: NumberQuestion['scale'], value: number): number {
  return Math.min(1, Math.max(0, (value - min) / (max - min)))
}

/** Where the handle stands at first: not at an end, and on a step. */
export function middleOf({ min, max, step }: Pick<NumberQuestion['scale'], 'min' | 'max' | 'step'>): number {
  return min + Math.round((max - min) / 2 / step) * step
}
