import { nextVersion } from '../model/gallery/image-version.ts'
import { DEFAULT_IMAGE_SIZE_GB } from '../model/gallery/limits.ts'
import type {
  CustomizerTruth,
  Defect,
  DistributeTarget,
  ImageTemplate,
  ImageTemplateTruth,
  ImageVersion,
} from '../model/scenario.ts'
import { compileDistribution } from './distribution.ts'
import type { Copy, VersionState } from './gallery/copy.ts'
import type { Gallery } from './gallery/gallery.ts'
import { NO_RULE, type Run, ruleCode, traceCode, WORLD, WORLD_LANE } from './run.ts'

const RUN_STARTED = traceCode('imageTemplate.runStarted')
const SUB_STATE = traceCode('imageTemplate.subState')
const CUSTOMIZER_FAILED = traceCode('imageTemplate.customizerFailed')
const VALIDATION_FAILED = traceCode('imageTemplate.validationFailed')
const RUN_ENDED = traceCode('imageTemplate.runEnded')
const TRIGGER_DISABLED = traceCode('imageTemplate.triggerDisabled')

export type RunState = 'Running' | 'Canceling' | 'Succeeded' | 'PartiallySucceeded' | 'Failed' | 'Canceled'
export type RunSubState = 'Queued' | 'Building' | 'Customizing' | 'Optimizing' | 'Validating' | 'Distributing'

/** `lastRunStatus` of a template as a run of it left it. Times in ms. */
export interface BuildResult {
  readonly template: string
  /** Counted from 1. */
  readonly run: number
  readonly startedBy: 'user' | 'trigger' | 'autoRun'
  readonly startedAtMs: number
  readonly endedAtMs: number | null
  readonly runState: RunState
  /** Where it stood when it ended. */
  readonly runSubState: RunSubState
  readonly message: string
  /** Exact keys of the versions it published. */
  readonly published: readonly string[]
  /** Customizers that failed without failing the run (playbook row 12). */
  readonly failedUnnoticed: readonly string[]
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

export interface BuildRun extends Mutable<Omit<BuildResult, 'published' | 'failedUnnoticed'>> {
  /** The build identity has no right to publish: playbook row 1. */
  identityDenied: boolean
  readonly published: string[]
  readonly failedUnnoticed: string[]
  readonly deadlineMs: number
  /** When the image was made and its machine gone; null: it was not. */
  distributedFromMs: number | null
  /** Publications whose copies are still being made. */
  readonly open: Set<VersionState>
  /** Copies of this run's publications that are complete, and that failed. */
  completed: number
  failedTargets: number
  readonly entry: number
  readonly versionWanted: string | undefined
  /** What latest meant when the run began, or the version that the template names: IB-04. */
  readonly sourceVersion: string | undefined
  validationFailed: boolean
  timer: number
  deadlineTimer: number
}

interface TemplateState {
  readonly declared: ImageTemplate
  readonly truth: ImageTemplateTruth | undefined
  runs: number
  running: BuildRun | null
  failuresInARow: number
  triggerEnabled: boolean
  /** The newest source the trigger knows of; null: none was there yet. */
  knownSource: string | null
  /** A newer source came while a run was in progress. */
  sourceWaits: boolean
}

/** A run as the result shows it. */
export function buildResult(build: BuildRun): BuildResult {
  const { template, run, startedBy, startedAtMs, endedAtMs, runState, runSubState, message } = build
  const lists = { published: [...build.published], failedUnnoticed: [...build.failedUnnoticed] }
  return { template, run, startedBy, startedAtMs, endedAtMs, runState, runSubState, message, ...lists }
}

/** How a customizer of this run turns out: IB-03, and playbook row 12. */
export function customizerOutcome(
  name: string,
  run: number,
  truths: Readonly<Record<string, CustomizerTruth>>,
): CustomizerTruth | null {
  const truth = truths[name]
  return truth && (truth.runs === undefined || truth.runs.includes(run)) ? truth : null
}

/** The state of a run whose targets are all decided: IB-09. */
export function stateOfTargets(completed: number, failed: number): 'Succeeded' | 'PartiallySucceeded' | 'Failed' {
  if (failed === 0) return 'Succeeded'
  return completed > 0 ? 'PartiallySucceeded' : 'Failed'
}

/**
 * Azure Image Builder as the stage before a gallery: runs, what their timeout covers, customizers and validations that
 * fail, a build identity without rights, triggers, cancelling. Section 3 of the fleet sheet.
 */
export class ImageBuilder {
  readonly results: BuildRun[] = []
  private readonly run: Run
  private readonly gallery: Gallery
  private readonly templates: TemplateState[]
  private readonly builtCode: number
  private readonly deadlineCode: number
  private readonly startCode: number
  private readonly triggerCode: number

  constructor(run: Run, gallery: Gallery) {
    this.run = run
    this.gallery = gallery
    this.templates = run.scenario.imageTemplates.map((declared) => ({
      declared,
      truth: run.scenario.world.imageTemplates[declared.name],
      runs: 0,
      running: null,
      failuresInARow: 0,
      triggerEnabled: declared.hasSourceTrigger,
      knownSource: this.newestSource(declared),
      sourceWaits: false,
    }))
    this.builtCode = run.on('imageTemplate.built', (_subject, index) => this.customized(this.templates[index]!))
    this.deadlineCode = run.on('imageTemplate.deadline', (_subject, index) => this.timedOut(this.templates[index]!))
    this.startCode = run.on('imageTemplate.autoRun', (_subject, index) =>
      this.start(this.templates[index]!, 'autoRun', undefined),
    )
    this.triggerCode = run.on('imageTemplate.trigger', (_subject, index) => this.startWaiting(this.templates[index]!))
    run.facts.copyChanged.push((copy) => this.copyChanged(copy))
    // The next phase of a platform image may have opened: AO-8.
    run.facts.upgradeEnded.push(() => this.sourcesChanged())
    // Enabled, it runs once when the template is created.
    this.templates.forEach((template, index) => {
      if (template.declared.autoRun) run.kernel.at(0, WORLD_LANE, this.startCode, WORLD, index)
    })
  }

  /** A manual run. */
  runTemplate(name: string, version: string | undefined): void {
    const template = this.named(name)
    if (template) this.start(template, 'user', version)
  }

  private named(name: string): TemplateState | undefined {
    return this.templates.find(({ declared }) => declared.name.toLowerCase() === name.toLowerCase())
  }

  private start(template: TemplateState, startedBy: BuildResult['startedBy'], version: string | undefined): void {
    const { run } = this
    const { declared, truth } = template
    if (template.running) {
      run.noteRefusal(WORLD, `runImageTemplate ${declared.name}`, 'Conflict', 'a run is in progress', 'IB-07')
      return
    }
    template.runs++
    // IB-04: latest in the source means what it means at this moment.
    const source = this.gallery.choose({ imageKey: sourceKey(declared) }, declared.location)
    const sourceText = source.kind === 'image' ? source.key : declared.source.image
    const entry = run.record(
      RUN_STARTED,
      WORLD,
      ruleCode('IB-04'),
      run.text(declared.name),
      template.runs,
      run.text(sourceText),
    )
    const build: BuildRun = {
      template: declared.name,
      run: template.runs,
      startedBy,
      startedAtMs: run.nowMs,
      endedAtMs: null,
      runState: 'Running',
      runSubState: 'Queued',
      message: '',
      published: [],
      failedUnnoticed: [],
      deadlineMs: run.nowMs + declared.buildTimeoutMs,
      distributedFromMs: null,
      open: new Set(),
      completed: 0,
      failedTargets: 0,
      entry,
      versionWanted: version,
      sourceVersion: sourceText.split('/').at(-1),
      identityDenied: truth?.identityMayPublish === false,
      validationFailed: false,
      timer: -1,
      deadlineTimer: -1,
    }
    template.running = build
    this.results.push(build)
    if (build.identityDenied) {
      const target = declared.distribute[0]?.image ?? 'the gallery'
      const message = `AuthorizationFailed: the build identity may not do Microsoft.Compute/galleries/images/versions/write on ${target}`
      this.end(template, 'Failed', message, 'IB-03')
      return
    }
    if (source.kind === 'refused') {
      this.end(template, 'Failed', `${source.code}: ${source.message}`, source.rule)
      return
    }
    this.enter(template, 'Customizing')
    const index = this.templates.indexOf(template)
    const buildMs = this.buildMs(template)
    build.timer = run.kernel.after(buildMs, WORLD_LANE, this.builtCode, WORLD, index)
    build.deadlineTimer = run.kernel.at(build.deadlineMs, WORLD_LANE, this.deadlineCode, WORLD, index)
  }

  private buildMs({ declared, truth, runs }: TemplateState): number {
    const { run } = this
    const sampler = truth ? compileDistribution(truth.build) : run.plan.timings.imageBuild
    return sampler.sample(run.stream(`imageBuild/${declared.name}`), runs, 0)
  }

  private enter(template: TemplateState, subState: RunSubState): void {
    const { run } = this
    template.running!.runSubState = subState
    run.record(SUB_STATE, WORLD, NO_RULE, run.text(template.declared.name), run.text(subState))
  }

  /** Customizers in order; the first that fails ends the run, unless nobody notices. IB-03. */
  private customized(template: TemplateState): void {
    const { run } = this
    const build = template.running
    if (!build) return
    const { declared, truth } = template
    build.timer = -1
    const defects: Defect[] = []
    for (const { name } of declared.customize) {
      const outcome = customizerOutcome(name, build.run, truth?.customizers ?? {})
      if (!outcome) continue
      const isUnnoticed = outcome.fails === 'silently'
      const rule = ruleCode('IB-03')
      run.record(CUSTOMIZER_FAILED, WORLD, rule, run.text(declared.name), run.text(name), isUnnoticed ? 1 : 0)
      if (!isUnnoticed) {
        this.end(template, 'Failed', `customizer ${name} failed`, 'IB-03')
        return
      }
      build.failedUnnoticed.push(name)
      defects.push(...outcome.defects)
    }
    if (declared.validations.length > 0) this.enter(template, 'Validating')
    const failing = declared.validations.filter((name) => truth?.failingValidations.includes(name))
    for (const name of failing) {
      build.validationFailed = true
      run.record(VALIDATION_FAILED, WORLD, ruleCode('IB-03'), run.text(declared.name), run.text(name))
    }
    if (build.validationFailed && !declared.continueDistributeOnFailure) {
      this.end(template, 'Failed', `validation ${failing.join(', ')} failed`, 'IB-03')
      return
    }
    this.distribute(template, build, defects)
  }

  /** A build is complete only when every listed region has its copy: IB-01. */
  private distribute(template: TemplateState, build: BuildRun, defects: readonly Defect[]): void {
    this.enter(template, 'Distributing')
    build.distributedFromMs = this.run.nowMs
    const cause = this.run.kernel.cause
    for (const target of template.declared.distribute) {
      this.run.kernel.cause = cause
      // A managed image or a disk file is there at once and nothing here plays it.
      if (target.type !== 'SharedImage') build.completed++
      else this.publish(template, build, target, defects)
    }
    this.maybeDone(template)
  }

  private publish(
    template: TemplateState,
    build: BuildRun,
    target: DistributeTarget,
    defects: readonly Defect[],
  ): void {
    const definition = this.gallery.definitionOf(target.image)
    const existing = (definition?.versions ?? []).filter((version) => !version.deleted).map(({ name }) => name)
    const { assumptions } = this.run
    const name =
      build.versionWanted ??
      target.version ??
      nextVersion(existing, target.scheme, target.major, build.sourceVersion, assumptions)
    const version: ImageVersion = {
      name,
      location: target.targetRegions[0]?.name ?? template.declared.location,
      targetRegions: target.targetRegions,
      excludeFromLatest: target.excludeFromLatest,
      replicationMode: target.replicationMode,
      sizeGB: DEFAULT_IMAGE_SIZE_GB,
      dataDisksGB: [],
      allowDeletionOfReplicatedLocations: true,
      blockDeletionBeforeEndOfLife: false,
    }
    const published = this.gallery.publish(target.image, version, defects)
    if (!published) {
      build.failedTargets++
      return
    }
    build.published.push(published.key)
    build.open.add(published)
  }

  private copyChanged({ version }: Copy): void {
    for (const template of this.templates) {
      const build = template.running
      if (!build?.open.has(version)) continue
      // A copy that was taken away (GA-09, GA-29) is waited for no longer, and it was not delivered either.
      if (version.copies.some((copy) => !copy.removed && copy.state === 'Replicating')) continue
      build.open.delete(version)
      for (const copy of version.copies) {
        if (!copy.removed && copy.state === 'Completed') build.completed++
        else build.failedTargets++
      }
      this.maybeDone(template)
    }
    this.sourcesChanged()
  }

  private maybeDone(template: TemplateState): void {
    const build = template.running
    if (!build || build.open.size > 0) return
    // IB-03: a failed validation always makes the run Failed, distributed or not.
    const state = build.validationFailed ? 'Failed' : stateOfTargets(build.completed, build.failedTargets)
    const message = build.validationFailed
      ? 'a validation failed; the image was distributed all the same'
      : build.failedTargets > 0
        ? `${build.failedTargets} distribution targets failed`
        : ''
    this.end(template, state, message, build.validationFailed ? 'IB-03' : 'IB-09')
  }

  /** IB-02: the run has failed; a version that is being replicated exists and its replication goes on. */
  private timedOut(template: TemplateState): void {
    const build = template.running
    if (!build) return
    const distributing = build.runSubState === 'Distributing'
    this.end(template, 'Failed', 'context deadline exceeded', distributing ? 'IB-02' : 'IB-01')
  }

  /** Possible at any time; while Distributing it can leave incomplete versions behind. IB-07. */
  cancel(name: string): void {
    const template = this.named(name)
    const build = template?.running
    if (!template || !build) {
      this.run.noteRefusal(WORLD, `cancelImageTemplate ${name}`, 'Conflict', 'no run is in progress', 'IB-07')
      return
    }
    build.runState = 'Canceling'
    const open = [...build.open]
    build.open.clear()
    this.end(template, 'Canceled', 'cancelled by a user', 'IB-07')
    for (const version of open) this.gallery.abandon(version)
  }

  private end(template: TemplateState, state: RunState, message: string, rule: string): void {
    const { run } = this
    const build = template.running!
    run.kernel.cancel(build.timer)
    run.kernel.cancel(build.deadlineTimer)
    template.running = null
    build.runState = state
    build.endedAtMs = run.nowMs
    build.message = message
    const { declared } = template
    const texts = [run.text(declared.name), build.run, run.text(state), run.text(message)] as const
    run.record(RUN_ENDED, WORLD, ruleCode(rule), ...texts)
    this.countFailures(template, build, state)
    if (template.sourceWaits) run.kernel.after(0, WORLD_LANE, this.triggerCode, WORLD, this.templates.indexOf(template))
  }

  /** IB-06: automatic runs stop after several failures in a row, whoever started them, until a manual run succeeds. */
  private countFailures(template: TemplateState, build: BuildRun, state: RunState): void {
    const { run } = this
    if (!template.declared.hasSourceTrigger) return
    if (state === 'Succeeded') {
      template.failuresInARow = 0
      if (build.startedBy === 'user') template.triggerEnabled = true
      return
    }
    if (state !== 'Failed') return
    template.failuresInARow++
    if (template.failuresInARow < run.assumptions.triggerDisableAfter || !template.triggerEnabled) return
    template.triggerEnabled = false
    run.record(TRIGGER_DISABLED, WORLD, ruleCode('IB-06'), run.text(template.declared.name), template.failuresInARow)
  }

  /**
   * IB-06: what is latest in the region of a template may have changed. Where it is newer than what the trigger knew a run
   * starts; one that is in progress is let finish first.
   */
  sourcesChanged(): void {
    const { cause } = this.run.kernel
    for (const template of this.templates) {
      const { declared, knownSource } = template
      if (!declared.hasSourceTrigger) continue
      const newest = this.newestSource(declared)
      if (newest === null || (knownSource !== null && !this.gallery.isOlder(knownSource, newest))) continue
      template.knownSource = newest
      this.run.kernel.cause = cause
      if (!template.triggerEnabled) continue
      if (template.running) template.sourceWaits = true
      else this.start(template, 'trigger', undefined)
    }
  }

  private newestSource(declared: ImageTemplate): string | null {
    const newest = this.gallery.choose({ imageKey: sourceKey(declared) }, declared.location)
    return newest.kind === 'image' ? newest.key : null
  }

  private startWaiting(template: TemplateState): void {
    const isWanted = template.sourceWaits && template.triggerEnabled && !template.running
    template.sourceWaits = false
    if (isWanted) this.start(template, 'trigger', undefined)
  }
}

/** Key of the source with its version, as an image reference would have it. */
function sourceKey({ source }: ImageTemplate): string {
  if (source.version !== 'latest')
    return source.image.split('/').length === 2 ? `${source.image}/${source.version}` : source.image
  return source.type === 'PlatformImage' ? `${source.image}/latest` : source.image
}
