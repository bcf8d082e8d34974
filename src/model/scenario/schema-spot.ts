import { z } from 'zod'
import { EVICTION_RATE_BANDS } from '../spot-market.ts'
import { durationSchema } from './schema-parts.ts'

const usd = z.number().positive().describe('USD an hour for one machine.')
const machines = z.number().int().min(0)

export const spotSchema = z.strictObject({
  evictionRatePercentPerHour: z
    .union([z.number().min(0).lt(100), z.enum(EVICTION_RATE_BANDS)], {
      error: `a number of percent from 0 to below 100, or a band: ${EVICTION_RATE_BANDS.join(', ')}`,
    })
    .optional()
    .describe(
      'Chance of a Spot machine to be evicted within the next hour, or one of the bands that Azure shows. Default 0: only the timeline evicts.',
    ),
  price: z
    .union([usd, z.array(z.strictObject({ at: durationSchema.describe('From when on.'), usd })).min(1)], {
      error: 'a price in USD an hour, or steps: [{ at: PT0S, usd: 0.02 }, { at: PT1H, usd: 0.05 }]',
    })
    .optional()
    .describe('Market price, constant or in steps, against maxPrice. Left out: nobody is ever outbid.'),
  room: z
    .record(
      z.string().min(1),
      z.union([machines, z.record(z.string(), machines)], {
        error: 'a number of machines, or one for each zone: { "1": 20, "2": 20 }',
      }),
    )
    .optional()
    .describe(
      'Most Spot machines that run in a region, or in each zone of it, those that run already included. Left out: no limit.',
    ),
  quota: z
    .record(z.string().min(1), machines)
    .optional()
    .describe(
      'Spot quota by region: most Spot instances, a pool of its own beside the quota of the region. Left out: they use that one.',
    ),
})

export type RawSpot = z.infer<typeof spotSchema>
