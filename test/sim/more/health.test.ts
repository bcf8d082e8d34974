import { describe, expect, it } from 'vitest'
import { balanced, breakAt, changeImage, entries, first, MINUTE, play } from '../play.ts'

const flips = (run: ReturnType<typeof play>) =>
  entries(run, 'health.changed').map(({ atMs, rule, numbers }) => ({
    atMs,
    rule,
    from: numbers['from'],
    to: numbers['to'],
  }))

describe('health changes name their rule', () => {
  it('HE-23 silence, HE-12 the way into and out of Initializing', () => {
    const run = play({ timeline: [{ at: 'PT5M', restart: { instance: 'vmss/0' } }], application: { startup: 'PT10S' } })
    expect(flips(run).map(({ rule, from, to }) => [rule, from, to])).toEqual([
      ['HE-23', 'Healthy', 'None'],
      ['HE-12', 'None', 'Initializing'],
      ['HE-12', 'Initializing', 'Healthy'],
    ])
  })

  it('HE-14 a rich probe, HE-8 a binary one, HE-4 a load balancer', () => {
    const timeline = [breakAt('PT5M', [0])]
    const rule = (run: ReturnType<typeof play>) => flips(run).map((flip) => flip.rule)
    expect(rule(play({ timeline }))).toEqual(['HE-14'])
    expect(rule(play({ timeline, version: '1.0' }))).toEqual(['HE-8'])
    expect(rule(play({ ...balanced(), timeline }))).toEqual(['HE-4'])
  })
})

describe('when a health source sees what', () => {
  it('HE-5 every instance of time 0 is probed at a moment of its own', () => {
    const run = play({ timeline: [breakAt('PT1H', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9])] })
    const times = flips(run).map((flip) => flip.atMs)
    expect(times).toHaveLength(10)
    expect(new Set(times).size).toBeGreaterThan(5)
    for (const time of times) expect(time - 60 * MINUTE).toBeLessThanOrEqual(5000)
  })

  it('HE-17 a check that fails slowly is seen as late as the probe comes back, or times out', () => {
    const failing = (failDelay?: string) => {
      const endpoint = { checks: ['db'], answers: 'rich', ...(failDelay ? { failDelay } : {}) }
      const timeline = [{ at: 'PT1H', failDependency: { dependency: 'db' } }]
      const run = play({
        capacity: 1,
        application: { needs: ['db'], endpoints: { '/health': endpoint } },
        probe: { intervalInSeconds: 60 },
        timeline,
      })
      return flips(run)[0]!
    }
    const at = failing().atMs
    expect(failing('PT10S')).toMatchObject({ atMs: at + 10_000, to: 'Unhealthy' })
    // Half a minute is the longest a probe waits; then it has no answer at all.
    expect(failing('PT30S')).toMatchObject({ atMs: at + 30_000, to: 'Unknown' })
    expect(failing('PT50S')).toMatchObject({ atMs: at + 30_000, to: 'Unknown' })
  })

  it('HE-17 a refused connection is seen at once, however slowly the check would fail', () => {
    const down = (failDelay: string) => {
      const run = play({
        capacity: 1,
        application: { needs: ['db'], endpoints: { '/health': { checks: ['db'], answers: 'rich', failDelay } } },
        timeline: [{ at: 'PT1H', failDependency: { dependency: 'db' } }, breakAt('PT1H', [0])],
      })
      return flips(run)[0]!.atMs
    }
    expect(down('PT20S')).toBe(down('PT0S'))
  })

  it('HE-4 an instance that is deleted is probed no longer', () => {
    const run = play({ ...balanced(), timeline: [{ at: 'PT5M', deleteInstance: { instance: 'vmss/0' } }] })
    expect(flips(run).map(({ atMs, to }) => [atMs, to])).toEqual([[5 * MINUTE, 'None']])
  })

  it('HE-4 the load balancer asks a new instance as soon as it is powered on', () => {
    const run = play({
      ...balanced(),
      oldImage: { boot: 'PT10M' },
      timeline: [{ at: 'PT5M', scaleTo: { capacity: 11 } }],
    })
    const seen = flips(run)
    // On at 6:00, refused until the guest is up ten minutes later.
    expect(seen[0]!.to).toBe('Unhealthy')
    expect(seen[0]!.atMs).toBeLessThan(7 * MINUTE)
    expect(seen.at(-1)!.to).toBe('Healthy')
  })

  it('HE-23 when a hang is over the extension speaks up again', () => {
    const run = play({ timeline: [{ at: 'PT5M', hangInstance: { instance: 'vmss/0', for: 'PT10M' } }] })
    expect(flips(run).at(-1)).toMatchObject({ atMs: 15 * MINUTE, to: 'Healthy' })
  })

  it("HE-5 a change that is none of the health extension's business does not restart it", () => {
    const run = play({
      timeline: [
        {
          at: 'PT10M',
          updateModel: {
            set: {
              'virtualMachineProfile.storageProfile.dataDisks': [{ lun: 0, createOption: 'Empty', diskSizeGB: 32 }],
            },
          },
        },
      ],
    })
    expect(first(run)).toMatchObject({ status: 'Completed', successful: 10 })
    expect(flips(run)).toEqual([])
  })
})

describe('what an upgrade makes of health', () => {
  const firstCheck = (run: ReturnType<typeof play>) => entries(run, 'rollout.check')[0]!.numbers

  it('TH-16 without a health source a hung instance is unhealthy', () => {
    const fabric = {
      extensionProfile: {
        extensions: [
          {
            name: 'sf',
            publisher: 'Microsoft.Azure.ServiceFabric',
            type: 'ServiceFabricLinuxNode',
            typeHandlerVersion: '1.1',
            settings: { durabilityLevel: 'Silver' },
          },
        ],
      },
    }
    const hang = { at: 'PT5M', hangInstance: { instances: ['vmss/0', 'vmss/1'] } }
    const run = play({ profile: fabric, probe: null, timeline: [hang, changeImage()] })
    expect(firstCheck(run)).toMatchObject({ count: 2, total: 10 })
  })

  it('HE-20 an instance that is still starting is no verdict yet, though its load balancer calls it Unhealthy', () => {
    const timeline = [{ at: 'PT5M', scaleTo: { capacity: 14 } }, changeImage()]
    const world = { ...balanced(), oldImage: { boot: 'PT30M' }, timeline }
    expect(firstCheck(play(world))).toMatchObject({ count: 0, total: 14 })
    expect(firstCheck(play({ ...world, assumptions: { startingCountsAsUnhealthy: true } }))).toMatchObject({ count: 4 })
  })

  it('HE-20 an instance that is still being set up but Healthy to its load balancer is healthy', () => {
    const slow = { name: 'agent', publisher: 'P', type: 'T', typeHandlerVersion: '1.0', settings: {} }
    const run = play({
      ...balanced(),
      profile: { ...balanced().profile, extensionProfile: { extensions: [slow] } },
      timings: { extensionInstall: 'PT30M' },
      timeline: [{ at: 'PT5M', scaleTo: { capacity: 14 } }, changeImage()],
      assumptions: { startingCountsAsUnhealthy: true },
    })
    expect(firstCheck(run)).toMatchObject({ count: 0, total: 14 })
  })

  it('HE-20 unknownInUpgrade wait: Unknown is no verdict either', () => {
    const world = { application: { endpoints: { '/health': { answers: 'plain' } } } }
    expect(firstCheck(play(world))).toMatchObject({ count: 10 })
    expect(firstCheck(play({ ...world, assumptions: { unknownInUpgrade: 'wait' } }))).toMatchObject({ count: 0 })
  })

  it('BT-16 with excluded ones left out, stopped and protected ones leave the total; neither counts as ill when stopped', () => {
    const timeline = [
      { at: 'PT1M', protectInstance: { instance: 'vmss/8', protectFromScaleSetActions: true } },
      { at: 'PT1M', deallocate: { instance: 'vmss/9' } },
      changeImage(),
    ]
    expect(firstCheck(play({ timeline }))).toMatchObject({ count: 0, total: 10 })
    expect(firstCheck(play({ timeline, assumptions: { denominatorIncludesExcluded: false } }))).toMatchObject({
      count: 0,
      total: 8,
    })
  })

  it('TH-5 a flip in the very millisecond of the border is seen', () => {
    // The second batch is done at 13:50 and ends at 14:00; instance 0 is probed every five seconds from 11:50 on.
    const run = play({
      timings: { osDiskSwap: 'PT50S' },
      timeline: [changeImage(), breakAt('PT13M58S', [0])],
    })
    expect(flips(run).find((flip) => flip.from === 'Healthy' && flip.atMs > 13 * MINUTE)!.atMs).toBe(14 * MINUTE)
    expect(first(run)).toMatchObject({ status: 'Faulted', endedAtMs: 14 * MINUTE })
  })
})

describe('custom metrics, where they can be heard', () => {
  const skip = (of: Record<string, unknown>) => ({
    endpoints: { '/health': { answers: 'rich' } },
    customMetrics: [{ ...of, rollingUpgrade: { SkipUpgrade: true } }],
  })

  it('CM-1 https carries them as well as http', () => {
    const run = play({ application: skip({ instances: ['vmss/0'] }), probe: { protocol: 'https', port: 443 } })
    expect(first(run).successful).toBe(9)
  })

  it('CM-2 they may be those of a zone', () => {
    const run = play({ capacity: 9, zones: ['1', '2', '3'], application: skip({ zones: ['2'] }) })
    expect(first(run).batches.flatMap((batch) => batch.zones)).not.toContain('2')
    expect(first(run).successful).toBe(6)
  })

  it('CM-3 metrics without a phase number put an instance into the last phase', () => {
    const run = play({
      application: {
        endpoints: { '/health': { answers: 'rich' } },
        customMetrics: [
          { instances: ['vmss/0'], rollingUpgrade: { SkipUpgrade: false } },
          { instances: ['vmss/9'], rollingUpgrade: { PhaseOrderingNumber: 5 } },
        ],
      },
    })
    expect(first(run).batches[0]!.instances).toEqual([9])
  })

  it('CM-6 a hung instance says nothing, even where any health would do', () => {
    const world = { application: skip({ instances: ['vmss/0'] }), assumptions: { metricsRequireHealthy: false } }
    const hang = { at: 'PT5M', hangInstance: { instance: 'vmss/0' } }
    expect(first(play({ ...world, timeline: [hang, changeImage()] })).batches[0]!.instances).toContain(0)
    expect(first(play(world)).batches[0]!.instances).not.toContain(0)
  })

  it('CM-8 metrics that cannot be read are told once, not once per instance', () => {
    const application = { endpoints: { '/health': { answers: 'rich' } }, customMetrics: [{ text: '{' }] }
    expect(play({ application }).findings.filter((one) => one.code === 'InvalidCustomMetrics')).toHaveLength(1)
  })
})
