import { Symbolic } from '../symbolic.ts'
import { fail, type Value } from '../value.ts'
import { ANY, type CallContext, type FunctionFamily, neverKnown, open, text, unknownCall } from './definition.ts'
import { joinTexts } from './join-texts.ts'

interface TypeAndNames {
  /** What stands before the type: subscription, resource group or scope. */
  readonly before: readonly Value[]
  /** `providers/Microsoft.Compute/virtualMachineScaleSets/web`, as pieces. */
  readonly path: readonly Value[]
}

/**
 * Splits the arguments at the resource type, the first text with a slash in it, and weaves names into the type's segments.
 * A slash at the end of the type, common in older templates, is ignored as the platform does.
 */
function typeAndNames(args: readonly Value[], from: number, context: CallContext): TypeAndNames | undefined {
  const at = args.findIndex((arg, index) => index >= from && typeof arg === 'string' && arg.includes('/'))
  if (at < 0) {
    if (args.some((arg) => arg instanceof Symbolic)) return undefined
    return fail(`${context.name}() needs a resource type such as 'Microsoft.Compute/virtualMachineScaleSets'`)
  }
  const segments = text(args[at], context).replace(/\/+$/, '').split('/')
  const names = args.slice(at + 1)
  const [namespace = '', ...types] = segments
  if (types.length === 0) fail(`${context.name}() needs a resource type with a namespace, got '${namespace}/'`)
  if (types.length !== names.length) {
    fail(
      `${context.name}() needs one name for each part of the type '${segments.join('/')}': ${types.length}, got ${names.length}`,
    )
  }
  const path: Value[] = [`providers/${namespace}`]
  for (const [index, type] of types.entries()) path.push(`/${type}/`, names[index] ?? '')
  return { before: args.slice(0, at), path }
}

function unknownType(args: readonly Value[], context: CallContext): Symbolic {
  return unknownCall(
    context.name,
    args,
    args.filter((arg): arg is Symbolic => arg instanceof Symbolic),
  )
}

function tooMany(before: readonly Value[], most: number, context: CallContext): void {
  if (before.length > most)
    fail(`${context.name}() has ${before.length} values before the resource type, at most ${most} are possible`)
}

const resourceId = open(2, ANY, (args, context) => {
  const found = typeAndNames(args, 0, context)
  if (found === undefined) return unknownType(args, context)
  tooMany(found.before, 2, context)
  const { subscriptionId, resourceGroupId, resourceGroupName } = context.scope.deployment
  if (found.before.length === 0) return joinTexts([resourceGroupId, '/', ...found.path])
  const [first, second] = found.before
  const subscription = second === undefined ? subscriptionId : first
  const group = second ?? first ?? resourceGroupName
  return joinTexts(['/subscriptions/', subscription ?? '', '/resourceGroups/', group, '/', ...found.path])
})

const subscriptionResourceId = open(2, ANY, (args, context) => {
  const found = typeAndNames(args, 0, context)
  if (found === undefined) return unknownType(args, context)
  tooMany(found.before, 1, context)
  return joinTexts(['/subscriptions/', found.before[0] ?? context.scope.deployment.subscriptionId, '/', ...found.path])
})

const tenantResourceId = open(2, ANY, (args, context) => {
  const found = typeAndNames(args, 0, context)
  if (found === undefined) return unknownType(args, context)
  tooMany(found.before, 0, context)
  return joinTexts(['/', ...found.path])
})

const extensionResourceId = open(3, ANY, (args, context) => {
  const found = typeAndNames(args, 1, context)
  if (found === undefined) return unknownType(args, context)
  tooMany(found.before, 1, context)
  return joinTexts([found.before[0] ?? '', '/', ...found.path])
})

const managementGroupResourceId = open(2, ANY, (args, context) => {
  const found = typeAndNames(args, 0, context)
  if (found === undefined) return unknownType(args, context)
  tooMany(found.before, 1, context)
  const [group] = found.before
  if (group === undefined)
    return neverKnown(context.name, args, 'the management group of the deployment is not known offline')
  return joinTexts(['/providers/Microsoft.Management/managementGroups/', group, '/', ...found.path])
})

export const resourceIdFunctions: FunctionFamily = {
  resourceId,
  subscriptionResourceId,
  tenantResourceId,
  extensionResourceId,
  managementGroupResourceId,
}
