import { z } from 'zod'
import { parseDuration } from '../duration.ts'

/** Longest moment the kernel's clock can hold, exclusive: 2^31 ms, 24.8 days. */
export const MAX_TIME_MS = 2 ** 31

const DURATION_PATTERN = '^P(?:\\d+W)?(?:\\d+D)?(?:T(?:\\d+H)?(?:\\d+M)?(?:\\d+(?:[.,]\\d+)?S)?)?$'
export const DURATION_PHRASE = 'an ISO 8601 duration'
export const DISTRIBUTION_PHRASE =
  'a duration or a distribution: PT50S, { p50, p95 }, { min, max }, { mean }, { samples: [...] } or { mixture: [{ weight, ... }] }'

const isDuration = (text: string) => {
  const ms = parseDuration(text)
  return ms !== undefined && ms < MAX_TIME_MS
}

export const durationSchema = z
  .string({ error: DURATION_PHRASE })
  .refine(isDuration, { error: DURATION_PHRASE })
  .meta({
    id: 'duration',
    description: 'An ISO 8601 duration, as in ARM: PT90S, PT2M, P1DT6H.',
    pattern: DURATION_PATTERN,
    examples: ['PT50S', 'PT2M'],
  })

/** The one duration that must not be nothing: a mean. */
const shape = {
  constant: durationSchema,
  lognormal: z.strictObject({
    p50: durationSchema.describe('Half of the draws are shorter.'),
    p95: durationSchema.describe('95 of 100 draws are shorter; not below p50.'),
  }),
  uniform: z.strictObject({
    min: durationSchema.describe('Shortest draw.'),
    max: durationSchema.describe('Longest draw; not below min.'),
  }),
  exponential: z.strictObject({ mean: durationSchema.describe('Mean of the draws.') }),
  samples: z.strictObject({ samples: z.array(durationSchema).min(1).describe('Drawn from with equal chance.') }),
}

const weight = z
  .number()
  .positive()
  .describe('Share of this part; the weights of a mixture need not add up to anything.')
const mixturePart = z.union(
  [
    z.strictObject({ weight, value: durationSchema.describe('A constant.') }),
    shape.lognormal.extend({ weight }),
    shape.uniform.extend({ weight }),
    shape.exponential.extend({ weight }),
    shape.samples.extend({ weight }),
  ],
  {
    error:
      'a part of a mixture: { weight, p50, p95 }, { weight, min, max }, { weight, mean }, { weight, samples } or { weight, value }',
  },
)

export const distributionSchema = z
  .union(
    [
      shape.constant,
      shape.lognormal,
      shape.uniform,
      shape.exponential,
      shape.samples,
      z.strictObject({ mixture: z.array(mixturePart).min(1).describe('Each draw takes one part, by weight.') }),
    ],
    { error: DISTRIBUTION_PHRASE },
  )
  .meta({
    id: 'distribution',
    description:
      'A duration that varies: a constant (PT50S), { p50, p95 } (lognormal), { min, max } (uniform), { mean } (exponential), { samples: [...] } or { mixture: [{ weight, ... }] }.',
  })

export const namesSchema = z.array(z.string().min(1))

/** Zones are text in Azure; a bare number is what people type. */
export const zonesSchema = z.array(z.union([z.string(), z.number().int()], { error: 'a zone such as "1"' }))

export const instanceSchema = z
  .union([z.string().min(1), z.number().int().min(0)], { error: 'an instance: <set>/<number> or its Azure name' })
  .meta({
    id: 'instance',
    description:
      'An instance: <set>/<number>, the number being the order of creation from 0, or its Azure name. A bare number is enough when there is only one scale set.',
    examples: ['vmss-web/0'],
  })

export const share = z.number().min(0).max(100)

/** An object where everything is accepted but known keys are explained in the editor; somebody else judges the values. */
export const explained = (keys: Readonly<Record<string, string>>) =>
  z.looseObject(
    Object.fromEntries(Object.entries(keys).map(([key, text]) => [key, z.unknown().optional().describe(text)])),
  )
