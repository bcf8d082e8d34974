import type { Finding } from '../finding.ts'
import { HOURS_PER_MONTH, type Prices } from '../prices.ts'
import type { DeclaredScaleSet, TimelineEntry } from '../scenario.ts'
import type { LoadContext } from './context.ts'
import type { Path, SourceDocument } from './document.ts'
import { nameHint } from './nearest.ts'
import type { RawPrices } from './schema-prices.ts'

type Table = 'instanceHour' | 'spotHour'

const AT: Path = ['world', 'prices']

/** What a price list has to cover. */
export interface Priced {
  /** Sizes in use at any time, with the set that uses them. */
  readonly sizes: ReadonlyMap<string, string>
  /** A set that may hold Spot instances. */
  readonly spotSet: string | undefined
}

/**
 * The price list with every default applied, undefined without one. A size in use needs a price (E0181), and so does Spot
 * (E0183). A key that is no size is a mistake (E0182); a size that nobody has may well belong to a longer list, or to a case,
 * and is told.
 */
export function buildPrices(
  raw: RawPrices | undefined,
  priced: Priced,
  context: LoadContext,
  findings: Finding[],
): Prices | undefined {
  if (raw === undefined || !context.sound(AT) || typeof raw.instanceHour !== 'object') return undefined
  const { source } = context
  const regular = readTable('instanceHour', raw.instanceHour, priced, context, findings)
  const spot = readTable('spotHour', raw.spotHour ?? {}, priced, context, findings)
  for (const [size, set] of priced.sizes) {
    if (regular.fallback !== null || regular.bySize[size.toLowerCase()] !== undefined) continue
    source.report('E0181', [...AT, 'instanceHour'], `the size ${size} of ${set} has no price`, {
      place: source.keyPlaceOf([...AT, 'instanceHour']),
      hint: `write ${size}, or default for all sizes that are not listed`,
    })
  }
  const isSpotPriced = [...priced.sizes.keys()].every((size) => spot.bySize[size.toLowerCase()] !== undefined)
  if (
    priced.spotSet !== undefined &&
    raw.spotDiscountPercent === undefined &&
    spot.fallback === null &&
    !isSpotPriced
  ) {
    source.report('E0183', AT, `${priced.spotSet} may hold Spot instances, and Spot has no price`, {
      place: source.keyPlaceOf(AT),
      hint: 'write spotDiscountPercent: 60, or spotHour by size',
    })
  }
  if (raw.replicaHour !== undefined && raw.replicaMonth !== undefined) {
    source.report('E0184', [...AT, 'replicaMonth'], 'a replica has a price by the hour and one by the month', {
      place: source.keyPlaceOf([...AT, 'replicaMonth']),
      hint: 'keep one of them',
    })
  }
  return {
    currency: raw.currency ?? 'USD',
    instanceHour: regular.bySize,
    instanceHourDefault: regular.fallback,
    spotHour: spot.bySize,
    spotHourDefault: spot.fallback,
    spotDiscountPercent: raw.spotDiscountPercent ?? 0,
    replicaHour: raw.replicaHour ?? (raw.replicaMonth ?? 0) / HOURS_PER_MONTH,
    osDiskHour: (raw.osDiskMonth ?? 0) / HOURS_PER_MONTH,
    imageBuildHour: raw.imageBuildHour ?? 0,
  }
}

function readTable(
  table: Table,
  raw: Readonly<Record<string, number>>,
  { sizes }: Priced,
  { source }: LoadContext,
  findings: Finding[],
): { readonly bySize: Record<string, number>; readonly fallback: number | null } {
  const bySize: Record<string, number> = {}
  let fallback: number | null = null
  const used = [...sizes.keys()]
  for (const [written, price] of Object.entries(raw)) {
    const key = written.toLowerCase()
    const at: Path = [...AT, table, written]
    if (key === 'default') {
      fallback = price
      continue
    }
    if (Object.hasOwn(bySize, key)) {
      source.report('E0120', at, `the size ${written} stands twice in world.prices.${table}`, {
        place: source.keyPlaceOf(at),
        hint: 'keep one of them',
      })
      continue
    }
    bySize[key] = price
    if (used.some((size) => size.toLowerCase() === key)) continue
    const hint = nameHint(written, ['default', ...used])
    if (SIZE_NAME.test(written)) findings.push(unused(written, at, table, hint.hint, source))
    else
      source.report('E0182', at, `${written} is no size of an instance`, {
        place: source.keyPlaceOf(at),
        ...hint,
      })
  }
  return { bySize, fallback }
}

/** `Standard_D2as_v5`, `Standard_M128-64ms`, `Basic_A1`. */
const SIZE_NAME = /^(?:standard|basic)_[a-z]+\d+[a-z0-9-]*(?:_[a-z0-9]+)*$/i

function unused(size: string, at: Path, table: Table, hint: string | undefined, source: SourceDocument): Finding {
  return {
    code: 'PriceNotUsed',
    title: `Nobody has the size ${size}, which has a price`,
    severity: 'info',
    where: `world.prices.${table}`,
    place: source.keyPlaceOf(at),
    evidence: ['No instance has this size from the start, or after a change of the timeline.'],
    rules: [],
    ...(hint === undefined ? {} : { fix: hint }),
  }
}

/** Sizes that instances have from the start or after a change of the timeline, and whether Spot is about. */
export function pricedParts(scaleSets: readonly DeclaredScaleSet[], timeline: readonly TimelineEntry[]): Priced {
  const sizes = new Map<string, string>()
  let spotSet: string | undefined
  for (const { model } of scaleSets) {
    sizes.set(model.sku.name ?? '', model.name)
    const { virtualMachineProfile: profile } = model
    if (profile.priority === 'Spot' || profile.priority === 'Low') spotSet ??= model.name
  }
  for (const { action } of timeline) {
    if (action.verb !== 'updateModel') continue
    for (const { segments, value } of action.set) {
      if (segments[0] !== 'sku') continue
      const name = segments.length === 1 ? (value as { name?: unknown } | undefined)?.name : value
      if (typeof name === 'string' && (segments.length === 1 || segments[1] === 'name'))
        sizes.set(name, action.scaleSet)
    }
  }
  // A set without a size has no name to look up: the default has to do.
  return { sizes, spotSet }
}
