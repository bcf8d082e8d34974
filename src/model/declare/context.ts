import type { Assumptions } from '../assumptions.ts'
import type { Diagnostic, SourcePlace } from '../diagnostic.ts'
import type { Finding } from '../finding.ts'
import type { LoadBalancerProbe } from '../scale-set.ts'
import { dotted, type ShapeNote } from './shape.ts'

export type DocumentPath = readonly (string | number)[]

/** What is known about a declaration besides the document itself. */
export interface DeclareContext {
  readonly placeOf?: (path: DocumentPath) => SourcePlace | undefined
  /** What `networkProfile.healthProbe` points to. */
  readonly loadBalancerProbe?: LoadBalancerProbe | 'unresolved'
  /** Machines declared outside the set that attach to it. */
  readonly attachedInstances?: number
  /** Of the file that declares the set; absent where it is typed by hand (AO-1). */
  readonly apiVersion?: string
  readonly assumptions: Assumptions
  readonly notes?: readonly ShapeNote[]
  /** How the application's endpoints answer, by request path, where the scenario says so (RichStatesNeedBody). */
  readonly endpoints?: Readonly<Record<string, { readonly answers: { readonly kind: string } }>>
}

/** Collects what is wrong with, or worth telling about, one declaration. */
export interface Report {
  readonly name: string
  readonly context: DeclareContext
  readonly diagnostics: Diagnostic[]
  readonly findings: Finding[]
}

/** The service answers `InvalidParameter`: a value outside what it accepts. */
export const INVALID_VALUE = 'E0201'
/** The service answers `BadRequest`: values that do not go together. */
export const REFUSED = 'E0202'

/** `rule`: the one that refuses it, where it is one of the catalogue. */
export function complain(
  report: Report,
  code: string,
  path: DocumentPath,
  message: string,
  hint?: string,
  rule?: string,
): void {
  const place = report.context.placeOf?.(path)
  const tail = dotted(path)
  report.diagnostics.push({
    code,
    message,
    ...(place === undefined ? {} : { place }),
    path: `azure.scaleSets.${report.name}${tail === '' ? '' : `.${tail}`}`,
    ...(hint === undefined ? {} : { hint }),
    ...(rule === undefined ? {} : { rule }),
  })
}

/** A finding about a path of the declaration; `where` and the place are filled in from it. */
export function tell(report: Report, path: DocumentPath, finding: Omit<Finding, 'where' | 'place'>): void {
  const place = report.context.placeOf?.(path)
  report.findings.push({
    ...finding,
    where: path.length === 0 ? report.name : `${report.name}: ${dotted(path)}`,
    ...(place === undefined ? {} : { place }),
  })
}

/** The command that prints what Azure really holds. */
export function showCommand(name: string, query: string): string {
  return `az vmss show --resource-group <resource-group> --name ${name} --query ${query}`
}

/** The command that changes it. */
export function setCommand(name: string, assignment: string): string {
  return `az vmss update --resource-group <resource-group> --name ${name} --set ${assignment}`
}
