import { z } from 'zod'
import { METRIC_OPERATORS, SCALE_DIRECTIONS, SCALE_TYPES, STATISTICS, TIME_AGGREGATIONS } from '../autoscale/setting.ts'
import { known, nameOf } from './schema-declared.ts'

/**
 * Autoscale settings as an editor sees them. They may be typed by hand, be ARM bodies or be pasted from `az monitor autoscale
 * show`, so only mappings and lists are insisted on here; `buildAutoscaleSettings` judges the rest.
 */

const ruleSchema = z.looseObject({
  metricTrigger: z
    .looseObject({
      metricName: known({ type: 'string' }, 'For example Percentage CPU.'),
      metricResourceUri: known({ type: 'string' }, 'Whose metric it is. Default: the target.'),
      timeGrain: known({ type: 'string' }, 'Length of one sample, PT1M to PT12H. Default PT1M.'),
      statistic: known({ enum: STATISTICS }, 'Combines the instances in each grain. Default Average.'),
      timeWindow: known({ type: 'string' }, 'How far back it looks, PT5M to PT12H. Default PT10M.'),
      timeAggregation: known({ enum: TIME_AGGREGATIONS }, 'Combines the grains of the window. Default Average.'),
      operator: known({ enum: METRIC_OPERATORS }, 'Observed value operator threshold.'),
      threshold: known({ type: 'number' }, 'In the unit of the metric; a number in quotes is accepted.'),
      dividePerInstance: known({ type: 'boolean' }, 'Divides the value by the instance count. Default false.'),
    })
    .nullable()
    .optional()
    .describe('When the rule is true.'),
  scaleAction: z
    .looseObject({
      direction: known({ enum: SCALE_DIRECTIONS }, 'Increase or Decrease; None with ExactCount: to that count.'),
      type: known({ enum: SCALE_TYPES }, 'By a count (default), by a percentage, or to a count.'),
      value: known({ type: 'string' }, 'Instances or percent, at least 1. Default "1".'),
      cooldown: known({ type: 'string' }, 'PT1M to P7D; after it acted no rule acts for so long.'),
    })
    .nullable()
    .optional()
    .describe('What it then does.'),
})

const profileSchema = z.looseObject({
  name: known({ type: 'string' }, 'Its name.'),
  capacity: z
    .looseObject({
      minimum: known({ type: 'string' }, 'Fewest instances, "0" to "1000".'),
      maximum: known({ type: 'string' }, 'Most instances.'),
      default: known({ type: 'string' }, 'Floor for when metrics are missing. Default: the minimum.'),
    })
    .nullable()
    .optional()
    .describe('Bounds, both inclusive.'),
  rules: z.array(ruleSchema).nullable().optional().describe('Up to 10. None: the profile only sets the bounds.'),
  recurrence: known(
    { type: 'object' },
    'frequency Week and schedule: { timeZone, days, hours, minutes }: when it begins. A run has one clock, that of the zone, without summer time.',
  ),
  fixedDate: known(
    { type: 'object' },
    'timeZone, start and end, read on the one clock of the run, which begins on Monday, 2026-01-05T00:00.',
  ),
})

/** The value of `azure.autoscaleSettings`. */
export const autoscaleSettingsSchema = z
  .record(
    nameOf('an autoscale setting'),
    z
      .looseObject({
        enabled: known({ type: 'boolean' }, 'Default true.'),
        targetResourceUri: known(
          { type: 'string' },
          'The scale set: its resource id or its name. May be left out when only one is declared.',
        ),
        profiles: z.array(profileSchema).nullable().optional().describe('Up to 20.'),
        predictiveAutoscalePolicy: known(
          { type: 'object' },
          'scaleMode (Disabled, ForecastOnly, Enabled) and scaleLookAheadTime (PT1M to PT1H).',
        ),
        properties: known({ type: 'object' }, 'The ARM body is accepted as well.'),
      })
      .describe('An autoscale setting: by hand, as an ARM body, or as az monitor autoscale show prints it.'),
  )
  .meta({ description: 'Autoscale settings by name, or overrides of the imported setting of the same name.' })
