import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEFAULT_ASSUMPTIONS } from '../../../src/model/assumptions.ts'
import { repairPolicy } from '../../../src/model/declare/repair-policy.ts'
import {
  judgeCandidate,
  nextScanMs,
  type RepairCandidate,
  repairLimit,
  repairOrder,
} from '../../../src/sim/instance-repair/decision.ts'
import { MINUTE, scenarioOf } from '../play.ts'
import { type RepairWorld, worldOf } from './world.ts'

const policyOf = (world: RepairWorld) => repairPolicy(scenarioOf(worldOf(world)).scaleSets[0]!.model)
const balance = (enabled: boolean) => ({ resiliencyPolicy: { automaticZoneRebalancingPolicy: { enabled } } })

describe('repairLimit (RE-6, W13)', () => {
  it.each([
    { instances: 1, limit: 1, why: 'RE-18 a set of one is repaired' },
    { instances: 19, limit: 1, why: 'below 20, one at a time' },
    { instances: 20, limit: 1, why: 'exactly one' },
    { instances: 39, limit: 1, why: '1.95 floors' },
    { instances: 40, limit: 2, why: 'exactly two' },
    { instances: 59, limit: 2, why: '2.95 floors' },
    { instances: 1000, limit: 50, why: 'the largest set' },
  ])('$instances instances -> $limit: $why', ({ instances, limit }) => {
    expect(repairLimit(instances, 5)).toBe(limit)
  })

  it('is never zero and never above the share, for any size', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: 100 }), (instances, percent) => {
        const limit = repairLimit(instances, percent)
        expect(limit === 1 || limit * 100 <= instances * percent).toBe(true)
        expect((limit + 1) * 100).toBeGreaterThan(instances * percent)
      }),
    ))
})

describe('repairPolicy', () => {
  it('RE-5 ten minutes and Replace unless it says otherwise, and off unless it says so', () => {
    expect(policyOf({})).toEqual({ enabled: true, gracePeriodMs: 10 * MINUTE, repairAction: 'Replace' })
    expect(policyOf({ grace: 'PT45M', action: 'Restart' })).toMatchObject({
      gracePeriodMs: 45 * MINUTE,
      repairAction: 'Restart',
    })
    expect(policyOf({ repairs: null }).enabled).toBe(false)
    expect(policyOf({ repairs: { enabled: undefined, gracePeriod: 'PT20M' } }).enabled).toBe(false)
  })

  it.each(['PT9M', 'PT9M59S', 'PT91M', 'PT0S'])('RE-5 %s is outside of PT10M to PT90M', (grace) => {
    expect(() => policyOf({ grace })).toThrow(/gracePeriod/)
  })

  it.each([
    { why: 'no policy at all: zone balance brings it', repairs: null, balanced: true, enabled: true },
    { why: 'zone balance that is off brings nothing', repairs: null, balanced: false, enabled: false },
    { why: 'configured as off stays off', repairs: { enabled: false }, balanced: true, enabled: false },
    { why: 'configured as on stays on', repairs: { enabled: true }, balanced: true, enabled: true },
  ])('RE-20 $why', ({ repairs, balanced, enabled }) => {
    expect(policyOf({ repairs, zones: ['1', '2'], set: balance(balanced) }).enabled).toBe(enabled)
  })
})

const sick: RepairCandidate = {
  index: 0,
  id: 0,
  isSick: true,
  unhealthySinceMs: 100 * MINUTE,
  changedAtMs: -1,
  isProtected: false,
  isProvisioned: true,
  isBusy: false,
  isOnLatestModel: true,
  inRunningBatch: false,
}

interface Case {
  readonly candidate?: Partial<RepairCandidate>
  readonly at?: number
  readonly grace?: number
  readonly upgrading?: boolean
  readonly assumptions?: Partial<typeof DEFAULT_ASSUMPTIONS>
}

function judge({ candidate, at = 101, grace = 10, upgrading = false, assumptions }: Case): string {
  const verdict = judgeCandidate({ ...sick, ...candidate }, { gracePeriodMs: grace * MINUTE }, at * MINUTE, upgrading, {
    ...DEFAULT_ASSUMPTIONS,
    ...assumptions,
  })
  return verdict.kind === 'eligible'
    ? 'repaired'
    : `${verdict.rule}${verdict.dueMs < 0 ? '' : ` until ${verdict.dueMs / MINUTE}`}`
}

describe('judgeCandidate', () => {
  it.each<Case & { rule: string; verdict: string; why: string }>([
    { rule: 'RE-2', why: 'sick and nothing against it', verdict: 'repaired' },
    { rule: 'RE-2', why: 'not sick', candidate: { isSick: false }, verdict: 'RE-2' },
    { rule: 'RE-2', why: 'failed to provision', candidate: { isProvisioned: false }, verdict: 'RE-2' },
    { rule: 'RE-2', why: 'an operation runs on it', candidate: { isBusy: true }, verdict: 'RE-2' },
    { rule: 'RE-3', why: 'changed 9 min ago', candidate: { changedAtMs: 92 * MINUTE }, verdict: 'RE-3 until 102' },
    { rule: 'RE-3', why: 'changed 10 min ago', candidate: { changedAtMs: 91 * MINUTE }, verdict: 'repaired' },
    {
      rule: 'W14',
      why: 'sick 3 h after its change',
      candidate: { changedAtMs: 0 },
      at: 180,
      grace: 90,
      verdict: 'repaired',
    },
    {
      rule: 'RE-4',
      why: 'the other reading counts from turning unhealthy',
      assumptions: { repairGraceAnchor: 'firstUnhealthy' },
      candidate: { changedAtMs: 0 },
      verdict: 'RE-4 until 110',
    },
    {
      rule: 'RE-3',
      why: 'a change after it turned unhealthy counts under that reading too',
      assumptions: { repairGraceAnchor: 'firstUnhealthy' },
      candidate: { changedAtMs: 105 * MINUTE },
      at: 112,
      verdict: 'RE-4 until 115',
    },
    { rule: 'RE-10', why: 'protected', candidate: { isProtected: true }, verdict: 'RE-10' },
    { rule: 'RE-15', why: 'behind the model', candidate: { isOnLatestModel: false }, verdict: 'RE-15' },
    {
      rule: 'RE-16',
      why: 'in the running batch',
      upgrading: true,
      candidate: { inRunningBatch: true },
      verdict: 'RE-16',
    },
    { rule: 'RE-16', why: 'beside the running batch', upgrading: true, verdict: 'repaired' },
    {
      rule: 'RE-16',
      why: 'none: nobody during an upgrade',
      upgrading: true,
      assumptions: { repairDuringUpgrade: 'none' },
      verdict: 'RE-16',
    },
    {
      rule: 'RE-16',
      why: 'all: the batch too',
      upgrading: true,
      candidate: { inRunningBatch: true },
      assumptions: { repairDuringUpgrade: 'all' },
      verdict: 'repaired',
    },
  ])('$rule $why', ({ verdict, ...one }) => {
    expect(judge(one)).toBe(verdict)
  })
})

describe('order and pace (RE-17)', () => {
  const at = (id: number, minute: number): RepairCandidate => ({ ...sick, id, unhealthySinceMs: minute * MINUTE })
  const candidates = [at(3, 5), at(0, 9), at(2, 5), at(1, 7)]
  const order = (by: 'oldestUnhealthy' | 'instanceId') => repairOrder(candidates, by).map(({ id }) => id)

  it('longest unhealthy first, then by id; or by id alone', () => {
    expect(order('oldestUnhealthy')).toEqual([2, 3, 1, 0])
    expect(order('instanceId')).toEqual([0, 1, 2, 3])
  })

  it.each([
    { atMs: 0, scan: MINUTE, next: 0 },
    { atMs: 1, scan: MINUTE, next: MINUTE },
    { atMs: MINUTE, scan: MINUTE, next: MINUTE },
    { atMs: 6 * MINUTE, scan: 5 * MINUTE, next: 10 * MINUTE },
  ])('one look every $scan ms: from $atMs on at $next', ({ atMs, scan, next }) => {
    expect(nextScanMs(atMs, scan)).toBe(next)
  })
})
