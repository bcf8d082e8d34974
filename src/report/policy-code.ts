import type { PlayedPolicy, TuneReport } from '../lab/tune.ts'
import { isSymbolic } from '../model/declare/symbolic.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'

/** A tuned policy in the languages in which somebody would apply it. Pure text: nothing is measured here. */
export interface PolicyCode {
  /** One command for each scale set that changes. */
  readonly az: readonly string[]
  /** The scale sets as declared, with the policy in place. */
  readonly bicep: string
  readonly arm: ArmTemplate
  /** The properties of each set that change, whole: what to put into a template that exists. */
  readonly fragments: readonly PolicyFragment[]
  /** Assignments for `--set`. */
  readonly set: readonly string[]
  /** A case for the scenario file. */
  readonly patch: string
}

export interface PolicyFragment {
  readonly scaleSet: string
  readonly properties: Readonly<Record<string, unknown>>
}

export interface ArmTemplate {
  readonly $schema: string
  readonly contentVersion: string
  readonly resources: readonly Readonly<Record<string, unknown>>[]
}

/** Knows every property of a policy (RP-7), maxSurge and repairAction among them. */
const API_VERSION = '2024-07-01'
const RESOURCE_TYPE = 'Microsoft.Compute/virtualMachineScaleSets'

type Plain = Readonly<Record<string, unknown>>

/** The policy as code; the sets that no field of the space is about are left out. */
export function policyCode(report: Pick<TuneReport, 'scenario' | 'space'>, policy: PlayedPolicy): PolicyCode {
  const names = new Set(report.space.fields.flatMap(({ scaleSets }) => scaleSets))
  const models = report.scenario.scaleSets
    .filter(({ model }) => names.has(model.name))
    .map(({ model }) => tunedModel(report, policy, model))
  const sections = new Set(report.space.fields.map(({ member }) => member.split('.')[0]!))
  return {
    az: azCommands(report, policy),
    bicep: `${models.map(bicepResource).join('\n\n')}\n`,
    arm: {
      $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
      contentVersion: '1.0.0.0',
      resources: models.map(armResource),
    },
    fragments: models.map((model) => ({
      scaleSet: model.name,
      properties: known(Object.fromEntries([...sections].map((section) => [section, model[section]]))) as Plain,
    })),
    set: policy.set,
    patch: casePatch(report, policy),
  }
}

/** The declared model with the values of the policy in it, those that were declared by leaving them out among them. */
function tunedModel({ space }: Pick<TuneReport, 'space'>, policy: PlayedPolicy, model: ScaleSetModel): ScaleSetModel {
  return space.fields.reduce((tuned, { member, scaleSets }, index) => {
    const value = policy.values[index] ?? null
    return value === null || !scaleSets.includes(model.name) ? tuned : withValue(tuned, member.split('.'), value)
  }, model as Plain) as unknown as ScaleSetModel
}

function withValue(document: Plain, [head, ...rest]: readonly string[], value: unknown): Plain {
  const inside = document[head!]
  const isObject = typeof inside === 'object' && inside !== null && !Array.isArray(inside)
  return { ...document, [head!]: rest.length === 0 ? value : withValue(isObject ? (inside as Plain) : {}, rest, value) }
}

/** `az vmss update` with everything that differs from the declaration in one request, so that it is judged as a whole. */
function azCommands({ space, scenario }: Pick<TuneReport, 'space' | 'scenario'>, policy: PlayedPolicy): string[] {
  return scenario.scaleSets.flatMap(({ model: { name } }) => {
    const changed = space.fields.flatMap(({ member, scaleSets, declared }, index) => {
      const value = policy.values[index] ?? null
      return value === null || value === declared || !scaleSets.includes(name) ? [] : [`${member}=${value}`]
    })
    if (changed.length === 0) return []
    return [
      `az vmss update --resource-group <resource-group> --name ${quoted(name)} --set ${changed.map(quoted).join(' ')}`,
    ]
  })
}

const quoted = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)

/** A case of its own expects something of its own: what the scenario does and this policy keeps. */
function casePatch({ scenario }: Pick<TuneReport, 'scenario'>, { set, failed }: PlayedPolicy): string {
  if (set.length === 0) return ''
  const values = set.map((assignment) => {
    const equals = assignment.lastIndexOf('=')
    return `      ${JSON.stringify(assignment.slice(0, equals))}: ${assignment.slice(equals + 1)}`
  })
  const kept = scenario.expect.map(({ text }) => text).filter((text) => !failed.includes(text))
  const expected = (kept.length === 0 ? ['rollouts.length >= 1'] : kept).map(
    (text) => `      - ${JSON.stringify(text)}`,
  )
  return `${['cases:', '  - name: tuned', '    set:', ...values, '    expect:', ...expected].join('\n')}\n`
}

/** What a resource has beside its properties. */
const TOP_LEVEL = ['location', 'sku', 'zones', 'tags', 'identity', 'plan', 'extendedLocation', 'placement'] as const
/** Given by Azure, or ours; no part of a request. */
const NOT_SENT = new Set([
  'name',
  'id',
  'type',
  'apiVersion',
  'etag',
  'provisioningState',
  'uniqueId',
  'timeCreated',
  'resourceGroup',
])

function armResource(model: ScaleSetModel): Plain {
  const top = Object.fromEntries(TOP_LEVEL.flatMap((key) => (model[key] === undefined ? [] : [[key, model[key]]])))
  const properties = Object.fromEntries(
    Object.entries(model).filter(([key]) => !NOT_SENT.has(key) && !(TOP_LEVEL as readonly string[]).includes(key)),
  )
  return known({
    type: RESOURCE_TYPE,
    apiVersion: API_VERSION,
    name: model.name,
    ...top,
    properties: nested(properties),
  }) as Plain
}

/** Lists of resources within the set: in an ARM body each has its properties in a bag. */
const BAGS = new Set(['extensions', 'networkInterfaceConfigurations', 'ipConfigurations'])

/** The flat shape of `az … show` as the nested one of ARM. */
function nested(value: unknown, key = ''): unknown {
  if (Array.isArray(value))
    return value.map((item) => {
      const inside = nested(item)
      if (!BAGS.has(key) || typeof inside !== 'object' || inside === null || 'properties' in inside) return inside
      const { name, id, ...properties } = inside as Plain
      return { ...(id === undefined ? {} : { id }), name, properties }
    })
  if (typeof value !== 'object' || value === null || isSymbolic(value)) return value
  return Object.fromEntries(Object.entries(value).map(([member, inside]) => [member, nested(inside, member)]))
}

/** Without what a template computes and nobody knows offline; it stays as the template has it. */
function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => !isSymbolic(item)).map(known)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inside]) =>
      isSymbolic(inside) || inside === undefined ? [] : [[key, known(inside)]],
    ),
  )
}

function bicepResource(model: ScaleSetModel, index: number): string {
  const { type, apiVersion, ...body } = armResource(model)
  const symbol = index === 0 ? 'vmss' : `vmss${index + 1}`
  return `resource ${symbol} '${String(type)}@${String(apiVersion)}' = ${bicepValue(body)}`
}

/** A value as Bicep writes it: one member a line, no commas, texts in single quotes. */
export function bicepValue(value: unknown, depth = 0): string {
  const inner = '  '.repeat(depth + 1)
  const outer = '  '.repeat(depth)
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]'
    return `[\n${value.map((item) => `${inner}${bicepValue(item, depth + 1)}`).join('\n')}\n${outer}]`
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    if (entries.length === 0) return '{}'
    const key = (name: string) => (/^[A-Za-z_]\w*$/.test(name) ? name : bicepText(name))
    return `{\n${entries.map(([name, inside]) => `${inner}${key(name)}: ${bicepValue(inside, depth + 1)}`).join('\n')}\n${outer}}`
  }
  if (typeof value === 'string') return bicepText(value)
  // Bicep has whole numbers only.
  if (typeof value === 'number' && !Number.isInteger(value)) return `json('${value}')`
  return String(value)
}

const bicepText = (text: string): string =>
  `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    .replaceAll('${', '\\${')}'`
