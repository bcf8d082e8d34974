import { type JsonPath, parseJsonWithPlaces } from '../arm/json.ts'
import type { Diagnostic, SourcePlace } from '../diagnostic.ts'
import type { Finding } from '../finding.ts'
import type { LoadBalancerProbe } from '../scale-set.ts'
import { checkApiVersion } from './api-version.ts'
import { type AutoscaleSummary, belowCapacity, type ImportedAutoscale, readAutoscale, targets } from './autoscale.ts'
import { type BodyType, bodyType, SCALE_SET_TYPE } from './bodies.ts'
import { showCommand } from './context.ts'
import { describeBodies } from './describe.ts'
import { isHealthExtension, isRich } from './health-source.ts'
import { imageKey } from './image-key.ts'
import { importTemplate } from './import-template.ts'
import { type BalancerResource, resolveProbe } from './load-balancer.ts'
import { type DeclaredKind, detectKind, flattenScaleSet, isPlain, type ShapeNote } from './shape.ts'
import { isSymbolic, textOf } from './symbolic.ts'
import { lookUp } from './values.ts'

type Plain = Record<string, unknown>

export interface ImportedScaleSet {
  /** Rendered text when symbolic. */
  readonly name: string
  /** Flattened, possibly partial; may hold `Symbolic` values. */
  readonly document: Plain
  /** What `networkProfile.healthProbe` points to; absent when nothing is referenced. */
  readonly loadBalancerProbe?: LoadBalancerProbe | 'unresolved'
  readonly apiVersion?: string
  /** Virtual machines of the same file that attach through `virtualMachineScaleSet.id`. */
  readonly attachedInstances: number
  /** Takes a path of `document`. */
  readonly placeOf: (path: JsonPath) => SourcePlace | undefined
  readonly notes: readonly ShapeNote[]
  readonly autoscale?: AutoscaleSummary
}

/** A version of a gallery image, as its id places it. */
export interface ImportedImageVersion {
  readonly gallery: string
  readonly definition: string
  readonly name: string
  /** As printed: an ARM body or flattened. */
  readonly body: Plain
  /** Takes a path of `body`. */
  readonly placeOf: (path: JsonPath) => SourcePlace | undefined
}

export interface ImportResult {
  readonly kind: DeclaredKind
  readonly scaleSets: readonly ImportedScaleSet[]
  readonly imageVersions: readonly ImportedImageVersion[]
  readonly autoscaleSettings: readonly ImportedAutoscale[]
  readonly diagnostics: readonly Diagnostic[]
  /** About what the file holds beside the sets themselves; those of a set come from `declareScaleSet`. */
  readonly findings: readonly Finding[]
  /** What was understood, one line each. */
  readonly summary: readonly string[]
  readonly other: readonly { readonly type: string; readonly value: unknown }[]
}

/** Everything a file holds, before it is interpreted. Templates and plain JSON both end up here. */
export interface FileContents {
  readonly kind: DeclaredKind
  readonly scaleSets: readonly RawScaleSet[]
  /** Absent from a template: what it deploys is not there yet. */
  readonly imageVersions?: readonly ImportedImageVersion[]
  readonly balancers: readonly BalancerResource[]
  readonly autoscale: readonly ImportedAutoscale[]
  readonly diagnostics: readonly Diagnostic[]
  readonly summary: readonly string[]
  readonly other: readonly { readonly type: string; readonly value: unknown }[]
}

export interface RawScaleSet {
  readonly name: string
  readonly value: Plain
  readonly apiVersion?: string
  readonly attachedInstances: number
  /** Extensions declared as resources of their own. */
  readonly extensions: readonly Plain[]
  /** Takes a path of `value`. */
  readonly placeOf: (path: JsonPath) => SourcePlace | undefined
}

/**
 * Reads a file of any known shape: ARM template, REST answer or list, command line output, published example. What is not
 * understood is E0305 and says what it looks like; a file with no scale set, gallery image version or autoscale setting is
 * E0306 and says what it holds instead.
 */
export function importDeclared(
  text: string,
  file: string,
  parameters: Readonly<Record<string, unknown>>,
): ImportResult {
  const parsed = parseJsonWithPlaces(text, file)
  if (parsed.diagnostics.length > 0) return refusal('unknown', parsed.diagnostics)
  const kind = detectKind(parsed.value)
  const place = parsed.placeOf([])
  if (kind === 'unknown') return refusal(kind, [notUnderstood(parsed.value, file, place)])
  if (kind === 'parameterFile')
    return refusal(kind, [
      noScaleSet(
        file,
        'the values of template parameters',
        place,
        'check takes it beside its template as --parameter-file, a scenario in azure.parameterFiles',
      ),
    ])
  const contents =
    kind === 'armTemplate'
      ? importTemplate(text, file, parameters)
      : readBodies(kind, parsed.value, parsed.placeOf, file)
  return interpret(contents, file, place)
}

function interpret(contents: FileContents, file: string, place: SourcePlace | undefined): ImportResult {
  const diagnostics = [...contents.diagnostics]
  const findings: Finding[] = []
  const scaleSets = contents.scaleSets.map((raw): ImportedScaleSet => {
    const { document, notes, originOf } = flattenScaleSet(raw.value)
    addExtensions(document, raw.extensions)
    const placeOf = (path: JsonPath) => raw.placeOf(originOf(path))
    const probe = lookUp(document, ['virtualMachineProfile', 'networkProfile', 'healthProbe', 'id']).value
    const setting = contents.autoscale.find((candidate) => targets(candidate, raw.name))
    const legacyFlags = notes.some((note) => note.kind === 'legacyProperty' && note.path.startsWith('upgradePolicy.'))
    diagnostics.push(...checkApiVersion(raw.name, document, raw.apiVersion, legacyFlags, placeOf))
    if (setting !== undefined) findings.push(...mayShrink(raw.name, document, setting))
    findings.push(...richStates(raw.name, document))
    return {
      name: raw.name,
      document,
      ...(probe === undefined ? {} : { loadBalancerProbe: resolveProbe(probe, contents.balancers) }),
      ...(raw.apiVersion === undefined ? {} : { apiVersion: raw.apiVersion }),
      attachedInstances: raw.attachedInstances,
      placeOf,
      notes,
      ...(setting === undefined ? {} : { autoscale: setting.summary }),
    }
  })
  const summary = [
    ...scaleSets.map(describeScaleSet),
    ...contents.autoscale.flatMap((setting) => setting.lines),
    ...contents.summary,
  ]
  // A template that could not be read has said why; that it holds nothing would only repeat it.
  const imageVersions = contents.imageVersions ?? []
  const autoscaleSettings = contents.autoscale
  if ([...scaleSets, ...imageVersions, ...autoscaleSettings].length === 0 && diagnostics.length === 0) {
    const types = [...new Set(contents.other.map(({ type }) => type))]
    diagnostics.push(
      noScaleSet(
        file,
        types.length === 0 ? 'no resources' : types.join(', '),
        place,
        'give what declares one: a template, or what az vmss show -o json prints',
      ),
    )
  }
  return {
    kind: contents.kind,
    scaleSets,
    imageVersions,
    autoscaleSettings,
    diagnostics,
    findings,
    summary,
    other: contents.other,
  }
}

/** Plain JSON: takes the bodies out of whatever wraps them. */
function readBodies(
  kind: DeclaredKind,
  document: unknown,
  placeOf: (path: JsonPath) => SourcePlace | undefined,
  file: string,
): FileContents {
  const bodies = bodiesOf(kind, document).map((body) => ({ ...body, type: bodyType(body.value) }))
  const scaleSets = bodies
    .filter((body) => body.type === SCALE_SET_TYPE)
    .map(
      ({ value, path }): RawScaleSet => ({
        name: nameOf(value, file),
        value,
        ...(typeof value['apiVersion'] === 'string' ? { apiVersion: value['apiVersion'] } : {}),
        attachedInstances: 0,
        extensions: [],
        placeOf: (at) => placeOf([...path, ...at]),
      }),
    )
  const rest = bodies.filter((body) => body.type !== SCALE_SET_TYPE)
  return {
    kind,
    scaleSets,
    imageVersions: rest.flatMap(({ type, value, path }) =>
      type === 'Microsoft.Compute/galleries/images/versions'
        ? imageVersion(value, (at) => placeOf([...path, ...at]))
        : [],
    ),
    balancers: [],
    autoscale: rest
      .filter((body) => body.type === 'Microsoft.Insights/autoscaleSettings')
      .map(({ value, path }) => readAutoscale(value, (at) => placeOf([...path, ...at]))),
    diagnostics: [],
    summary: describeBodies(rest),
    other: rest.map(({ type, value }) => ({ type: typeText(type, value), value })),
  }
}

/** Only the id tells which gallery and definition a version belongs to; without one it is described and not declared. */
function imageVersion(body: Plain, placeOf: ImportedImageVersion['placeOf']): ImportedImageVersion[] {
  const id = body['id']
  const [gallery, definition, name, ...more] = typeof id === 'string' ? imageKey({ id }).split('/') : []
  if (gallery === undefined || definition === undefined || name === undefined || more.length > 0) return []
  return [{ gallery, definition, name, body, placeOf }]
}

interface Body {
  readonly value: Plain
  readonly path: JsonPath
}

function bodiesOf(kind: DeclaredKind, document: unknown): Body[] {
  const items = (list: readonly unknown[], path: JsonPath): Body[] =>
    list.flatMap((value, index) => (isPlain(value) ? [{ value, path: [...path, index] }] : []))
  if (Array.isArray(document)) return items(document, [])
  if (!isPlain(document)) return []
  switch (kind) {
    case 'restList':
      return Array.isArray(document['value']) ? items(document['value'], ['value']) : []
    case 'cliCreateOutput':
      return isPlain(document['vmss']) ? [{ value: document['vmss'], path: ['vmss'] }] : []
    case 'exampleEnvelope':
      return exampleBody(document).flatMap(({ value, path }) =>
        Array.isArray(value['value']) ? items(value['value'], [...path, 'value']) : [{ value, path }],
      )
    default:
      return [{ value: document, path: [] }]
  }
}

/** The first answer with a body, else the body that was sent. */
function exampleBody(document: Plain): Body[] {
  const responses = isPlain(document['responses']) ? document['responses'] : {}
  for (const [status, response] of Object.entries(responses))
    if (isPlain(response) && isPlain(response['body']))
      return [{ value: response['body'], path: ['responses', status, 'body'] }]
  const sent = isPlain(document['parameters']) ? document['parameters']['parameters'] : undefined
  return isPlain(sent) ? [{ value: sent, path: ['parameters', 'parameters'] }] : []
}

/** Its own name, the end of its id, or the name of the file. */
function nameOf(value: Plain, file: string): string {
  if (typeof value['name'] === 'string' && value['name'] !== '') return value['name']
  const fromId = typeof value['id'] === 'string' ? value['id'].split('/').at(-1) : undefined
  if (fromId !== undefined && fromId !== '') return fromId
  return (file.split(/[/\\]/).at(-1) ?? file).replace(/\.[^.]*$/, '')
}

function typeText(type: BodyType, value: Plain): string {
  return type === 'other' && typeof value['type'] === 'string' ? value['type'] : type
}

/** Extensions may be declared as resources beside the set; for the service they are part of its profile. */
function addExtensions(document: Plain, extensions: readonly Plain[]): void {
  if (extensions.length === 0 || !isPlain(document['virtualMachineProfile'])) return
  const flat = flattenScaleSet({ virtualMachineProfile: { extensionProfile: { extensions } } }).document
  const added = lookUp(flat, ['virtualMachineProfile', 'extensionProfile', 'extensions']).value as Plain[]
  const profile = document['virtualMachineProfile']
  const existing = isPlain(profile['extensionProfile']) ? profile['extensionProfile'] : {}
  const own = Array.isArray(existing['extensions']) ? existing['extensions'] : []
  profile['extensionProfile'] = { ...existing, extensions: [...own, ...added] }
}

function describeScaleSet({ name, document, attachedInstances }: ImportedScaleSet): string {
  const mode = lookUp(document, ['upgradePolicy', 'mode']).value
  const capacity = lookUp(document, ['sku', 'capacity']).value
  const zones = document['zones']
  const parts = [
    document['orchestrationMode'] === undefined ? '' : textOf(document['orchestrationMode']),
    capacity === undefined
      ? 'no capacity'
      : isSymbolic(capacity)
        ? `instances: ${textOf(capacity)}`
        : `${textOf(capacity)} instances`,
    Array.isArray(zones)
      ? `zones ${zones.map(textOf).join(', ')}`
      : zones === undefined
        ? 'no zones'
        : 'zones not known offline',
    document['upgradePolicy'] === undefined
      ? 'no upgrade policy'
      : `mode ${mode === undefined ? 'not given' : textOf(mode)}`,
    attachedInstances === 0 ? '' : `${attachedInstances} attached virtual machines`,
  ]
  return `scale set ${name}: ${parts.filter((part) => part !== '').join(', ')}`
}

function mayShrink(name: string, document: Plain, { name: setting, summary }: ImportedAutoscale): Finding[] {
  const capacity = lookUp(document, ['sku', 'capacity']).value
  const { minimum, maximum = Number.POSITIVE_INFINITY, rules, enabled } = summary
  if (!enabled || typeof capacity !== 'number' || minimum === undefined) return []
  return belowCapacity({ setting, scaleSet: name, capacity, minimum, maximum, rules })
}

/** D2: a file cannot show whether the endpoint sends the body that Rich Health States need, so it is said once. */
function richStates(name: string, document: Plain): Finding[] {
  const extensions = lookUp(document, ['virtualMachineProfile', 'extensionProfile', 'extensions']).value
  const extension = Array.isArray(extensions) ? extensions.filter(isPlain).find(isHealthExtension) : undefined
  const settings = extension === undefined ? undefined : extension['settings']
  if (extension === undefined || !isPlain(settings) || !isRich({ name: '', ...extension })) return []
  if (settings['protocol'] !== 'http' && settings['protocol'] !== 'https') return []
  return [
    {
      code: 'RichStatesNeedBody',
      title: 'Rich Health States need ApplicationHealthState in the answer',
      severity: 'info',
      where: `${name}: virtualMachineProfile.extensionProfile`,
      evidence: [
        `Extension ${textOf(extension['name'])} has version ${textOf(extension['typeHandlerVersion'])} and asks ${textOf(settings['requestPath'] ?? '')}.`,
        'A plain 200 without that body is Unknown, which counts as unhealthy; the file does not show how the endpoint answers.',
      ],
      rules: ['HE-9', 'HE-20'],
      confirm: showCommand(name, 'virtualMachineProfile.extensionProfile.extensions'),
      fix: 'Answer {"ApplicationHealthState": "Healthy"} there, and say so in world.application.endpoints (answers: rich).',
    },
  ]
}

function refusal(kind: DeclaredKind, diagnostics: readonly Diagnostic[]): ImportResult {
  return {
    kind,
    scaleSets: [],
    imageVersions: [],
    autoscaleSettings: [],
    diagnostics,
    findings: [],
    summary: [],
    other: [],
  }
}

function notUnderstood(document: unknown, file: string, place: SourcePlace | undefined): Diagnostic {
  return {
    code: 'E0305',
    message: `${file} is neither a template, a REST answer nor command line output; it looks like ${looksLike(document)}`,
    ...(place === undefined ? {} : { place }),
    hint: 'give an ARM template (Bicep: az bicep build) or what az vmss show -o json prints',
  }
}

function looksLike(document: unknown): string {
  if (Array.isArray(document)) return document.length === 0 ? 'an empty list' : 'a list of mixed things'
  if (!isPlain(document)) return `a single ${document === null ? 'null' : typeof document}`
  const keys = Object.keys(document)
  if (keys.length === 0) return 'an empty object'
  return `an object with ${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}`
}

function noScaleSet(file: string, holds: string, place: SourcePlace | undefined, hint: string): Diagnostic {
  return {
    code: 'E0306',
    message: `${file} declares no scale set; it holds ${holds}`,
    ...(place === undefined ? {} : { place }),
    hint,
  }
}
