import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { playReference, type ReferenceOutcome, type ReferenceWorld } from '../../reference/rolling-upgrade.ts'
import { batchesOf, changeImage, counters, entries, first, play } from '../play.ts'

/** What is drawn; places come from the engine's own placement and are handed to the reference. */
const drawnWorlds = fc
  .record({
    count: fc.integer({ min: 1, max: 14 }),
    zoned: fc.boolean(),
    uniform: fc.boolean(),
    faultDomains: fc.constantFrom(1, 2, 3),
    batchPercent: fc.integer({ min: 5, max: 100 }),
    unhealthyPercent: fc.integer({ min: 5, max: 100 }),
    upgradedPercent: fc.integer({ min: 0, max: 100 }),
    pauseS: fc.constantFrom(0, 0, 30, 90, 600),
    prioritize: fc.boolean(),
    crossZone: fc.boolean(),
    swapS: fc.integer({ min: 0, max: 150 }),
    bootS: fc.integer({ min: 1, max: 100 }),
    extensionS: fc.integer({ min: 0, max: 90 }),
    startupS: fc.integer({ min: 0, max: 60 }),
    warmupS: fc.integer({ min: 0, max: 200 }),
    rich: fc.boolean(),
    intervalS: fc.integer({ min: 5, max: 30 }),
    probes: fc.integer({ min: 1, max: 6 }),
    graceS: fc.integer({ min: 5, max: 600 }),
    healthWaitS: fc.constantFrom(300, 300, 60, 137),
    stepS: fc.constantFrom(60, 60, 0, 7),
    shrink: fc.boolean(),
    walk: fc.constantFrom('scan' as const, 'window' as const),
    denominator: fc.constantFrom('upgraded' as const, 'upgraded' as const, 'total' as const),
    extendsWait: fc.boolean(),
    completes: fc.boolean(),
    cancelAtS: fc.option(fc.integer({ min: 601, max: 5000 }), { nil: undefined, freq: 3 }),
    kinds: fc.array(
      fc.record({
        sick: fc.nat(6),
        cured: fc.boolean(),
        bad: fc.nat(6),
        onsetS: fc.nat(500),
        guarded: fc.nat(9),
        phase: fc.option(fc.nat(2), { nil: null, freq: 2 }),
        skip: fc.nat(9),
      }),
      { minLength: 14, maxLength: 14 },
    ),
    metrics: fc.boolean(),
  })
  .map((drawn) => ({ ...drawn, batchPercent: Math.min(drawn.batchPercent, drawn.unhealthyPercent) }))

type Drawn = typeof drawnWorlds extends fc.Arbitrary<infer T> ? T : never

const START_S = 600
const HORIZON_S = 6 * 3600
const seconds = (count: number) => `PT${count}S`

function playEngine(drawn: Drawn) {
  const kinds = drawn.kinds.slice(0, drawn.count)
  const named = (wanted: (kind: (typeof kinds)[number]) => boolean) =>
    kinds.flatMap((kind, index) => (wanted(kind) ? [`vmss/${index}`] : []))
  const sick = named((kind) => kind.sick === 0)
  const uncured = named((kind) => kind.sick === 0 && !kind.cured)
  const guarded = named((kind) => kind.guarded === 0)
  const defect = (name: string, instances: string[], onsetS = 0) => ({
    name,
    breaks: ['db'],
    share: 100,
    onset: seconds(onsetS),
    instances,
  })
  const bad = kinds.flatMap((kind, index) =>
    kind.bad === 0 ? [defect(`bad ${index}`, [`vmss/${index}`], kind.onsetS)] : [],
  )
  const metrics = drawn.rich && drawn.metrics
  return play({
    capacity: drawn.count,
    ...(drawn.zoned ? { zones: ['1', '2', '3'] } : {}),
    uniform: drawn.uniform,
    set: drawn.zoned ? {} : { platformFaultDomainCount: drawn.faultDomains },
    version: drawn.rich ? '2.0' : '1.0',
    policy: {
      maxBatchInstancePercent: drawn.batchPercent,
      maxUnhealthyInstancePercent: drawn.unhealthyPercent,
      maxUnhealthyUpgradedInstancePercent: drawn.upgradedPercent,
      pauseTimeBetweenBatches: seconds(drawn.pauseS),
      prioritizeUnhealthyInstances: drawn.prioritize,
      ...(drawn.zoned ? { enableCrossZoneUpgrade: drawn.crossZone } : {}),
    },
    probe: {
      intervalInSeconds: drawn.intervalS,
      numberOfProbes: drawn.probes,
      ...(drawn.rich ? { gracePeriod: drawn.graceS } : {}),
    },
    oldImage: { boot: seconds(drawn.bootS), ...(sick.length > 0 ? { defects: [defect('sick', sick)] } : {}) },
    newImage: {
      boot: seconds(drawn.bootS),
      ...(uncured.length + bad.length > 0
        ? { defects: [...(uncured.length > 0 ? [defect('still sick', uncured)] : []), ...bad] }
        : {}),
    },
    application: {
      needs: ['db'],
      startup: seconds(drawn.startupS),
      warmup: seconds(drawn.warmupS),
      ...(metrics
        ? {
            customMetrics: kinds.map((kind, index) => ({
              instances: [`vmss/${index}`],
              rollingUpgrade: {
                SkipUpgrade: kind.skip === 0,
                ...(kind.phase === null ? {} : { PhaseOrderingNumber: kind.phase }),
              },
            })),
          }
        : {}),
    },
    timings: { osDiskSwap: seconds(drawn.swapS), extensionInstall: seconds(drawn.extensionS) },
    assumptions: {
      healthWait: seconds(drawn.healthWaitS),
      upgradeStep: seconds(drawn.stepS),
      shrinkBatchByUnhealthy: drawn.shrink,
      shrinkWalk: drawn.walk,
      upgradedDenominator: drawn.denominator,
      initializingExtendsWait: drawn.extendsWait,
      completedWithFailures: drawn.completes,
    },
    duration: seconds(HORIZON_S),
    timeline: [
      ...(guarded.length > 0
        ? [{ at: 'PT1S', protectInstance: { instances: guarded, protectFromScaleSetActions: true } }]
        : []),
      changeImage(seconds(START_S)),
      ...(drawn.cancelAtS === undefined ? [] : [{ at: seconds(drawn.cancelAtS), cancelRollingUpgrade: {} }]),
    ],
  })
}

function referenceWorld(drawn: Drawn, run: ReturnType<typeof play>): ReferenceWorld {
  const zones = ['1', '2', '3']
  const metrics = drawn.rich && drawn.metrics
  const shown = !drawn.zoned && drawn.faultDomains > 1
  return {
    instances: run.instances.map((instance, index) => {
      const kind = drawn.kinds[index]!
      return {
        zone: instance.zone === null ? 0 : zones.indexOf(instance.zone),
        updateDomain: instance.updateDomain ?? -1,
        faultDomain: shown ? instance.faultDomain : 0,
        unhealthyAtStart: kind.sick === 0,
        curedByUpgrade: kind.cured,
        protectedFromSetActions: kind.guarded === 0,
        phase: metrics ? kind.phase : null,
        skipUpgrade: metrics && kind.skip === 0,
        badAfterUpgrade: kind.bad === 0,
        badOnsetS: kind.onsetS,
      }
    }),
    uniform: drawn.uniform,
    policy: {
      maxBatchInstancePercent: drawn.batchPercent,
      maxUnhealthyInstancePercent: drawn.unhealthyPercent,
      maxUnhealthyUpgradedInstancePercent: drawn.upgradedPercent,
      pauseS: drawn.pauseS,
      prioritizeUnhealthyInstances: drawn.prioritize,
      enableCrossZoneUpgrade: drawn.zoned && drawn.crossZone,
    },
    timings: {
      osDiskSwapS: drawn.swapS,
      bootS: drawn.bootS,
      extensionInstallS: drawn.extensionS,
      startupS: drawn.startupS,
      warmupS: drawn.warmupS,
    },
    probe: { rich: drawn.rich, intervalS: drawn.intervalS, numberOfProbes: drawn.probes, graceS: drawn.graceS },
    assumptions: {
      healthWaitS: drawn.healthWaitS,
      upgradeStepS: drawn.stepS,
      shrinkBatchByUnhealthy: drawn.shrink,
      shrinkWalk: drawn.walk,
      upgradedDenominator: drawn.denominator,
      initializingExtendsWait: drawn.extendsWait,
      completedWithFailures: drawn.completes,
      ...(drawn.cancelAtS === undefined ? {} : { cancelAtS: drawn.cancelAtS }),
    },
    startS: START_S,
    horizonS: HORIZON_S,
    probePhaseS: 0,
  }
}

describe('the engine against the one-second reference of a rolling upgrade', () => {
  it('equal batches, equal outcome, equal health flips', () =>
    fc.assert(
      fc.property(drawnWorlds, (drawn) => {
        const run = playEngine(drawn)
        const reference: ReferenceOutcome = playReference(referenceWorld(drawn, run))
        const rollout = first(run)
        const numbers = batchesOf(run)
        expect({
          status: rollout.status,
          errorCode: rollout.errorCode,
          batches: rollout.batches.map((batch, index) => ({
            startS: batch.startedAtMs / 1000,
            endS: batch.endedAtMs === null ? null : batch.endedAtMs / 1000,
            instances: [...numbers[index]!].sort((a, b) => a - b),
          })),
          counters: counters(rollout),
        }).toEqual({
          status: reference.status,
          errorCode: reference.errorCode,
          batches: reference.batches.map((batch) => ({
            ...batch,
            instances: [...batch.instances].sort((a, b) => a - b),
          })),
          counters: [reference.successful, reference.failed, reference.inProgress, reference.pending],
        })
        const flips = entries(run, 'health.changed').map((entry) => ({
          atS: entry.atMs / 1000,
          instance: Number(entry.subject.split('/')[1]),
          state: entry.numbers['to'] === 'None' ? 'none' : String(entry.numbers['to']),
        }))
        expect(settled(flips)).toEqual(settled(reference.healthChanges))
      }),
      { numRuns: 400 },
    ))
})

interface Flip {
  readonly atS: number
  readonly instance: number
  readonly state: string
}

/** Per instance in order of time; of several changes within one second the last one, if it changes anything. */
function settled(flips: readonly Flip[]): Record<number, [number, string][]> {
  const byInstance: Record<number, [number, string][]> = {}
  for (const { atS, instance, state } of flips) {
    const list = byInstance[instance] ?? []
    byInstance[instance] = list
    if (list.at(-1)?.[0] === atS) list.pop()
    if (list.at(-1)?.[1] !== state) list.push([atS, state])
  }
  return byInstance
}
