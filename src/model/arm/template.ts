import type { Diagnostic } from '../diagnostic.ts'
import { checkExpressions } from './check.ts'
import { formatPath, type JsonPath, parseJsonWithPlaces } from './json.ts'
import type { TemplateParameter } from './parameters.ts'
import {
  type EvaluatedResource,
  type Expansion,
  expandTemplate,
  type SkippedResource,
  type UnknownValue,
  unknownsOf,
} from './resources.ts'
import type { Deployment, Run } from './scope.ts'
import { Symbolic } from './symbolic.ts'
import { templateScope } from './template-scope.ts'
import { EvaluationError, isObject } from './value.ts'

export { laidOver, readParameterFile } from './parameter-file.ts'
export type { TemplateParameter } from './parameters.ts'
export type { EvaluatedResource, SkippedResource, UnknownValue } from './resources.ts'
export { Symbolic } from './symbolic.ts'

export interface EvaluatedTemplate {
  /** Copy loops expanded, children and inline nested deployments flattened in; resources whose condition is false left out. */
  readonly resources: readonly EvaluatedResource[]
  /** The resources whose condition is false. */
  readonly skipped: readonly SkippedResource[]
  /**
   * E0003 malformed JSON, E0301 malformed expression, E0302 unknown function, E0303 an expression that cannot be evaluated
   * (a missing name, a wrong argument), E0304 a bound reached, E0305 no template. Of resources: E0102 without type or name,
   * E0103 of another shape. Of parameters: E0101 not declared, E0103 of another type, E0104 outside the limits, E0105 not
   * among the allowed values.
   */
  readonly diagnostics: readonly Diagnostic[]
  /** Every unknown in `resources`, with the parameters that would resolve it. */
  readonly symbolic: readonly UnknownValue[]
  readonly parameters: readonly TemplateParameter[]
}

export interface TemplateOptions {
  /** What `resourceGroup()` gives. Without a location it stays unknown: a region is never made up. The name is `rg`. */
  readonly resourceGroup?: { readonly name?: string; readonly location?: string; readonly id?: string }
  /** Default: zeros. */
  readonly subscriptionId?: string
}

const SUBSCRIPTION_ID = '00000000-0000-0000-0000-000000000000'

/**
 * Evaluates an ARM template offline, in language version 1 or 2. What only the live service or a missing parameter could tell
 * stays in the document as a `Symbolic`. Never throws: mistakes are diagnostics with their place, and the rest is still read.
 */
export function evaluateTemplate(
  text: string,
  file: string,
  parameters: Readonly<Record<string, unknown>>,
  options: TemplateOptions = {},
): EvaluatedTemplate {
  const document = parseJsonWithPlaces(text, file)
  const nothing = { resources: [], skipped: [], symbolic: [], parameters: [] }
  if (document.diagnostics.length > 0) return { ...nothing, diagnostics: document.diagnostics }
  const template = document.value
  const { run, diagnostics } = startRun(document.placeOf)
  if (!isObject(template) || !isTemplate(template)) {
    run.report(
      {
        code: 'E0305',
        message: 'this is no ARM template: it has no resources',
        hint: 'a template has "$schema" and "resources"',
      },
      [],
    )
    return { ...nothing, diagnostics }
  }

  checkExpressions(template, run, [])
  const { scope, parameters: table } = templateScope(template, parameters, deploymentOf(template, options), run, [])
  const expansion: Expansion = { placeOf: document.placeOf, resources: [], skipped: [] }
  const list = orNothing(run, [], () => table.list()) ?? []
  orNothing(run, ['resources'], () => expandTemplate(template, scope, [], expansion))
  const { resources, skipped } = expansion
  return { resources, skipped, diagnostics, symbolic: unknownsOf(resources), parameters: list }
}

/** True for a deployment template of any scope, recognised by its schema, or by its parts when it has none. */
export function isTemplate(document: unknown): boolean {
  if (!isObject(document)) return false
  const schema = document['$schema']
  if (typeof schema === 'string' && schema !== '') return /deploymentTemplate\.json/i.test(schema)
  const { resources } = document
  return (Array.isArray(resources) || isObject(resources)) && typeof document['contentVersion'] === 'string'
}

/** One evaluation: each mistake is reported once, however often a loop or a reference comes across it. */
function startRun(placeOf: (path: JsonPath) => Diagnostic['place']): { run: Run; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const seen = new Set<string>()
  const report: Run['report'] = (diagnostic, path) => {
    const place = placeOf(path)
    const key = `${diagnostic.code}\n${place?.line}:${place?.column}\n${diagnostic.message}`
    if (seen.has(key)) return
    seen.add(key)
    diagnostics.push({
      ...diagnostic,
      ...(place === undefined ? {} : { place }),
      ...(path.length === 0 ? {} : { path: formatPath(path) }),
    })
  }
  return { run: { report, steps: 0, depth: 0, newGuids: 0 }, diagnostics }
}

/** A bound reached outside of any expression ends the part that reached it. */
function orNothing<T>(run: Run, path: JsonPath, compute: () => T): T | undefined {
  try {
    return compute()
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error
    run.report(
      { code: error.code, message: error.message, ...(error.hint === undefined ? {} : { hint: error.hint }) },
      path,
    )
    return undefined
  }
}

function deploymentOf(
  template: Readonly<Record<string, unknown>>,
  { resourceGroup = {}, subscriptionId }: TemplateOptions,
): Deployment {
  const name = resourceGroup.name ?? 'rg'
  const subscription = subscriptionId ?? SUBSCRIPTION_ID
  const location = new Symbolic({
    expression: '[resourceGroup().location]',
    reason: 'the location of the resource group is not given',
  })
  return {
    name: 'deployment',
    contentVersion: String(template['contentVersion'] ?? '1.0.0.0'),
    subscriptionId: subscription,
    resourceGroupName: name,
    resourceGroupId: resourceGroup.id ?? `/subscriptions/${subscription}/resourceGroups/${name}`,
    location: resourceGroup.location ?? location,
  }
}
