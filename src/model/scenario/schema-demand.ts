import { z } from 'zod'
import { durationSchema } from './schema-parts.ts'

const factor = z.number().min(0).max(1e6)
const percent = z.number().min(0).max(100)
const rate = z.number().positive().max(1e9)

const pointSchema = z.strictObject({
  at: durationSchema.describe('From the start of the run, or of each round where it repeats.'),
  factor: factor.describe('Times as much as requestsPerSecond; linear up to the next point.'),
})

const stepSchema = z.strictObject({
  at: durationSchema.describe('From the start of the run.'),
  factor: factor.describe('Times as much from then on.'),
  for: durationSchema.optional().describe('How long; left out: to the end.'),
})

const spikeSchema = z.strictObject({
  at: durationSchema.describe('When it begins to rise.'),
  factor: factor.describe('Times as much at its height.'),
  rise: durationSchema.optional().describe('How long it rises. Default PT0S.'),
  hold: durationSchema.optional().describe('How long it stays at its height. Default PT0S.'),
  fall: durationSchema.optional().describe('How long it falls. Default PT0S.'),
})

const keys = {
  requestsPerSecond: rate.optional().describe('Requests in a second, before shape, steps and spikes.'),
  trace: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Instead of requestsPerSecond: a CSV file beside this one with the columns time (seconds, or an ISO 8601 duration, from the start of the run) and requestsPerSecond; each level holds until the next line.',
    ),
  perInstance: rate.optional().describe('Requests in a second that one serving instance can take.'),
  shape: z
    .union([z.enum(['daily', 'weekly']), z.array(pointSchema).min(2)], {
      error: 'daily, weekly or a list of { at, factor }',
    })
    .optional()
    .describe(
      'daily: office hours, 0.2 at night to 1 by day, every day. weekly: the same from Monday on, with half of it at the weekend (a run begins on a Monday at 00:00). Or points of your own.',
    ),
  repeat: durationSchema
    .optional()
    .describe(
      'After how long points of your own begin anew. Left out: the first and the last one hold outside of them.',
    ),
  steps: z.array(stepSchema).optional().describe('Sudden changes.'),
  spikes: z.array(spikeSchema).optional().describe('A rush that comes and goes.'),
  noise: z
    .strictObject({
      percent: percent.describe('At most so much above or below, evenly drawn.'),
      every: durationSchema.optional().describe('How often it is drawn anew. Default PT1M.'),
    })
    .optional()
    .describe('Chance on top of everything else; its mean is nothing.'),
  cpuPercentIdle: percent.optional().describe('Percentage CPU of an instance that serves nothing. Default 0.'),
  cpuPercentAtFull: percent
    .optional()
    .describe('Percentage CPU of an instance that takes perInstance requests. Default 100.'),
  memoryPercentIdle: percent.optional().describe('Used memory of an instance that serves nothing.'),
  memoryPercentAtFull: percent
    .optional()
    .describe('Used memory of an instance that takes perInstance requests. Without both there is no memory metric.'),
  queue: z
    .boolean()
    .optional()
    .describe('True: requests are messages of a queue. What finds no capacity waits, and its number is a metric.'),
}

/** What there is to be done, and how much of it one instance can do. */
export const demandSchema = z.strictObject({
  ...keys,
  perScaleSet: z
    .record(z.string().min(1), z.strictObject(keys))
    .optional()
    .describe('Instead of all the others: a demand of its own for each scale set named here.'),
})

export type RawDemand = z.infer<typeof demandSchema>
export type RawOwnDemand = Omit<RawDemand, 'perScaleSet'>
