import type { Memory } from '../ui/storage.ts'

/** What somebody has reached in a lesson. */
export interface Reached {
  /** 0 to 100. */
  readonly points: number
  /** What a learner shows to the trainer. */
  readonly code: string
}

const KEY = 'progress'

/** Lessons that were finished, by name. What cannot be read counts as nothing. */
export function readProgress(memory: Memory): Readonly<Record<string, Reached>> {
  try {
    const value: unknown = JSON.parse(memory.get(KEY) ?? '{}')
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return {}
    return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, Reached] => isReached(entry[1])))
  } catch {
    return {}
  }
}

/** Keeps what was reached; of several times the best one. */
export function keepProgress(memory: Memory, name: string, reached: Reached): void {
  const before = readProgress(memory)
  const own = before[name]
  if (own !== undefined && own.points > reached.points) return
  memory.set(KEY, JSON.stringify({ ...before, [name]: reached }))
}

const isReached = (value: unknown): value is Reached =>
  typeof value === 'object' &&
  value !== null &&
  Number.isInteger((value as Reached).points) &&
  typeof (value as Reached).code === 'string'
