import { describe, expect, it } from 'vitest'
import type { Expectation } from '../../../src/model/expectation.ts'
import { checkExpectation, overallVerdict } from '../../../src/sim/expectations.ts'
import { ALL_BAD, badOn, breakAt, changeImage, entries, MINUTE, NEW, play } from '../play.ts'

describe('expectations', () => {
  const { measures } = play({ newImage: ALL_BAD })
  const findings = play({ timeline: [{ at: 'PT5M', cancelRollingUpgrade: {} }] }).findings
  const expectation = (measure: (string | number)[], operator: string, value: unknown, of = {}): Expectation =>
    ({ text: 'as written', measure, operator, value, ...of }) as unknown as Expectation
  const verdict = (...args: Parameters<typeof expectation>) =>
    checkExpectation(expectation(...args), measures, findings).verdict

  it.each([
    ['==', 20, 'pass'],
    ['==', 21, 'fail'],
    ['!=', 20, 'fail'],
    ['!=', 21, 'pass'],
    ['<', 20, 'fail'],
    ['<', 21, 'pass'],
    ['<=', 20, 'pass'],
    ['<=', 19, 'fail'],
    ['>', 20, 'fail'],
    ['>', 19, 'pass'],
    ['>=', 20, 'pass'],
    ['>=', 21, 'fail'],
  ] as const)('20 percent %s %d: %s', (operator, value, wanted) => {
    expect(verdict(['blastRadius', 'percent'], operator, value)).toBe(wanted)
  })

  it('an order between a text and a number never holds', () => {
    expect(verdict(['rollouts', 0, 'status'], '<', 'Zzz')).toBe('fail')
    expect(verdict(['rollouts', 0, 'status'], '>', 'Aaa')).toBe('fail')
  })

  it('one about many runs is undecided in a single one, whatever the number', () => {
    const result = checkExpectation(
      expectation(['blastRadius', 'percent'], '==', 20, { aggregate: 'p99' }),
      measures,
      findings,
    )
    expect(result).toMatchObject({ verdict: 'undecided', actual: null })
    expect(result.reason).toContain('p99')
  })

  it('a number without a sample is undecided, the absence of an error code is a fact', () => {
    const calm = play({ timeline: [] }).measures
    const check = (path: (string | number)[], operator: string, value: unknown, of = measures) =>
      checkExpectation(expectation(path, operator, value), of, [])
    expect(check(['timeToRecover'], '<=', 1000)).toMatchObject({ verdict: 'undecided', actual: null })
    expect(check(['timeToRecover'], '!=', 1000)).toMatchObject({ verdict: 'undecided' })
    expect(check(['timeToRecover'], '==', null)).toMatchObject({ verdict: 'pass' })
    const done = play({}).measures
    expect(check(['rollouts', 0, 'errorCode'], '==', 'Anything', done)).toMatchObject({ verdict: 'fail' })
    expect(check(['rollouts', 0, 'errorCode'], '!=', 'Anything', done)).toMatchObject({ verdict: 'pass' })
    expect(check(['rollouts', 0, 'status'], '==', 'Completed', calm)).toMatchObject({ verdict: 'undecided' })
    expect(check(['rollouts', 'length'], '==', 0, calm)).toMatchObject({ verdict: 'pass', actual: 0 })
  })

  it('durations are shown as ISO 8601, and compared in milliseconds', () => {
    const ended = checkExpectation(expectation(['rollouts', 0, 'duration'], '==', 7 * MINUTE), measures, [])
    expect(ended).toMatchObject({ verdict: 'pass', actual: 'PT7M' })
  })

  it('findings can be counted', () => {
    expect(verdict(['findings', 'count'], '==', 1)).toBe('pass')
  })

  it('a failure weighs more than an undecided one, and that more than a pass', () => {
    const of = (...verdicts: ('pass' | 'fail' | 'undecided')[]) =>
      overallVerdict(verdicts.map((one) => ({ verdict: one })))
    expect([of(), of('pass'), of('pass', 'undecided'), of('undecided', 'fail', 'pass')]).toEqual([
      'pass',
      'pass',
      'undecided',
      'fail',
    ])
  })
})

describe('what a probe path shows (design §5a 3)', () => {
  const states = (world: Parameters<typeof play>[0]) =>
    entries(play({ capacity: 1, ...world }), 'health.changed').map((entry) => entry.numbers['to'])
  const dbFails = { timeline: [{ at: 'PT1H', failDependency: { dependency: 'db', for: 'PT10M' } }] }
  const needs = ['db']

  it('HE-11 a TCP handshake shows only that somebody listens, unless the application closes the port for it', () => {
    const tcp = { ...dbFails, probe: { protocol: 'tcp', requestPath: undefined } }
    expect(states({ ...tcp, application: { needs } })).toEqual([])
    const closes = { needs, endpoints: { tcp: { checks: ['db'] } } }
    expect(states({ ...tcp, application: closes })).toEqual(['Unhealthy', 'Healthy'])
  })

  it('a path declared without its slash is the same path', () => {
    const application = { needs, endpoints: { '/health': { checks: [], answers: 'rich' } } }
    expect(states({ ...dbFails, application, probe: { requestPath: 'health' } })).toEqual([])
    expect(states({ ...dbFails, application, probe: { requestPath: '/other' } })).toEqual(['Unhealthy', 'Healthy'])
  })

  it('HE-8 a plain endpoint answers 503 when its check fails', () => {
    const application = { needs, endpoints: { '/health': { checks: ['db'], answers: 'plain' } } }
    expect(states({ ...dbFails, application, version: '1.0' })).toEqual(['Unhealthy', 'Healthy'])
  })

  it('HE-4 a load balancer probe that cannot be looked up is taken for a TCP probe every fifteen seconds', () => {
    const networkProfile = { healthProbe: { id: '/subscriptions/0/probes/p' } }
    const world = { uniform: true, probe: null, profile: { networkProfile }, timeline: [breakAt('PT1H', [0])] }
    const [seen] = entries(play({ capacity: 1, ...world }), 'health.changed')
    expect(seen).toMatchObject({ rule: 'HE-4', numbers: { to: 'Unhealthy' } })
    expect(seen!.atMs - 60 * MINUTE).toBeLessThanOrEqual(15_000)
  })

  it('the truth of a model needs every one of its conditions', () => {
    const reference = 'virtualMachineProfile.storageProfile.imageReference.id'
    const harmedWhen = (size: string) => {
      const when = { [reference]: NEW, 'sku.name': size }
      return play({ world: { models: [{ name: 'pair', when, ...ALL_BAD }] } }).measures.blastRadius.instances
    }
    expect(harmedWhen('Standard_D2as_v5')).toBe(2)
    expect(harmedWhen('Standard_D4as_v5')).toBe(0)
  })
})

describe('swimlanes', () => {
  const lane = (world: Parameters<typeof play>[0], instance = 0) =>
    play(world).lanes[instance]!.spans.map(({ fromMs, state }) => [fromMs / 1000, state])
  const hour = 3600

  it('the life of an instance that is brought to a broken image, from serving to unhealthy', () => {
    const world = { newImage: badOn(0), application: { warmup: 'PT10S' }, probe: { gracePeriod: 30 } }
    expect(lane(world)).toEqual([
      [0, 'serving'],
      [600, 'upgrading'],
      [660, 'starting'],
      [710, 'broken'],
      [750, 'unhealthy'],
    ])
    // Its neighbour is well: one look at most per instant, and no state twice in a row.
    expect(lane(world, 1)).toEqual([
      [0, 'serving'],
      [600, 'upgrading'],
      [660, 'starting'],
      [710, 'application'],
      [720, 'serving'],
    ])
  })

  it('a hang and a breakdown are broken before they are reported', () => {
    const hang = { at: 'PT1H', hangInstance: { instance: 'vmss/0', for: 'PT1M' } }
    expect(lane({ timeline: [hang] }).slice(0, 2)).toEqual([
      [0, 'serving'],
      [hour, 'broken'],
    ])
    const broken = lane({ timeline: [breakAt('PT1H', [0], 'PT1M')] })
    expect(broken.map(([, state]) => state)).toEqual(['serving', 'broken', 'unhealthy', 'misjudged', 'serving'])
  })

  it('of what happens within one instant only the outcome is shown', () => {
    // Probed every five seconds from 12:00 on, so at 20:00 and 30:00 the probe sees at once what the fault did.
    const seen = lane({ timeline: [changeImage(), breakAt('PT20M', [0], 'PT10M')] })
    expect(seen.filter(([from]) => Number(from) > 720)).toEqual([
      [1200, 'unhealthy'],
      [1800, 'serving'],
    ])
  })

  it('stopping is stopped already, a guest that never comes up has failed, what is deleted is absent', () => {
    const stop = { at: 'PT1H', deallocate: { instance: 'vmss/0' } }
    expect(lane({ timeline: [stop] })).toEqual([
      [0, 'serving'],
      [hour, 'stopped'],
    ])
    const panic = { defects: [{ name: 'kernel panic', breaks: ['boot'], share: 100 }] }
    expect(lane({ newImage: panic }).at(-1)).toEqual([660 + 2400, 'failed'])
    expect(lane({ timeline: [{ at: 'PT1H', deleteInstance: { instance: 'vmss/0' } }] })).toEqual([
      [0, 'serving'],
      [hour, 'deleting'],
      [hour + 30, 'absent'],
    ])
  })
})

describe('the trace as it is read', () => {
  it('what people do has no cause, what follows from it has', () => {
    const run = play({ timeline: [changeImage(), breakAt('PT1H', [0])] })
    const [update] = entries(run, 'model.updated')
    expect(update!.cause).toBeNull()
    expect(entries(run, 'instance.broken')[0]!.cause).toBeNull()
    expect(run.trace[entries(run, 'rollout.started')[0]!.cause!]!.id).toBe(update!.id)
  })

  it('numbers read as what they are: texts, health states, yes or no', () => {
    const run = play({})
    expect(entries(run, 'rollout.check')[0]!.numbers['breached']).toBe(false)
    expect(entries(play({ newImage: ALL_BAD }), 'rollout.check').at(-1)!.numbers['breached']).toBe(true)
    expect(entries(run, 'health.changed')[0]!.numbers).toEqual({ from: 'Healthy', to: 'None' })
  })
})
