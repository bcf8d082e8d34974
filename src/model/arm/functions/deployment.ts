import type { CopyFrame } from '../scope.ts'
import { Symbolic } from '../symbolic.ts'
import { fail, type Value } from '../value.ts'
import {
  ANY,
  type CallContext,
  type FunctionDefinition,
  type FunctionFamily,
  integer,
  neverKnown,
  open,
  text,
  unknownCall,
} from './definition.ts'

/** Stands for the tenant, which a template can only print. */
const TENANT_ID = '00000000-0000-0000-0000-000000000000'

/** The value of a parameter or variable; the name itself may be computed. */
const named = (read: (name: string, context: CallContext) => Value): FunctionDefinition =>
  open(1, 1, ([name], context) => {
    if (name instanceof Symbolic) return unknownCall(context.name, [name], [name])
    return read(text(name, context), context)
  })

const resourceGroup = open(0, 0, (_args, { scope }) => ({
  id: scope.deployment.resourceGroupId,
  name: scope.deployment.resourceGroupName,
  type: 'Microsoft.Resources/resourceGroups',
  location: scope.deployment.location,
  tags: {},
  properties: { provisioningState: 'Succeeded' },
}))

const subscription = open(0, 0, (_args, { scope }) => {
  const { subscriptionId } = scope.deployment
  const id =
    subscriptionId instanceof Symbolic
      ? unknownCall('subscription', [], [subscriptionId])
      : `/subscriptions/${subscriptionId}`
  return { id, subscriptionId, tenantId: TENANT_ID, displayName: 'subscription' }
})

const deployment = open(0, 0, (_args, { name, scope }) => ({
  name: scope.deployment.name,
  location: scope.deployment.location,
  properties: {
    template: { contentVersion: scope.deployment.contentVersion },
    templateHash: neverKnown(`${name}().properties.templateHash`, [], 'the template hash is computed by the service'),
    templateLink: neverKnown(
      `${name}().properties.templateLink`,
      [],
      'the address the template is deployed from is not known offline',
    ),
    mode: 'Incremental',
    provisioningState: 'Accepted',
  },
}))

/** The public cloud. Templates take host name suffixes from here. */
const ENVIRONMENT: Value = {
  name: 'AzureCloud',
  gallery: 'https://gallery.azure.com/',
  graph: 'https://graph.windows.net/',
  graphAudience: 'https://graph.windows.net/',
  portal: 'https://portal.azure.com',
  resourceManager: 'https://management.azure.com/',
  batch: 'https://batch.core.windows.net/',
  media: 'https://rest.media.azure.net',
  sqlManagement: 'https://management.core.windows.net:8443/',
  vmImageAliasDoc:
    'https://raw.githubusercontent.com/Azure/azure-rest-api-specs/master/arm-compute/quickstart-templates/aliases.json',
  authentication: {
    audiences: ['https://management.core.windows.net/', 'https://management.azure.com/'],
    identityProvider: 'AAD',
    loginEndpoint: 'https://login.microsoftonline.com/',
    tenant: 'common',
  },
  suffixes: {
    acrLoginServer: '.azurecr.io',
    azureDatalakeAnalyticsCatalogAndJob: 'azuredatalakeanalytics.net',
    azureDatalakeStoreFileSystem: 'azuredatalakestore.net',
    azureFrontDoorEndpointSuffix: 'azurefd.net',
    keyvaultDns: '.vault.azure.net',
    sqlServerHostname: '.database.windows.net',
    storage: 'core.windows.net',
  },
}

/** `copyIndex()`, `copyIndex(offset)`, `copyIndex('loop')`, `copyIndex('loop', offset)`. */
function copyIndex(args: readonly Value[], context: CallContext): Value {
  const [first, second] = args
  const byName = typeof first === 'string' && !/^-?\d+$/.test(first)
  const offset = byName ? second : first
  const frame = copyFrame(byName ? first : undefined, context)
  if (frame.index instanceof Symbolic) return unknownCall(context.name, args, [frame.index])
  if (offset instanceof Symbolic) return unknownCall(context.name, args, [offset])
  return integer(frame.index, context) + (offset === undefined ? 0 : integer(offset, context))
}

/** Without a name the loop of the resource counts, and only when there is none the innermost other loop. */
function copyFrame(name: string | undefined, { scope }: CallContext): CopyFrame {
  const frames = scope.copyFrames
  const frame =
    name === undefined
      ? (frames.findLast((candidate) => candidate.of === 'resource') ?? frames.at(-1))
      : frames.findLast((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
  if (frame !== undefined) return frame
  if (name === undefined) return fail('copyIndex() stands outside of any copy loop')
  return fail(
    `no copy loop around is named '${name}'`,
    frames.length > 0 ? `write copyIndex('${frames.at(-1)?.name}')` : undefined,
  )
}

/** Functions that ask the live service; templates may call them, nobody can answer them offline. */
export const live = (): FunctionDefinition =>
  open(0, ANY, (args, { name }) => neverKnown(name, args, `${name}() needs the live resource`))

const offline = (what: string): FunctionDefinition =>
  open(0, ANY, (args, { name }) => neverKnown(name, args, `${name}() ${what}`))

export const deploymentFunctions: FunctionFamily = {
  parameters: named((name, { scope }) => scope.parameter(name)),
  variables: named((name, { scope }) => scope.variable(name)),
  copyIndex: open(0, 2, copyIndex),
  resourceGroup,
  subscription,
  deployment,
  tenant: open(0, 0, () => ({ id: `/tenants/${TENANT_ID}`, tenantId: TENANT_ID, displayName: 'tenant' })),
  environment: open(0, 0, () => ENVIRONMENT),
  reference: live(),
  references: live(),
  providers: live(),
  managementGroup: offline('is not known offline'),
  deployer: offline('is not known offline'),
  pickZones: offline('needs the zones that the region offers to this subscription'),
  toLogicalZone: offline('needs the zone mapping of the subscription'),
  toLogicalZones: offline('needs the zone mapping of the subscription'),
  toPhysicalZone: offline('needs the zone mapping of the subscription'),
  toPhysicalZones: offline('needs the zone mapping of the subscription'),
  utcNow: offline('depends on the time of the deployment'),
  dateTimeAdd: offline('is not evaluated here'),
  dateTimeFromEpoch: offline('is not evaluated here'),
  dateTimeToEpoch: offline('is not evaluated here'),
  cidrHost: offline('is not evaluated here'),
  cidrSubnet: offline('is not evaluated here'),
  parseCidr: offline('is not evaluated here'),
  externalInput: offline('is not known offline'),
}
