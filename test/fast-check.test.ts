import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  assertRollout,
  badImages,
  fleets,
  images,
  policies,
  type Rollout,
  rollouts,
  scenarioOf,
  scenarioText,
  worlds,
} from '../src/fast-check.ts'
import { loadScenario, simulate } from '../src/index.ts'
import { cli } from './cli/harness.ts'

const GOOD = { boot: 'PT50S', defects: [] }
const DEAD = { boot: 'PT50S', defects: [{ name: 'dead', breaks: ['process'], share: 100, onset: 'PT0S' }] }
const CALM = { application: { needs: ['backend'] }, probe: 'honest', timeline: [] } as const
const POLICY = {
  maxBatchInstancePercent: 20,
  maxUnhealthyInstancePercent: 20,
  maxUnhealthyUpgradedInstancePercent: 20,
  pauseTimeBetweenBatches: 'PT1M',
}

function failure(body: () => void): string {
  try {
    body()
  } catch (error) {
    return (error as Error).message
  }
  throw new Error('it did not fail')
}

describe('vmss-twin/fast-check', () => {
  it('draws rollouts of every kind, and all of them load and play', () => {
    const seen = { modes: new Set(), statuses: new Set(), zones: new Set(), breaks: new Set(), verbs: new Set() }
    fc.assert(
      fc.property(rollouts(), (rollout) => {
        const result = simulate(scenarioOf(rollout))
        seen.modes.add(rollout.fleet['orchestrationMode'])
        seen.zones.add((rollout.fleet['zones'] as string[] | undefined)?.length ?? 0)
        for (const { status } of result.rollouts) seen.statuses.add(status)
        for (const { breaks } of rollout.image.defects) seen.breaks.add(breaks[0])
        for (const entry of rollout.world.timeline) seen.verbs.add(Object.keys(entry)[1])
        expect(result.rollouts.length).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
    expect([...seen.modes].sort()).toEqual(['Flexible', 'Uniform'])
    expect([...seen.zones].sort()).toEqual([0, 1, 2, 3])
    expect([...seen.statuses]).toEqual(expect.arrayContaining(['Completed', 'Faulted']))
    expect([...seen.breaks].sort()).toEqual(['backend', 'boot', 'extensions', 'process'])
    expect([...seen.verbs].sort()).toEqual(['failDependency', 'failZone'])
  })

  it('a scenario text plays as the rollout does', async () => {
    const [rollout] = fc.sample(rollouts(), 1) as [Rollout]
    const text = scenarioText(rollout)
    const { traceHash } = simulate(scenarioOf(rollout))
    expect(simulate(loadScenario(text, 'a.yaml', { readFile: () => undefined })).traceHash).toBe(traceHash)
    const { code, stdout } = await cli(['run', 'a.yaml', '-o', 'json'], { files: { 'a.yaml': text } })
    expect(code).toBe(0)
    expect(stdout).toContain(traceHash)
  })

  it('a property that holds passes: what is dead from the start is halted after its first batch', () => {
    assertRollout(
      ({ rollouts: [rollout], measures }) => {
        expect(rollout).toMatchObject({ status: 'Faulted' })
        expect(measures.blastRadius.percent).toBeLessThanOrEqual(20)
      },
      { image: DEAD, policy: POLICY, world: CALM, fleet: fleets({ minInstances: 5 }), numRuns: 50 },
    )
  })

  it('one that does not fails with the smallest rollout, as a file that fails again', async () => {
    const options = { policy: { ...POLICY, maxBatchInstancePercent: 50, maxUnhealthyInstancePercent: 50 }, world: CALM }
    const message = failure(() =>
      assertRollout(({ measures }) => (measures.blastRadius.percent ?? 0) <= 20, { ...options, image: badImages() }),
    )
    expect(message).toMatch(/^The property does not hold \(rollout \d+ of 100, made smaller \d+ times\)/)
    const text = message.slice(message.indexOf('\n\n') + 2)
    const { stdout } = await cli(['run', 'a.yaml', '-o', 'json'], { files: { 'a.yaml': text } })
    const [result] = (JSON.parse(stdout) as { results: { measures: { blastRadius: { percent: number } } }[] }).results
    expect(result!.measures.blastRadius.percent).toBeGreaterThan(20)
    // One instance is the smallest fleet, and all of it is more than a fifth.
    expect(text).toContain('capacity: 1\n')
  })

  it('a search is repeated by its seed and path', () => {
    const search = (more: object) =>
      failure(() => assertRollout(({ rollouts: [one] }) => one!.status === 'Completed', { image: DEAD, ...more }))
    const first = search({ searchSeed: 5 })
    const [, seed, path] = /searchSeed: (-?\d+), searchPath: '([\d:]+)'/.exec(first) ?? []
    expect(seed).toBe('5')
    const again = search({ searchSeed: Number(seed), searchPath: path })
    expect(again.slice(again.indexOf('\n\n'))).toBe(first.slice(first.indexOf('\n\n')))
  })

  it('the message of what the property threw is kept', () => {
    expect(
      failure(() =>
        assertRollout(() => {
          throw new Error('mine')
        }),
      ),
    ).toMatch(/made smaller \d+ times\): mine\n/)
    const returned = failure(() => assertRollout(() => false, { numRuns: 1 }))
    expect(returned).toMatch(/^The property does not hold \(rollout 1 of 1, made smaller \d+ times\)\n/)
  })

  it('a scale set of az vmss show keeps its policy and its probe', () => {
    const fleet = {
      location: 'westeurope',
      sku: { name: 'Standard_D4as_v5', capacity: 9, tier: 'Standard' },
      orchestrationMode: 'Uniform',
      overprovision: false,
      upgradePolicy: { mode: 'Manual', rollingUpgradePolicy: POLICY },
      virtualMachineProfile: {
        extensionProfile: {
          extensions: [
            {
              name: 'health',
              publisher: 'Microsoft.ManagedServices',
              type: 'ApplicationHealthLinux',
              typeHandlerVersion: '2.0',
              settings: { protocol: 'http', port: 80, requestPath: '/deep', intervalInSeconds: 5, gracePeriod: 60 },
            },
          ],
        },
      },
    }
    assertRollout(
      ({ rollouts: [one] }, { policy, world }) => {
        expect(policy).toEqual(POLICY)
        expect(one!.status).toBe(world.probe === 'honest' ? 'Faulted' : 'Completed')
        // Nine at 20 % are one at a time.
        expect(one!.batches[0]!.instances.length).toBe(1)
      },
      {
        fleet,
        image: { ...DEAD, defects: [{ ...DEAD.defects[0]!, breaks: ['backend'] }] },
        world: fc.constantFrom<Rollout['world']>(CALM, { ...CALM, probe: 'blind' }),
        numRuns: 10,
      },
    )
  })

  it('what does not fit is told as by the command line', () => {
    const message = failure(() => assertRollout(() => true, { fleet: { sku: { capacty: 3 } }, numRuns: 1 }))
    expect(message).toMatch(/^A part of the rollout does not fit: [\s\S]*sku\.capacty/)
  })

  it('an async property is refused, since its failure would come too late', () => {
    const message = failure(() => assertRollout((async () => {}) as never, { numRuns: 1 }))
    expect(message).toContain('must not be async')
  })

  it('parts stay within what the service takes', () =>
    fc.assert(
      fc.property(policies(), images(), worlds(), (policy, image, world) => {
        expect(policy.maxBatchInstancePercent).toBeLessThanOrEqual(policy.maxUnhealthyInstancePercent!)
        expect(image.defects.length).toBeLessThanOrEqual(1)
        expect(world.timeline.length).toBeLessThanOrEqual(2)
        const [rollout] = fc.sample(rollouts({ policy, image, world, fleet: fleets({ maxInstances: 3 }) }), 1)
        expect(rollout!.policy).toEqual(policy)
        expect(scenarioOf(rollout!).findings.filter(({ severity }) => severity === 'error')).toEqual([])
      }),
      { numRuns: 30 },
    ))
})

it('a good image in a calm world completes', () =>
  assertRollout(({ rollouts: [one] }) => one!.status === 'Completed', {
    image: GOOD,
    world: CALM,
    policy: POLICY,
    numRuns: 40,
  }))
