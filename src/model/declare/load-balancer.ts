import type { LoadBalancerProbe } from '../scale-set.ts'
import { propertiesOf } from './bodies.ts'
import { isPlain } from './shape.ts'
import { isSymbolic, textOf } from './symbolic.ts'

/** A load balancer (or probe) that stands in the same file, named as `name` or `name/probe`. */
export interface BalancerResource {
  readonly name: string
  readonly value: Readonly<Record<string, unknown>>
}

/** Ends of an id of a probe. People write the type with a trailing slash, which leaves an empty segment. */
const PROBE_ID = /loadbalancers\/+([^/]+)\/+probes\/+([^/]+)\/?$/i

/**
 * The probe that a `healthProbe` reference points to, with its defaults (interval 15 s, one result flips; HE-4), or
 * `unresolved` when the reference or the probe cannot be read from the file.
 */
export function resolveProbe(
  reference: unknown,
  balancers: readonly BalancerResource[],
): LoadBalancerProbe | 'unresolved' {
  const id = textOf(reference)
  const match = PROBE_ID.exec(id)
  if (match === null) return 'unresolved'
  const [, balancer, probe] = match
  const found = balancers
    .flatMap(probesOf)
    .find((candidate) => same(candidate.balancer, balancer!) && same(candidate.name, probe!))
  return found === undefined ? 'unresolved' : (readProbe(id, found.value) ?? 'unresolved')
}

interface FoundProbe {
  readonly balancer: string
  readonly name: string
  readonly value: Readonly<Record<string, unknown>>
}

function probesOf(resource: BalancerResource): FoundProbe[] {
  const [balancer, child] = resource.name.split('/')
  if (child !== undefined) return [{ balancer: balancer!, name: child, value: resource.value }]
  const probes = propertiesOf(resource.value)['probes']
  if (!Array.isArray(probes)) return []
  return probes.filter(isPlain).map((probe) => ({ balancer: resource.name, name: textOf(probe['name']), value: probe }))
}

function readProbe(id: string, value: Readonly<Record<string, unknown>>): LoadBalancerProbe | undefined {
  const properties = propertiesOf(value)
  const protocol = PROTOCOLS.find((known) => same(known, textOf(properties['protocol'] ?? '')))
  const interval = countOf(properties['intervalInSeconds'], 15)
  const threshold = countOf(properties['probeThreshold'] ?? properties['numberOfProbes'], 1)
  if (protocol === undefined || interval === undefined || threshold === undefined) return undefined
  const port = countOf(properties['port'], undefined)
  const path = properties['requestPath']
  return {
    id,
    protocol,
    ...(port === undefined ? {} : { port }),
    ...(path === undefined || path === null ? {} : { requestPath: textOf(path) }),
    intervalInSeconds: interval,
    probeThreshold: threshold,
  }
}

const PROTOCOLS = ['Http', 'Https', 'Tcp'] as const

/** The number, `fallback` when it is not given, undefined when it is not known. */
function countOf(value: unknown, fallback: number | undefined): number | undefined {
  if (value === undefined || value === null) return fallback
  if (isSymbolic(value)) return undefined
  const count = Number(value)
  return Number.isInteger(count) ? count : undefined
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}
