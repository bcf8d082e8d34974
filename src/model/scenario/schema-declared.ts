import { z } from 'zod'
import { SECURITY_TYPES } from '../gallery/limits.ts'

/**
 * Galleries, image templates and maintenance windows as an editor sees them. They may be typed by hand, be ARM bodies or be
 * pasted from `az ... show`, so only mappings and lists are insisted on here; the builders judge the rest.
 */

export const STORAGE_ACCOUNT_TYPES = ['Standard_LRS', 'Standard_ZRS', 'Premium_LRS', 'PremiumV2_LRS'] as const
export const REPLICATION_MODES = ['Full', 'Shallow'] as const
export const REPLICATION_STATES = ['Unknown', 'Replicating', 'Completed', 'Failed'] as const
export const AGGREGATED_STATES = ['Unknown', 'InProgress', 'Completed', 'Failed'] as const
export const OS_TYPES = ['Linux', 'Windows'] as const
export const OS_STATES = ['Generalized', 'Specialized'] as const
export const GENERATIONS = ['V1', 'V2'] as const

/** A key that an editor explains and completes; what it may hold is judged by `readBody`. Null is what `az` prints for unset. */
export function known(json: { readonly type: string } | { readonly enum: readonly string[] }, description: string) {
  const orNull = 'enum' in json ? { enum: [...json.enum, null] } : { type: [json.type, 'null'] }
  return z
    .unknown()
    .optional()
    .meta({ ...(orNull as { enum: string[] }), description })
}

/** Names become parts of an image key, which slashes separate. */
export const nameOf = (what: string) => z.string().regex(/^[^/\s]+$/, { error: `the name of ${what}` })

/** A target region: its name alone, or with its own replicas, storage and exclusion. */
export const targetRegionSchema = z
  .union(
    [
      z.string().min(1),
      z.looseObject({
        name: z.string().min(1).describe('Region, for example eastus or East US.'),
        regionalReplicaCount: known({ type: 'integer' }, 'Replicas there. Default: replicaCount of the version.'),
        replicaCount: known({ type: 'integer' }, 'The same, as Image Builder writes it.'),
        storageAccountType: known({ enum: STORAGE_ACCOUNT_TYPES }, 'Default: that of the version.'),
        excludeFromLatest: known({ type: 'boolean' }, 'Hidden from latest there; wins over the flag of the version.'),
      }),
    ],
    { error: 'a region: its name, or { name, regionalReplicaCount, storageAccountType, excludeFromLatest }' },
  )
  .meta({
    id: 'targetRegion',
    description: 'A region the version is replicated to.',
    examples: ['eastus', { name: 'westus3', regionalReplicaCount: 3 }],
  })

/** An image version by hand (flat), as an ARM body, or as `az sig image-version show` prints it. */
export const imageVersionSchema = z
  .looseObject({
    targetRegions: z
      .array(targetRegionSchema)
      .nullable()
      .optional()
      .describe('Regions it is replicated to. Default: the region of the gallery.'),
    replicaCount: known({ type: 'integer' }, 'Replicas in each region that does not say. Default 1.'),
    excludeFromLatest: known({ type: 'boolean' }, 'Hidden from latest everywhere. Default false.'),
    endOfLifeDate: known({ type: 'string' }, 'ISO 8601 date. Informs, and stops nothing.'),
    storageAccountType: known({ enum: STORAGE_ACCOUNT_TYPES }, 'Default Standard_LRS.'),
    replicationMode: known({ enum: REPLICATION_MODES }, 'Shallow copies nothing and serves little. Default Full.'),
    sizeInGB: known({ type: 'number' }, 'OS disk and data disks together. Default 30.'),
    location: known({ type: 'string' }, 'Region of the first copy. Default: the region of the gallery.'),
    publishingProfile: known({ type: 'object' }, 'As az sig image-version show prints it.'),
    storageProfile: known({ type: 'object' }, 'osDiskImage and dataDiskImages, each with sizeInGB.'),
    safetyProfile: known({ type: 'object' }, 'allowDeletionOfReplicatedLocations, blockDeletionBeforeEndOfLife.'),
    replicationStatus: known(
      { type: 'object' },
      'summary: [{ region, state }] of a version that is not Completed everywhere when the run begins.',
    ),
    properties: known({ type: 'object' }, 'The ARM body is accepted as well.'),
  })
  .describe('An image version: by hand, as an ARM body, or as az sig image-version show prints it.')

const imageDefinitionSchema = z
  .looseObject({
    osType: known({ enum: OS_TYPES }, 'Linux or Windows.'),
    osState: known({ enum: OS_STATES }, 'Generalized or Specialized.'),
    hyperVGeneration: known({ enum: GENERATIONS }, 'V1 or V2.'),
    securityType: known({ enum: SECURITY_TYPES }, 'The feature SecurityType, in short.'),
    features: known({ type: 'array' }, '[{ name: SecurityType, value: TrustedLaunchSupported }].'),
    versions: z
      .record(z.string(), imageVersionSchema.nullable())
      .nullable()
      .optional()
      .describe('Versions that exist when the run begins, by number: Major.Minor.Patch.'),
    properties: known({ type: 'object' }, 'The ARM body is accepted as well.'),
  })
  .describe('An image definition: by hand, as an ARM body, or as az sig image-definition show prints it.')

const gallerySchema = z
  .looseObject({
    location: known({ type: 'string' }, 'Region of the gallery; with it down nothing can be published.'),
    images: z
      .record(nameOf('an image definition'), imageDefinitionSchema.nullable())
      .nullable()
      .optional()
      .describe('Image definitions by name.'),
    properties: known({ type: 'object' }, 'The ARM body is accepted as well.'),
  })
  .describe('A Compute Gallery.')

/** The value of `azure.galleries`. What is inside beyond mappings and lists is checked by `buildGalleries`. */
export const galleriesSchema = z.record(nameOf('a gallery'), gallerySchema).meta({
  description:
    'Compute galleries by name. An image reference to gallery/definition then follows the versions declared and published here.',
  examples: [{ galProd: { location: 'eastus', images: { 'ubuntu-app': { versions: { '1.6.2': {} } } } } }],
})

export const SOURCE_TYPES = ['PlatformImage', 'SharedImageVersion', 'ManagedImage'] as const
export const CUSTOMIZER_TYPES = ['Shell', 'PowerShell', 'WindowsRestart', 'WindowsUpdate', 'File'] as const
export const VALIDATION_TYPES = ['Shell', 'PowerShell', 'File'] as const
export const DISTRIBUTE_TYPES = ['SharedImage', 'ManagedImage', 'VHD'] as const
export const VERSION_SCHEMES = ['Latest', 'Source'] as const
export const ON_ERROR = ['cleanup', 'abort'] as const
export const SWITCH_STATES = ['Enabled', 'Disabled'] as const
export const TRIGGER_KINDS = ['SourceImage'] as const

const customizerSchema = z.looseObject({
  type: known({ enum: CUSTOMIZER_TYPES }, 'What it does.'),
  name: known(
    { type: 'string' },
    'Its name, which the truth about it uses. Default: its type and place, such as Shell 1.',
  ),
  inline: known({ type: 'array' }, 'Commands of a Shell or PowerShell customizer. Begin with set -euo pipefail.'),
  scriptUri: known({ type: 'string' }, 'A script in their place; nothing is known of what it does.'),
})

const distributeSchema = z.looseObject({
  type: known({ enum: DISTRIBUTE_TYPES }, 'Only SharedImage publishes a version that a scale set can follow.'),
  galleryImageId: known({ type: 'string' }, 'Resource id, or gallery/definition, or gallery/definition/version.'),
  runOutputName: known({ type: 'string' }, 'Name of the output of a run.'),
  targetRegions: z
    .array(targetRegionSchema)
    .nullable()
    .optional()
    .describe('Regions the version is replicated to. Default: the location of the template.'),
  versioning: known({ type: 'object' }, 'scheme (Latest or Source) and, for Latest, major.'),
  excludeFromLatest: known({ type: 'boolean' }, 'Publishes hidden from latest. Default false.'),
})

const imageTemplateSchema = z
  .looseObject({
    location: known({ type: 'string' }, 'Region of the template. Default: the first target region.'),
    source: known(
      { type: 'object' },
      'type PlatformImage (publisher, offer, sku, version), SharedImageVersion (imageVersionId) or ManagedImage (imageId).',
    ),
    customize: z
      .array(customizerSchema)
      .nullable()
      .optional()
      .describe('Steps in order; the first failure ends the run.'),
    validate: known(
      { type: 'object' },
      'inVMValidations: [{ type, name, inline }], continueDistributeOnFailure (default false).',
    ),
    distribute: z.array(distributeSchema).nullable().optional().describe('Where the image goes.'),
    buildTimeoutInMinutes: known({ type: 'integer' }, '6 to 960, replication included. 0 or left out: 240.'),
    errorHandling: known({ type: 'object' }, 'onCustomizerError and onValidationError: cleanup (default) or abort.'),
    autoRun: known({ type: 'object' }, 'state: Enabled runs the template once, when the run begins.'),
    triggers: known({ type: 'array' }, '[{ kind: SourceImage }]: runs when the source image gets a newer version.'),
    identity: known({ type: 'object' }, 'type and userAssignedIdentities: who builds and publishes.'),
    properties: known({ type: 'object' }, 'The ARM body is accepted as well.'),
  })
  .describe('An image template: by hand, as an ARM body, or as az image builder show prints it.')

/** The value of `azure.imageTemplates`. What is inside beyond mappings and lists is checked by `buildImageTemplates`. */
export const imageTemplatesSchema = z.record(nameOf('an image template'), imageTemplateSchema).meta({
  description: 'Image Builder templates by name: how image versions come to be.',
})

export const MAINTENANCE_SCOPES = ['OSImage'] as const

const windowSchema = {
  startDateTime: known(
    { type: 'string' },
    'For example 2026-01-05 22:00. The time of day counts; a run begins on a Monday.',
  ),
  duration: known({ type: 'string' }, 'HH:mm, at least 05:00.'),
  timeZone: known({ type: 'string' }, 'The clock of the run is in this zone.'),
  recurEvery: known({ type: 'string' }, 'Day, or Week Saturday.'),
}

/** The value of `azure.maintenanceConfigurations`; judged by `buildMaintenance`. */
export const maintenanceSchema = z
  .record(
    nameOf('a maintenance configuration'),
    z
      .looseObject({
        maintenanceScope: known({ enum: MAINTENANCE_SCOPES }, 'OSImage: automatic OS upgrades of Uniform sets.'),
        maintenanceWindow: z.looseObject(windowSchema).nullable().optional().describe('When batches may begin.'),
        scaleSets: z.array(z.string().min(1)).nullable().optional().describe('Sets it is assigned to.'),
        properties: known({ type: 'object' }, 'The ARM body is accepted as well.'),
      })
      .describe('A maintenance configuration and its assignments.'),
  )
  .meta({ description: 'Windows for automatic OS upgrades of Uniform scale sets, by name.' })
