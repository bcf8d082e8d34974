import fc from 'fast-check'
import type { FaultVariation } from '../../model/vary.ts'
import { type AddedFault, declaredPosition, type FuzzCase, plain, positionsOf } from './case.ts'
import type { Space } from './space.ts'

const MS_PER_MINUTE = 60_000
const LUCKS = 1_000_000
const FOR_DEFAULT = { fromMs: MS_PER_MINUTE, toMs: 30 * MS_PER_MINUTE }
const STRENGTHS = 10

/**
 * Cases of a space. A case shrinks in the terms of its domain: without faults, then every value back to what is declared
 * (a capacity down to the fewest instances), then the seed of the scenario, then step by step closer. What it shrinks to
 * depends on the case alone, so a case that came by any way shrinks the same.
 */
export class CaseArbitrary extends fc.Arbitrary<FuzzCase> {
  private readonly space: Space

  constructor(space: Space) {
    super()
    this.space = space
  }

  generate(random: fc.Random): fc.Value<FuzzCase> {
    const { fields, faults } = this.space
    // Some cases change nearly everything and some next to nothing: what only shows when little changes is found as well.
    const density = random.nextInt(1, 4)
    const values = fields.map((field) => {
      if (random.nextInt(1, 4) > density) return null
      const last = positionsOf(field) - 1
      const where = random.nextInt(0, 7)
      return plain(field, where === 0 ? 0 : where === 1 ? last : random.nextInt(0, last))
    })
    return new fc.Value(
      {
        luck: random.nextInt(0, 7) === 0 ? null : random.nextInt(0, LUCKS - 1),
        values,
        faults: faults.flatMap((fault) =>
          Array.from({ length: random.nextInt(fault.atLeast, fault.atMost) }, () => this.fault(fault, random)),
        ),
      },
      undefined,
    )
  }

  private fault({ verb, at, for: long = FOR_DEFAULT }: FaultVariation, random: fc.Random): AddedFault {
    const minutes = (from: number, to: number) =>
      from + random.nextInt(0, Math.floor((to - from) / MS_PER_MINUTE)) * MS_PER_MINUTE
    return {
      verb,
      atMs: minutes(at?.fromMs ?? 0, at?.toMs ?? this.space.durationMs - 1),
      forMs: minutes(long.fromMs, long.toMs),
      set: random.nextInt(0, 99),
      place: random.nextInt(0, 999),
      strength: random.nextInt(1, STRENGTHS),
    }
  }

  canShrinkWithoutContext(value: unknown): value is FuzzCase {
    return typeof value === 'object' && value !== null && 'values' in value
  }

  shrink(value: FuzzCase): fc.Stream<fc.Value<FuzzCase>> {
    return fc.stream(smaller(value, this.space)).map((one) => new fc.Value(one, undefined))
  }
}

function* smaller(value: FuzzCase, space: Space): IterableIterator<FuzzCase> {
  const { fields } = space
  const withValue = (index: number, position: number | null): FuzzCase => ({
    ...value,
    values: value.values.map((old, at) => (at === index ? position : old)),
  })
  yield* fewerFaults(value, space)
  for (const [index, field] of fields.entries()) {
    const now = value.values[index]!
    if (field.isSize) {
      const { position, isExact } = declaredPosition(field)
      if (now === null ? isExact && position > 0 : now > 0) yield withValue(index, plain(field, 0))
    } else if (now !== null) yield withValue(index, null)
  }
  if (value.luck !== null) yield { ...value, luck: null }
  for (const [index, field] of fields.entries()) {
    const declared = declaredPosition(field)
    const now = value.values[index] ?? (field.isSize && declared.isExact ? declared.position : null)
    if (now === null) continue
    // A list has no order, so only places before it are simpler.
    const goal = field.isSize
      ? 0
      : field.domain.kind === 'values'
        ? Math.min(now, declared.position)
        : declared.position
    for (const closer of between(goal, now)) yield withValue(index, plain(field, closer))
  }
  yield* weakerFaults(value, space)
}

function* fewerFaults(value: FuzzCase, { faults }: Space): IterableIterator<FuzzCase> {
  if (value.faults.length > 1 && faults.every(({ atLeast }) => atLeast === 0)) yield { ...value, faults: [] }
  for (const [index, { verb }] of value.faults.entries()) {
    const count = value.faults.filter((one) => one.verb === verb).length
    const least = faults.find((fault) => fault.verb === verb)?.atLeast ?? 0
    if (count > least) yield { ...value, faults: value.faults.filter((_, at) => at !== index) }
  }
}

function* weakerFaults(value: FuzzCase, { faults }: Space): IterableIterator<FuzzCase> {
  for (const [index, fault] of value.faults.entries()) {
    const variation = faults.find(({ verb }) => verb === fault.verb)
    const with_ = (change: Partial<AddedFault>): FuzzCase => ({
      ...value,
      faults: value.faults.map((old, at) => (at === index ? { ...old, ...change } : old)),
    })
    const minutes = (goalMs: number, nowMs: number) =>
      [...between(0, Math.round((nowMs - goalMs) / MS_PER_MINUTE))].map((step) => goalMs + step * MS_PER_MINUTE)
    for (const set of between(0, fault.set)) yield with_({ set })
    for (const place of between(0, fault.place)) yield with_({ place })
    for (const strength of between(1, fault.strength)) yield with_({ strength })
    for (const forMs of minutes((variation?.for ?? FOR_DEFAULT).fromMs, fault.forMs)) yield with_({ forMs })
    for (const atMs of minutes(variation?.at?.fromMs ?? 0, fault.atMs)) yield with_({ atMs })
  }
}

/** The goal itself, then half the way back, a quarter, … and at last one step closer than now. Nothing when it is there. */
function* between(goal: number, now: number): IterableIterator<number> {
  for (let gap = now - goal; gap !== 0; gap = Math.trunc(gap / 2)) yield now - gap
}
