import { z } from 'zod'
import type { LoadBalancerProbe } from '../scale-set.ts'
import type { Path, SourceDocument } from './document.ts'
import { checkPart } from './issues.ts'

type Plain = Record<string, unknown>

const PROTOCOLS = ['Http', 'Https', 'Tcp'] as const

const inlineProbe = z.strictObject({
  id: z.string().optional().describe('Resource id of the probe.'),
  protocol: z.enum(PROTOCOLS).describe('Http, Https or Tcp.'),
  port: z.number().int().min(1).max(65535).optional().describe('Port that is probed.'),
  requestPath: z
    .string()
    .regex(/^\//, { error: 'must begin with /' })
    .optional()
    .describe('Path of an Http or Https probe.'),
  intervalInSeconds: z.number().int().min(5).optional().describe('Default 15.'),
  numberOfProbes: z.number().int().min(1).optional().describe('Consecutive results that flip the state. Default 1.'),
  probeThreshold: z.number().int().min(1).optional().describe('The newer name of numberOfProbes.'),
})

/**
 * A load balancer is no resource of a scenario, so a hand-typed `networkProfile.healthProbe` may carry the probe itself
 * beside the id. Returns that probe, and the scale set without the fields that are ours. HE-4.
 */
export function takeInlineProbe(
  raw: Plain,
  base: Path,
  source: SourceDocument,
): { rest: Plain; probe?: LoadBalancerProbe; sound: boolean } {
  const path = findProbe(raw)
  if (path === undefined) return { rest: raw, sound: true }
  const written = path.reduce<unknown>((here, key) => (here as Plain)[key], raw) as Plain
  if (Object.keys(written).every((key) => key.toLowerCase() === 'id')) return { rest: raw, sound: true }

  const rest = replaceAt(raw, path, { id: typeof written['id'] === 'string' ? written['id'] : 'inline' })
  // Azure takes the protocol in any case, and so does a hurried hand.
  const protocol = PROTOCOLS.find((known) => known.toLowerCase() === String(written['protocol']).toLowerCase())
  const value = protocol === undefined ? written : { ...written, protocol }
  if (checkPart(inlineProbe, value, [...base, ...path], source).length > 0) return { rest, sound: false }
  const probe = value as z.infer<typeof inlineProbe>
  return {
    rest,
    sound: true,
    probe: {
      id: probe.id ?? 'inline',
      protocol: probe.protocol,
      ...(probe.port === undefined ? {} : { port: probe.port }),
      ...(probe.requestPath === undefined ? {} : { requestPath: probe.requestPath }),
      intervalInSeconds: probe.intervalInSeconds ?? 15,
      probeThreshold: probe.probeThreshold ?? probe.numberOfProbes ?? 1,
    },
  }
}

/** Keys that lead to the probe as they are spelt, with or without the `properties` level. */
function findProbe(raw: Plain): string[] | undefined {
  const path: string[] = []
  let here: unknown = raw
  const step = (name: string): boolean => {
    if (!isPlain(here)) return false
    const key = Object.keys(here).find((candidate) => candidate.toLowerCase() === name)
    if (key === undefined || !isPlain(here[key])) return false
    path.push(key)
    here = here[key]
    return true
  }
  step('properties')
  return step('virtualmachineprofile') && step('networkprofile') && step('healthprobe') ? path : undefined
}

function replaceAt(here: Plain, path: readonly string[], value: unknown): Plain {
  const [first, ...rest] = path
  if (first === undefined) return value as Plain
  return { ...here, [first]: replaceAt(here[first] as Plain, rest, value) }
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
