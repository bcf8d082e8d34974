import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Kept beside the repository, not in it; another place may be named. */
const CORPUS = process.env['VMSS_TWIN_CORPUS'] ?? fileURLToPath(new URL('../../../../shared/corpus/', import.meta.url))
export const hasCorpus = existsSync(CORPUS)

export const corpusFile = (name: string): unknown => JSON.parse(readFileSync(`${CORPUS}/${name}.json`, 'utf8'))

/** The body of a published example, which wraps request and response; a recording is the body itself. */
export function corpusBody(name: string): object {
  const file = corpusFile(name) as { readonly responses?: Readonly<Record<string, { readonly body: object }>> }
  return file.responses?.['200']?.body ?? file
}

/** Every path of a document and what stands there: `value[].properties.progress` -> `object`. */
export type Shape = Readonly<Record<string, string>>

const ARM_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?(Z|[+-]\d\d:\d\d)$/

/** A value that differs from member to member of a list may be of several kinds; they stand side by side. */
export function shapeOf(...documents: readonly unknown[]): Shape {
  const kinds = new Map<string, Set<string>>()
  const visit = (value: unknown, path: string): void => {
    const kind = kindOf(value)
    if (path !== '') kinds.set(path, (kinds.get(path) ?? new Set()).add(kind))
    if (Array.isArray(value)) for (const one of value) visit(one, `${path}[]`)
    else if (kind === 'object')
      for (const [name, member] of Object.entries(value as object))
        visit(member, path === '' ? name : `${path}.${name}`)
  }
  for (const document of documents) visit(document, '')
  return Object.fromEntries(
    [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, found]) => [path, [...found].sort().join('|')]),
  )
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'list'
  if (typeof value === 'string') return ARM_TIME.test(value) ? 'time' : 'text'
  if (typeof value === 'number') return 'number'
  return typeof value
}

/** Paths, or beginnings of paths that end in `*`, with the reason why ours differs there. */
export type Reasons = Readonly<Record<string, string>>

export interface Difference {
  readonly missing: readonly string[]
  readonly extra: readonly string[]
  readonly otherKind: readonly string[]
  /** Reasons that excuse nothing. */
  readonly idle: readonly string[]
}

export const SAME: Difference = { missing: [], extra: [], otherKind: [], idle: [] }

/** What ours lacks, has too much and has otherwise, apart from what is listed with a reason. */
export function difference(ours: Shape, recorded: Shape, missing: Reasons = {}, extra: Reasons = {}): Difference {
  const lacking = Object.keys(recorded).filter((path) => !(path in ours))
  const added = Object.keys(ours).filter((path) => !(path in recorded))
  const excused = (reasons: Reasons) => (path: string) => Object.keys(reasons).some((reason) => covers(reason, path))
  const idle = (reasons: Reasons, paths: readonly string[]) =>
    Object.keys(reasons).filter((reason) => !paths.some((path) => covers(reason, path)))
  return {
    missing: lacking.filter((path) => !excused(missing)(path)),
    extra: added.filter((path) => !excused(extra)(path)),
    otherKind: Object.keys(ours).filter((path) => path in recorded && !isKindOf(ours[path]!, recorded[path]!)),
    idle: [...idle(missing, lacking), ...idle(extra, added)],
  }
}

const covers = (reason: string, path: string): boolean =>
  reason.endsWith('*') ? path.startsWith(reason.slice(0, -1)) : path === reason

const isKindOf = (ours: string, recorded: string): boolean =>
  ours.split('|').every((kind) => recorded.split('|').includes(kind))

/** Values Azure has a word for, by the end of their path. ARM shapes, section 2. */
const WORDS: readonly (readonly [path: RegExp, words: readonly string[] | RegExp])[] = [
  [/runningStatus\.code$/, ['RollingForward', 'Cancelled', 'Completed', 'Faulted']],
  [/runningStatus\.lastAction$/, ['Start', 'Cancel']],
  [/startedBy$/, ['Unknown', 'User', 'Platform']],
  [/(^|\.)level$/, ['Info', 'Warning', 'Error']],
  [/serviceName$/, ['AutomaticRepairs', 'AutomaticZoneRebalancing']],
  [/serviceState$/, ['NotRunning', 'Running', 'Suspended']],
  [/latestOperationStatus$/, ['InProgress', 'Completed']],
  [/aggregatedState$/, ['Unknown', 'InProgress', 'Completed', 'Failed']],
  [/summary\[\]\.state$/, ['Unknown', 'Replicating', 'Completed', 'Failed']],
  [/publishingProfile\.replicationMode$/, ['Full', 'Shallow']],
  [/properties\.provisioningState$/, ['Creating', 'Updating', 'Failed', 'Succeeded', 'Deleting', 'Migrating']],
  [/(^|\.)hyperVGeneration$/, ['V1', 'V2']],
  [/pauseTimeBetweenBatches$/, /^P(?!$)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/],
  [/(statuses|statusesSummary)\[\]\.code$/, /^(ProvisioningState|PowerState)\/[a-z]+$|^PowerState\/[a-z]+$/],
  [/vmHealth\.status\.code$/, /^HealthState\/(healthy|unhealthy|initializing|unknown)$/],
  [/error\.code$/, /^[A-Z]\w+$/],
  [/EventType$/, ['Freeze', 'Reboot', 'Redeploy', 'Preempt', 'Terminate']],
  [/EventStatus$/, ['Scheduled', 'Started']],
  [/EventSource$/, ['Platform', 'User']],
]

/** Words of a document that Azure does not have, as `path: word`. */
export function strangeWords(document: unknown): string[] {
  const strange: string[] = []
  const visit = (value: unknown, path: string): void => {
    if (typeof value === 'string') {
      const words = WORDS.find(([pattern]) => pattern.test(path))?.[1]
      const isKnown = words === undefined || (words instanceof RegExp ? words.test(value) : words.includes(value))
      if (!isKnown) strange.push(`${path}: ${value}`)
    } else if (Array.isArray(value)) for (const one of value) visit(one, `${path}[]`)
    else if (typeof value === 'object' && value !== null)
      for (const [name, member] of Object.entries(value)) visit(member, path === '' ? name : `${path}.${name}`)
  }
  visit(document, '')
  return strange
}
