import { isAutomaticOSUpgrade } from '../../model/declare/automatic-os-upgrade.ts'
import { isMember } from '../instance.ts'
import { type Run, ruleCode, traceCode, WORLD } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'

const PUBLISHED = traceCode('platformImage.published')
const PHASE_OPENED = traceCode('platformImage.phaseOpened')

const LATEST = '/latest'

interface Publication {
  /** `publisher/offer/sku/version`. */
  readonly key: string
  /** `publisher/offer/sku`, lower case. */
  readonly image: string
  readonly phases: readonly (readonly string[])[]
  opened: number
}

/**
 * Platform images that follow latest: published monthly and phased over regions. A phase opens when the eligible
 * machines of the phase before have succeeded. AO-8.
 */
export class PlatformImages {
  private readonly run: Run
  private readonly publications: Publication[] = []

  constructor(run: Run) {
    this.run = run
    run.facts.upgradeEnded.push(() => this.openPhases())
  }

  /** Nothing was published in this run. */
  get isIdle(): boolean {
    return this.publications.length === 0
  }

  /** A phase of no regions is everywhere at once. */
  publish(image: string, version: string, phases: readonly (readonly string[])[]): void {
    const { run } = this
    const publication = { key: `${image}/${version}`, image: image.toLowerCase(), phases, opened: 0 }
    this.publications.push(publication)
    run.record(PUBLISHED, WORLD, ruleCode('AO-8'), run.text(publication.key), phases.length)
    this.openPhases()
  }

  private openPhases(): void {
    const { run } = this
    for (const publication of this.publications) {
      while (publication.opened < publication.phases.length && this.hasSucceeded(publication)) {
        const regions = publication.phases[publication.opened]!
        publication.opened++
        run.record(
          PHASE_OPENED,
          WORLD,
          ruleCode('AO-8'),
          run.text(publication.key),
          publication.opened,
          run.text(regions.join(', ')),
        )
      }
    }
  }

  /** Every eligible machine of the phases opened so far runs the version. */
  private hasSucceeded(publication: Publication): boolean {
    return this.run.sets
      .filter((set) => isOpenIn(publication, set.model.location) && this.isEligible(set, publication))
      .every((set) =>
        set.instances.every(
          (instance) =>
            !isMember(instance) ||
            instance.protectFromScaleSetActions ||
            instance.compiled.imageKey.toLowerCase() === publication.key.toLowerCase(),
        ),
      )
  }

  private isEligible(set: ScaleSetState, publication: Publication): boolean {
    return isAutomaticOSUpgrade(set.model) && set.latest.imageKey.toLowerCase() === `${publication.image}${LATEST}`
  }

  /** The exact key behind one that ends in `/latest`, in this region; any other key stays what it is. */
  latest(imageKey: string, region: string): string {
    if (!imageKey.endsWith(LATEST)) return imageKey
    const image = imageKey.slice(0, -LATEST.length).toLowerCase()
    const open = this.publications.filter((publication) => publication.image === image && isOpenIn(publication, region))
    return open.at(-1)?.key ?? imageKey
  }

  /** A version published later is newer; what was there before the run is older than all of them. */
  isOlder(current: string, target: string): boolean {
    const rank = (key: string) => this.publications.findIndex((publication) => publication.key === key)
    return rank(current) < rank(target)
  }
}

function isOpenIn({ phases, opened }: Publication, region: string): boolean {
  return phases.slice(0, opened).some((regions) => regions.length === 0 || regions.includes(region))
}
