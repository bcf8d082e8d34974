/** Which instances a scale-in removes. PL-70 to PL-77. */

export type ScaleInRule = 'Default' | 'NewestVM' | 'OldestVM'

export interface ScaleInCandidate {
  /** What the result refers to; the caller's own numbering. */
  readonly index: number
  /** Index into the zones; 0 throughout for a regional set, -1 for an instance older than the set's zones (PL-27). */
  readonly zone: number
  /** As the platform sees it: 0 throughout under max spreading (`shownFaultDomain`). */
  readonly faultDomain: number
  /** Order of creation; stands for the instance id and for the age. */
  readonly number: number
  /** Either protection flag. Protected instances weigh in the balance but are never taken (PL-74). */
  readonly protected: boolean
  /** Set by the caller only under `prioritizeUnhealthyVMs`: unhealthy and inactive ones go first in their zone (PL-76). */
  readonly unhealthy?: boolean
}

/** Unprotected candidates among which only the age decides, the next victim last. */
interface Bucket {
  readonly zone: number
  readonly domain: number
  readonly unhealthy: boolean
  readonly waiting: ScaleInCandidate[]
}

/**
 * The victims in the order of their removal, at most `count`; fewer when protection leaves fewer (PL-75).
 *
 * Each victim is picked anew (PL-72): candidate zones are those with the most instances; a zone with nothing but protected
 * instances is passed over for the next highest (PL-75). Among all instances of the tied zones
 * - `Default` takes the fullest fault domain, and there the newest (PL-70);
 * - `NewestVM` and `OldestVM` go by creation alone (PL-71).
 *
 * Z1={3,4,5,10} Z2={2,6,9,11} Z3={1,7,8}: OldestVM takes 2 3 1 4 6 5, NewestVM 11 10 9 8 5 7 (PL-73).
 */
export function scaleInVictims(
  candidates: readonly ScaleInCandidate[],
  count: number,
  policy: ScaleInRule,
): readonly number[] {
  const byDomain = policy === 'Default'
  const zoneCounts = new Map<number, number>()
  const domainCounts = new Map<string, number>()
  const buckets = new Map<string, Bucket>()
  const domainKey = (zone: number, domain: number) => `${zone}/${domain}`

  for (const candidate of candidates) {
    const { zone } = candidate
    const domain = byDomain ? candidate.faultDomain : 0
    const unhealthy = candidate.unhealthy === true
    increase(zoneCounts, zone, 1)
    increase(domainCounts, domainKey(zone, domain), 1)
    if (candidate.protected) continue
    const key = `${domainKey(zone, domain)}/${unhealthy}`
    const bucket = buckets.get(key)
    if (bucket === undefined) buckets.set(key, { zone, domain, unhealthy, waiting: [candidate] })
    else bucket.waiting.push(candidate)
  }
  const newestFirst = policy !== 'OldestVM'
  // `waiting` is taken from its end.
  for (const bucket of buckets.values()) {
    bucket.waiting.sort((a, b) => (newestFirst ? a.number - b.number : b.number - a.number))
  }

  const victims: number[] = []
  while (victims.length < count) {
    let open = [...buckets.values()].filter((bucket) => bucket.waiting.length > 0)
    if (open.length === 0) break
    if (open.some((bucket) => bucket.zone < 0)) open = open.filter((bucket) => bucket.zone < 0) // PL-27
    open = largest(open, (bucket) => zoneCounts.get(bucket.zone) ?? 0)
    open = largest(open, (bucket) => (bucket.unhealthy ? 1 : 0)) // PL-76: after the zone, before the policy
    if (byDomain) open = largest(open, (bucket) => domainCounts.get(domainKey(bucket.zone, bucket.domain)) ?? 0)
    const sign = newestFirst ? 1 : -1
    const [bucket] = largest(open, (b) => sign * b.waiting.at(-1)!.number)
    const victim = bucket!.waiting.pop()!
    increase(zoneCounts, bucket!.zone, -1)
    increase(domainCounts, domainKey(bucket!.zone, bucket!.domain), -1)
    victims.push(victim.index)
  }
  return victims
}

function largest(buckets: readonly Bucket[], by: (bucket: Bucket) => number): Bucket[] {
  let best = Number.NEGATIVE_INFINITY
  for (const bucket of buckets) best = Math.max(best, by(bucket))
  return buckets.filter((bucket) => by(bucket) === best)
}

function increase<Key>(counts: Map<Key, number>, key: Key, by: number): void {
  counts.set(key, (counts.get(key) ?? 0) + by)
}
