import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Distribution } from '../../src/model/distribution.ts'
import { DEFAULT_TIMINGS, TIMING_SOURCES } from '../../src/model/timings.ts'

/** 1.6449: the standard normal quantile at 0.95. */
const sigma = (p50: number, p95: number) => Math.log(p95 / p50) / 1.6449

/** Cumulative distribution by the error function of Abramowitz and Stegun 7.1.26, good to 2e-7. */
function cdf(of: Distribution, ms: number): number {
  switch (of.kind) {
    case 'constant':
      return ms >= of.ms ? 1 : 0
    case 'lognormal': {
      const z = Math.log(ms / of.p50Ms) / sigma(of.p50Ms, of.p95Ms) / Math.SQRT2
      const t = 1 / (1 + 0.3275911 * Math.abs(z))
      const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
      const erf = Math.sign(z) * (1 - poly * Math.exp(-z * z))
      return (1 + erf) / 2
    }
    case 'uniform':
      return Math.min(1, Math.max(0, (ms - of.minMs) / (of.maxMs - of.minMs)))
    case 'mixture': {
      const total = of.parts.reduce((sum, part) => sum + part.weight, 0)
      return of.parts.reduce((sum, part) => sum + (part.weight / total) * cdf(part.of, ms), 0)
    }
    default:
      throw new Error(`not among the defaults: ${of.kind}`)
  }
}

describe('DEFAULT_TIMINGS', () => {
  it('each says where it comes from, and whether it was measured', () => {
    expect(Object.keys(TIMING_SOURCES)).toEqual(Object.keys(DEFAULT_TIMINGS))
    for (const [name, source] of Object.entries(TIMING_SOURCES))
      expect(source, name).toMatch(/^(Measured|Not measured|Documented).*\.$/)
  })

  it('TM-06: gives up a guest that never reports after 40 minutes', () => {
    expect(DEFAULT_TIMINGS.provisioningTimeout).toEqual({ kind: 'constant', ms: 2_400_000 })
  })

  it.each<[keyof typeof DEFAULT_TIMINGS, number, number, number]>([
    ['createControlPlane', 137, 275, 0.02],
    ['extensionInstall', 23, 152, 0.02],
    ['restart', 70, 290, 0.02],
    ['start', 7.3, 36, 0.02],
    ['delete', 84, 166, 0.02],
    ['deleteDeallocated', 11.6, 16.7, 0.02],
    ['galleryReplicationSource', 361, 525, 0.02],
    // What a second region adds: 586 - 361 and 842 - 525.
    ['galleryReplication', 225, 317, 0.02],
    ['imageAttach', 60, 120, 0.02],
    // The sheet's own assumptions, where nothing was measured.
    ['osDiskSwap', 90, 240, 0.02],
    ['reimage', 90, 240, 0.02],
  ])('TABLE-timings: %s has the measured median %d s and 95th percentile %d s', (name, p50, p95, tolerance) => {
    expect(Math.abs(cdf(DEFAULT_TIMINGS[name], p50 * 1000) - 0.5)).toBeLessThan(tolerance)
    expect(Math.abs(cdf(DEFAULT_TIMINGS[name], p95 * 1000) - 0.95)).toBeLessThan(tolerance)
  })

  it('deallocate stalls in 14 of 100 cases, with next to nothing between 300 s and 350 s', () => {
    expect(cdf(DEFAULT_TIMINGS.deallocate, 300_000)).toBeCloseTo(0.86, 2)
    expect(cdf(DEFAULT_TIMINGS.deallocate, 350_000) - cdf(DEFAULT_TIMINGS.deallocate, 300_000)).toBeLessThan(0.01)
  })

  it('powerOff ends within half a minute, or with the cut-off after ten minutes in 4 of 38 cases', () => {
    expect(cdf(DEFAULT_TIMINGS.powerOff, 30_000)).toBeCloseTo(34 / 38, 2)
    expect(cdf(DEFAULT_TIMINGS.powerOff, 599_000)).toBeCloseTo(34 / 38, 3)
    expect(cdf(DEFAULT_TIMINGS.powerOff, 637_000)).toBeCloseTo(1, 3)
  })

  it('IB-10: a build takes the mid-quantiles of the triangular distribution 10/25/60 min', () => {
    const build = DEFAULT_TIMINGS.imageBuild
    if (build.kind !== 'samples') throw new Error('samples are expected')
    const [least, peak, most] = [600, 1500, 3600]
    const triangular = (s: number) =>
      s < peak
        ? (s - least) ** 2 / ((most - least) * (peak - least))
        : 1 - (most - s) ** 2 / ((most - least) * (most - peak))
    expect(build.samplesMs).toHaveLength(20)
    for (const [index, ms] of build.samplesMs.entries()) {
      expect(ms % 1000).toBe(0)
      expect(Math.abs(triangular(ms / 1000) - (index + 0.5) / 20)).toBeLessThan(0.0005)
    }
  })

  const file = new URL('../../../shared/facts/timings-samples.csv', import.meta.url)
  describe.skipIf(!existsSync(file))('the raw samples (skipped where they are not at hand)', () => {
    const samples = (operation: string) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.split(','))
        .filter((row) => row[0] === operation && row[2] === 'Succeeded')
        .map((row) => Number(row[1]))
        .sort((a, b) => a - b)

    it.each<[keyof typeof DEFAULT_TIMINGS, string]>([
      ['createControlPlane', 'deployment.vmss.linux'],
      ['extensionInstall', 'PUT vms/*/extensions/*'],
      ['restart', 'POST scaleSets/*/vms/*/restart'],
      ['start', 'POST scaleSets/*/vms/*/start'],
      ['deleteDeallocated', 'DELETE scaleSets/*/vms/*'],
    ])('%s splits those of %s in half, and 95 to 5', (name, operation) => {
      const seconds = samples(operation)
      const share = (limit: number) => seconds.filter((value) => value * 1000 <= limit).length / seconds.length
      const of = DEFAULT_TIMINGS[name]
      if (of.kind !== 'lognormal') throw new Error('a single hump is expected')
      expect(Math.abs(share(of.p50Ms) - 0.5)).toBeLessThan(0.1)
      expect(Math.abs(share(of.p95Ms) - 0.95)).toBeLessThan(0.04)
    })

    it('deallocate: as many stall as did', () => {
      const seconds = samples('POST vms/*/deallocate')
      const stalled = seconds.filter((value) => value > 350).length / seconds.length
      expect(1 - cdf(DEFAULT_TIMINGS.deallocate, 350_000)).toBeCloseTo(stalled, 1)
    })

    it('powerOff: 4 of 38 were cut off', () => {
      const seconds = samples('POST scaleSets/*/vms/*/poweroff')
      expect([seconds.length, seconds.filter((value) => value >= 600).length]).toEqual([38, 4])
    })
  })
})
