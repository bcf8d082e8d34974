import type { Sampler } from './distribution.ts'
import type { Instance } from './instance.ts'
import { PurposeStreams } from './purpose-streams.ts'
import type { Run } from './run.ts'

/** Meanings of the streams that durations are drawn from; the extensions of a model follow in their order. */
const PURPOSES = [
  'create',
  'osDiskSwap',
  'resizeInPlace',
  'extensionInstall',
  'applyModel',
  'reimage',
  'restart',
  'deallocate',
  'start',
  'delete',
  'provisioningTimeout',
  'boot',
  'startup',
  'warmup',
] as const
export const PURPOSE = Object.fromEntries(
  [...PURPOSES, 'firstExtension'].map((name, index) => [name, index]),
) as Readonly<Record<(typeof PURPOSES)[number] | 'firstExtension', number>>

/** How long the steps of a life take, each drawn from the stream of its meaning, at the slot of the instance. */
export class LifeDurations {
  private readonly run: Run
  private readonly streams: PurposeStreams

  constructor(run: Run) {
    this.run = run
    this.streams = new PurposeStreams(
      run,
      (purpose) => PURPOSES[purpose] ?? `extension ${purpose - PURPOSE.firstExtension}`,
    )
  }

  /** A duration from the stream of its meaning and set, at the slot of the instance and the number of its boot. */
  sample(sampler: Sampler, purpose: number, instance: Instance, draw = instance.boots): number {
    if (sampler.constantMs >= 0) return sampler.constantMs
    return sampler.sample(this.streams.of(instance.set, purpose), instance.id, draw)
  }

  /** An update that needs no boot, which it counts. */
  inPlaceMs(instance: Instance, action: 'extension' | 'dataDisk'): number {
    instance.updates++
    const { timings } = this.run.plan
    return action === 'extension'
      ? this.sample(timings.extensionInstall, PURPOSE.extensionInstall, instance, instance.updates)
      : this.sample(timings.applyModel, PURPOSE.applyModel, instance, instance.updates)
  }

  /** The guest agent runs one extension after the other. */
  extensionsMs(instance: Instance): number {
    const count = instance.set.modelOf(instance).extensionCount
    let ms = 0
    for (let i = 0; i < count; i++)
      ms += this.sample(this.run.plan.timings.extensionInstall, PURPOSE.firstExtension + i, instance)
    return ms
  }
}
