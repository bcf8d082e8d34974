import { z } from 'zod'
import { durationSchema, instanceSchema, namesSchema, zonesSchema } from './schema-parts.ts'

const scaleSet = z
  .string()
  .min(1)
  .optional()
  .describe('The scale set it acts on; may be left out when only one is declared.')
const faultFor = durationSchema
  .optional()
  .describe('How long the fault lasts; left out: until something cures it, or to the end.')
const instance = instanceSchema.optional().describe('The instance it acts on: <set>/<number> or its Azure name.')
const instances = z.array(instanceSchema).min(1).optional().describe('The instances it acts on.')

const onInstances = z.strictObject({ scaleSet, instance, instances })
const onSet = z.strictObject({ scaleSet }).nullable()

/** Arguments of each verb that this version plays. */
export const verbSchemas = {
  updateModel: z
    .strictObject({
      scaleSet,
      set: z
        .record(z.string().min(1), z.unknown())
        .refine((set) => Object.keys(set).length > 0, { error: 'at least one path: value' })
        .describe(
          'Dotted path in the declared shape -> new value; null unsets. List members by name: virtualMachineProfile.extensionProfile.extensions[health].settings.requestPath.',
        ),
    })
    .meta({
      description: 'A change of the scale set model (PUT, PATCH, az vmss update).',
      examples: [{ set: { 'sku.name': 'Standard_D4as_v5' } }],
    }),
  reapply: onSet.describe('Sends the unchanged model once more.'),
  manualUpgrade: z
    .strictObject({
      scaleSet,
      instances: z
        .union([z.literal('*'), z.array(instanceSchema).min(1)], { error: '"*" or a list of instances' })
        .describe('"*" for all, or a list.'),
    })
    .meta({
      description: 'Brings instances to the latest model by hand (az vmss update-instances).',
      examples: [{ instances: '*' }],
    }),
  startOSUpgrade: onSet.describe('Starts a rolling OS upgrade by hand (az vmss rolling-upgrade start).'),
  cancelRollingUpgrade: onSet.describe('Cancels the running rolling upgrade.'),
  scaleTo: z
    .strictObject({ scaleSet, capacity: z.number().int().min(0).max(1000).describe('The new sku.capacity.') })
    .meta({ description: 'Sets the capacity (az vmss scale).', examples: [{ capacity: 12 }] }),
  protectInstance: z
    .strictObject({
      scaleSet,
      instance,
      instances,
      protectFromScaleIn: z.boolean().optional().describe('Never chosen by a scale-in.'),
      protectFromScaleSetActions: z.boolean().optional().describe('Left alone by scale-in, upgrade and reimage.'),
    })
    .meta({
      description: 'Sets protection flags; a flag not named stays as it is.',
      examples: [{ instance: 'vmss-web/0', protectFromScaleIn: true }],
    }),
  reimage: onInstances.meta({ description: 'Gives instances a new OS disk.', examples: [{ instance: 'vmss-web/0' }] }),
  restart: onInstances.meta({ description: 'Restarts instances.', examples: [{ instance: 'vmss-web/0' }] }),
  deleteInstance: onInstances.meta({
    description: 'Deletes instances; the capacity goes down with them.',
    examples: [{ instance: 'vmss-web/0' }],
  }),
  deallocate: onInstances.meta({
    description: 'Stops instances and gives their hardware back.',
    examples: [{ instance: 'vmss-web/0' }],
  }),
  start: onInstances.meta({ description: 'Starts stopped instances.', examples: [{ instance: 'vmss-web/0' }] }),
  failDependency: z
    .strictObject({
      dependency: z.string().min(1).describe('One of world.application.needs, or of the checks of an endpoint.'),
      zones: zonesSchema.optional().describe('Only seen from these zones; left out: from everywhere.'),
      scaleSets: namesSchema.optional().describe('Only seen from these scale sets; left out: from all.'),
      for: faultFor,
    })
    .meta({ description: 'A dependency is not reachable.', examples: [{ dependency: 'hsm', for: 'PT10M' }] }),
  hangInstance: z.strictObject({ scaleSet, instance, instances, for: faultFor }).meta({
    description: 'The guest hangs: no health signal at all. A restart cures it.',
    examples: [{ instance: 'vmss-web/0' }],
  }),
  breakInstance: z.strictObject({ scaleSet, instance, instances, for: faultFor }).meta({
    description: 'The application on the instance breaks. A new OS disk cures it.',
    examples: [{ instance: 'vmss-web/0' }],
  }),
  limitCapacity: z
    .strictObject({
      region: z.string().min(1).describe('Region in which Azure runs short.'),
      instances: z.number().int().min(0).describe('Most instances that fit, those already there included.'),
      for: faultFor,
    })
    .meta({ description: 'Allocation beyond this number fails.', examples: [{ region: 'eastus', instances: 10 }] }),
}

export type Verb = keyof typeof verbSchemas
export const VERBS = Object.keys(verbSchemas) as readonly Verb[]

/** Verbs of the format that this version does not play. An entry with one is a mistake with a place, never ignored. */
export const UNPLAYED_VERBS: readonly string[] = [
  'publishImageVersion',
  'excludeFromLatest',
  'addTargetRegion',
  'runImageTemplate',
  'approveRollingUpgrade',
  'simulateEviction',
  'setOrchestrationServiceState',
  'attachVM',
  'failZone',
  'failFaultDomain',
  'failGalleryRegion',
  'reclaimSpot',
  'freezeHosts',
  'rebootHosts',
  'shiftDemand',
]

const optionalVerbs = Object.fromEntries(VERBS.map((verb) => [verb, verbSchemas[verb].optional()])) as {
  [V in Verb]: z.ZodOptional<(typeof verbSchemas)[V]>
}

/** That exactly one verb is given is checked by the loader; the JSON Schema says it with `oneOf`. */
export const timelineEntrySchema = z
  .strictObject({ at: durationSchema.describe('When, from the start of the run.'), ...optionalVerbs })
  .meta({ description: 'One entry: { at, <verb>: { ... } }.', oneOf: VERBS.map((verb) => ({ required: [verb] })) })

export type RawTimelineEntry = z.infer<typeof timelineEntrySchema>
