import { z } from 'zod'
import { zonesSchema } from './schema-parts.ts'

const room = z.number().int().min(0)

/** `world.regions.<region>.quota`. */
export const quotaSchema = z
  .strictObject({
    instances: room.optional().describe('Most instances of all scale sets of the region together.'),
    vCPUs: room.optional().describe('Most vCPUs of all of them together; a size tells its vCPUs by its name.'),
  })
  .refine((quota) => quota.instances !== undefined || quota.vCPUs !== undefined, { error: 'instances or vCPUs' })

/** `world.regions.<region>.capacity`. */
export const capacitySchema = z.strictObject({
  instances: room.optional().describe('Most machines of all scale sets of the region together, those there included.'),
  zones: z.record(z.string().min(1), room).optional().describe('By zone: most machines of all scale sets together.'),
  sizes: z
    .record(
      z.string().min(1),
      z.union([room, z.record(z.string().min(1), room)], { error: 'a number, or one by zone' }),
    )
    .optional()
    .describe('By size: most machines of it, in the region or by zone: { Standard_D4as_v5: { "1": 20 } }.'),
  faultDomains: z
    .array(room)
    .min(1)
    .max(5)
    .optional()
    .describe('By fault domain from 0: room for sets with fixed spreading, in each zone. Max spreading never asks.'),
  notOffered: z
    .array(
      z.union(
        [
          z.string().min(1),
          z.strictObject({
            size: z.string().min(1).describe('The size.'),
            zones: zonesSchema.min(1).optional().describe('Only in these zones. Left out: nowhere in the region.'),
          }),
        ],
        { error: 'a size, or { size, zones }' },
      ),
    )
    .optional()
    .describe('Sizes that are not sold here: requests for one fail with SkuNotAvailable.'),
})

export type RawQuota = z.infer<typeof quotaSchema>
export type RawCapacity = z.infer<typeof capacitySchema>
