/**
 * The cycle at the end of a list of events, oldest first: the events that repeat, each once. Where several subjects
 * take turns without a common beat, the cycle of the subject seen most often; without any cycle, the event seen most
 * often. `subjects[i]` belongs to `events[i]`.
 */
export function findCycle(events: readonly string[], subjects: readonly number[]): readonly string[] {
  const common = cycleAtEnd(events)
  if (common !== null) return common
  const subject = mostFrequent(subjects)
  const own = cycleAtEnd(events.filter((_, index) => subjects[index] === subject))
  if (own !== null) return own
  const event = mostFrequent(events)
  return event === undefined ? [] : [event]
}

/** The period that explains the longest end of the list, at least half of it and two rounds; the shortest such one. */
function cycleAtEnd(events: readonly string[]): readonly string[] | null {
  let best = 0
  let bestLength = 0
  for (let period = 1; period * 2 <= events.length; period++) {
    let from = events.length - period
    while (from > 0 && events[from - 1] === events[from - 1 + period]) from--
    const length = events.length - from
    if (length >= 2 * period && length > bestLength) {
      best = period
      bestLength = length
    }
  }
  if (best === 0 || bestLength * 2 < events.length) return null
  const start = events.length - bestLength
  return events.slice(start, start + best)
}

/** The first of the values that occur most often. */
function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>()
  let best: T | undefined
  let bestCount = 0
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  for (const [value, count] of counts) {
    if (count > bestCount) {
      best = value
      bestCount = count
    }
  }
  return best
}
