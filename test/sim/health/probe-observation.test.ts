import { describe, expect, it } from 'vitest'
import {
  OBS_HEALTHY,
  OBS_UNHEALTHY,
  OBS_UNKNOWN,
  observe,
  PROBE_TIMEOUT_MS,
  type ProbeAnswer,
} from '../../../src/sim/health/probe-observation.ts'
import { probeConfig } from './drive-tracker.ts'

const H = OBS_HEALTHY
const U = OBS_UNHEALTHY
const X = OBS_UNKNOWN

const http = (status: number, body?: string): ProbeAnswer =>
  body === undefined ? { kind: 'http', status } : { kind: 'http', status, body }
const refused: ProbeAnswer = { kind: 'refused' }
const timeout: ProbeAnswer = { kind: 'timeout' }
const handshake: ProbeAnswer = { kind: 'handshake' }
const HEALTHY_BODY = '{"ApplicationHealthState":"Healthy"}'
const UNHEALTHY_BODY = '{"ApplicationHealthState":"Unhealthy"}'

describe('what a probe sees', () => {
  it.each([
    { protocol: 'http', answer: http(200), sees: H },
    { protocol: 'https', answer: http(200), sees: H },
    { protocol: 'http', answer: http(204), sees: U },
    { protocol: 'http', answer: http(503), sees: U },
    { protocol: 'http', answer: http(302), sees: U },
    { protocol: 'http', answer: refused, sees: U },
    { protocol: 'http', answer: timeout, sees: U },
    { protocol: 'http', answer: handshake, sees: U },
    { protocol: 'tcp', answer: handshake, sees: H },
    { protocol: 'tcp', answer: http(500), sees: H },
    { protocol: 'tcp', answer: refused, sees: U },
    { protocol: 'tcp', answer: timeout, sees: U },
  ] as const)('HE-4 load balancer $protocol: $answer -> $sees', ({ protocol, answer, sees }) => {
    expect(observe(probeConfig({ kind: 'loadBalancer', protocol }), answer)).toBe(sees)
  })

  it.each([
    { protocol: 'http', answer: http(200), sees: H, why: 'exactly 200' },
    { protocol: 'https', answer: http(200, UNHEALTHY_BODY), sees: H, why: 'the body is not read' },
    { protocol: 'http', answer: http(201), sees: U, why: '2xx is not enough' },
    { protocol: 'http', answer: http(204), sees: U, why: '2xx is not enough' },
    { protocol: 'http', answer: http(301), sees: U, why: 'a redirect is not followed' },
    { protocol: 'http', answer: http(503), sees: U, why: 'an error' },
    { protocol: 'http', answer: timeout, sees: U, why: 'no answer in time' },
    { protocol: 'http', answer: refused, sees: U, why: 'unreachable' },
    { protocol: 'tcp', answer: handshake, sees: H, why: 'a handshake is all it asks' },
    { protocol: 'tcp', answer: refused, sees: U, why: 'no handshake' },
    { protocol: 'tcp', answer: timeout, sees: U, why: 'no handshake' },
  ] as const)('HE-6 binary $protocol: $answer -> $sees, $why', ({ protocol, answer, sees }) => {
    expect(observe(probeConfig({ kind: 'binary', protocol }), answer)).toBe(sees)
  })

  it.each([
    { answer: http(200, HEALTHY_BODY), sees: H },
    { answer: http(204, HEALTHY_BODY), sees: H },
    { answer: http(299, UNHEALTHY_BODY), sees: U },
    { answer: http(200, UNHEALTHY_BODY), sees: U },
    { answer: http(200), sees: X },
    { answer: http(200, 'OK'), sees: X },
    { answer: http(200, '{"status":"Healthy"}'), sees: X },
    { answer: http(200, '["Healthy"]'), sees: X },
    { answer: http(200, 'null'), sees: X },
  ])('HE-9 rich http: $answer -> $sees', ({ answer, sees }) => {
    expect(observe(probeConfig({}), answer)).toBe(sees)
    expect(observe(probeConfig({ protocol: 'https' }), answer)).toBe(sees)
  })

  it('HE-9 richPlain200: a plain 200 is Healthy in the article, a 200 that names a wrong state is not', () => {
    const article = probeConfig({ richPlain200: 'Healthy' })
    expect(observe(article, http(200, 'OK'))).toBe(H)
    expect(observe(article, http(200, '{"status":"up"}'))).toBe(H)
    expect(observe(article, http(204))).toBe(X)
    expect(observe(article, http(200, '{"ApplicationHealthState":"Broken"}'))).toBe(X)
    expect(observe(article, http(200, UNHEALTHY_BODY))).toBe(U)
  })

  it.each([
    { answer: http(199, HEALTHY_BODY) },
    { answer: http(300, HEALTHY_BODY) },
    { answer: http(302, HEALTHY_BODY) },
    { answer: http(404) },
    { answer: http(503, UNHEALTHY_BODY) },
    { answer: timeout },
    { answer: refused },
    { answer: handshake },
  ])('HE-10 rich http: $answer -> Unknown; Unhealthy with richNon2xx', ({ answer }) => {
    expect(observe(probeConfig({}), answer)).toBe(X)
    expect(observe(probeConfig({ richNon2xx: 'Unhealthy' }), answer)).toBe(U)
  })

  it('HE-10 a bad or missing value is Unknown, and richNon2xx leaves it alone', () => {
    const article = probeConfig({ richNon2xx: 'Unhealthy' })
    for (const value of ['"Sick"', '""', 'null', '1', 'true', '{}']) {
      const answer = http(200, `{"ApplicationHealthState":${value}}`)
      expect(observe(probeConfig({}), answer)).toBe(X)
      expect(observe(article, answer)).toBe(X)
    }
    expect(observe(article, http(200, 'OK'))).toBe(X)
    // The article: a 2xx other than 200 is no success either.
    expect(observe(article, http(204))).toBe(U)
  })

  it.each([handshake, refused, timeout])('HE-11 rich tcp sees what binary tcp sees: $kind', (answer) => {
    const rich = observe(probeConfig({ protocol: 'tcp' }), answer)
    expect(rich).toBe(answer.kind === 'handshake' ? H : U)
    expect(rich).toBe(observe(probeConfig({ kind: 'binary', protocol: 'tcp' }), answer))
  })

  it.each([
    { body: '{"applicationhealthstate":"Healthy"}', sees: H },
    { body: '{"applicationHealthState":"Unhealthy"}', sees: U },
    { body: '{"APPLICATIONHEALTHSTATE":"Healthy"}', sees: H },
    { body: '{"ApplicationHealthState":"healthy"}', sees: X },
    { body: '{"ApplicationHealthState":"UNHEALTHY"}', sees: X },
    { body: '{"ApplicationHealthState":"Healthy "}', sees: X },
    { body: '{"ApplicationHealthState":"Unhealthy","applicationhealthstate":"Healthy"}', sees: H },
  ])('HE-16 $body -> $sees', ({ body, sees }) => {
    expect(observe(probeConfig({}), http(200, body))).toBe(sees)
  })

  it('HE-17 a probe is given up after 30 s', () => {
    expect(PROBE_TIMEOUT_MS).toBe(30_000)
  })

  it.each(['binary', 'rich'] as const)('HE-19 %s without a protocol: Healthy whatever happens', (kind) => {
    for (const answer of [refused, timeout, handshake, http(500)]) {
      expect(observe(probeConfig({ kind, protocol: 'none' }), answer)).toBe(H)
    }
  })

  it('CM-8 invalid JSON inside customMetrics does not change health', () => {
    const body = (metrics: unknown) => JSON.stringify({ ApplicationHealthState: 'Healthy', customMetrics: metrics })
    expect(observe(probeConfig({}), http(200, body('{oops')))).toBe(H)
    expect(observe(probeConfig({}), http(200, body('{"rollingUpgrade":{}}')))).toBe(H)
    expect(observe(probeConfig({}), http(200, body(null)))).toBe(H)
  })

  it('CM-2 customMetrics that are an object instead of a string spoil the whole body', () => {
    const body = JSON.stringify({ ApplicationHealthState: 'Healthy', CustomMetrics: { rollingUpgrade: {} } })
    expect(observe(probeConfig({}), http(200, body))).toBe(X)
  })
})
