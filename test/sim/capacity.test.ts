import { describe, expect, it } from 'vitest'
import { balanced, entries, healthExtension, MINUTE, play } from './play.ts'

const scale = (at: string, capacity: number) => ({ at, scaleTo: { capacity } })

describe('overprovisioning', () => {
  const uniform = {
    uniform: true,
    set: { overprovision: true },
    timings: { createControlPlane: { min: 'PT60S', max: 'PT300S' } },
  }

  it('PL-51 extras are created, and the surplus goes as soon as the requested number is up', () => {
    const run = play({ ...uniform, capacity: 3, timeline: [scale('PT10M', 5)] })
    expect(entries(run, 'instance.creating')).toHaveLength(4)
    const deleting = entries(run, 'instance.deleting')
    expect(deleting).toHaveLength(2)
    const up = entries(run, 'instance.provisioned').map((entry) => entry.atMs)
    expect(deleting.every((entry) => entry.atMs === up[1] && entry.rule === 'PL-51')).toBe(true)
    expect(run.instances.filter((instance) => instance.deletedAtMs === null)).toHaveLength(5)
  })

  it('PL-51 survivors are numbered on without a gap, ids have gaps', () => {
    const run = play({ ...uniform, capacity: 3, timeline: [scale('PT10M', 5)], seed: 3 })
    const alive = run.instances.filter((instance) => instance.deletedAtMs === null)
    expect(alive.map((instance) => instance.number).sort()).toEqual([0, 1, 2, 3, 4])
    expect(new Set(run.instances.map((instance) => instance.name)).size).toBe(7)
  })

  it('PL-52 twice as many up to five, a fifth more beyond; the sheet of the twenty percent reads otherwise', () => {
    const created = (by: number, assumptions = {}) =>
      entries(play({ ...uniform, capacity: 1, timeline: [scale('PT10M', 1 + by)], assumptions }), 'instance.creating')
        .length
    expect(created(5)).toBe(10)
    expect(created(10)).toBe(12)
    expect(created(5, { overprovisionExtras: 'twentyPercent' })).toBe(6)
    expect(created(10, { overprovisionFactorPercent: 50 })).toBe(15)
  })

  it('PL-51 a Flexible set, or a Uniform one with overprovision off, creates exactly what is asked for', () => {
    expect(entries(play({ timeline: [scale('PT10M', 13)] }), 'instance.creating')).toHaveLength(3)
    expect(entries(play({ uniform: true, timeline: [scale('PT10M', 13)] }), 'instance.creating')).toHaveLength(3)
  })
})

describe('scaling', () => {
  const zones = ['1', '2', '3']
  const perZone = (run: ReturnType<typeof play>) =>
    zones.map((zone) => run.instances.filter((one) => one.deletedAtMs === null && one.zone === zone).length)

  it('PL-24 PL-25 scale-out fills the emptiest zones, lowest first', () => {
    expect(perZone(play({ zones, capacity: 5, timeline: [] }))).toEqual([2, 2, 1])
    expect(perZone(play({ zones, capacity: 5, timeline: [scale('PT1M', 7)] }))).toEqual([3, 2, 2])
  })

  it('PL-23 under strict balance a scale-out that would leave the zones unbalanced is refused as a whole', () => {
    const lost = { at: 'PT1M', deleteInstance: { instances: ['vmss/0', 'vmss/3'] } }
    const world = { zones, capacity: 6, set: { zoneBalance: true } }
    // 0/2/2: one more gives 1/2/2, which is balanced.
    expect(perZone(play({ ...world, timeline: [lost, scale('PT10M', 5)] }))).toEqual([1, 2, 2])
    // 0/2/2 and three gone from zone 1 of nine: 0/3/3 cannot be mended by one.
    const nine = { zones, capacity: 9, set: { zoneBalance: true } }
    const gone = { at: 'PT1M', deleteInstance: { instances: ['vmss/0', 'vmss/3', 'vmss/6'] } }
    const run = play({ ...nine, timeline: [gone, scale('PT10M', 7)] })
    expect(entries(run, 'scaleSet.scaleRefused')[0]!.rule).toBe('PL-23')
    expect(perZone(run)).toEqual([0, 3, 3])
  })

  it('MS-3 quota stops a scale-out that does not fit', () => {
    const world = { world: { regions: { eastus: { quota: { instances: 12 } } } } }
    expect(entries(play({ ...world, timeline: [scale('PT1M', 12)] }), 'instance.creating')).toHaveLength(2)
    const run = play({ ...world, timeline: [scale('PT1M', 13)] })
    expect(entries(run, 'instance.creating')).toHaveLength(0)
    expect(entries(run, 'scaleSet.scaleRefused')[0]!.rule).toBe('MS-3')
  })

  it('PL-55 names: {set}_{number} on Uniform, {set}_{8 characters} on Flexible, never twice', () => {
    expect(play({ uniform: true, capacity: 3, timeline: [] }).instances.map((one) => one.name)).toEqual([
      'vmss_0',
      'vmss_1',
      'vmss_2',
    ])
    for (const { name } of play({ capacity: 3, timeline: [] }).instances) expect(name).toMatch(/^vmss_[0-9a-z]{8}$/)
  })
})

describe('the life of an instance', () => {
  it('a new one: control plane, boot, extensions, provisioned; start-up and warm-up run beside the extensions', () => {
    const run = play({
      application: { startup: 'PT10S', warmup: 'PT20S' },
      timeline: [scale('PT10M', 11)],
    })
    const of = run.trace
      .filter((entry) => entry.subject === 'vmss/10')
      .map(({ atMs, what }) => [atMs - 10 * MINUTE, what])
    expect(of).toEqual([
      [0, 'instance.creating'],
      [60_000, 'instance.starting'],
      [110_000, 'instance.guestUp'],
      [120_000, 'instance.provisioned'],
      [120_000, 'health.changed'],
      [120_000, 'health.changed'],
      [140_000, 'instance.serving'],
      [140_000, 'health.changed'],
    ])
  })

  it('TM-06 a guest that never comes up fails to provision after forty minutes', () => {
    const run = play({ newImage: { defects: [{ name: 'kernel panic', breaks: ['boot'], share: 100 }] } })
    const failed = entries(run, 'instance.provisioningFailed')[0]!
    expect(failed).toMatchObject({ rule: 'TM-06', numbers: { code: 'OSProvisioningTimedOut' } })
    expect(failed.atMs).toBe((10 + 1 + 40) * MINUTE)
    expect(run.measures.blastRadius.instances).toBe(2)
  })

  it('deallocate, start, delete take their time and show in what is paid for', () => {
    const timeline = [
      { at: 'PT1H', deallocate: { instance: 'vmss/0' } },
      { at: 'PT2H', start: { instance: 'vmss/0' } },
      { at: 'PT3H', deleteInstance: { instance: 'vmss/0' } },
    ]
    const run = play({ capacity: 1, timeline, duration: 'PT4H' })
    // Paid until it is deallocated (40 s after one o'clock), from two o'clock, and until the delete begins.
    expect(run.measures.cost.instanceHours.regular).toBeCloseTo(1 + 40 / 3600 + 1, 6)
    expect(entries(run, 'instance.deleted')[0]!.atMs).toBe(180 * MINUTE + 30_000)
  })

  it('an operation or a fault on an instance that does not exist is told, not passed over', () => {
    const timeline = [
      { at: 'PT1M', breakInstance: { instance: 'vmss/77' } },
      { at: 'PT2M', restart: { instance: 'seven' } },
    ]
    const run = play({ timeline })
    expect(run.findings.map(({ code, evidence }) => `${code} ${evidence[0]}`)).toEqual([
      'RequestRefused NotFound: there is no instance vmss/77 at this moment.',
      'RequestRefused NotFound: there is no instance seven at this moment.',
    ])
  })

  it('RU-16 an operation on an instance that another one works on is refused', () => {
    const timeline = [
      { at: 'PT1M', restart: { instance: 'vmss/0' } },
      { at: 'PT1M10S', reimage: { instance: 'vmss/0' } },
    ]
    expect(entries(play({ timeline }), 'operation.rejected')[0]!.numbers['code']).toBe('OperationNotAllowed')
  })
})

describe('health as the fleet shows it', () => {
  it('HE-22 health appears only on instances that run the model with the extension', () => {
    const timeline = [
      {
        at: 'PT1M',
        updateModel: { set: { 'virtualMachineProfile.extensionProfile': { extensions: [healthExtension()] } } },
      },
      { at: 'PT5M', manualUpgrade: { instances: ['vmss/1'] } },
    ]
    const run = play({ mode: 'Manual', probe: null, timeline })
    expect(new Set(entries(run, 'health.changed').map((entry) => entry.subject))).toEqual(new Set(['vmss/1']))
    expect(entries(run, 'health.changed').at(-1)!.numbers['to']).toBe('Healthy')
  })

  it('HE-23 a hung instance gives no signal under the extension, and is refused under a load balancer probe', () => {
    const hang = { at: 'PT5M', hangInstance: { instance: 'vmss/0', for: 'PT10M' } }
    const silent = play({ timeline: [hang] })
    expect(entries(silent, 'health.changed')[0]!.numbers).toMatchObject({ from: 'Healthy', to: 'None' })
    const asked = play({ ...balanced(), timeline: [hang] })
    expect(entries(asked, 'health.changed').map((entry) => entry.numbers['to'])).toEqual(['Unhealthy', 'Healthy'])
  })
})
