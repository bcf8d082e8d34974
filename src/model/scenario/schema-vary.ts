import { z } from 'zod'
import { INVARIANTS } from '../invariant-names.ts'
import { FAULT_VERBS, type FaultVerb } from '../vary.ts'
import { durationSchema } from './schema-parts.ts'

const path = z.string().min(1).describe('What may change, as --set takes it: azure.scaleSets.web.sku.capacity.')
const bound = z.union([z.number(), durationSchema], { error: 'a number or a duration' })

export const rangeSchema = z.strictObject({
  path,
  from: bound.describe('Least value, a number or a duration.'),
  to: bound.describe('Greatest value.'),
  step: bound
    .optional()
    .describe('Distance of two values. Default 1, or a hundredth of the range; of durations PT1S and more.'),
})

export const valuesSchema = z.strictObject({
  path,
  values: z.array(z.unknown()).min(1).describe('The values it may have, the harmless ones first.'),
})

const interval = z.strictObject({ from: durationSchema, to: durationSchema })
const count = z.union(
  [
    z.number().int().min(0).max(20),
    z.string().regex(/^\d{1,2}(\.\.\d{1,2})?$/, { error: 'a count or a range of counts, 0..3' }),
  ],
  { error: 'a count or a range of counts, 0..3' },
)
const faultSchema = z.union(
  [
    count,
    z.strictObject({
      count: count.describe('How many.'),
      at: interval.optional().describe('When. Default: at any time of the run.'),
      for: interval.optional().describe('How long it lasts. Default: PT1M to PT30M.'),
    }),
  ],
  { error: 'a count, a range of counts such as 0..3, or { count, at, for }' },
)

const faultsSchema = z.strictObject({
  faults: z
    .strictObject(
      Object.fromEntries(
        FAULT_VERBS.map((verb) => [verb, faultSchema.optional().describe(`How many ${verb} may be added: 0..3.`)]),
      ) as Record<FaultVerb, z.ZodOptional<typeof faultSchema>>,
    )
    .describe('Entries that may be added to the timeline, and how many of each: breakInstance: 0..3.'),
})

/** What a value means is judged by `readVary`. */
export const varySchema = z
  .array(
    z.union([rangeSchema, valuesSchema, faultsSchema], {
      error: '{ path, from, to }, { path, values } or { faults: { breakInstance: 0..3 } }',
    }),
  )
  .meta({
    description:
      'What fuzz and tune may change, and within which bounds. Left out, fuzz varies the world around the policy.',
    examples: [
      [
        { path: 'azure.scaleSets.web.sku.capacity', from: 2, to: 40 },
        { path: 'world.application.warmup', from: 'PT10S', to: 'PT5M' },
        { faults: { breakInstance: '0..3' } },
      ],
    ],
  })

export const propertiesSchema = z
  .array(z.string({ error: 'text: the name of an invariant, or an expectation' }))
  .min(1)
  .meta({
    description: `What must hold in every case that fuzz tries: an expectation, or one of ${Object.keys(INVARIANTS).join(', ')}.`,
    examples: [['noZoneFullyDown', 'blastRadius.percent <= 20']],
  })

export type RawVaryEntry = z.infer<typeof varySchema>[number]
export type RawFault = z.infer<typeof faultSchema>
