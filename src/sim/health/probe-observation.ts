/** What one probe saw. Small integers, because every instance of a run keeps a few of them. */
export type Observation = 0 | 1 | 2
export const OBS_HEALTHY = 0
export const OBS_UNHEALTHY = 1
/** Rich Health States over http(s) only: the endpoint said nothing the extension understands. HE-10. */
export const OBS_UNKNOWN = 2

/** HE-17: the extension gives up on a probe after 30 s, http(s) and tcp alike. */
export const PROBE_TIMEOUT_MS = 30_000

/** One health source as its instances run it. */
export interface ProbeConfig {
  /** `binary`: extension 1.x; `rich`: extension 2.x; `loadBalancer`: the probe of a Uniform set (HE-4). */
  readonly kind: 'binary' | 'rich' | 'loadBalancer'
  readonly protocol: 'http' | 'https' | 'tcp' | 'none'
  /** Start of a probe to the start of the next one. At least 1. */
  readonly intervalMs: number
  /** Equal observations in a row that flip the state. At least 1. */
  readonly numberOfProbes: number
  /** `rich` only, otherwise 0. */
  readonly gracePeriodMs: number
  /** HE-13: consecutive Unhealthy of a `rich` tcp probe ends Initializing before the grace period does. */
  readonly tcpUnhealthyEndsGrace: boolean
  /** HE-9: what `rich` sees in status 200 whose body does not mention `ApplicationHealthState`. */
  readonly richPlain200: 'Unknown' | 'Healthy'
  /** HE-10: what `rich` sees in no answer, and in any other status than 200 that carries no state. */
  readonly richNon2xx: 'Unknown' | 'Unhealthy'
}

/** How an endpoint answered one probe. `handshake`: it accepts connections and is not asked for more, or says nothing. */
export type ProbeAnswer =
  | { readonly kind: 'refused' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'http'; readonly status: number; readonly body?: string }
  | { readonly kind: 'handshake' }

/**
 * What a probe of this source makes of an answer.
 *
 *   binary, loadBalancer   http(s): status 200 -> Healthy, everything else -> Unhealthy        HE-4, HE-6
 *   tcp, every source      accepted connection -> Healthy, else Unhealthy, never Unknown       HE-6, HE-11
 *   rich http(s)           2xx and the body's state -> that state, everything else -> Unknown  HE-9, HE-10, HE-16
 *   protocol none          Healthy                                                             HE-19
 *
 * Certificates are not looked at (HE-17) and redirects are not followed (HE-10), so neither appears here.
 */
export function observe(config: ProbeConfig, answer: ProbeAnswer): Observation {
  if (config.protocol === 'none') return OBS_HEALTHY
  if (config.protocol === 'tcp') {
    return answer.kind === 'handshake' || answer.kind === 'http' ? OBS_HEALTHY : OBS_UNHEALTHY
  }
  if (config.kind !== 'rich') {
    return answer.kind === 'http' && answer.status === 200 ? OBS_HEALTHY : OBS_UNHEALTHY
  }
  return observeRich(config, answer)
}

function observeRich(config: ProbeConfig, answer: ProbeAnswer): Observation {
  const noSuccess = config.richNon2xx === 'Unhealthy' ? OBS_UNHEALTHY : OBS_UNKNOWN
  if (answer.kind !== 'http' || answer.status < 200 || answer.status > 299) return noSuccess
  switch (readHealthState(answer.body)) {
    case 'Healthy':
      return OBS_HEALTHY
    case 'Unhealthy':
      return OBS_UNHEALTHY
    case 'invalid':
      return OBS_UNKNOWN
    case 'absent':
      // Only here does it matter whether the 2xx is exactly 200: the reading of Binary Health States knows no other success.
      if (answer.status !== 200) return noSuccess
      return config.richPlain200 === 'Healthy' ? OBS_HEALTHY : OBS_UNKNOWN
  }
}

/**
 * The state that a 2xx body names. `absent`: no JSON object, or one without the key. `invalid`: the key is there and its
 * value is none of the two, or the body has another shape than the extension reads (`customMetrics` must be a string, CM-2).
 *
 * HE-16: the key is found in any case, the value is compared exactly. Of several spellings of the key the last one counts.
 */
function readHealthState(body: string | undefined): 'Healthy' | 'Unhealthy' | 'absent' | 'invalid' {
  const members = parseJsonObject(body ?? '')
  if (members === null) return 'absent'
  let state: unknown
  let mentioned = false
  let metricsFit = true
  for (const [key, value] of Object.entries(members)) {
    const name = key.toLowerCase()
    if (name === 'applicationhealthstate') {
      mentioned = true
      state = value
    } else if (name === 'custommetrics' && value !== null && typeof value !== 'string') {
      metricsFit = false
    }
  }
  if (!mentioned) return 'absent'
  return metricsFit && (state === 'Healthy' || state === 'Unhealthy') ? state : 'invalid'
}

/** The members of a JSON object, or null for any other text. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null
}
