/** What things cost, as far as a scenario says so. Amounts are in one currency and by the hour. */
export interface Prices {
  readonly currency: string
  /** An hour of a regular instance, by size in lower case. */
  readonly instanceHour: Readonly<Record<string, number>>
  /** For sizes that are not listed; null: every size in use is. */
  readonly instanceHourDefault: number | null
  /** An hour of a Spot instance, by size in lower case; a size that is not listed goes by the discount. */
  readonly spotHour: Readonly<Record<string, number>>
  readonly spotHourDefault: number | null
  /** Off the regular price; 0 where nothing is Spot. */
  readonly spotDiscountPercent: number
  readonly replicaHour: number
  readonly osDiskHour: number
  readonly imageBuildHour: number
}

/** A month as the price lists of Azure reckon it. */
export const HOURS_PER_MONTH = 730

/**
 * What an hour of an instance costs. A Spot price of its own wins over the discount off the regular one.
 *
 *   Regular 10 and 44 % off: Spot 5.6.
 */
export function instanceHourPrice(prices: Prices, size: string, isSpot: boolean): number {
  const key = size.toLowerCase()
  const regular = own(prices.instanceHour, key) ?? prices.instanceHourDefault ?? 0
  if (!isSpot) return regular
  const spot = own(prices.spotHour, key) ?? prices.spotHourDefault
  return spot ?? (regular * (100 - prices.spotDiscountPercent)) / 100
}

const own = (table: Readonly<Record<string, number>>, key: string): number | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined
