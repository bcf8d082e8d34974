import { distance } from 'fastest-levenshtein'

/**
 * The known name a misspelt one most likely means, or undefined when none is close. Case does not count; a third of the
 * letters may differ, at least two. Ties go to the name that stands first.
 *
 *   pauseTimeBetweenBatch -> pauseTimeBetweenBatches.   qwerty -> undefined.
 */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const wanted = name.toLowerCase()
  let best: string | undefined
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1
  for (const candidate of known) {
    const d = distance(wanted, candidate.toLowerCase())
    if (d < bestDistance) {
      best = candidate
      bestDistance = d
    }
  }
  return best
}

/** The hint that goes with an unknown name: the nearest one, else the list when it is short enough to read. */
export function nameHint(name: string, known: readonly string[]): { hint: string } | Record<string, never> {
  const near = nearest(name, known)
  if (near !== undefined) return { hint: `did you mean ${near}?` }
  if (known.length > 0 && known.length <= 16) return { hint: `known: ${known.join(', ')}` }
  return {}
}
