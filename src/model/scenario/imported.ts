import { laidOver, readParameterFile } from '../arm/template.ts'
import type { ImportedAutoscale } from '../declare/autoscale.ts'
import { type ImportedImageVersion, type ImportedScaleSet, importDeclared } from '../declare/import.ts'
import type { Finding } from '../finding.ts'
import type { LoadContext } from './context.ts'
import type { Path } from './document.ts'

export interface Imported {
  readonly scaleSets: readonly ImportedScaleSet[]
  readonly imageVersions: readonly ImportedImageVersion[]
  readonly autoscaleSettings: readonly ImportedAutoscale[]
  readonly findings: readonly Finding[]
  /** False when a file could not be read, so that nothing follows from what is absent. */
  readonly complete: boolean
}

const TOLD_BY_SCENARIO = ['RichStatesNeedBody', 'AutoscaleBelowCapacity']

/** Reads `azure.from` with `azure.parameterFiles` and `azure.parameters`. Mistakes in those files are mistakes of the scenario. */
export function importFiles(
  azure: Readonly<Record<string, unknown>>,
  file: string,
  readFile: (path: string) => string | undefined,
  context: Pick<LoadContext, 'source' | 'sound'>,
): Imported {
  const { source, sound } = context
  const read = (key: 'from' | 'parameterFiles') =>
    (sound(['azure', key]) ? listOf(azure[key]) : []).map(({ name, path }) => {
      const resolved = besideFile(file, name)
      const text = readFile(resolved)
      if (text === undefined)
        source.report('E0001', ['azure', key, ...path], `${name} cannot be read`, {
          hint: `looked for ${resolved}; paths are relative to the scenario file`,
        })
      return { resolved, text, path: ['azure', key, ...path] as Path }
    })

  const parameterFiles = read('parameterFiles')
  const templates = read('from')
  const layers: Record<string, unknown>[] = []
  for (const { resolved, text } of parameterFiles) {
    if (text === undefined) continue
    const values = readParameterFile(text, resolved)
    source.diagnostics.push(...values.diagnostics)
    layers.push(values.parameters)
  }
  if (sound(['azure', 'parameters'])) {
    const own = Object.entries((azure['parameters'] ?? {}) as Record<string, unknown>)
    layers.push(Object.fromEntries(own.map(([name, value]) => [name, unwrapValue(value)])))
  }
  const parameters = laidOver(...layers)
  if (templates.length === 0 && parameterFiles.length > 0) {
    source.report('E0102', ['azure', 'parameterFiles'], 'parameter files are given without a template', {
      hint: 'name the template in azure.from',
    })
  }

  let complete = sound(['azure', 'from']) && templates.every(({ text }) => text !== undefined)
  const scaleSets: ImportedScaleSet[] = []
  const imageVersions: ImportedImageVersion[] = []
  const autoscaleSettings: ImportedAutoscale[] = []
  const findings: Finding[] = []
  for (const { resolved, text, path } of templates) {
    if (text === undefined) continue
    const imported = importDeclared(text, resolved, parameters)
    for (const diagnostic of imported.diagnostics)
      source.diagnostics.push({ ...diagnostic, place: diagnostic.place ?? source.placeOf(path) })
    if (imported.diagnostics.length > 0) complete = false
    scaleSets.push(...imported.scaleSets)
    imageVersions.push(...imported.imageVersions)
    autoscaleSettings.push(...imported.autoscaleSettings)
    // Without a scenario nobody knows how the endpoints answer, or what it lays over a setting; with one the declaration
    // tells it better.
    findings.push(...imported.findings.filter(({ code }) => !TOLD_BY_SCENARIO.includes(code)))
  }
  return { scaleSets, imageVersions, autoscaleSettings, findings, complete }
}

function listOf(value: unknown): { name: string; path: readonly number[] }[] {
  if (typeof value === 'string') return [{ name: value, path: [] }]
  return Array.isArray(value) ? (value as string[]).map((name, index) => ({ name, path: [index] })) : []
}

/** A parameter file's `{ value: … }` is accepted here too, because that is where people copy it from. */
function unwrapValue(value: unknown): unknown {
  const wrapped =
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).join() === 'value'
  return wrapped ? (value as { value: unknown }).value : value
}

/**
 * A path as the working directory sees it, when it is written relative to the folder of `file`.
 *
 *   scenarios/a.yaml + ../infra/t.json -> infra/t.json.   a.yaml + t.json -> t.json.   /x/t.json and C:\t.json stay.
 */
export function besideFile(file: string, path: string): string {
  if (/^([/\\]|[A-Za-z]:[/\\])/.test(path)) return path
  const segments = file.split(/[/\\]/).slice(0, -1)
  for (const part of path.split(/[/\\]/)) {
    if (part === '' || part === '.') continue
    const last = segments.at(-1)
    if (part === '..' && last !== undefined && last !== '..' && last !== '') segments.pop()
    else segments.push(part)
  }
  return segments.join('/')
}
