import type { AutoscaleSetting } from '../autoscale/setting.ts'
import type { Finding } from '../finding.ts'
import type { DeclaredScaleSet, RegionTruth } from '../scenario.ts'
import { evictionRateOf, type SpotMarket, type SpotRoom } from '../spot-market.ts'
import type { LoadContext } from './context.ts'
import { ms } from './distribution.ts'
import type { Path } from './document.ts'
import { regionName } from './names.ts'
import { nameHint } from './nearest.ts'
import type { RawSpot } from './schema-spot.ts'

const PATH: Path = ['world', 'spot']

/** The Spot market of the world, or none. E0105, E0120, E0123, E0160. */
export function buildSpot(
  raw: RawSpot | undefined,
  regions: Readonly<Record<string, RegionTruth>>,
  context: LoadContext,
): SpotMarket | undefined {
  if (raw === undefined || !context.sound(PATH)) return undefined
  const rate = raw.evictionRatePercentPerHour ?? 0
  return {
    evictionRatePercentPerHour: typeof rate === 'number' ? rate : evictionRateOf(rate),
    prices: readPrices(raw.price, context),
    room: byRegion(raw.room, 'room', regions, context, (value, path, region) =>
      readRoom(value, path, region, regions, context),
    ),
    quota: byRegion(raw.quota, 'quota', regions, context, (value) => value),
  }
}

/** The first step must be there from the start, and each later than the one before. */
function readPrices(raw: RawSpot['price'], context: LoadContext): SpotMarket['prices'] {
  if (raw === undefined) return []
  if (typeof raw === 'number') return [{ atMs: 0, usd: raw }]
  const steps = raw.map(({ at, usd }) => ({ atMs: ms(at), usd }))
  const at = (index: number): Path => [...PATH, 'price', index, 'at']
  if (steps[0]!.atMs !== 0)
    context.source.report('E0160', at(0), `the first price begins at ${raw[0]!.at}, what it was before is not said`, {
      hint: 'begin with at: PT0S',
    })
  for (let i = 1; i < steps.length; i++)
    if (steps[i]!.atMs <= steps[i - 1]!.atMs)
      context.source.report(
        'E0160',
        at(i),
        `the price of ${raw[i]!.at} does not come after that of ${raw[i - 1]!.at}`,
        {
          hint: 'write the steps in order of time, each moment once',
        },
      )
  return steps
}

function byRegion<Raw, Value>(
  raw: Readonly<Record<string, Raw>> | undefined,
  key: string,
  regions: Readonly<Record<string, RegionTruth>>,
  context: LoadContext,
  read: (value: Raw, path: Path, region: string) => Value,
): Record<string, Value> {
  const values: Record<string, Value> = {}
  for (const [written, value] of Object.entries(raw ?? {})) {
    const path: Path = [...PATH, key, written]
    const region = regionName(written)
    const place = context.source.keyPlaceOf(path)
    if (!Object.hasOwn(regions, region))
      context.source.report('E0123', path, `no scale set is in the region ${written}`, {
        place,
        ...nameHint(region, Object.keys(regions)),
      })
    else if (Object.hasOwn(values, region))
      context.source.report('E0120', path, `the region ${region} stands twice in world.spot.${key}`, {
        place,
        hint: 'keep one of them',
      })
    else values[region] = read(value, path, region)
  }
  return values
}

function readRoom(
  raw: number | Readonly<Record<string, number>>,
  path: Path,
  region: string,
  regions: Readonly<Record<string, RegionTruth>>,
  context: LoadContext,
): SpotRoom {
  if (typeof raw === 'number') return { kind: 'region', machines: raw }
  const { zones } = regions[region]!
  for (const zone of Object.keys(raw))
    if (!zones.includes(zone))
      context.source.report('E0105', [...path, zone], `${region} has no zone ${zone}`, {
        place: context.source.keyPlaceOf([...path, zone]),
        hint: `known: ${zones.join(', ')}`,
      })
  return { kind: 'zones', machines: raw }
}

/** SP-31: what is declared and has no effect, because autoscale owns the count. */
export function restoreFindings(
  scaleSets: readonly DeclaredScaleSet[],
  settings: readonly AutoscaleSetting[],
): Finding[] {
  return scaleSets.flatMap(({ model }) => {
    const policy = model['spotRestorePolicy'] as { readonly enabled?: boolean } | undefined
    const setting = settings.find(({ enabled, scaleSet }) => enabled && scaleSet === model.name)
    if (policy?.enabled !== true || setting === undefined) return []
    return [
      {
        code: 'SpotRestoreUnderAutoscale',
        title: 'Try and restore is off under autoscale',
        severity: 'warning',
        where: `${model.name}: spotRestorePolicy`,
        evidence: [
          `spotRestorePolicy is enabled, and the autoscale setting ${setting.name} acts on the set.`,
          'Evicted instances stay away until a rule scales out.',
        ],
        rules: ['SP-31'],
        fix: 'Let the rules of autoscale make up for evictions, or do without autoscale.',
      },
    ]
  })
}
