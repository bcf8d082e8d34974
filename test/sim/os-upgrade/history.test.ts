import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { resultDocument } from '../../../src/report/json.ts'
import { osUpgradeHistory } from '../../../src/sim/automatic-os-upgrade/history.ts'
import { badOn, HOUR, MINUTE, NEW, play, publish, update } from './world.ts'

/** The example of the service's own specification; kept beside the repository, not in it. */
const SPEC = fileURLToPath(new URL('../../../../shared/corpus/spec-example-os-upgrade-history.json', import.meta.url))
const present = existsSync(SPEC)
if (!present) console.warn(`skipped: ${SPEC} is not there`)

const DAY = 24 * HOUR
const versions = ['2.0.0', '3.0.0', '4.0.0', '5.0.0', '6.0.0', '7.0.0']

describe('the history of OS upgrades', () => {
  const halted = play({ newImage: badOn(0), timeline: [publish(), { at: 'PT3H', startOSUpgrade: {} }] })
  const history = osUpgradeHistory(halted.rollouts, 'vmss', 6 * HOUR)

  it('AO-22 an attempt with its status, progress, error, who started it, where to, and what was rolled back', () => {
    expect(history[1]).toEqual({
      runningStatus: { code: 'Faulted', startTimeMs: HOUR, endTimeMs: expect.any(Number) },
      progress: {
        successfulInstanceCount: 1,
        failedInstanceCount: 1,
        inProgressInstanceCount: 0,
        pendingInstanceCount: 8,
      },
      error: {
        code: 'MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade',
        message: expect.stringContaining('1 of 2'),
      },
      startedBy: 'Platform',
      targetImageReference: { id: NEW, exactVersion: '2.0.0' },
      rollbackInfo: { successfullyRolledbackInstanceCount: 1, failedRolledbackInstanceCount: 0 },
    })
    expect(history[0]).toMatchObject({ startedBy: 'User', rollbackInfo: { successfullyRolledbackInstanceCount: 0 } })
  })

  it('AO-22 a run tells it of every set that had an OS upgrade, and of no other', () => {
    expect(halted.osUpgradeHistory).toEqual({ vmss: history })
    expect(play({ timeline: [] }).osUpgradeHistory).toEqual({})
  })

  it('AO-22 the result document prints it as the service does', () => {
    const [entry] = resultDocument([{ result: halted }], { name: 'vmss-twin', version: '0' }).results
    expect(entry!.osUpgradeHistory['vmss']![1]).toMatchObject({
      runningStatus: { code: 'Faulted', startTime: 'PT1H', endTime: expect.stringMatching(/^PT1H/) },
      startedBy: 'Platform',
      rollbackInfo: { successfullyRolledbackInstanceCount: 1, failedRolledbackInstanceCount: 0 },
    })
  })

  it('AO-22 RollingForward without an end, and without an error, while it runs', () => {
    const running = osUpgradeHistory(play({ duration: 'PT63M' }).rollouts, 'vmss', HOUR + 3 * MINUTE)
    expect(running).toMatchObject([
      {
        runningStatus: { code: 'RollingForward', endTimeMs: null },
        error: null,
        progress: { pendingInstanceCount: 6 },
      },
    ])
  })

  it('AO-22 a platform image is named by publisher, offer and sku', () => {
    const image = { publisher: 'P', offer: 'O', sku: 'S', version: 'latest' }
    const newer = { at: 'PT10M', publishImageVersion: { image: 'P:O:S', version: '2.0.0' } }
    const [entry] = osUpgradeHistory(play({ image, timeline: [newer] }).rollouts, 'vmss', 6 * HOUR)
    expect(entry!.targetImageReference).toEqual({ ...image, exactVersion: '2.0.0' })
  })

  it('AO-22 the last five, newest first', () => {
    const timeline = versions.map((version, index) => publish(`PT${10 + 2 * index}H`, version))
    const run = play({ timeline, duration: 'P2D' })
    expect(run.rollouts).toHaveLength(6)
    const shown = osUpgradeHistory(run.rollouts, 'vmss', 2 * DAY)
    expect(shown.map(({ targetImageReference }) => targetImageReference.exactVersion)).toEqual([
      '7.0.0',
      '6.0.0',
      '5.0.0',
      '4.0.0',
      '3.0.0',
    ])
  })

  it('AO-22 of two months, of this set, and nothing but OS upgrades', () => {
    const run = play({ timeline: [publish(), update('PT3H', { 'sku.name': 'Standard_D4as_v5' })] })
    expect(run.rollouts.map(({ trigger }) => trigger)).toEqual(['AutomaticOSUpgrade', 'ModelChange'])
    const at = (nowMs: number, scaleSet = 'vmss') => osUpgradeHistory(run.rollouts, scaleSet, nowMs)
    expect(at(6 * HOUR)).toHaveLength(1)
    expect(at(60 * DAY)).toHaveLength(1)
    expect(at(62 * DAY)).toEqual([])
    expect(at(30 * MINUTE)).toEqual([])
    expect(at(6 * HOUR, 'other')).toEqual([])
  })

  it.skipIf(!present)('AO-22 names of fields and values are those of the specification', () => {
    type Plain = Record<string, unknown>
    const body = (JSON.parse(readFileSync(SPEC, 'utf8')) as { responses: { 200: { body: { value: Plain[] } } } })
      .responses[200].body
    const { properties } = body.value[0] as { properties: Plain }
    // Times are ms of the run here, and dates there.
    const azureName = (name: string) => name.replace(/Ms$/, '')
    for (const [name, value] of Object.entries(history[1]!)) {
      expect(Object.keys(properties)).toContain(name)
      if (typeof value !== 'object' || value === null) continue
      expect(Object.keys(properties[name] as Plain)).toEqual(expect.arrayContaining(Object.keys(value).map(azureName)))
    }
    expect(Object.keys(properties).sort()).toEqual(Object.keys(history[1]!).sort())
  })
})
