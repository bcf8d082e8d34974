import type { Action } from '../scenario.ts'
import { ms } from './distribution.ts'
import type { Path } from './document.ts'
import type { TimelineContext } from './timeline.ts'

type HostVerb = 'failFaultDomain' | 'freezeHosts' | 'rebootHosts'
type Args = Readonly<Record<string, unknown>>

/** A pause of the host is mostly that long or shorter. AV-05. */
const USUAL_PAUSE_MS = 5000
/** The longest pauses last about that long. AV-05. */
const LONGEST_PAUSE_MS = 30_000
/** Shortest notice of a Redeploy. SE-1. */
const REDEPLOY_NOTICE_MS = 10 * 60_000

/** What happens to the hosts of these sets; the zone must be one of theirs. */
export function toHostAction(
  verb: HostVerb,
  args: Args,
  path: Path,
  scaleSets: readonly string[] | undefined,
  context: TimelineContext,
): Action | undefined {
  if (scaleSets === undefined) return undefined
  const zone = args['zone'] === undefined ? undefined : String(args['zone'])
  if (zone !== undefined && !isZoneOf(zone, scaleSets, path, context)) return undefined
  const where = { scaleSets, ...(zone === undefined ? {} : { zone }) }
  const lasts = args['for'] === undefined ? undefined : ms(args['for'] as string)
  switch (verb) {
    case 'failFaultDomain': {
      const faultDomain = args['faultDomain'] as number
      return { verb, ...where, faultDomain, ...(lasts === undefined ? {} : { forMs: lasts }) }
    }
    case 'freezeHosts':
      if ((lasts ?? 0) > LONGEST_PAUSE_MS)
        context.source.report('E0170', [...path, 'for'], `a freeze lasts PT30S at most, not ${String(args['for'])}`, {
          hint: 'for a guest that stands still for longer write hangInstance',
        })
      return { verb, ...where, forMs: lasts ?? USUAL_PAUSE_MS }
    case 'rebootHosts': {
      const selfService = args['selfService'] as string | undefined
      return { verb, ...where, ...(selfService === undefined ? {} : { selfServiceMs: ms(selfService) }) }
    }
    default:
      return verb satisfies never
  }
}

function isZoneOf(zone: string, scaleSets: readonly string[], path: Path, context: TimelineContext): boolean {
  const models = scaleSets.map((name) => context.models.get(name))
  // Of a set that could not be read no zone can be called wrong.
  if (models.includes(undefined)) return true
  const known = [...new Set(models.flatMap((model) => (model?.['zones'] as readonly unknown[] | undefined) ?? []))]
  if (known.map(String).includes(zone)) return true
  context.source.report('E0168', [...path, 'zone'], `${scaleSets.join(', ')} has no instances in a zone ${zone}`, {
    hint: known.length === 0 ? 'a regional set has no zones: leave it out' : `known: ${known.join(', ')}`,
  })
  return false
}

/** How long before a failure is foreseen; undefined: not at all. E0169: shorter than the platform ever tells. */
export function readNotice(args: Args, path: Path, context: TimelineContext): number | undefined {
  const written = args['notice'] as string | undefined
  if (written === undefined) return undefined
  const noticeMs = ms(written)
  if (noticeMs < REDEPLOY_NOTICE_MS)
    context.source.report(
      'E0169',
      [...path, 'notice'],
      `a Redeploy is announced PT10M before or earlier, not ${written}`,
      {
        hint: 'write PT10M or more, or leave it out for a failure that nobody foresees',
      },
    )
  return noticeMs
}
