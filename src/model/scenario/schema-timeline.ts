import { z } from 'zod'
import { ATTACH_OBSTACLES } from '../scenario.ts'
import { imageVersionSchema, targetRegionSchema } from './schema-declared.ts'
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

const image = z
  .string()
  .min(1)
  .describe('gallery/definition of a declared gallery, or its resource id; without the version.')
const version = z.string({ error: 'the number of a version: 1.7.0' }).describe('Major.Minor.Patch.')
const region = z.string().min(1)
const template = z.string().min(1).describe('One of azure.imageTemplates.')
const someOrAll = z
  .union([z.literal('*'), z.array(instanceSchema).min(1)], { error: '"*" or a list of instances' })
  .describe('"*" for all, or a list.')

/** What an operator gives a new version; how far it has been replicated is not for the operator to say. */
const {
  properties: _properties,
  publishingProfile: _publishingProfile,
  replicationStatus: _replicationStatus,
  ...versionKeys
} = imageVersionSchema.shape

const onInstances = z.strictObject({ scaleSet, instance, instances })
const onInstancesOrAll = z.strictObject({
  scaleSet,
  instance,
  instances: someOrAll.optional().describe('The instances it acts on; "*" is the operation on the whole set.'),
})
const places = {
  scaleSet: scaleSet.describe('The scale set whose hosts are meant; left out with region: every set of the region.'),
  region: region.optional().describe('Instead of scaleSet: every scale set of the region.'),
  zone: z
    .union([z.string(), z.number().int()], { error: 'a zone such as "1"' })
    .optional()
    .describe('Only in this zone; left out: in all.'),
}
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
  manualUpgrade: z.strictObject({ scaleSet, instances: someOrAll }).meta({
    description: 'Brings instances to the latest model by hand (az vmss update-instances).',
    examples: [{ instances: '*' }],
  }),
  startOSUpgrade: onSet.describe('Starts a rolling OS upgrade by hand (az vmss rolling-upgrade start).'),
  cancelRollingUpgrade: onSet.describe('Cancels the running rolling upgrade.'),
  approveRollingUpgrade: z
    .strictObject({ scaleSet, instances: someOrAll.optional() })
    .nullable()
    .meta({
      description:
        'Lets the waiting batch of a rolling upgrade go on, and a deferred OS upgrade go ahead (AO-21). Left out, instances are all that wait.',
      examples: [{ instances: '*' }],
    }),
  setOrchestrationServiceState: z
    .strictObject({
      scaleSet,
      serviceName: z.enum(['AutomaticRepairs']).optional().describe('Default: the only one there is.'),
      action: z.enum(['Suspend', 'Resume']).describe('Suspend or Resume.'),
    })
    .meta({
      description: 'Suspends or resumes automatic repairs (az vmss set-orchestration-service-state).',
      examples: [{ action: 'Resume' }],
    }),
  publishImageVersion: z
    .strictObject({
      image: image.describe(
        'gallery/definition of a declared gallery, or its resource id. publisher:offer:sku: the platform gets a newer version.',
      ),
      version,
      phases: z
        .array(z.array(region).min(1))
        .min(1)
        .optional()
        .describe(
          'Platform images only: regions phase by phase, [[eastus], [westus3]]; paired regions never share a phase. Left out: everywhere at once.',
        ),
      ...versionKeys,
    })
    .meta({
      description: 'Publishes an image version; it is replicated to its target regions, the source region first.',
      examples: [{ image: 'galProd/ubuntu-app', version: '1.7.0', targetRegions: ['eastus', 'westus3'] }],
    }),
  excludeFromLatest: z
    .strictObject({
      image,
      version,
      region: region.optional().describe('Only in this target region. Left out: the flag of the version.'),
      exclude: z.boolean().optional().describe('False takes the flag back. Default true.'),
    })
    .meta({
      description: 'Hides an image version from latest.',
      examples: [{ image: 'galProd/ubuntu-app', version: '1.7.0' }],
    }),
  addTargetRegion: z
    .strictObject({
      image,
      version,
      region: region.optional().describe('The region; or give targetRegions.'),
      targetRegions: z.array(targetRegionSchema).min(1).optional().describe('Several, each as in an image version.'),
      regionalReplicaCount: z.unknown().optional().meta({ type: 'integer', description: 'Of region. Default 1.' }),
      storageAccountType: z
        .unknown()
        .optional()
        .meta({ type: 'string', description: 'Of region. Default Standard_LRS.' }),
    })
    .meta({
      description: 'Replicates a version to more regions, or changes the replicas of a region that has it.',
      examples: [{ image: 'galProd/ubuntu-app', version: '1.7.0', region: 'westus3' }],
    }),
  removeTargetRegion: z
    .strictObject({ image, version, region: region.describe('The region that loses its replicas.') })
    .meta({
      description: 'Takes a region from a version.',
      examples: [{ image: 'galProd/ubuntu-app', version: '1.7.0', region: 'westus3' }],
    }),
  deleteImageVersion: z.strictObject({ image, version }).meta({
    description: 'Deletes an image version; what runs on it goes on.',
    examples: [{ image: 'galProd/ubuntu-app', version: '1.6.2' }],
  }),
  runImageTemplate: z
    .strictObject({
      template,
      version: version.optional().describe('Number of what it publishes. Left out: as its versioning gives it.'),
    })
    .meta({
      description: 'Builds, validates and distributes an image (az image builder run).',
      examples: [{ template: 'ubuntu-app' }],
    }),
  cancelImageTemplate: z
    .strictObject({ template })
    .meta({ description: 'Cancels the running build.', examples: [{ template: 'ubuntu-app' }] }),
  scaleTo: z
    .strictObject({ scaleSet, capacity: z.number().int().min(0).max(1000).describe('The new sku.capacity.') })
    .meta({ description: 'Sets the capacity (az vmss scale).', examples: [{ capacity: 12 }] }),
  attachVM: z
    .strictObject({
      scaleSet,
      instances: z.number().int().min(1).max(1000).optional().describe('How many machines. Default 1.'),
      zone: z
        .union([z.string(), z.number().int()], { error: 'a zone such as "1"' })
        .optional()
        .describe('The zone they are in; left out: regional.'),
      reportsHealth: z
        .boolean()
        .optional()
        .describe('False: they have no Application Health extension (PL-54). Default true.'),
      image: z
        .string()
        .min(1)
        .optional()
        .describe('Image on their disks, as under world.images. Default: what the model of the set means.'),
      managedDisk: z.boolean().optional().describe('False: unmanaged disks. Default true.'),
      belongsTo: z.enum(ATTACH_OBSTACLES).optional().describe('What keeps them from being attached. Default: nothing.'),
    })
    .meta({
      description: 'Attaches running machines to a Flexible set (az vm update --set virtualMachineScaleSet.id=...).',
      examples: [{ instances: 2, zone: '1', reportsHealth: false }],
    }),
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
  reimage: onInstancesOrAll.meta({
    description: 'Gives instances a new OS disk.',
    examples: [{ instance: 'vmss-web/0' }],
  }),
  restart: onInstancesOrAll.meta({ description: 'Restarts instances.', examples: [{ instance: 'vmss-web/0' }] }),
  deleteInstance: onInstances
    .extend({
      individually: z
        .boolean()
        .optional()
        .describe(
          'Flexible only: by az vm delete, past the scale set, so that autoscale learns of it late. Default false: az vmss delete-instances.',
        ),
    })
    .meta({
      description: 'Deletes instances; the capacity goes down with them.',
      examples: [{ instance: 'vmss-web/0' }],
    }),
  deallocate: onInstancesOrAll.meta({
    description: 'Stops instances and gives their hardware back.',
    examples: [{ instance: 'vmss-web/0' }],
  }),
  start: onInstancesOrAll.meta({ description: 'Starts stopped instances.', examples: [{ instance: 'vmss-web/0' }] }),
  simulateEviction: onInstances.meta({
    description: 'Evicts Spot instances (az vmss simulate-eviction).',
    examples: [{ instance: 'vmss-web/0' }],
  }),
  reclaimSpot: z
    .strictObject({
      scaleSet,
      percent: z
        .number()
        .positive()
        .max(100)
        .optional()
        .describe('Percent of the running Spot instances there, the newest first. Default 100.'),
      region: region.optional().describe('In this region, whichever scale set owns them. Left out: of the scale set.'),
      zone: z
        .union([z.string(), z.number().int()], { error: 'a zone such as "1"' })
        .optional()
        .describe('Only in this zone of the region.'),
      for: durationSchema
        .optional()
        .describe('For how long Azure keeps the capacity: until then nobody gets a Spot machine there. Default PT0S.'),
    })
    .nullable()
    .meta({ description: 'Azure takes Spot capacity back.', examples: [{ percent: 50 }] }),
  changeSpotPrice: z
    .strictObject({ usd: z.number().positive().describe('USD an hour for one machine, from now on.') })
    .meta({ description: 'The market price of Spot machines changes.', examples: [{ usd: 0.05 }] }),
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
  failGalleryRegion: z
    .strictObject({ region: region.describe('Region a declared gallery lives in.'), for: faultFor })
    .meta({
      description: 'The region of a gallery is down: nothing can be published or changed there; replicas stay usable.',
      examples: [{ region: 'eastus', for: 'PT2H' }],
    }),
  failZone: z
    .strictObject({
      zone: z.union([z.string(), z.number().int()], { error: 'a zone such as "1"' }).describe('The zone, "1".'),
      region: region.optional().describe('May be left out when all scale sets are in one region.'),
      for: faultFor,
    })
    .meta({ description: 'A zone is down with everything in it.', examples: [{ zone: '1', for: 'PT30M' }] }),
  shiftDemand: z
    .strictObject({
      scaleSet: z
        .string()
        .min(1)
        .optional()
        .describe('A set with a demand of its own under perScaleSet; left out: every demand.'),
      factor: z.number().min(0).describe('Times as much as otherwise.'),
      for: durationSchema.optional().describe('How long; left out: to the end.'),
    })
    .meta({ description: 'The demand changes at once.', examples: [{ factor: 3, for: 'PT1H' }] }),
  failFaultDomain: z
    .strictObject({
      ...places,
      faultDomain: z
        .number()
        .int()
        .min(0)
        .max(99)
        .describe('Number of the fault domain; under max spreading that of the hidden rack.'),
      for: faultFor,
    })
    .meta({
      description: 'A rack loses its power: what stands on it goes down, and boots again afterwards.',
      examples: [{ faultDomain: 0, for: 'PT1H' }],
    }),
  failHost: z
    .strictObject({
      scaleSet,
      instance,
      instances,
      notice: durationSchema
        .optional()
        .describe('The failure is foreseen: a Redeploy is announced that long before, at least PT10M. Left out: none.'),
      for: durationSchema
        .optional()
        .describe('From the failure to the boot on another host. Left out: drawn from world.faults.hosts.recovery.'),
    })
    .meta({
      description: 'The host of an instance fails; the instance boots again on another one.',
      examples: [{ instance: 'vmss-web/0', for: 'PT8M' }],
    }),
  freezeHosts: z
    .strictObject({
      ...places,
      for: durationSchema
        .optional()
        .describe('How long an instance is paused, mostly below PT10S and PT30S at most. Default PT5S.'),
    })
    .nullable()
    .meta({
      description: 'Memory-preserving maintenance: announced, one fault domain at a time, seconds of pause each.',
      examples: [{ for: 'PT9S' }],
    }),
  rebootHosts: z
    .strictObject({
      ...places,
      selfService: durationSchema
        .optional()
        .describe(
          'How long owners may do it themselves (performMaintenance) before the platform begins. Default none.',
        ),
    })
    .nullable()
    .meta({
      description:
        'Maintenance with a reboot: announced, one update domain (Uniform) or fault domain (Flexible) at a time.',
      examples: [{ selfService: 'P1D' }],
    }),
  performMaintenance: onInstances.meta({
    description: 'Starts the planned reboot of instances early (az vmss perform-maintenance).',
    examples: [{ instance: 'vmss-web/0' }],
  }),
  limitCapacity: z
    .strictObject({
      region: z.string().min(1).describe('Region in which Azure runs short.'),
      zone: z
        .union([z.string(), z.number().int()], { error: 'a zone such as "1"' })
        .optional()
        .describe('Only in this zone: machines beyond the number are not to be had there.'),
      size: z.string().min(1).optional().describe('Only machines of this size.'),
      instances: z.number().int().min(0).describe('Most instances that fit, those already there included.'),
      for: faultFor,
    })
    .meta({
      description:
        'Azure runs short. Of the region alone it is a limit that whole requests are checked against, as quota is; with zone or size it is room for machines, and instances beyond it fail.',
      examples: [
        { region: 'eastus', instances: 10 },
        { region: 'eastus', zone: '1', instances: 4, for: 'PT2H' },
      ],
    }),
}

export type Verb = keyof typeof verbSchemas
export const VERBS = Object.keys(verbSchemas) as readonly Verb[]

const optionalVerbs = Object.fromEntries(VERBS.map((verb) => [verb, verbSchemas[verb].optional()])) as {
  [V in Verb]: z.ZodOptional<(typeof verbSchemas)[V]>
}

/** That exactly one verb is given is checked by the loader; the JSON Schema says it with `oneOf`. */
export const timelineEntrySchema = z
  .strictObject({ at: durationSchema.describe('When, from the start of the run.'), ...optionalVerbs })
  .meta({ description: 'One entry: { at, <verb>: { ... } }.', oneOf: VERBS.map((verb) => ({ required: [verb] })) })

export type RawTimelineEntry = z.infer<typeof timelineEntrySchema>
