import type { Distribution } from '../distribution.ts'
import { DEFAULT_FAULTS, type RandomFaults } from '../faults.ts'
import type { LoadContext } from './context.ts'
import { toDistribution } from './distribution.ts'
import type { Path } from './document.ts'
import type { RawDistribution } from './schema.ts'
import type { RawFaults } from './schema-faults.ts'

/** What fails by itself, with every default applied; undefined when nothing is asked for. */
export function buildFaults(raw: RawFaults | undefined, context: LoadContext): RandomFaults | undefined {
  const path: Path = ['world', 'faults']
  if (raw === undefined || !context.sound(path)) return undefined
  const lasts = (value: RawDistribution | undefined, at: Path, preset: Distribution): Distribution =>
    value === undefined ? preset : toDistribution(value, at, context.source)
  const hosts = raw.hosts === true ? {} : raw.hosts
  const racks = raw.racks === true ? {} : raw.racks
  const freezes = raw.freezes === true ? {} : raw.freezes
  return {
    ...(hosts === undefined
      ? {}
      : {
          hosts: {
            percentPerVmYear: hosts.percentPerVmYear ?? DEFAULT_FAULTS.hosts.percentPerVmYear,
            recovery: lasts(hosts.recovery, [...path, 'hosts', 'recovery'], DEFAULT_FAULTS.hosts.recovery),
          },
        }),
    ...(racks === undefined
      ? {}
      : {
          racks: {
            percentPerFdYear: racks.percentPerFdYear ?? DEFAULT_FAULTS.racks.percentPerFdYear,
            recovery: lasts(racks.recovery, [...path, 'racks', 'recovery'], DEFAULT_FAULTS.racks.recovery),
          },
        }),
    ...(freezes === undefined
      ? {}
      : {
          freezes: {
            perVmMonth: freezes.perVmMonth ?? DEFAULT_FAULTS.freezes.perVmMonth,
            length: lasts(freezes.length, [...path, 'freezes', 'length'], DEFAULT_FAULTS.freezes.length),
          },
        }),
    ...(raw.deletes === undefined ? {} : { deletes: raw.deletes }),
  }
}
