import type { Distribution } from '../model/distribution.ts'
import { timeMaxMs } from './kernel/event-queue.ts'
import { exp, inverseNormal, log } from './kernel/math.ts'
import type { Stream } from './kernel/random.ts'

/**
 * Draws durations of one distribution. Every value comes from one uniform number through the inverse of the
 * distribution function, so on the same luck a changed parameter moves every value the way it moves the distribution.
 */
export interface Sampler {
  /**
   * The duration of that slot and draw, an integer from 0 to 2^31 - 1 ms. Draws are numbered below 2^24: a mixture
   * chooses its part by the draw of that number in a higher range, so that the part's own value stays independent.
   */
  sample(stream: Stream, slot: number, draw: number): number
  /** The one value it gives, or -1 when it varies. */
  readonly constantMs: number
}

/** First draw of the range from which a mixture chooses; one such range for each level of nesting. */
const mixtureDraws = 2 ** 24
const mixtureDepthMax = 250

/** 95 % quantile of the standard normal distribution. */
const z95 = inverseNormal(0.95)

/** Throws a RangeError on what is no distribution: negative times, p95 below p50, nothing to choose from. */
export function compileDistribution(d: Distribution): Sampler {
  return compile(d, 1)
}

function compile(d: Distribution, depth: number): CompiledDistribution {
  switch (d.kind) {
    case 'constant':
      return constantOf(time('constant', d.ms))
    case 'lognormal': {
      const p50 = time('p50', d.p50Ms)
      const p95 = time('p95', d.p95Ms)
      if (p95 < p50) throw new RangeError(`p95 must not lie below p50, got ${p95} ms and ${p50} ms`)
      if (p95 === p50) return constantOf(p50)
      if (p50 === 0) throw new RangeError('a lognormal p50 of 0 ms allows no p95 but 0 ms')
      return new CompiledDistribution('lognormal', p50, log(p95 / p50) / z95, noValues, [], 0)
    }
    case 'uniform': {
      const min = Math.round(time('min', d.minMs))
      const max = Math.round(time('max', d.maxMs))
      if (max < min) throw new RangeError(`max must not lie below min, got ${max} ms and ${min} ms`)
      return min === max ? constantOf(min) : new CompiledDistribution('uniform', min, max - min + 1, noValues, [], 0)
    }
    case 'exponential': {
      const mean = time('mean', d.meanMs)
      return mean === 0 ? constantOf(0) : new CompiledDistribution('exponential', mean, 0, noValues, [], 0)
    }
    case 'samples': {
      const values = Float64Array.from(d.samplesMs, (ms) => cut(time('sample', ms)))
      if (values.length === 0) throw new RangeError('a list of samples must not be empty')
      const first = values[0]!
      return values.every((ms) => ms === first)
        ? constantOf(first)
        : new CompiledDistribution('samples', values.length, 0, values, [], 0)
    }
    case 'mixture':
      return compileMixture(d.parts, depth)
  }
}

function compileMixture(
  written: readonly { readonly weight: number; readonly of: Distribution }[],
  depth: number,
): CompiledDistribution {
  if (depth > mixtureDepthMax) throw new RangeError(`mixtures may be nested ${mixtureDepthMax} deep`)
  const bounds: number[] = []
  const parts: CompiledDistribution[] = []
  let total = 0
  for (const { weight, of } of written) {
    if (!(weight >= 0 && weight < Infinity)) throw new RangeError(`a weight must be a number from 0, got ${weight}`)
    const part = compile(of, depth + 1)
    if (weight === 0) continue
    total += weight
    bounds.push(total)
    parts.push(part)
  }
  const first = parts[0]
  if (first === undefined) throw new RangeError('a mixture needs a part with a weight above 0')
  if (first.constantMs >= 0 && parts.every((part) => part.constantMs === first.constantMs)) return first
  return new CompiledDistribution('mixture', total, 0, Float64Array.from(bounds), parts, depth * mixtureDraws)
}

/** Cells of equal probability in a table of quantiles, and how many at either end are computed exactly instead. p50 and p95 are nodes. */
const cells = 1000
const exactCells = 16

const noValues = new Float64Array(0)

/** Quantiles by median and sigma, whoever asked for them first. */
const tables = new Map<string, Float64Array>()
const TABLES_MAX = 64

/** One class for all kinds, so that every call of `sample` in the engine meets one shape of object. */
class CompiledDistribution implements Sampler {
  readonly constantMs: number
  private readonly kind: Distribution['kind']
  /** constant: value; lognormal: median; uniform: min; exponential: mean; samples: count; mixture: sum of weights. */
  private readonly a: number
  /** lognormal: sigma; uniform: number of values. */
  private readonly b: number
  /** samples: the values; mixture: the upper bounds of the parts. */
  private readonly values: Float64Array
  private readonly parts: readonly CompiledDistribution[]
  private readonly choiceDraws: number
  private quantiles: Float64Array | null = null

  constructor(
    kind: Distribution['kind'],
    a: number,
    b: number,
    values: Float64Array,
    parts: readonly CompiledDistribution[],
    choiceDraws: number,
  ) {
    this.kind = kind
    this.a = a
    this.b = b
    this.values = values
    this.parts = parts
    this.choiceDraws = choiceDraws
    this.constantMs = kind === 'constant' ? a : -1
  }

  sample(stream: Stream, slot: number, draw: number): number {
    switch (this.kind) {
      case 'constant':
        return this.a
      case 'lognormal':
        return this.lognormal(stream.uniform(slot, draw))
      case 'uniform':
        return this.a + Math.floor(stream.uniform(slot, draw) * this.b)
      case 'exponential':
        return cut(-this.a * log(1 - stream.uniform(slot, draw)))
      case 'samples':
        return this.values[Math.floor(stream.uniform(slot, draw) * this.a)]!
      case 'mixture': {
        const choice = stream.uniform(slot, this.choiceDraws + draw) * this.a
        const bounds = this.values
        const last = bounds.length - 1
        let part = 0
        while (part < last && choice >= bounds[part]!) part++
        return this.parts[part]!.sample(stream, slot, draw)
      }
    }
  }

  /** Quantile: a line between exact nodes in the middle, exact in the tails where the curve bends. Five times faster. */
  private lognormal(u: number): number {
    const at = u * cells
    const cell = Math.floor(at)
    if (cell < exactCells || cell >= cells - exactCells) return cut(this.exactLognormal(u))
    this.quantiles ??= this.table()
    const from = this.quantiles[cell]!
    return cut(from + (this.quantiles[cell + 1]! - from) * (at - cell))
  }

  private exactLognormal(u: number): number {
    return this.a * exp(this.b * inverseNormal(u))
  }

  /** A campaign plays many scenarios with the same few distributions. */
  private table(): Float64Array {
    const key = `${this.a}/${this.b}`
    const known = tables.get(key)
    if (known !== undefined) return known
    const made = this.tabulate()
    if (tables.size >= TABLES_MAX) tables.clear()
    tables.set(key, made)
    return made
  }

  private tabulate(): Float64Array {
    const quantiles = new Float64Array(cells + 1)
    for (let cell = exactCells; cell <= cells - exactCells; cell++) quantiles[cell] = this.exactLognormal(cell / cells)
    return quantiles
  }
}

function constantOf(ms: number): CompiledDistribution {
  return new CompiledDistribution('constant', cut(ms), 0, noValues, [], 0)
}

function time(name: string, ms: number): number {
  if (!(ms >= 0 && ms <= timeMaxMs)) throw new RangeError(`${name} must be from 0 to ${timeMaxMs} ms, got ${ms}`)
  return ms
}

/** To whole milliseconds, within the range of times. */
function cut(ms: number): number {
  return ms >= timeMaxMs ? timeMaxMs : Math.round(ms)
}
