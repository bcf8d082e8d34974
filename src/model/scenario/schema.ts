import { z } from 'zod'
import { ASSUMPTIONS, type AssumptionDefinition } from '../assumptions.ts'
import { formatDuration } from '../duration.ts'
import type { Timings } from '../scenario.ts'
import { TIMING_SOURCES } from '../timings.ts'
import { autoscaleSettingsSchema } from './schema-autoscale.ts'
import { capacitySchema, quotaSchema } from './schema-capacity.ts'
import { galleriesSchema, imageTemplatesSchema, maintenanceSchema } from './schema-declared.ts'
import { demandSchema } from './schema-demand.ts'
import { faultsSchema } from './schema-faults.ts'
import { lessonSchema } from './schema-lesson.ts'
import {
  distributionSchema,
  durationSchema,
  explained,
  instanceSchema,
  namesSchema,
  share,
  zonesSchema,
} from './schema-parts.ts'
import { pricesSchema } from './schema-prices.ts'
import { spotSchema } from './schema-spot.ts'
import { standbyPoolsSchema } from './schema-standby.ts'
import { timelineEntrySchema } from './schema-timeline.ts'
import { propertiesSchema, varySchema } from './schema-vary.ts'

const defectSchema = z.strictObject({
  name: z.string().min(1).optional().describe('What a reader should call it.'),
  breaks: namesSchema
    .optional()
    .describe(
      'Dependencies that stop working, or process (never listens), boot (never comes up), extensions (installation fails). Default: process.',
    ),
  share: share.optional().describe('Percent of instances it hits, drawn for each. Default 100.'),
  onset: distributionSchema.optional().describe('From the end of boot until it bites. Default PT0S.'),
  duration: distributionSchema.optional().describe('How long it bites. Left out: for good.'),
  zones: zonesSchema.optional().describe('Only in these zones.'),
  instances: z.array(instanceSchema).optional().describe('Only on these instances, as <set>/<number>.'),
})

const replicationSchema = z.strictObject({
  takes: distributionSchema
    .optional()
    .describe('How long the copy to this region takes, whatever its size. Left out: as the timings say.'),
  fails: z.boolean().optional().describe('True: the copy fails, so that the region never gets this version.'),
})

const imageSchema = z.strictObject({
  boot: distributionSchema
    .optional()
    .describe('Power-on to guest up. Default { p50: PT50S, p95: PT75S }, a baked image.'),
  defects: z.array(defectSchema).optional().describe('What is wrong with this version.'),
  replication: z
    .record(z.string().min(1), replicationSchema)
    .optional()
    .describe('By region: how the copy of a gallery version really goes there.'),
})

const customizerTruthSchema = z.strictObject({
  fails: z
    .enum(['loudly', 'silently'])
    .describe('loudly: the run fails. silently: the run goes on, and the image is not what it should be.'),
  runs: z
    .array(z.number().int().min(1))
    .min(1)
    .optional()
    .describe('In which runs of the template, counted from 1. Left out: in every one.'),
  defects: z
    .array(defectSchema)
    .optional()
    .describe('What a silent failure leaves in the image. Left out: its process never listens.'),
})

const templateTruthSchema = z.strictObject({
  build: distributionSchema
    .optional()
    .describe('From the start of a run to the end of its customizers. Default: world.timings.imageBuild.'),
  identityMayPublish: z
    .boolean()
    .optional()
    .describe('False: the build identity has no right to write versions into the gallery. Default true.'),
  customizers: z
    .record(z.string().min(1), customizerTruthSchema)
    .optional()
    .describe('Customizers that fail, by name.'),
  failingValidations: namesSchema.optional().describe('Names of validations that fail.'),
})

const modelTruthSchema = z.strictObject({
  name: z.string().min(1).describe('What a reader should call this case.'),
  when: z
    .record(z.string().min(1), z.unknown())
    .refine((when) => Object.keys(when).length > 0, { error: 'at least one path: value' })
    .describe('Dotted path in the declared shape -> the value the model of an instance must have, all of them.'),
  defects: z.array(defectSchema).min(1).describe('What happens to such an instance.'),
})

const answersSchema = z.union(
  [
    z.enum(['plain', 'rich', 'honest']),
    z.strictObject({
      status: z.number().int().min(100).max(599).describe('HTTP status, always.'),
      body: z.string().optional().describe('Body, always.'),
    }),
  ],
  { error: 'plain, rich, honest or { status, body }' },
)

const endpointSchema = z.strictObject({
  checks: namesSchema
    .optional()
    .describe(
      'Dependencies the path really checks; may contain warmup. Default: none, it answers once the process listens.',
    ),
  answers: answersSchema
    .optional()
    .describe(
      'plain: 200, or 503 when a check fails. rich: 200 with ApplicationHealthState. honest (default): as the declared health source expects. { status, body }: always that.',
    ),
  failDelay: durationSchema
    .optional()
    .describe('How long an answer takes while a check fails; from PT30S on the probe times out. Default PT0S.'),
})

const customMetricsSchema = z
  .strictObject({
    instances: z.array(instanceSchema).optional().describe('Only these, as <set>/<number>. Left out: every instance.'),
    zones: zonesSchema.optional().describe('Only in these zones.'),
    text: z.string().optional().describe('The JSON text in the customMetrics string of the probe body.'),
    rollingUpgrade: z
      .record(z.string(), z.unknown())
      .optional()
      .describe('Instead of text: { PhaseOrderingNumber, SkipUpgrade }, written out as JSON.'),
  })
  .refine((entry) => (entry.text === undefined) !== (entry.rollingUpgrade === undefined), {
    error: 'either text or rollingUpgrade',
  })

const applicationSchema = z.strictObject({
  needs: namesSchema.optional().describe('What serving really needs, besides the process. Default: nothing.'),
  startup: distributionSchema.optional().describe('End of boot to listening. Default PT0S.'),
  warmup: distributionSchema.optional().describe('Listening to able to serve. Default PT0S.'),
  endpoints: z
    .record(z.string().regex(/^(\/.*|tcp)$/, { error: 'a request path that begins with /, or tcp' }), endpointSchema)
    .optional()
    .describe(
      'What a probe path checks and how it answers. A path not listed checks everything and answers as the health source expects.',
    ),
  customMetrics: z
    .array(customMetricsSchema)
    .optional()
    .describe('Custom metrics in the probe body; the first entry that fits an instance counts.'),
  approvesEventsAfter: distributionSchema
    .optional()
    .describe('From a scheduled event to its approval by the application. Left out: it never approves one.'),
  drain: distributionSchema
    .optional()
    .describe(
      'From the 30 s notice of a Spot eviction until it has left the load balancer and finished its work. Left out: it takes no notice and stops in the middle.',
    ),
})

const regionSchema = z.strictObject({
  zones: zonesSchema.min(1).optional().describe('Zones of the region. Default "1", "2", "3".'),
  faultDomains: z
    .number()
    .int()
    .min(1)
    .max(5)
    .optional()
    .describe('Fault domains of the region, or of each zone. Default 3.'),
  quota: quotaSchema.optional().describe('Quota of the subscription in this region. Default: none.'),
  capacity: capacitySchema
    .optional()
    .describe('How scarce machines are, for all scale sets of the scenario together. Default: room for everybody.'),
})

const timingKeys = Object.keys(TIMING_SOURCES) as (keyof Timings)[]
const timingsSchema = z.strictObject(
  Object.fromEntries(
    timingKeys.map((key) => [key, distributionSchema.optional().describe(TIMING_SOURCES[key])]),
  ) as Record<keyof Timings, z.ZodOptional<typeof distributionSchema>>,
)

const worldSchema = z.strictObject({
  images: z
    .record(z.string().min(1), imageSchema)
    .optional()
    .describe(
      'Truth about image versions, by gallery/definition/version, resource id or publisher:offer:sku:version. The key default stands for all images not listed.',
    ),
  models: z.array(modelTruthSchema).optional().describe('Truth about model values other than the image.'),
  application: applicationSchema
    .optional()
    .describe('The application on the instances. Left out: it needs nothing and its probe is honest.'),
  imageTemplates: z
    .record(z.string().min(1), templateTruthSchema)
    .optional()
    .describe('What really happens when an image template runs, by its name.'),
  demand: demandSchema
    .optional()
    .describe('How many requests come, and how many one instance can take. Left out: none.'),
  prices: pricesSchema.optional().describe('What things cost; without it no money is measured.'),
  spot: spotSchema.optional().describe('The Spot market. Left out: only the timeline evicts.'),
  regions: z.record(z.string().min(1), regionSchema).optional().describe('Regions by name.'),
  faults: faultsSchema.optional().describe('What fails at random. Left out: nothing does.'),
  timings: timingsSchema
    .optional()
    .describe('Durations of platform work; the defaults are measured where anybody measured them.'),
})

const declaredScaleSet = explained({
  location: 'Region, for example eastus.',
  zones: 'Zones the instances are spread over; left out: regional.',
  sku: 'name and capacity.',
  orchestrationMode: 'Uniform or Flexible.',
  platformFaultDomainCount: 'Fault domains; 1 is maximum spreading.',
  singlePlacementGroup: 'True limits a Uniform set to 100 instances.',
  upgradePolicy: 'mode (Manual, Automatic, Rolling), rollingUpgradePolicy, automaticOSUpgradePolicy.',
  automaticRepairsPolicy: 'enabled, gracePeriod, repairAction.',
  scaleInPolicy: 'rules, forceDeletion, prioritizeUnhealthyVMs.',
  overprovision: 'Uniform: creates surplus instances and deletes them again.',
  virtualMachineProfile:
    'storageProfile.imageReference, extensionProfile.extensions, networkProfile.healthProbe (a hand-typed probe may carry protocol, port, requestPath, intervalInSeconds, numberOfProbes inline).',
  properties: 'The ARM body is accepted as well: everything but name, location, sku, zones and tags sits in here.',
}).describe('A scale set as az vmss show prints it, or overrides of the imported set of the same name.')

const pathList = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)], { error: 'a file or a list of files' })

const azureSchema = z.strictObject({
  from: pathList
    .optional()
    .describe(
      'ARM templates or az output (scale sets, gallery image versions, autoscale settings) to import, relative to this file.',
    ),
  parameters: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Values of template parameters. They win over parameter files.'),
  parameterFiles: pathList.optional().describe('ARM parameter files, relative to this file; later ones win.'),
  scaleSets: z
    .record(z.string().min(1), declaredScaleSet)
    .optional()
    .describe('Scale sets typed by hand, or overrides on top of from.'),
  autoscaleSettings: autoscaleSettingsSchema.optional(),
  galleries: galleriesSchema.optional(),
  imageTemplates: imageTemplatesSchema.optional(),
  maintenanceConfigurations: maintenanceSchema.optional(),
  standbyPools: standbyPoolsSchema.optional(),
})

const assumptionValue = (definition: AssumptionDefinition) => {
  const values = definition.values.map(({ value }) => value)
  const json = {
    boolean: { type: 'boolean' as const },
    enum: { enum: values },
    duration: { type: 'string' as const },
    durationOrNone: { type: 'string' as const },
    integer: { type: 'integer' as const },
    integerOrNone: {},
    number: { type: 'number' as const },
  }[definition.kind]
  const isDuration = definition.kind === 'duration' || definition.kind === 'durationOrNone'
  const preset =
    isDuration && typeof definition.default === 'number'
      ? formatDuration(definition.default)
      : String(definition.default)
  return z
    .unknown()
    .optional()
    .meta({
      ...json,
      description: `${definition.summary} Default: ${preset}. Rules: ${definition.rules.join(', ')}.`,
    })
}

const assumptionsSchema = z.strictObject({
  profile: z
    .enum(['documentation', 'article'])
    .optional()
    .describe('Whose reading to start from. Default: documentation.'),
  ...Object.fromEntries(ASSUMPTIONS.map((definition) => [definition.name, assumptionValue(definition)])),
})

const expectSchema = z.array(z.string({ error: 'text: a measure, an operator and a value' }))

const caseSchema = z.strictObject({
  name: z.string().min(1).describe('Short name; the scenario of the case is called <base>/<name>.'),
  title: z.string().optional().describe('One line for readers. Default: that of the base.'),
  description: z.string().optional().describe('What the case shows and why. Default: that of the base.'),
  set: z
    .record(z.string().min(1), z.unknown())
    .refine((set) => Object.keys(set).length > 0, { error: 'at least one path: value' })
    .describe('Path -> value, applied to the rest of the file exactly as --set path=value would.'),
  expect: expectSchema.min(1).describe('What holds in this case, in place of what the base expects.'),
})

/** The scenario file. What a value means beyond its shape is checked by `loadScenario`. */
export const scenarioSchema = z
  .strictObject({
    $schema: z.string().optional().describe('For editors; ignored.'),
    name: z.string().min(1).optional().describe('Short name. Default: the name of the file.'),
    title: z.string().optional().describe('One line for readers.'),
    description: z.string().optional().describe('What the scenario shows and why.'),
    seed: z
      .number()
      .int()
      .min(0)
      .max(Number.MAX_SAFE_INTEGER)
      .optional()
      .describe('Seed of all randomness. Default 1.'),
    duration: durationSchema.optional().describe('The horizon; the run ends there. Default PT6H, below 24.8 days.'),
    azure: azureSchema.describe('What is declared, as Azure holds it.'),
    world: worldSchema.optional().describe('What is true, and Azure does not know.'),
    timeline: z.array(timelineEntrySchema).optional().describe('What people and the cloud do, and when.'),
    expect: expectSchema
      .optional()
      .describe(
        'Each line: measure operator value, for example blastRadius.percent <= 20, or aggregate(measure) in a campaign.',
      ),
    cases: z
      .array(caseSchema)
      .optional()
      .describe('Variations of this scenario, which is their base: each is a scenario of its own with its own expect.'),
    vary: varySchema.optional(),
    properties: propertiesSchema.optional(),
    assumptions: assumptionsSchema.optional().describe('Readings of undocumented rules that differ from the default.'),
    lesson: lessonSchema.optional(),
  })
  .meta({
    title: 'vmss-twin scenario',
    description: 'What is declared, what is true, what happens and what is expected.',
  })

export type RawScenario = z.infer<typeof scenarioSchema>
export type RawCase = z.infer<typeof caseSchema>
export type RawDefect = z.infer<typeof defectSchema>
export type RawImage = z.infer<typeof imageSchema>
export type RawModelTruth = z.infer<typeof modelTruthSchema>
export type RawApplication = z.infer<typeof applicationSchema>
export type RawCustomMetrics = z.infer<typeof customMetricsSchema>
export type RawEndpoint = z.infer<typeof endpointSchema>
export type RawTemplateTruth = z.infer<typeof templateTruthSchema>
export type RawRegion = z.infer<typeof regionSchema>
export type RawDistribution = z.infer<typeof distributionSchema>

/** The same as JSON Schema (draft 2020-12) for editors. Keys that begin with x- are allowed in every object. */
export function scenarioJsonSchema(): object {
  return z.toJSONSchema(scenarioSchema, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      // A schema inside an optional one comes by twice.
      if (jsonSchema.type !== 'object' || jsonSchema.patternProperties?.['^x-'] !== undefined) return
      jsonSchema.patternProperties = { '^x-': {}, ...jsonSchema.patternProperties }
      if (jsonSchema.propertyNames !== undefined) {
        const names = jsonSchema.propertyNames as z.core.JSONSchema.JSONSchema
        jsonSchema.propertyNames = { anyOf: [names, { type: 'string', pattern: '^x-' }] }
      }
    },
  })
}
