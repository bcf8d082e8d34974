import { evaluateTemplate } from '../arm/template.ts'
import { readAutoscale } from './autoscale.ts'
import { propertiesOf, SCALE_SET_TYPE } from './bodies.ts'
import type { FileContents, RawScaleSet } from './import.ts'
import { isPlain } from './shape.ts'
import { isSymbolic, textOf } from './symbolic.ts'

type Plain = Record<string, unknown>
interface Resource {
  readonly type: string
  readonly name: string
  readonly value: Plain
}

const EXTENSION_TYPE = `${SCALE_SET_TYPE}/extensions`.toLowerCase()
const BALANCER_TYPES: readonly string[] = ['microsoft.network/loadbalancers', 'microsoft.network/loadbalancers/probes']
const UNDERSTOOD: readonly string[] = [
  SCALE_SET_TYPE.toLowerCase(),
  EXTENSION_TYPE,
  'microsoft.insights/autoscalesettings',
]

/** Evaluates a template and sorts its resources: sets, what belongs to them, and the rest. */
export function importTemplate(
  text: string,
  file: string,
  parameters: Readonly<Record<string, unknown>>,
): FileContents {
  const template = evaluateTemplate(text, file, parameters)
  // `existing` only refers to what somebody else deploys.
  const resources = template.resources
    .filter((resource) => !resource.existing)
    .map((resource) => ({ ...resource, name: textOf(resource.name) }))
  const ofType = (...types: string[]) => resources.filter((resource) => types.includes(resource.type.toLowerCase()))
  const machines = ofType('microsoft.compute/virtualmachines')
  const extensions = ofType(EXTENSION_TYPE)
  const scaleSets = ofType(SCALE_SET_TYPE.toLowerCase()).map(
    (resource): RawScaleSet => ({
      name: resource.name,
      value: resource.value,
      ...(typeof resource.apiVersion === 'string' ? { apiVersion: resource.apiVersion } : {}),
      attachedInstances: machines.filter((machine) => attachesTo(machine, resource.name)).length,
      extensions: extensions
        .filter((extension) => isChildOf(extension, resource.name))
        .map((extension) => named(extension)),
      placeOf: (path) => resource.placeOf(path),
    }),
  )
  const rest = resources.filter((resource) => !UNDERSTOOD.includes(resource.type.toLowerCase()))
  return {
    kind: 'armTemplate',
    scaleSets,
    balancers: ofType(...BALANCER_TYPES).map(({ name, value }) => ({ name, value })),
    autoscale: ofType('microsoft.insights/autoscalesettings').map((resource) =>
      readAutoscale({ ...resource.value, name: resource.name }, (path) => resource.placeOf(path)),
    ),
    diagnostics: template.diagnostics,
    summary: [
      ...resources.flatMap(({ type, name, condition }) =>
        isSymbolic(condition) && type.toLowerCase() === SCALE_SET_TYPE.toLowerCase()
          ? [
              `scale set ${name} is deployed only if ${condition.expression}, which is not known; it is taken as deployed`,
            ]
          : [],
      ),
      ...missingParameters(template.symbolic),
      ...countTypes(rest),
      ...linkedTemplates(rest),
      ...(template.skipped.length === 0
        ? []
        : [
            `not deployed, their condition is false: ${[...new Set(template.skipped.map(({ type }) => type))].join(', ')}`,
          ]),
    ],
    other: resources
      .filter((resource) => resource.type.toLowerCase() !== SCALE_SET_TYPE.toLowerCase())
      .map(({ type, value }) => ({ type, value })),
  }
}

/** A machine outside the set that joins it (Flexible). */
function attachesTo(machine: Resource, scaleSet: string): boolean {
  const reference = propertiesOf(machine.value)['virtualMachineScaleSet']
  if (!isPlain(reference) || reference['id'] === undefined) return false
  return textOf(reference['id']).toLowerCase().endsWith(`/virtualmachinescalesets/${scaleSet.toLowerCase()}`)
}

function isChildOf(extension: Resource, scaleSet: string): boolean {
  return extension.name.toLowerCase().startsWith(`${scaleSet.toLowerCase()}/`)
}

function named(extension: Resource): Plain {
  return { ...extension.value, name: extension.name.split('/').at(-1) }
}

/** Most of these are passwords and names; the ones that matter come back as diagnostics of the set. */
function missingParameters(unknown: readonly { readonly parameters: readonly string[] }[]): string[] {
  const names = [...new Set(unknown.flatMap(({ parameters }) => parameters))]
  return names.length === 0 ? [] : [`parameters without a value: ${names.join(', ')}`]
}

function countTypes(resources: readonly Resource[]): string[] {
  const counts = new Map<string, number>()
  for (const { type } of resources) counts.set(type, (counts.get(type) ?? 0) + 1)
  if (counts.size === 0) return []
  return [
    `other resources: ${[...counts].map(([type, count]) => (count === 1 ? type : `${count} x ${type}`)).join(', ')}`,
  ]
}

function linkedTemplates(resources: readonly Resource[]): string[] {
  return resources.flatMap(({ type, name, value }) => {
    const link = propertiesOf(value)['templateLink']
    if (type.toLowerCase() !== 'microsoft.resources/deployments' || !isPlain(link)) return []
    return [
      `deployment ${name} links to ${textOf(link['uri'] ?? link['relativePath'] ?? link['id'])}, which was not read`,
    ]
  })
}
