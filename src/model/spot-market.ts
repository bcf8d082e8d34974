/** The Spot market of the world: what Azure does not promise. Everything that is left out never gets in the way. */
export interface SpotMarket {
  /** Chance in percent that a Spot machine is evicted within the next hour; 0: none is by chance. SP-08. */
  readonly evictionRatePercentPerHour: number
  /** Market price from each moment on, USD an hour, by time; empty: nobody is ever outbid. */
  readonly prices: readonly { readonly atMs: number; readonly usd: number }[]
  /** By region (normalised): most Spot machines that run there, of all scale sets together. */
  readonly room: Readonly<Record<string, SpotRoom>>
  /** By region (normalised): Spot instances the quota allows, a pool of its own (SP-06). */
  readonly quota: Readonly<Record<string, number>>
}

export type SpotRoom =
  | { readonly kind: 'region'; readonly machines: number }
  /** A zone that is not listed has room for everybody. */
  | { readonly kind: 'zones'; readonly machines: Readonly<Record<string, number>> }

/** Azure's bands of eviction rates, percent an hour. SP-08. */
export const EVICTION_RATE_BANDS = ['0-5', '5-10', '10-15', '15-20', '20+'] as const
export type EvictionRateBand = (typeof EVICTION_RATE_BANDS)[number]

/** The middle of a band; 25 stands for the open one: 0-5 -> 2.5, 15-20 -> 17.5, 20+ -> 25. SP-09. */
export function evictionRateOf(band: EvictionRateBand): number {
  return band === '20+' ? 25 : Number(band.slice(0, band.indexOf('-'))) + 2.5
}
