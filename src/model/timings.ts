import { constant, type Distribution } from './distribution.ts'
import type { Timings } from './scenario.ts'

const seconds = (s: number) => Math.round(s * 1000)
const lognormal = (p50: number, p95: number): Distribution => ({
  kind: 'lognormal',
  p50Ms: seconds(p50),
  p95Ms: seconds(p95),
})
const mixture = (...parts: [weight: number, of: Distribution][]): Distribution => ({
  kind: 'mixture',
  parts: parts.map(([weight, of]) => ({ weight, of })),
})
const samples = (...rows: number[][]): Distribution => ({ kind: 'samples', samplesMs: rows.flat().map(seconds) })

/**
 * How long platform work takes when a scenario says nothing. Measured durations come first; what nobody measured is an
 * assumption of the fleet sheet. `TIMING_SOURCES` tells which is which.
 */
export const DEFAULT_TIMINGS: Timings = {
  createControlPlane: lognormal(137, 275),
  extensionInstall: lognormal(23, 152),
  osDiskSwap: lognormal(90, 240),
  reimage: lognormal(90, 240),
  resizeInPlace: lognormal(120, 300),
  restart: lognormal(70, 290),
  // Two humps: most guests leave promptly, some stall for minutes. One lognormal would describe neither.
  deallocate: mixture([86, lognormal(60, 133)], [14, lognormal(500, 700)]),
  // 4 of 38 guests did not shut down and were cut off after ten minutes.
  powerOff: mixture([34, lognormal(12, 18)], [4, { kind: 'uniform', minMs: seconds(600), maxMs: seconds(637) }]),
  start: lognormal(7.3, 36),
  delete: lognormal(84, 166),
  deleteDeallocated: lognormal(11.6, 16.7),
  applyModel: lognormal(48, 65),
  galleryReplicationSource: lognormal(361, 525),
  galleryReplication: lognormal(225, 317),
  imageAttach: lognormal(60, 120),
  imageBuild: samples(
    [860, 1050, 1181, 1287, 1379, 1462, 1538, 1616, 1697, 1781],
    [1870, 1964, 2063, 2169, 2284, 2409, 2550, 2713, 2913, 3203],
  ),
  provisioningTimeout: constant(40 * 60_000),
}

/** Where each default comes from, one sentence each, as `explain` and the documentation print it. */
export const TIMING_SOURCES: Readonly<Record<keyof Timings, string>> = {
  createControlPlane:
    'Measured: 835 creations of Linux scale sets with managed disks, 2016 to 2020, took 137 s at the median and 275 s at the 95th percentile; Windows sets took 221 s and 405 s.',
  extensionInstall:
    'Measured: 207 installations or changes of an extension on a machine, 23 s at the median and 152 s at the 95th percentile.',
  osDiskSwap:
    'Not measured anywhere: an assumption of 90 s at the median and 240 s at the 95th percentile for stopping the guest and swapping its OS disk (fleet.md section 6).',
  reimage: 'Not measured anywhere: the same assumption as for the OS disk swap, managed disks (fleet.md section 6).',
  resizeInPlace:
    'Not measured anywhere: an assumption of 120 s at the median and 300 s at the 95th percentile (fleet.md section 6).',
  restart: 'Measured: 38 restarts of one instance, 70 s at the median and 290 s at the 95th percentile.',
  deallocate:
    'Measured shape: 209 deallocations have two humps; 86 % end around 60 s, 14 % stall and take around 500 s, with nothing between 300 s and 400 s.',
  powerOff:
    'Measured: 34 of 38 power-offs took about 12 s; 4 of 38 were cut off after 600 s to 637 s because the guest did not shut down.',
  start:
    'Measured for instances that were stopped but still allocated: 38 starts, 7.3 s at the median and 36 s at the 95th percentile; a start from deallocated was never recorded.',
  delete:
    'Measured: 84 s at the median for 55 running machines, and 166 s at the 95th percentile for 30 deletions of running instances of a set.',
  deleteDeallocated:
    'Measured: 38 deletions of an instance that was already deallocated, 11.6 s at the median and 16.7 s at the 95th percentile.',
  applyModel:
    'Measured: 31 times the newest model was applied to a set of two after an extension was added, 48 s at the median and 65 s at the 90th percentile, used here as the 95th.',
  galleryReplicationSource:
    'Measured: 27 creations of a version of a 30 GB image in one region, 361 s at the median and 525 s at the longest, used here as the 95th percentile.',
  galleryReplication:
    'Measured indirectly: adding a second region took 586 s at the median and 842 s at the longest (12 updates), 225 s and 317 s more than a version in one region; the longest is used as the 95th percentile.',
  imageAttach:
    'Not measured anywhere: an assumption of 60 s at the median and 120 s at the 95th percentile for one disk made from a replica (GA-32).',
  imageBuild:
    'Not measured anywhere: the triangular distribution from 10 to 60 minutes with its peak at 25 (IB-10), written as its 20 quantiles from 2.5 % to 97.5 %.',
  provisioningTimeout:
    'Documented in an open change to the support articles (TM-06): a guest that never reports is given up after 40 minutes. It is 90 minutes when extensions are part of the deployment; one value holds for both here, so set it to PT90M for such a set.',
}
