import { z } from 'zod'
import { distributionSchema } from './schema-parts.ts'

const orTrue = <T extends z.ZodType>(schema: T, error: string) => z.union([z.literal(true), schema], { error })

const rate = (text: string) => z.number().positive().max(1_000_000).optional().describe(text)

/** What fails by itself. Nothing does unless it is asked for. */
export const faultsSchema = z.strictObject({
  hosts: orTrue(
    z.strictObject({
      percentPerVmYear: rate('Percent of instances whose host fails in a year. Default 2 (an assumption, AV-12).'),
      recovery: distributionSchema
        .optional()
        .describe(
          'From the failure to the boot on another host. Default { p50: PT8M, p95: PT25M } (an assumption, AV-12).',
        ),
    }),
    'true, or { percentPerVmYear, recovery }',
  )
    .optional()
    .describe('Hosts fail at random, without notice (SE-4). true: with the defaults of AV-12. Left out: none does.'),
  racks: orTrue(
    z.strictObject({
      percentPerFdYear: rate('Percent of fault domains that fail in a year. Default 0.5 (an assumption, AV-12).'),
      recovery: distributionSchema
        .optional()
        .describe('How long the rack is without power. Default { p50: PT1H, p95: PT3H } (p50 of AV-12).'),
    }),
    'true, or { percentPerFdYear, recovery }',
  )
    .optional()
    .describe('Racks lose their power at random. true: with the defaults of AV-12. Left out: none does.'),
  freezes: orTrue(
    z.strictObject({
      perVmMonth: rate('Memory-preserving updates of an instance in 30 days. Default 1 (an assumption, AV-12).'),
      length: distributionSchema.optional().describe('How long an instance is paused. Default PT5S (AV-05).'),
    }),
    'true, or { perVmMonth, length }',
  )
    .optional()
    .describe('Hosts are updated at random, each with its notice. true: with the defaults. Left out: none is.'),
  deletes: z
    .strictObject({
      failPercent: z.number().min(0).max(100).describe('Percent of attempts that end in a transient error.'),
    })
    .optional()
    .describe('Deletes of instances fail. Left out: none does.'),
})

export type RawFaults = z.infer<typeof faultsSchema>
