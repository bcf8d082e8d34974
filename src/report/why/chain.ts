import type { CountedInstance, TraceEntry } from '../../sim/result.ts'
import { LOSS_REASONS } from '../../sim/trace-catalogue.ts'
import { labelOf, type TraceIndex } from './trace-index.ts'

/** One entry of a chain of causes, and how the one before it in the chain leads here. */
export interface Link {
  readonly entry: TraceEntry
  /**
   * `cause`: the trace says so. `counted`: the first of those a test counted. `rollout`: from a later batch to the rollout.
   * `request`: from an end that a user asked for to the asking.
   */
  readonly by: 'asked' | 'cause' | 'counted' | 'rollout' | 'request'
}

/** Instances that a test counted for one and the same reason. */
export interface CountedGroup {
  /** The entry that made each of them count, in order of those entries. */
  readonly members: readonly { readonly instance: CountedInstance; readonly entry: TraceEntry }[]
  /** What the reason goes back to: a defect that bites, a zone that fails. */
  readonly landmark: TraceEntry
}

/**
 * The entries from one entry back to its root. Where the cause in the trace is no more than the occasion (a test counts many
 * instances, a later batch follows the one before), the chain goes on with what the entry rests on. Each entry is earlier
 * than the one before, so the chain ends.
 */
export function chainOf(entry: TraceEntry, index: TraceIndex): Link[] {
  const links: Link[] = [{ entry, by: 'asked' }]
  for (;;) {
    const next = nextOf(links.at(-1)!, index)
    if (next === null) return links
    links.push(next)
  }
}

/** The entries from one entry back to its root as the trace has them, nothing gathered. */
export function causesOf(entry: TraceEntry, index: TraceIndex): TraceEntry[] {
  const entries = [entry]
  for (let cause = index.causeOf(entry); cause !== null; cause = index.causeOf(cause)) entries.push(cause)
  return entries
}

/** A test that let the rollout go on rests on nobody, unless somebody asks for that very test. */
const restsOnCounted = ({ entry, by }: Link): boolean =>
  entry.what === 'rollout.check' &&
  entry.counted !== undefined &&
  (by === 'asked' || entry.numbers['breached'] === true)

function nextOf(link: Link, index: TraceIndex): Link | null {
  const { entry } = link
  if (restsOnCounted(link)) {
    const [group] = countedGroups(entry, index)
    if (group !== undefined) return { entry: group.members[0]!.entry, by: 'counted' }
  }
  if (entry.what === 'rollout.batchStarted' && entry.numbers['batch'] !== 0) {
    const started = index.rolloutAt(entry)?.started
    if (started) return { entry: started, by: 'rollout' }
  }
  if (entry.what === 'rollout.ended' && entry.numbers['status'] === 'Cancelled') {
    const since = index.rolloutAt(entry)?.started?.id ?? 0
    const asked = index.latest(entry.subject, entry.id, ({ what }) => what === 'rollout.cancelRequested')
    if (asked !== null && asked.id > since) return { entry: asked, by: 'request' }
  }
  const cause = index.causeOf(entry)
  return cause === null ? null : { entry: cause, by: 'cause' }
}

/** Those that a threshold test counted, by reason: the largest group first, of equals the one that began first. */
export function countedGroups(check: TraceEntry, index: TraceIndex): CountedGroup[] {
  const groups = new Map<string, { members: CountedGroup['members'][number][]; landmark: TraceEntry }>()
  for (const instance of check.counted ?? []) {
    const entry = reasonOf(instance, check, index)
    const landmark = landmarkOf(entry, index)
    const key = readingOf(landmark, index)
    const group = groups.get(key) ?? { members: [], landmark }
    group.members.push({ instance, entry })
    groups.set(key, group)
  }
  const all = [...groups.values()]
  // Those of which a probe speaks come first: they say most of how it was noticed.
  const isSilent = ({ entry }: CountedGroup['members'][number]) => Number(entry.what !== 'health.changed')
  for (const { members } of all) members.sort((a, b) => isSilent(a) - isSilent(b) || a.entry.id - b.entry.id)
  return all.sort((a, b) => b.members.length - a.members.length || a.members[0]!.entry.id - b.members[0]!.entry.id)
}

const MAKES_UNHEALTHY: ReadonlySet<string> = new Set([
  'health.changed',
  'instance.provisioningFailed',
  'instance.stopped',
  'instance.present',
  'instance.attached',
])

/** The entry that made an instance count: since when, and as what. */
function reasonOf({ index: number, as }: CountedInstance, check: TraceEntry, index: TraceIndex): TraceEntry {
  const label = labelOf(index.result.instances[number]!)
  const wanted = (what: string) => index.latest(label, check.id, (entry) => entry.what === what)
  const found =
    as === 'restored' || as === 'surgeFailed'
      ? wanted('rollout.instanceFailed')
      : as === 'evicted'
        ? wanted('spot.evicted')
        : unhealthySince(label, check, index)
  return found ?? index.latest(label, check.id, () => true) ?? index.entry(check.cause ?? 0)
}

/**
 * Since when an instance is unhealthy. One that was so while it started, and is harmed by now, has its harm for a reason: nobody
 * would have counted it otherwise.
 */
function unhealthySince(label: string, check: TraceEntry, index: TraceIndex): TraceEntry | null {
  const change = index.latest(label, check.id, ({ what }) => MAKES_UNHEALTHY.has(what))
  const harm = index.latest(label, check.id, ({ what }) => what === 'instance.harmed' || what === 'instance.unharmed')
  if (change === null || harm?.what !== 'instance.harmed') return change
  const landmark = landmarkOf(harm, index)
  return causesOf(change, index).includes(landmark) ? change : harm
}

/** The nearest entry on the way back that a reader would name as the reason; without one the root. */
export function landmarkOf(entry: TraceEntry, index: TraceIndex): TraceEntry {
  const causes = causesOf(entry, index)
  return causes.find(({ what }) => LOSS_REASONS.has(what)) ?? causes.at(-1)!
}

/** Landmarks that read the same to people are one reason: the same defect on many instances. */
function readingOf({ id, what, subject, numbers }: TraceEntry, index: TraceIndex): string {
  if (what === 'rollout.started') return `${what}/${id}`
  const texts = Object.values(numbers).filter((value) => typeof value === 'string')
  return [what, index.instanceAt(subject) === undefined ? subject : '', ...texts].join('/')
}
