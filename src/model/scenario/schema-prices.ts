import { z } from 'zod'
import { HOURS_PER_MONTH } from '../prices.ts'

const AMOUNT = 'a price: a number, 0 or more'
const amount = z.number({ error: AMOUNT }).min(0, { error: AMOUNT }).max(1e9, { error: 'a price below 1e9' })
const month = `A month has ${HOURS_PER_MONTH} hours.`
const bySize = z.record(z.string().min(1), amount)

/** `world.prices`: what a run costs is measured only where it is written. */
export const pricesSchema = z.strictObject({
  currency: z.string().min(1).max(12).optional().describe('For people to read, for example EUR. Default USD.'),
  instanceHour: bySize.describe('An hour of a regular instance, by size; the key default stands for all others.'),
  spotDiscountPercent: z
    .number()
    .min(0)
    .max(100)
    .optional()
    .describe('What Spot saves on the regular price. Documented as up to 90; 44 over a measured mix.'),
  spotHour: bySize.optional().describe('An hour of a Spot instance, by size; wins over the discount.'),
  replicaHour: amount.optional().describe('An hour of one replica of an image version. Default 0.'),
  replicaMonth: amount.optional().describe(`A month of one replica, in place of replicaHour. ${month}`),
  osDiskMonth: amount
    .optional()
    .describe(
      `A month of the OS disk of an instance, deallocated ones among them; ephemeral disks are free. ${month} Default 0.`,
    ),
  imageBuildHour: amount.optional().describe('An hour of the machine an image is built on. Default 0.'),
})

export type RawPrices = z.infer<typeof pricesSchema>
