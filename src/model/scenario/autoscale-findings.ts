import type { AutoscaleProfile, AutoscaleSetting } from '../autoscale/setting.ts'
import { belowCapacity } from '../declare/autoscale.ts'
import type { Finding } from '../finding.ts'
import { timeZoneOfProfile } from './autoscale-profile-time.ts'
import type { AutoscaleOptions, RawSetting } from './autoscale-settings.ts'
import type { LoadContext } from './context.ts'
import type { Path } from './document.ts'
import { nameHint } from './nearest.ts'

/** What stands out in an autoscale setting that is sound. */

export function tellDimensions(
  name: string,
  raw: RawSetting,
  originOf: (path: Path) => Path,
  context: LoadContext,
  findings: Finding[],
): void {
  for (const [p, profile] of raw.profiles.entries())
    for (const [r, rule] of (profile.rules ?? []).entries()) {
      if ((rule.metricTrigger.dimensions ?? []).length === 0) continue
      const path = originOf(['profiles', p, 'rules', r, 'metricTrigger', 'dimensions'])
      const evidence = [
        `Rule ${r + 1} of profile ${profile.name} looks at the whole metric ${rule.metricTrigger.metricName} in the run.`,
      ]
      findings.push(unplayed(name, path, context, 'Dimensions of a metric: declared and not played', evidence))
    }
}

/** Rules that nothing can make true: on a metric that the twin does not know, or on any without a demand. */
export function tellMetrics(
  name: string,
  target: string,
  raw: RawSetting,
  originOf: (path: Path) => Path,
  context: LoadContext,
  { hasDemand, plays }: Pick<AutoscaleOptions, 'hasDemand' | 'plays'>,
  findings: Finding[],
): void {
  const rules = raw.profiles.flatMap((profile, p) =>
    (profile.rules ?? []).map((rule, r) => ({ rule, path: originOf(['profiles', p, 'rules', r, 'metricTrigger']) })),
  )
  // Of a metric of another resource nothing is known but what a queue on the target says.
  const foreign = rules.filter(({ rule }) => !plays(rule.metricTrigger.metricName, target))
  for (const { rule, path } of foreign) {
    const { metricName } = rule.metricTrigger
    const evidence = [`The twin has no metric ${metricName}, so a rule on it is never true; it keeps scale-in away.`]
    const title = `The metric ${metricName} of an autoscale rule is not played`
    if (!findings.some((known) => known.title === title && known.where === `autoscale setting ${name}`))
      findings.push(unplayed(name, path, context, title, evidence, nameHint(metricName, ['Percentage CPU']).hint))
  }
  if (hasDemand || rules.length === foreign.length) return
  const evidence = ['Without world.demand nobody knows the load: no rule is ever true, and only the bounds hold.']
  const fix = 'Write world.demand: { requestsPerSecond: …, perInstance: … }.'
  findings.push(unplayed(name, originOf([]), context, 'Autoscale rules without a demand', evidence, fix))
}

/**
 * Rules on the metric of a scale set that the scenario does not hold: nothing can make them true. A resource id may well be
 * that of another estate; a plain name can only be misspelt.
 */
export function tellMetricsElsewhere(
  name: string,
  raw: RawSetting,
  profiles: readonly AutoscaleProfile[],
  originOf: (path: Path) => Path,
  { source, scaleSetNames }: LoadContext,
  findings: Finding[],
): void {
  for (const [p, { rules }] of profiles.entries())
    for (const [r, { metricTrigger }] of rules.entries()) {
      if (metricTrigger.metricSet !== null) continue
      const path = originOf(['profiles', p, 'rules', r, 'metricTrigger', 'metricResourceUri'])
      const written = raw.profiles[p]!.rules![r]!.metricTrigger.metricResourceUri!
      const hint = nameHint(written.split('/').at(-1)!, scaleSetNames)
      if (!written.includes('/')) {
        source.report('E0150', path, `metricResourceUri names ${written}, which is no declared scale set`, hint)
        continue
      }
      const evidence = [
        `It looks at ${written}, which is no scale set of the scenario, so the rule is never true; it keeps scale-in away.`,
      ]
      findings.push(
        unplayed(name, path, { source }, 'An autoscale rule on the metric of another scale set', evidence, hint.hint),
      )
    }
}

/** Profiles that no moment of the run belongs to, and profiles on clocks that differ: a run has one clock only. */
export function tellProfiles(
  name: string,
  raw: RawSetting,
  profiles: readonly AutoscaleProfile[],
  originOf: (path: Path) => Path,
  context: LoadContext,
  { durationMs }: { readonly durationMs: number | null },
  findings: Finding[],
): void {
  for (const [index, profile] of profiles.entries()) {
    const why = neverHolds(profile, profiles, durationMs)
    if (why === undefined) continue
    findings.push({
      code: 'AutoscaleProfileNeverHolds',
      title: `The autoscale profile ${profile.name} never holds`,
      severity: why.severity,
      where: `autoscale setting ${name}`,
      place: context.source.placeOf(originOf(['profiles', index])),
      evidence: [why.evidence],
      rules: [why.rule],
      confirm: `az monitor autoscale profile show --resource-group <resource-group> --autoscale-name ${name} --name ${profile.name}`,
      fix: why.fix,
    })
  }
  const zones = [...new Set(raw.profiles.flatMap((profile) => timeZoneOfProfile(profile) ?? []))]
  if (zones.length < 2) return
  const evidence = [
    `The profiles name ${zones.join(' and ')}; the run has one clock, on which all of them begin at the hour that is written.`,
  ]
  const fix = 'Write the hours of all profiles in one time zone.'
  findings.push(unplayed(name, originOf(['profiles']), context, 'Time zones that differ are not played', evidence, fix))
}

/** Why a profile comes up at no moment; undefined when it may. AS-02, AS-03. */
function neverHolds(
  profile: AutoscaleProfile,
  profiles: readonly AutoscaleProfile[],
  durationMs: number | null,
):
  | (Pick<Finding, 'severity'> & { readonly evidence: string; readonly rule: string; readonly fix: string })
  | undefined {
  const { when } = profile
  if (when.kind === 'fixedDate') {
    if (durationMs === null || (when.startMs < durationMs && when.endMs > 0)) return undefined
    return {
      severity: 'info',
      evidence: `A run begins on Monday, 2026-01-05T00:00, and this one is over ${when.endMs <= 0 ? 'after the end' : 'before the start'} of its fixed date.`,
      rule: 'AS-02',
      fix: 'Write a date within the run, for example start: 2026-01-05T08:00:00.',
    }
  }
  if (when.kind !== 'default') return undefined
  const first = profiles.find((other) => other.when.kind === 'default')
  if (first !== undefined && first !== profile)
    return {
      severity: 'warning',
      evidence: `${first.name} has no schedule either and stands before it; only the first that fits is used.`,
      rule: 'AS-02',
      fix: 'Give it a recurrence or a fixed date.',
    }
  // Portal and command line write companions, named by a JSON text, that bring the numbers of the default back.
  if (
    !profiles.some((other) => other.when.kind === 'recurrence') ||
    profiles.some((other) => other.name.startsWith('{'))
  )
    return undefined
  return {
    severity: 'warning',
    evidence:
      'A recurring profile has no end: it holds until the next recurring one begins, so the default never gets its turn.',
    rule: 'AS-03',
    fix: 'Give it a recurrence that begins where the other one is to end.',
  }
}

export function unplayed(
  name: string,
  path: Path,
  context: Pick<LoadContext, 'source'>,
  title: string,
  evidence: readonly string[],
  fix?: string,
): Finding {
  return {
    code: 'NotModelled',
    title,
    severity: 'warning',
    where: `autoscale setting ${name}`,
    place: context.source.keyPlaceOf(path),
    evidence,
    rules: [],
    confirm: `az monitor autoscale show --resource-group <resource-group> --name ${name}`,
    ...(fix === undefined ? {} : { fix }),
  }
}

/**
 * Whether the setting can leave its set smaller than it was deployed, in whichever profile goes lowest. Milder than about a
 * file: the run shows what comes of it.
 */
export function shrinkFindings(setting: AutoscaleSetting, capacity: number): Finding[] {
  if (!setting.enabled) return []
  const lowest = setting.profiles.reduce((least, profile) =>
    profile.capacity.minimum < least.capacity.minimum ? profile : least,
  )
  const { minimum, maximum } = lowest.capacity
  const { name, scaleSet } = setting
  return belowCapacity({ setting: name, scaleSet, capacity, minimum, maximum, rules: lowest.rules.length }).map(
    (finding) => ({ ...finding, severity: 'info' as const }),
  )
}
