import type { SourcePlace } from '../diagnostic.ts'
import { type CopyLoop, copyCount, evaluateDocument, isPropertyCopy } from './evaluate.ts'
import { formatPath, type JsonPath } from './json.ts'
import { type CopyFrame, RESOURCES_MAX, type Scope } from './scope.ts'
import { Symbolic } from './symbolic.ts'
import { templateScope } from './template-scope.ts'
import { findKey, hasUnknown, isObject, setOwn, show, textOf, type Value } from './value.ts'

export interface EvaluatedResource {
  /** With the types of its parents: a child `extensions` of a scale set is `Microsoft.Compute/virtualMachineScaleSets/extensions`. */
  readonly type: string
  /** With the names of its parents: `web/health`. */
  readonly name: string | Symbolic
  readonly apiVersion?: string
  /**
   * The whole resource in the shape of the template, expressions evaluated, a `Symbolic` wherever a value is unknown. Without
   * `condition`, the resource's own `copy`, `comments` and child `resources`, which are told apart here.
   */
  readonly value: Record<string, unknown>
  /** Language version 2: only refers to a resource that the template does not deploy. */
  readonly existing: boolean
  /** True, or the unknown on which it hangs whether the resource is deployed. */
  readonly condition: boolean | Symbolic
  /** Where a value of `value` stands in the file: the nearest known place. */
  readonly placeOf: (path: JsonPath) => SourcePlace | undefined
  /** `resources[3]` or `resources.symbolicName`; all rounds of a copy loop share it. */
  readonly path: string
}

/** A resource whose condition is false. */
export interface SkippedResource {
  readonly type: string
  readonly path: string
  readonly place?: SourcePlace
}

export interface UnknownValue {
  /** Path in the evaluated document, `resources[3].sku.capacity`. */
  readonly path: string
  readonly expression: string
  readonly reason: string
  readonly parameters: readonly string[]
  readonly place?: SourcePlace
}

type Raw = Readonly<Record<string, unknown>>

/** What the walk over all resources of a file collects. */
export interface Expansion {
  readonly placeOf: (path: JsonPath) => SourcePlace | undefined
  readonly resources: EvaluatedResource[]
  readonly skipped: SkippedResource[]
}

interface Surroundings {
  readonly scope: Scope
  readonly condition: boolean | Symbolic
  readonly parentType: string
  readonly parentName: Value
  readonly depth: number
}

/** Deployments in deployments and children of children. */
const NESTING_MAX = 20
const DEPLOYMENT = 'microsoft.resources/deployments'
/** Keys of a resource that say how to deploy it and are no part of what is deployed. */
const NOT_PART = new Set(['copy', 'condition', 'comments', 'metadata', 'resources', 'existing'])

/** Expands all resources of a template: copy loops, conditions, children and nested deployments. */
export function expandTemplate(template: Raw, scope: Scope, path: JsonPath, into: Expansion): void {
  expandList(
    template['resources'],
    [...path, 'resources'],
    { scope, condition: true, parentType: '', parentName: '', depth: 0 },
    into,
  )
}

function expandList(list: unknown, path: JsonPath, around: Surroundings, into: Expansion): void {
  if (list === undefined || list === null) return
  if (around.depth > NESTING_MAX) {
    tell(around.scope, 'E0304', `resources nested more than ${NESTING_MAX} levels deep`, path)
    return
  }
  const members: [string | number, unknown][] = Array.isArray(list)
    ? [...list.entries()]
    : isObject(list)
      ? Object.entries(list)
      : []
  if (!Array.isArray(list) && !isObject(list))
    tell(around.scope, 'E0103', 'resources must be an array, or an object by symbolic name', path)
  for (const [key, resource] of members) {
    if (isObject(resource)) expandResource(resource, [...path, key], around, into)
    else tell(around.scope, 'E0103', 'a resource must be an object', [...path, key])
  }
}

function tell(scope: Scope, code: string, message: string, path: JsonPath, hint?: string): void {
  scope.run.report({ code, message, ...(hint === undefined ? {} : { hint }) }, path)
}

function expandResource(raw: Raw, path: JsonPath, around: Surroundings, into: Expansion): void {
  const { scope } = around
  const copy = raw['copy']
  if (copy === undefined || copy === null || isPropertyCopy(copy)) {
    expandOne(raw, path, around, into)
    return
  }
  if (!isObject(copy) || typeof copy['name'] !== 'string') {
    tell(scope, 'E0103', 'copy must be an object with a name and a count', [...path, 'copy'])
    return
  }
  const loop: CopyLoop = { name: copy['name'], count: copy['count'] }
  const count = copyCount(loop, scope, [...path, 'copy'])
  // How often is unknown, but the resource itself can be shown once, with the number of the round unknown.
  const rounds: Value[] =
    count instanceof Symbolic ? [unknownRound(loop, count)] : Array.from({ length: count }, (_, index) => index)
  for (const index of rounds) {
    const frame: CopyFrame = { name: loop.name, index, of: 'resource' }
    expandOne(raw, path, { ...around, scope: { ...scope, copyFrames: [...scope.copyFrames, frame] } }, into)
  }
}

function unknownRound(loop: CopyLoop, count: Symbolic): Symbolic {
  const { parameters } = count
  const reason = `the count of the copy loop '${loop.name}' is unknown: ${count.reason}`
  return new Symbolic({ expression: `[copyIndex('${loop.name}')]`, reason, parameters })
}

function expandOne(raw: Raw, path: JsonPath, around: Surroundings, into: Expansion): void {
  const { scope } = around
  const place = into.placeOf(path)
  const typeValue = evaluateDocument(raw['type'] ?? null, scope, [...path, 'type'])
  const ownType = typeof typeValue === 'string' ? typeValue : typeValue instanceof Symbolic ? typeValue.rendered : ''
  if (ownType === '') {
    tell(scope, 'E0102', 'a resource needs a type', path, 'write "type": "Microsoft.Compute/virtualMachineScaleSets"')
    return
  }
  const type = around.parentType === '' ? ownType : `${around.parentType}/${ownType}`

  const condition = conditionOf(raw, path, around)
  if (condition === false) {
    into.skipped.push({ type, path: formatPath(path), ...(place === undefined ? {} : { place }) })
    return
  }
  if (ownType.toLowerCase() === DEPLOYMENT && inlineTemplate(raw) !== undefined) {
    expandDeployment(raw, path, { ...around, condition }, into)
    return
  }
  if (into.resources.length >= RESOURCES_MAX) {
    tell(scope, 'E0304', `the template deploys more than ${RESOURCES_MAX} resources`, ['resources'])
    return
  }

  const name = childName(around.parentName, evaluateDocument(raw['name'] ?? null, scope, [...path, 'name']))
  if (name === '') {
    tell(scope, 'E0102', `a resource of type ${type} needs a name`, path)
    return
  }
  const own: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(raw)) if (!NOT_PART.has(key)) setOwn(own, key, value)
  if (isPropertyCopy(raw['copy'])) own['copy'] = raw['copy']
  const value = evaluateDocument(own, scope, path)
  const linked = ownType.toLowerCase() === DEPLOYMENT && isObject(value) ? linkedTemplate(value) : {}
  const apiVersion = isObject(value) ? value['apiVersion'] : undefined
  into.resources.push({
    type,
    name,
    ...(typeof apiVersion === 'string' ? { apiVersion } : {}),
    value: isObject(value) ? { ...value, ...linked } : {},
    existing: raw['existing'] === true,
    condition,
    placeOf: (inner) => into.placeOf([...path, ...sourcePath(raw, inner)]),
    path: formatPath(path),
  })
  // Some resource types have a property of this name deeper down; only the one beside `type` holds children.
  expandList(
    raw['resources'],
    [...path, 'resources'],
    { scope, condition, parentType: type, parentName: name, depth: around.depth + 1 },
    into,
  )
}

/** A resource is deployed when its own condition and those around it hold. */
function conditionOf(raw: Raw, path: JsonPath, around: Surroundings): boolean | Symbolic {
  if (raw['condition'] === undefined) return around.condition
  const value = evaluateDocument(raw['condition'], around.scope, [...path, 'condition'])
  if (value instanceof Symbolic) return value
  const truth = typeof value === 'string' ? value.toLowerCase() : value
  if (truth === false || truth === 'false') return false
  if (truth !== true && truth !== 'true') {
    tell(around.scope, 'E0303', `a condition must be true or false, got ${show(value)}`, [...path, 'condition'])
  }
  return around.condition
}

function childName(parent: Value, own: Value): string | Symbolic {
  if (own === null || own === '') return ''
  if (!(own instanceof Symbolic) && typeof own !== 'string') return childName(parent, textOf(own))
  if (parent === '') return own
  const pieces = [parent, '/', own].flatMap((part) => (part instanceof Symbolic ? part.pieces : [textOf(part)]))
  const unknown = own instanceof Symbolic ? own : parent instanceof Symbolic ? parent : undefined
  if (unknown === undefined) return pieces.join('')
  return new Symbolic({
    expression: unknown.expression,
    reason: unknown.reason,
    parameters: unknown.parameters,
    pieces,
  })
}

/** A deployment whose template is another file stays a resource, with the template as an unknown. */
function linkedTemplate(value: Raw): Raw {
  const properties = isObject(value['properties']) ? value['properties'] : {}
  const template = new Symbolic({ expression: 'templateLink', reason: 'the linked template is another file' })
  return { properties: { ...properties, template } }
}

function inlineTemplate(raw: Raw): Raw | undefined {
  const properties = raw['properties']
  const template = isObject(properties) ? properties['template'] : undefined
  return isObject(template) ? template : undefined
}

/**
 * The resources of a nested deployment take its place. With the scope `inner` its template has its own parameters and
 * variables; otherwise (the default) its expressions mean what they would mean in the template around.
 */
function expandDeployment(raw: Raw, path: JsonPath, around: Surroundings, into: Expansion): void {
  const { scope, condition, depth } = around
  const template = inlineTemplate(raw) as Raw
  const properties = raw['properties'] as Raw
  const at = [...path, 'properties', 'template']
  const options = properties['expressionEvaluationOptions']
  const isInner = isObject(options) && String(options['scope']).toLowerCase() === 'inner'
  const inner = isInner ? innerScope(raw, properties, template, path, scope) : scope
  const surroundings: Surroundings = { scope: inner, condition, parentType: '', parentName: '', depth: depth + 1 }
  expandList(template['resources'], [...at, 'resources'], surroundings, into)
}

function innerScope(raw: Raw, properties: Raw, template: Raw, path: JsonPath, scope: Scope): Scope {
  const given: Record<string, unknown> = {}
  const passed = evaluateDocument(properties['parameters'] ?? {}, scope, [...path, 'properties', 'parameters'])
  if (isObject(passed)) {
    for (const [name, entry] of Object.entries(passed)) {
      if (isObject(entry) && Object.hasOwn(entry, 'value')) setOwn<unknown>(given, name, entry['value'])
      else setOwn<unknown>(given, name, unknownArgument(name, entry))
    }
  }
  const target = raw['resourceGroup']
  const name = evaluateDocument(raw['name'] ?? 'nested', scope, [...path, 'name'])
  const deployment = {
    ...scope.deployment,
    name: textOf(name),
    contentVersion: String(template['contentVersion'] ?? '1.0.0.0'),
  }
  if (target !== undefined) {
    const group = evaluateDocument(target, scope, [...path, 'resourceGroup'])
    const elsewhere = group !== scope.deployment.resourceGroupName
    if (elsewhere) Object.assign(deployment, otherResourceGroup(group, scope))
  }
  return templateScope(template, given, deployment, scope.run, [...path, 'properties', 'template']).scope
}

function unknownArgument(name: string, entry: Value): Symbolic {
  if (entry instanceof Symbolic) return entry
  return new Symbolic({
    expression: `[parameters('${name}')]`,
    reason: `parameter ${name} of the nested deployment comes from a key vault`,
  })
}

function otherResourceGroup(group: Value, scope: Scope): Partial<Scope['deployment']> {
  const { subscriptionId } = scope.deployment
  const id = `/subscriptions/${textOf(subscriptionId)}/resourceGroups/${textOf(group)}`
  const location = new Symbolic({
    expression: '[resourceGroup().location]',
    reason: `the location of the resource group ${textOf(group)} is not known offline`,
    pieces: [{ term: `resourceGroup('${textOf(group)}').location` }],
  })
  if (!(group instanceof Symbolic)) return { resourceGroupName: group, resourceGroupId: id, location }
  const pieces = [`/subscriptions/${textOf(subscriptionId)}/resourceGroups/`, ...group.pieces]
  const { expression, reason, parameters } = group
  return {
    resourceGroupName: group,
    resourceGroupId: new Symbolic({ expression, reason, parameters, pieces }),
    location,
  }
}

/** Where a path of the evaluated resource stands in the raw one: arrays made by `copy` lead to the `input` of their loop. */
function sourcePath(raw: unknown, path: JsonPath): JsonPath {
  const found: (string | number)[] = []
  let node: unknown = raw
  for (let at = 0; at < path.length; at++) {
    const segment = path[at] as string | number
    if (Array.isArray(node)) {
      node = node[Number(segment)]
      found.push(segment)
      continue
    }
    if (!isObject(node)) break
    const key = findKey(node, String(segment))
    const loops: unknown = node['copy']
    if (key !== undefined) {
      node = node[key]
      found.push(key)
    } else if (isPropertyCopy(loops)) {
      const loop = loops.findIndex((copy) => copy.name === segment)
      if (loop < 0) break
      found.push('copy', loop, 'input')
      node = loops[loop]?.input
      at++
    } else break
  }
  return found
}

/** The unknowns in what was expanded, in order of the file, each place once. */
export function unknownsOf(resources: readonly EvaluatedResource[]): readonly UnknownValue[] {
  const found = new Map<string, UnknownValue>()
  for (const resource of resources) {
    const add = (unknown: Symbolic, inner: JsonPath): void => {
      const path = formatPath(inner, resource.path)
      const key = `${path}\n${unknown.rendered}`
      if (found.has(key)) return
      const place = resource.placeOf(inner)
      const { expression, reason, parameters } = unknown
      found.set(key, { path, expression, reason, parameters, ...(place === undefined ? {} : { place }) })
    }
    const walk = (value: unknown, inner: JsonPath): void => {
      if (value instanceof Symbolic) add(value, inner)
      else if (hasUnknown(value)) {
        for (const [key, child] of Object.entries(value as object))
          walk(child, [...inner, Array.isArray(value) ? Number(key) : key])
      }
    }
    if (resource.condition instanceof Symbolic) add(resource.condition, ['condition'])
    walk(resource.value, [])
  }
  return [...found.values()]
}
