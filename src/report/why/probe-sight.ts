import type { HealthSource } from '../../model/declare/health-source.ts'
import type { Defect, Endpoint, Scenario } from '../../model/scenario.ts'
import { PROBE_TIMEOUT_MS } from '../../sim/health/probe-observation.ts'
import type { TraceEntry } from '../../sim/result.ts'
import { list, plural, span } from '../wording.ts'
import { causesOf } from './chain.ts'
import { healthSourceAt } from './models.ts'
import type { TraceIndex } from './trace-index.ts'

/** `, 3 in a row`. */
function rhythm({ numberOfProbes }: Probed): string {
  return numberOfProbes === 1 ? '' : `, ${numberOfProbes} in a row`
}

/**
 * What the probe of an instance saw that made it Unhealthy or Unknown: `/ready answered 503, 3 in a row`. Null where
 * the change has nothing to do with a probe.
 */
export function probeSight(change: TraceEntry, index: TraceIndex): string | null {
  const source = healthSourceAt(change, index)
  const to = change.numbers['to'] ?? change.numbers['health']
  if (source === null || (to !== 'Unhealthy' && to !== 'Unknown')) return null
  if (source.kind !== 'extension' && source.kind !== 'loadBalancer') return null
  const asked =
    source.protocol === 'tcp' || source.protocol === 'none' ? 'the port' : (source.requestPath ?? 'the probe')
  return `${asked} ${answerTo(change, source, index)}${rhythm(source)}`
}

type Probed = Extract<HealthSource, { kind: 'extension' | 'loadBalancer' }>

function answerTo(change: TraceEntry, source: Probed, index: TraceIndex): string {
  const causes = causesOf(change, index).slice(1)
  const led = causes.find(({ what }) => TELLING.has(what))
  if (led === undefined || led.what === 'instance.guestUp') return notYet(change, source, index)
  if (led.what === 'defect.active' || led.what === 'instance.harmed') {
    const breaks = brokenBy(led, index.scenario)
    if (breaks.includes('process')) return 'was refused: nothing listens'
    return failing(source, index.scenario, breaks)
  }
  if (led.what === 'dependency.failed') return failing(source, index.scenario, [String(led.numbers['dependency'])])
  return led.what === 'instance.broken' ? 'was refused: nothing listens' : 'got no answer'
}

/** Entries that say what a probe can have seen. */
const TELLING: ReadonlySet<string> = new Set([
  'defect.active',
  'instance.harmed',
  'dependency.failed',
  'instance.guestUp',
  'instance.hung',
  'instance.broken',
  'instance.paused',
  'host.failed',
  'zone.failed',
  'faultDomain.failed',
  'instance.updating',
  'instance.stopping',
])

/** The application is up and does not serve yet, or not as the extension understands it. */
function notYet(change: TraceEntry, source: Probed, index: TraceIndex): string {
  const endpoint = endpointOf(source, index.scenario)
  if (endpoint?.answers.kind === 'fixed') return answered(endpoint.answers.status, endpoint.answers.body)
  const last = index.latest(
    change.subject,
    change.id,
    ({ what }) => what === 'instance.guestUp' || what === 'instance.serving',
  )
  if (last?.what === 'instance.guestUp') return 'had no healthy answer while the application was starting'
  const isRich = source.kind === 'extension' && source.rich
  if (isRich && endpoint?.answers.kind === 'plain') return 'answered 200 without an ApplicationHealthState'
  return 'had no healthy answer'
}

const answered = (status: number, body?: string): string =>
  `answered ${status}${body === undefined ? '' : ` with ${body}`}`

/** How the endpoint answers while one of these is broken. */
function failing(source: Probed, scenario: Scenario, broken: readonly string[]): string {
  const endpoint = endpointOf(source, scenario)
  if (source.protocol === 'tcp') return 'was refused'
  if (endpoint !== undefined && !broken.some((one) => endpoint.checks.includes(one))) {
    // It looks at none of them, so what it says has another reason.
    return endpoint.answers.kind === 'fixed'
      ? answered(endpoint.answers.status, endpoint.answers.body)
      : 'had no healthy answer'
  }
  if (endpoint !== undefined && endpoint.failDelayMs >= PROBE_TIMEOUT_MS)
    return `had no answer within ${span(PROBE_TIMEOUT_MS)}`
  const kind = endpoint?.answers.kind ?? 'honest'
  if (kind === 'fixed' && endpoint?.answers.kind === 'fixed')
    return answered(endpoint.answers.status, endpoint.answers.body)
  const speaksRich = kind === 'rich' || (kind === 'honest' && source.kind === 'extension' && source.rich)
  return speaksRich ? 'answered 200 Unhealthy' : 'answered 503'
}

function endpointOf(source: Probed, { world }: Scenario): Endpoint | undefined {
  const isHttp = source.protocol === 'http' || source.protocol === 'https'
  const path = isHttp ? source.requestPath : 'tcp'
  if (path === undefined) return undefined
  const { endpoints } = world.application
  return endpoints[path] ?? endpoints[path.startsWith('/') ? path : `/${path}`]
}

/** What the defect of a `defect.active` or `instance.harmed` breaks: dependencies, or a reserved word. */
export function brokenBy({ numbers }: TraceEntry, { world }: Scenario): readonly string[] {
  const images = [world.defaultImage, ...Object.values(world.images)].flatMap(({ defects }) => defects)
  const models = world.models.flatMap(({ defects }) => defects)
  const built = Object.values(world.imageTemplates).flatMap(({ customizers }) =>
    Object.values(customizers).flatMap(({ defects }) => defects),
  )
  const known: readonly Defect[] = [...ofImage(String(numbers['of']), world.images), ...models, ...images, ...built]
  return known.find(({ name }) => name === numbers['defect'])?.breaks ?? []
}

/** Two images may have a defect of the same name: that of the image itself counts. */
function ofImage(of: string, images: Scenario['world']['images']): readonly Defect[] {
  const wanted = of.replace(/^image /, '').toLowerCase()
  return Object.entries(images).find(([key]) => key.toLowerCase() === wanted)?.[1].defects ?? []
}

/** `hsm unreachable`, `the application does not listen`; null where nothing is known to break. */
export function brokenText(broken: readonly string[]): string | null {
  const dependencies = broken.filter((name) => RESERVED[name] === undefined)
  const parts = [
    ...(dependencies.length === 0 ? [] : [`${list(dependencies)} unreachable`]),
    ...broken.flatMap((name) => RESERVED[name] ?? []),
  ]
  return parts.length === 0 ? null : list(parts)
}

const RESERVED: Readonly<Record<string, string>> = {
  process: 'the application does not listen',
  boot: 'the guest never comes up',
  extensions: 'an extension fails to install',
}

/** `vmss_000006`, `vmss_000006 and 5 more`. */
export function firstAndMore(names: readonly string[]): string {
  const [first, ...more] = names
  if (more.length === 0) return first ?? 'nobody'
  return more.length === 1 ? `${first} and ${more[0]}` : `${first} and ${plural(more.length, 'more', 'more')}`
}
