import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadScenarios } from '../../../src/model/scenario/load.ts'
import type { Scenario } from '../../../src/model/scenario.ts'
import { isAzureError } from '../../../src/report/show/azure-error.ts'
import { checkRequest } from '../../../src/report/show/request.ts'
import type { RollingUpgradeStatus } from '../../../src/report/show/rolling-upgrade.ts'
import { film, showSnapshot, snapshots, VIEW_NAMES, VIEWS } from '../../../src/report/show/show.ts'
import { simulate } from '../../../src/sim/simulate.ts'
import { MINUTE } from '../../sim/play.ts'
import { difference, type Reasons, type Shape, shapeOf, strangeWords } from './shape.ts'

const recorded = JSON.parse(readFileSync('test/report/show/recorded-shapes.json', 'utf8')) as Readonly<
  Record<string, Shape>
>
const RECORDING = recorded['cli-recording-rolling-upgrade-latest']!
const SPECIFICATION = recorded['spec-example-rolling-upgrade-latest']!

const load = (file: string): Scenario =>
  loadScenarios(readFileSync(file, 'utf8'), file, {
    readFile: (path) => (existsSync(path) ? readFileSync(path, 'utf8') : undefined),
  })[0]!

/** What is wrong with a status: all that was recorded must be there, and nothing that the specification does not know. */
function faultsOf(document: object): string[] {
  const shape = shapeOf(document)
  const optional: Reasons = Object.fromEntries(Object.keys(SPECIFICATION).map((path) => [path, 'in the specification']))
  const { missing, extra, otherKind } = difference(shape, RECORDING, {}, optional)
  return [
    ...missing.map((path) => `missing ${path}`),
    ...extra.map((path) => `extra ${path}`),
    ...otherKind.map((path) => `another kind ${path}`),
    ...difference(shape, SPECIFICATION, { '*': '' }, {}).otherKind.map((path) => `another kind ${path}`),
    ...strangeWords(document),
  ]
}

const isStatus = (document: object): document is RollingUpgradeStatus => !isAzureError(document)

type Part = Record<string, Record<string, unknown>>

describe('the validator goes red', () => {
  const status = (): Record<string, Part> => ({
    properties: {
      policy: {
        maxBatchInstancePercent: 20,
        maxUnhealthyInstancePercent: 20,
        maxUnhealthyUpgradedInstancePercent: 20,
        pauseTimeBetweenBatches: 'PT0S',
      },
      runningStatus: {
        lastAction: 'Start',
        lastActionTime: '2020-07-09T07:26:20.292118+00:00',
        code: 'Completed',
        startTime: '2020-07-09T07:26:20.3545817+00:00',
      },
      progress: {
        successfulInstanceCount: 2,
        failedInstanceCount: 0,
        inProgressInstanceCount: 0,
        pendingInstanceCount: 0,
      },
    },
  })
  const whole = (change: (of: Part) => void): object => {
    const document = status()
    change(document['properties']!)
    return { type: 'Microsoft.Compute/virtualMachineScaleSets/rollingUpgrades', location: 'westus', ...document }
  }

  it('and stays green for what was recorded', () => expect(faultsOf(whole(() => {}))).toEqual([]))

  it.each([
    [
      'a key less',
      (p: Part) => delete p['progress']!['pendingInstanceCount'],
      'missing properties.progress.pendingInstanceCount',
    ],
    [
      'a key more',
      (p) => Object.assign(p['runningStatus']!, { endTime: '2026-01-05T00:00:00+00:00' }),
      'extra properties.runningStatus.endTime',
    ],
    [
      'another kind',
      (p) => Object.assign(p['policy']!, { maxBatchInstancePercent: '20' }),
      'another kind properties.policy.maxBatchInstancePercent',
    ],
    [
      'another spelling',
      (p) => Object.assign(p['runningStatus']!, { code: 'Canceled' }),
      'properties.runningStatus.code: Canceled',
    ],
    [
      'no moment',
      (p) => Object.assign(p['runningStatus']!, { startTime: 'PT25M' }),
      'another kind properties.runningStatus.startTime',
    ],
  ] as [string, (p: Part) => void, string][])('%s', (_what, change, fault) => {
    expect(faultsOf(whole(change))).toContain(fault)
  })
})

const CONFORMANCE = readdirSync('scenarios/conformance').map((name) => `scenarios/conformance/${name}`)
const PLAYED = [
  'scenarios/bad-image.yaml',
  'scenarios/good-rollout.yaml',
  'scenarios/payments-before.yaml',
  'scenarios/payments-after.yaml',
  'scenarios/lab/7-whole-lab.yaml',
  'scenarios/living/surge-falls-back.yaml',
  'scenarios/living/zone-outage-mid-upgrade.yaml',
  ...CONFORMANCE,
]

describe('show rolling-upgrade at every minute', () => {
  it.each(PLAYED)('of %s fits the recorded shapes and agrees with the result', (file) => {
    const scenario = load(file)
    const { rollouts } = simulate(scenario)
    for (const { model } of scenario.scaleSets) {
      const mine = rollouts.filter(({ scaleSet, mode }) => scaleSet === model.name && mode === 'Rolling')
      const options = { seed: scenario.seed, fromMs: 0, everyMs: MINUTE, untilMs: scenario.durationMs }
      const kinds = new Set<string>()
      let last: object = {}
      for (const { atMs, document } of film(scenario, options, { view: 'rolling-upgrade', scaleSet: model.name })) {
        const begun = mine.filter(({ startedAtMs }) => startedAtMs <= atMs)
        expect(isStatus(document), `${atMs}`).toBe(begun.length > 0)
        last = document
        if (!isStatus(document)) continue
        expect(faultsOf(document), `${atMs}`).toEqual([])
        const { runningStatus, progress, error } = document.properties
        kinds.add(runningStatus.code)
        const { startedAtMs, endedAtMs, successful, failed, inProgress, pending, status, errorCode } = begun.at(-1)!
        expect(runningStatus.startTime, `${atMs}`).toBe(clockOf(startedAtMs))
        if (endedAtMs === null || endedAtMs > atMs) {
          expect(runningStatus.code, `${atMs}`).toBe('RollingForward')
          expect(error).toBeUndefined()
          continue
        }
        expect(runningStatus.code, `${atMs}`).toBe(status)
        expect(error?.code ?? null).toBe(errorCode)
        expect(progress).toEqual({
          successfulInstanceCount: successful,
          failedInstanceCount: failed,
          inProgressInstanceCount: inProgress,
          pendingInstanceCount: pending,
        })
      }
      if (mine.length > 0) expect(kinds.has(mine.at(-1)!.status)).toBe(true)
      else expect(last).toEqual({ error: { code: 'NotFound', message: expect.any(String) } })
    }
  })
})

/** The clock of Azure by another way than the views': counted from Unix time of 2026-01-05. */
const clockOf = (atMs: number): string =>
  new Date(Date.UTC(2026, 0, 5) + atMs)
    .toISOString()
    .replace(/\.?0*Z$/, (end) => (end.startsWith('.') ? '' : end.slice(0, -1)))
    .concat('+00:00')

describe('every view', () => {
  const FILES = [
    'scenarios/payments-after.yaml',
    'scenarios/living/host-maintenance.yaml',
    'scenarios/living/spot-storm.yaml',
    'scenarios/lab/6-repair.yaml',
    'scenarios/living/flapping-example.yaml',
  ]

  it.each(FILES)('of %s speaks in the words of Azure at every ten minutes, and can be a table', (file) => {
    const scenario = load(file)
    const untilMs = Math.min(scenario.durationMs, 12 * 60 * MINUTE)
    for (const run of snapshots(scenario, { seed: scenario.seed, fromMs: 0, everyMs: 10 * MINUTE, untilMs }))
      for (const view of VIEW_NAMES) {
        if (VIEWS[view].of === 'image' && scenario.galleries.length === 0) continue
        for (const { name } of run.scaleSets) {
          const request = checkRequest(scenario, VIEWS[view].of === 'image' ? { view } : { view, scaleSet: name })
          const { document, isError } = showSnapshot(run, request)
          expect(strangeWords(document), `${view} at ${run.atMs}`).toEqual([])
          // JSON loses nothing: no undefined, no NaN.
          expect(JSON.parse(JSON.stringify(document)), `${view} at ${run.atMs}`).toStrictEqual(document)
          if (!isError) expect(() => VIEWS[view].rows(document)).not.toThrow()
        }
      }
  })
})

describe('values agree with the result of the run', () => {
  const scenario = load('scenarios/payments-after.yaml')
  const result = simulate(scenario)
  const [end] = [
    ...snapshots(scenario, {
      seed: scenario.seed,
      fromMs: scenario.durationMs,
      everyMs: 1,
      untilMs: scenario.durationMs,
    }),
  ]
  const shown = (view: string, scaleSet?: string): unknown =>
    showSnapshot(end!, checkRequest(scenario, { view, ...(scaleSet === undefined ? {} : { scaleSet }) })).document

  it('os-upgrade-history holds the history of the result, with the clock of Azure', () => {
    for (const [scaleSet, history] of Object.entries(result.osUpgradeHistory)) {
      const { value } = shown('os-upgrade-history', scaleSet) as { value: { properties: object }[] }
      expect(value.map(({ properties }) => properties)).toMatchObject(
        history.map(({ runningStatus, progress, startedBy, rollbackInfo, error }) => ({
          runningStatus: {
            code: runningStatus.code,
            startTime: clockOf(runningStatus.startTimeMs),
            endTime: clockOf(runningStatus.endTimeMs!),
          },
          progress,
          startedBy,
          rollbackInfo,
          // Its message is the service's own where that was recorded; the result has the numbers of the twin.
          ...(error === null ? {} : { error: { code: error.code } }),
        })),
      )
    }
    expect(Object.keys(result.osUpgradeHistory)).toHaveLength(2)
  })

  it('image-version is the newest one, as the result has it', () => {
    const newest = result.imageVersions.at(-1)!
    expect(newest.id).toBe('galProd/ubuntu-app/1.7.1')
    expect(shown('image-version')).toMatchObject({
      name: '1.7.1',
      properties: {
        replicationStatus: {
          aggregatedState: newest.replicationStatus.aggregatedState,
          summary: newest.replicationStatus.summary.map(({ state }) => ({ state })),
        },
      },
    })
  })

  it('instances are those that exist at the end', () => {
    for (const { model } of scenario.scaleSets) {
      const { value } = shown('instances', model.name) as { value: { name: string; zones: string[] }[] }
      const alive = result.instances.filter((one) => one.scaleSet === model.name && one.deletedAtMs === null)
      expect(value.map(({ name, zones }) => [name, zones])).toEqual(alive.map(({ name, zone }) => [name, [zone]]))
    }
  })

  it('autoscale-history holds every event of the result, newest first', () => {
    const flapping = load('scenarios/living/flapping-example.yaml')
    const { autoscaleHistory } = simulate(flapping)
    const [last] = [
      ...snapshots(flapping, {
        seed: flapping.seed,
        fromMs: flapping.durationMs,
        everyMs: 1,
        untilMs: flapping.durationMs,
      }),
    ]
    const { value } = showSnapshot(last!, checkRequest(flapping, { view: 'autoscale-history' })).document as {
      value: { property: object; resultDescription: string }[]
    }
    expect(autoscaleHistory.length).toBeGreaterThan(0)
    expect(value.toReversed()).toMatchObject(
      autoscaleHistory.map(({ resultDescription, currentInstanceCount, newInstanceCount }) => ({
        resultDescription,
        property: { currentInstanceCount, newInstanceCount },
      })),
    )
  })
})
