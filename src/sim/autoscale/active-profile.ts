import type { AutoscaleProfile } from '../../model/autoscale/setting.ts'

const WEEK_MS = 7 * 86_400_000

export interface ActiveProfile {
  readonly profile: AutoscaleProfile
  /** What the log calls the step that found it (AS-42). */
  readonly foundBy: 'FixedDateProfileEvaluation' | 'RecurrentProfileEvaluation' | 'DefaultProfileEvaluation'
}

/**
 * The one profile that counts at a moment: a fixed date that holds, else the recurring one that began last, else the default.
 * Of several that fit alike the first declared counts. AS-02.
 *
 * A recurring profile has no end: it holds until the next one begins, over the turn of the week as well (AS-03). So a default
 * without a schedule never comes up beside recurring ones; portal and command line add companions that bring its numbers back:
 *
 *   weekend Sat, Sun 00:00 and its companion 23:59: Saturday 12:00 -> weekend, 23:59 -> companion, Sunday 00:00 -> weekend.
 *
 * Undefined when nothing fits: autoscale then leaves the set alone.
 */
export function activeProfile(profiles: readonly AutoscaleProfile[], nowMs: number): ActiveProfile | undefined {
  for (const profile of profiles) {
    const { when } = profile
    if (when.kind === 'fixedDate' && nowMs >= when.startMs && nowMs < when.endMs)
      return { profile, foundBy: 'FixedDateProfileEvaluation' }
  }
  let latest: AutoscaleProfile | undefined
  let latestAgoMs = Number.POSITIVE_INFINITY
  for (const profile of profiles) {
    if (profile.when.kind !== 'recurrence') continue
    for (const startMs of profile.when.startsMs) {
      const agoMs = modulo(nowMs - startMs, WEEK_MS)
      if (agoMs >= latestAgoMs) continue
      latest = profile
      latestAgoMs = agoMs
    }
  }
  if (latest !== undefined) return { profile: latest, foundBy: 'RecurrentProfileEvaluation' }
  const fallback = profiles.find(({ when }) => when.kind === 'default')
  return fallback && { profile: fallback, foundBy: 'DefaultProfileEvaluation' }
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by
