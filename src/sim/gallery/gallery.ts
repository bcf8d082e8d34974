import { imageKey, namesVersionsLatest } from '../../model/declare/image-key.ts'
import { compareVersions, latestVersion, parseVersion } from '../../model/gallery/image-version.ts'
import { MAX_REPLICAS_PER_VERSION } from '../../model/gallery/limits.ts'
import type { ScaleSetModel } from '../../model/scale-set.ts'
import type { Defect, ImageVersion, ReplicationState, TargetRegion } from '../../model/scenario.ts'
import type { CompiledModel } from '../compiled-model.ts'
import type { Instance } from '../instance.ts'
import { NO_RULE, type Run, ruleCode, traceCode, WORLD, WORLD_LANE } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { type Copy, copyIn, type DefinitionState, isExcludedIn, type VersionState } from './copy.ts'
import { Copying } from './copying.ts'
import { DiskCreations } from './disk-creations.ts'
import { PlatformImages } from './platform-images.ts'
import { aggregatedState, survivesZoneLoss, zoneOfCopy } from './replication.ts'
import { type ImageVersionSnapshot, versionSnapshot } from './version-snapshot.ts'

const PUBLISHED = traceCode('gallery.published')
const EXCLUDED = traceCode('gallery.excludeFromLatest')
const REPLICAS_CHANGED = traceCode('gallery.replicasChanged')
const REGION_REMOVED = traceCode('gallery.regionRemoved')
const DELETED = traceCode('gallery.versionDeleted')
const REGION_FAILED = traceCode('gallery.regionFailed')
const REGION_RESTORED = traceCode('gallery.regionRestored')
const REFUSED = traceCode('gallery.refused')

/** The image a new OS disk gets, or why it gets none. */
export type ImageChoice =
  | { readonly kind: 'image'; readonly key: string; readonly copy: Copy | null }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string; readonly rule: string }

/** A version as `GET …/versions/{name}?$expand=ReplicationStatus` shows it, with Azure's own names. */
export interface ImageVersionResult {
  /** `gallery/definition/Major.Minor.Patch`. */
  readonly id: string
  readonly excludeFromLatest: boolean
  readonly replicationStatus: {
    readonly aggregatedState: ReturnType<typeof aggregatedState>
    readonly summary: readonly { readonly region: string; readonly state: ReplicationState }[]
  }
}

/**
 * Compute galleries: versions and what `latest` means in a region, replication, replicas and the disks made from them,
 * exclusion and deletion, the loss of the gallery's region or of a zone. An image of no declared gallery simply exists.
 */
export class Gallery {
  readonly platform: PlatformImages
  readonly definitions: readonly DefinitionState[]
  readonly copies: Copy[] = []
  /** Every exact image an instance was ever given. */
  readonly given = new Set<string>()
  private readonly run: Run
  private readonly byKey = new Map<string, DefinitionState>()
  /** By image key as it was asked for; null: of no declared gallery. */
  private readonly known = new Map<string, DefinitionState | null>()
  /** Some version of the run carries defects of its build. */
  private hasBuiltDefects = false
  private readonly disks: DiskCreations
  private readonly failedRegions = new Map<string, number>()
  /** Zones that are lost at the moment: `eastus/1`. */
  private readonly lostZones = new Set<string>()
  private readonly copying: Copying
  private readonly replicasCode: number
  private readonly restoreCode: number
  private readonly regionNames: string[] = []
  private replicaMs = 0
  private replicas = 0
  private replicasSinceMs = 0

  constructor(run: Run) {
    this.run = run
    run.facts.zoneChanged.push((region, zone, isLost) => this.zoneChanged(region, zone, isLost))
    this.platform = new PlatformImages(run)
    this.disks = new DiskCreations(run, this.copies)
    this.copying = new Copying(run, this.copies, (copy) => {
      if (copy.state === 'Completed') this.countReplicas(copy.replicas)
    })
    this.replicasCode = run.on('gallery.replicasReady', (index, replicas) =>
      this.setReplicas(this.copies[index]!, replicas),
    )
    this.restoreCode = run.on('gallery.restoreRegion', (_subject, region) =>
      this.restoreRegion(this.regionNames[region]!),
    )
    this.definitions = run.scenario.galleries.flatMap((gallery) =>
      gallery.images.map((declared) => {
        const definition: DefinitionState = {
          galleryName: gallery.name,
          galleryRegion: gallery.location,
          declared,
          versions: [],
        }
        this.byKey.set(declared.key.toLowerCase(), definition)
        for (const version of declared.versions) this.addVersion(definition, version, [])
        return definition
      }),
    )
  }

  /** Copies that are under way when the run begins go on from there; how far they are nobody knows. */
  begin(): void {
    const { kernel } = this.run
    const { cause } = kernel
    for (const version of this.definitions.flatMap(({ versions }) => versions)) {
      kernel.cause = cause
      const open = version.copies.filter(({ state }) => state === 'Replicating')
      this.copying.start(version, open)
    }
    kernel.cause = cause
  }

  /** The definition behind `gallery/definition` or `gallery/definition/version`, when it is declared. */
  definitionOf(imageKey: string): DefinitionState | undefined {
    if (this.byKey.size === 0) return undefined
    // Asked for every disk: a key is taken apart once.
    let known = this.known.get(imageKey)
    if (known === undefined) {
      const parts = imageKey.split('/')
      const isOfGallery = parts.length === 2 || parts.length === 3
      known = (isOfGallery ? this.byKey.get(`${parts[0]}/${parts[1]}`.toLowerCase()) : undefined) ?? null
      this.known.set(imageKey, known)
    }
    return known ?? undefined
  }

  versionOf(imageKey: string): VersionState | undefined {
    const name = imageKey.split('/')[2]
    return this.definitionOf(imageKey)?.versions.find((version) => version.name === name && !version.deleted)
  }

  /**
   * What a new OS disk of this model gets in this region now: each disk resolves latest at its own creation (GA-05), a
   * pinned version has to be replicated there (GA-04, GR-3).
   */
  choose(model: Pick<CompiledModel, 'imageKey'>, region: string): ImageChoice {
    const { imageKey } = model
    if (this.isIdle) return this.simply(imageKey)
    const definition = this.definitionOf(imageKey)
    if (!definition) return { kind: 'image', key: this.platform.latest(imageKey, region), copy: null }
    const pinned = imageKey.split('/')[2]
    if (pinned !== undefined) {
      const copy = copyIn(this.versionOf(imageKey), region)
      if (copy?.state === 'Completed') return { kind: 'image', key: copy.version.key, copy }
      return {
        kind: 'refused',
        code: 'GalleryImageNotFound',
        message: `gallery image ${imageKey} is not available in ${region}`,
        rule: copy ? 'GA-04' : 'GA-03',
      }
    }
    const alive = definition.versions.filter((version) => !version.deleted)
    const latest = latestVersion(
      alive.map((version) => ({
        name: version.name,
        excludedHere: isExcludedIn(version, region),
        state: copyIn(version, region)?.state ?? ('absent' as const),
      })),
      region,
      this.run.assumptions.latestResolution,
    )
    if (latest.kind === 'found') {
      const version = alive.find(({ name }) => name === latest.version)!
      return { kind: 'image', key: version.key, copy: copyIn(version, region)! }
    }
    const code = 'GalleryImageNotFound'
    if (latest.kind === 'none')
      return { kind: 'refused', code: latest.code, message: latest.message, rule: latest.rule }
    const message = `latest of ${imageKey} is ${latest.version}, which is not replicated to ${region}`
    return { kind: 'refused', code, message, rule: latest.rule }
  }

  /** Without galleries and publications every image simply exists; the last answer serves a whole fleet. */
  private get isIdle(): boolean {
    return this.byKey.size === 0 && this.platform.isIdle
  }

  private simply(imageKey: string): ImageChoice {
    if (this.lastChoice?.key !== imageKey) this.lastChoice = { kind: 'image', key: imageKey, copy: null }
    return this.lastChoice
  }

  private lastChoice: Extract<ImageChoice, { kind: 'image' }> | null = null
  private lastGiven = ''

  /**
   * A model as it is written to the set. `versions/latest` is resolved at that moment and stays what it was while the
   * reference is left alone (D27).
   */
  put(set: ScaleSetState, model: ScaleSetModel): CompiledModel {
    const reference = model.virtualMachineProfile.storageProfile?.imageReference
    const base = this.run.plan.compile(model, set.index)
    if (!namesVersionsLatest(reference)) return base
    const key = this.resolveOnce(set, model, base)
    return this.run.plan.compile(model, set.index, { key, builtDefects: this.builtDefectsOf(key) })
  }

  private resolveOnce({ latest }: ScaleSetState, model: ScaleSetModel, base: CompiledModel): string {
    const reference = model.virtualMachineProfile.storageProfile?.imageReference
    const former = latest.document.virtualMachineProfile.storageProfile?.imageReference
    const isFirst = latest.document === model
    if (!isFirst && namesVersionsLatest(former) && imageKey(former) === base.imageKey) return latest.imageKey
    const exact = isFirst ? reference?.exactVersion : undefined
    if (exact !== undefined && this.definitionOf(base.imageKey)) return `${base.imageKey}/${exact}`
    const choice = this.choose(base, model.location)
    return choice.kind === 'image' ? choice.key : base.imageKey
  }

  /** What its build left in a version; a disk keeps it, whether or not the version still exists. */
  private builtDefectsOf(imageKey: string): readonly Defect[] {
    const name = imageKey.split('/')[2]
    return this.definitionOf(imageKey)?.versions.findLast((one) => one.name === name)?.builtDefects ?? []
  }

  /** A model with the image that its disk really holds. */
  compiled(set: ScaleSetState, version: number, imageKey: string): CompiledModel {
    const base = set.versions[version]!
    if (imageKey !== this.lastGiven) {
      this.given.add(imageKey)
      this.lastGiven = imageKey
    }
    if (base.imageKey === imageKey && !this.hasBuiltDefects) return base
    const builtDefects = this.builtDefectsOf(imageKey)
    if (base.imageKey === imageKey && builtDefects.length === 0) return base
    return this.run.plan.compile(base.document, set.index, { key: imageKey, builtDefects })
  }

  /** Whether the disk of `current` is older than `target`: a lower version of the same image, or none that is known. */
  isOlder(current: string, target: string): boolean {
    if (current === target) return false
    const definition = this.definitionOf(target)
    if (!definition) return this.platform.isOlder(current, target)
    if (this.definitionOf(current) !== definition) return true
    const [from, to] = [current.split('/')[2], target.split('/')[2]]
    return from === undefined || to === undefined || compareVersions(from, to) < 0
  }

  /** Whether latest still means this image, or one after it, where the set is: a version that was excluded does not count (GA-11). */
  offers(set: ScaleSetState, imageKey: string): boolean {
    const latest = this.choose(set.latest, set.model.location)
    return latest.kind === 'image' && !this.isOlder(latest.key, imageKey)
  }

  /** Calls `begin` once a replica has a free slot, with the time the disk itself takes; at once where no gallery serves it. */
  requestDisk(instance: Instance, begin: (attachMs: number) => void): void {
    const copy = copyIn(this.versionOf(instance.compiled.imageKey), instance.set.model.location)
    if (copy) this.disks.request(copy, instance, begin)
    else begin(0)
  }

  /** Under `imageUnavailable: fail` such a creation is no longer waited for. */
  isOutOfReach(instance: Instance): boolean {
    if (this.run.assumptions.imageUnavailable === 'retry') return false
    return copyIn(this.versionOf(instance.compiled.imageKey), instance.set.model.location)?.zoneDown ?? false
  }

  // Publishing and changing

  /** A new version; its copies are made region by region. Returns it, or null when the service refuses (GA-28). */
  publish(imageKey: string, version: ImageVersion, builtDefects: readonly Defect[] = []): VersionState | null {
    const { run } = this
    const definition = this.definitionOf(imageKey)
    if (!definition)
      return this.refuse('publishImageVersion', imageKey, 'NotFound', 'there is no such definition', 'GA-34')
    const name = `${imageKey}/${version.name}`
    if (!this.isUp(definition, 'publishImageVersion', name)) return null
    if (definition.versions.some((known) => known.name === version.name && !known.deleted))
      return this.refuse('publishImageVersion', name, 'Conflict', 'the version exists already', 'GA-29')
    if (!parseVersion(version.name))
      return this.refuse('publishImageVersion', name, 'InvalidParameter', 'a version is Major.Minor.Patch', 'GR-1')
    run.record(PUBLISHED, WORLD, ruleCode('GA-23'), run.text(name), version.targetRegions.length)
    const added = this.addVersion(definition, version, builtDefects)
    this.copying.start(added, added.copies)
    return added
  }

  private addVersion(
    definition: DefinitionState,
    version: ImageVersion,
    builtDefects: readonly Defect[],
  ): VersionState {
    const state: VersionState = {
      definition,
      key: `${definition.declared.key}/${version.name}`,
      name: version.name,
      sourceRegion: version.location,
      replicationMode: version.replicationMode,
      sizeGB: version.sizeGB,
      dataDisksGB: version.dataDisksGB,
      endOfLifeDate: version.endOfLifeDate ?? null,
      blockDeletionBeforeEndOfLife: version.blockDeletionBeforeEndOfLife,
      allowDeletionOfReplicatedLocations: version.allowDeletionOfReplicatedLocations,
      excludeFromLatest: version.excludeFromLatest,
      copies: [],
      publishedAtMs: this.run.nowMs,
      deleted: false,
      builtDefects,
    }
    definition.versions.push(state)
    if (builtDefects.length > 0) this.hasBuiltDefects = true
    for (const region of version.targetRegions) this.addCopy(state, region)
    return state
  }

  private addCopy(version: VersionState, target: TargetRegion): Copy {
    const zones = this.run.scenario.world.regions[target.name]?.zones ?? []
    const zone = survivesZoneLoss(target.storageAccountType) ? null : zoneOfCopy(version.key, target.name, zones)
    const copy: Copy = {
      index: this.copies.length,
      version,
      region: target.name,
      state: target.state,
      endedEntry: -1,
      sinceMs: this.run.nowMs,
      replicas: target.regionalReplicaCount,
      wantedReplicas: target.regionalReplicaCount,
      storageAccountType: target.storageAccountType,
      excludeFromLatest: target.excludeFromLatest,
      zone,
      zoneDown: zone !== null && this.lostZones.has(`${target.name}/${zone}`),
      removed: false,
      inUse: 0,
      waiting: [],
      attempts: 0,
      timer: -1,
      ending: null,
      replicasTimer: -1,
    }
    this.copies.push(copy)
    version.copies.push(copy)
    if (copy.state === 'Completed') this.countReplicas(copy.replicas)
    return copy
  }

  /** GA-02, GR-2: hides a version from latest everywhere or in one region; nobody who runs it is moved by that (AO-25). */
  exclude(imageKey: string, versionName: string, region: string | undefined, exclude: boolean): void {
    const { run } = this
    const version = this.find('excludeFromLatest', imageKey, versionName)
    if (!version) return
    if (region === undefined) version.excludeFromLatest = exclude
    else {
      const copy = copyIn(version, region)
      if (!copy) {
        this.refuse('excludeFromLatest', version.key, 'InvalidParameter', `${region} is no target region`, 'GA-29')
        return
      }
      copy.excludeFromLatest = exclude
    }
    run.record(
      EXCLUDED,
      WORLD,
      ruleCode('GR-2'),
      run.text(version.key),
      run.text(region ?? 'everywhere'),
      exclude ? 1 : 0,
    )
  }

  /** GA-29: more regions, or another number of replicas where one is. All of it or nothing. */
  addTargetRegions(
    imageKey: string,
    versionName: string,
    regions: readonly TargetRegion[],
    keepsStorageType = false,
  ): void {
    const version = this.find('addTargetRegion', imageKey, versionName)
    if (!version) return
    const problem = this.problemWith(version, regions, keepsStorageType)
    if (problem) {
      this.refuse('addTargetRegion', version.key, problem.code, problem.message, problem.rule)
      return
    }
    const added: Copy[] = []
    for (const target of regions) {
      const known = copyIn(version, target.name)
      if (!known) {
        added.push(this.addCopy(version, target))
        continue
      }
      known.wantedReplicas = target.regionalReplicaCount
      if (known.state === 'Failed') {
        // Asked for again, a failed copy is made anew (GA-20).
        known.replicas = target.regionalReplicaCount
        added.push(known)
      } else this.changeReplicas(known)
    }
    this.copying.start(version, added)
  }

  /** A storage type stays what it was (GA-29), and the replicas of all regions together have a limit (GA-30). */
  private problemWith(
    version: VersionState,
    regions: readonly TargetRegion[],
    keepsStorageType: boolean,
  ): { readonly code: string; readonly message: string; readonly rule: string } | null {
    const counts = new Map<string, number>()
    for (const copy of version.copies) if (!copy.removed) counts.set(copy.region, copy.wantedReplicas)
    for (const { name, regionalReplicaCount, storageAccountType } of regions) {
      counts.set(name, regionalReplicaCount)
      const known = copyIn(version, name)
      if (!known || keepsStorageType || known.storageAccountType === storageAccountType) continue
      const message = `storageAccountType of ${name} is ${known.storageAccountType}, and fixed once the copy exists`
      return { code: 'PropertyChangeNotAllowed', message, rule: 'GA-29' }
    }
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0)
    if (total <= MAX_REPLICAS_PER_VERSION) return null
    const message = `${total} replicas in all regions together, at most ${MAX_REPLICAS_PER_VERSION} are possible for a version`
    return { code: 'InvalidParameter', message, rule: 'GA-30' }
  }

  /** GA-24: further replicas are made inside the region, fewer are gone at once. What was asked for last counts. */
  private changeReplicas(copy: Copy): void {
    const { kernel, assumptions } = this.run
    kernel.cancel(copy.replicasTimer)
    copy.replicasTimer = -1
    const { replicas, wantedReplicas } = copy
    if (wantedReplicas < replicas) {
      const { cause } = kernel
      this.setReplicas(copy, wantedReplicas)
      kernel.cause = cause
    }
    if (wantedReplicas <= replicas) return
    const ms = Math.round(this.copying.draw(copy, false) * assumptions.sameRegionCopyFactor)
    copy.replicasTimer = kernel.after(ms, WORLD_LANE, this.replicasCode, copy.index, wantedReplicas)
  }

  private setReplicas(copy: Copy, replicas: number): void {
    const { run } = this
    copy.replicasTimer = -1
    if (copy.removed || copy.version.deleted) return
    run.record(REPLICAS_CHANGED, WORLD, ruleCode('GA-24'), run.text(copy.version.key), run.text(copy.region), replicas)
    if (copy.state === 'Completed') this.countReplicas(replicas - copy.replicas)
    copy.replicas = replicas
    this.disks.serve(copy)
  }

  removeTargetRegion(imageKey: string, versionName: string, region: string): void {
    const { run } = this
    const version = this.find('removeTargetRegion', imageKey, versionName)
    if (!version) return
    const copy = copyIn(version, region)
    if (!copy || region === version.sourceRegion || !version.allowDeletionOfReplicatedLocations) {
      const message = !copy
        ? `${region} is no target region`
        : region === version.sourceRegion
          ? 'the publishing regions must contain the location of the version'
          : 'safetyProfile.allowDeletionOfReplicatedLocations is false'
      this.refuse('removeTargetRegion', version.key, 'InvalidParameter', message, 'GA-29')
      return
    }
    run.record(REGION_REMOVED, WORLD, ruleCode('GA-29'), run.text(version.key), run.text(region))
    this.retire(copy)
  }

  /** GA-09: running instances stay; whatever needs the version from now on fails. */
  deleteVersion(imageKey: string, versionName: string): void {
    const { run } = this
    const version = this.find('deleteImageVersion', imageKey, versionName)
    if (!version) return
    if (version.blockDeletionBeforeEndOfLife && version.endOfLifeDate !== null) {
      const message = `safetyProfile blocks deletion before ${version.endOfLifeDate}`
      this.refuse(
        'deleteImageVersion',
        version.key,
        'DeleteGalleryImageVersionBlockedBeforeEndOfLife',
        message,
        'GA-08',
      )
      return
    }
    run.record(DELETED, WORLD, ruleCode('GA-09'), run.text(version.key))
    version.deleted = true
    for (const copy of version.copies) if (!copy.removed) this.retire(copy)
  }

  private retire(copy: Copy): void {
    if (copy.state === 'Completed') this.countReplicas(-copy.replicas)
    copy.removed = true
    if (copy.timer >= 0) this.run.kernel.cancel(copy.timer)
    this.lose(copy, 'GalleryImageNotFound', 'GA-09')
    this.run.facts.announceCopy(copy)
  }

  /** Set by the life cycle: the disk an instance waits for will never come. */
  readonly onLost: ((instance: Instance, code: string, rule: string) => void)[] = []

  private lose(copy: Copy, code: string, rule: string): void {
    for (const instance of this.disks.drop(copy)) for (const tell of this.onLost) tell(instance, code, rule)
  }

  /** IB-07: a build that is cancelled while it distributes leaves its unfinished copies behind as they are. */
  abandon(version: VersionState): void {
    for (const copy of version.copies) {
      if (copy.state !== 'Replicating') continue
      this.run.kernel.cancel(copy.timer)
      this.copying.end(copy, { state: 'Failed', rule: 'IB-07' })
    }
  }

  // Regions and zones that fail

  /** GA-28: no new or changed version anywhere; replicas stay usable. */
  failRegion(region: string, forMs: number | undefined): void {
    const { run } = this
    this.failedRegions.set(region, (this.failedRegions.get(region) ?? 0) + 1)
    run.record(REGION_FAILED, WORLD, ruleCode('GA-28'), run.text(region), forMs ?? -1)
    if (forMs !== undefined)
      run.kernel.after(forMs, WORLD_LANE, this.restoreCode, WORLD, this.regionNames.push(region) - 1)
  }

  private restoreRegion(region: string): void {
    this.failedRegions.set(region, (this.failedRegions.get(region) ?? 1) - 1)
    this.run.record(REGION_RESTORED, WORLD, NO_RULE, this.run.text(region))
  }

  /** GA-27: a locally redundant copy in that zone serves nobody until the zone is back. */
  private zoneChanged(region: string, zone: string, down: boolean): void {
    const key = `${region}/${zone}`
    if (down) this.lostZones.add(key)
    else this.lostZones.delete(key)
    for (const copy of this.copies) {
      if (copy.region !== region || copy.zone !== zone || copy.zoneDown === down) continue
      copy.zoneDown = down
      if (!down) this.disks.serve(copy)
      else if (this.run.assumptions.imageUnavailable === 'fail') this.lose(copy, 'imageUnavailable', 'GA-27')
    }
  }

  private isUp(definition: DefinitionState, operation: string, subject: string): boolean {
    if ((this.failedRegions.get(definition.galleryRegion) ?? 0) === 0) return true
    const message = `the region of the gallery, ${definition.galleryRegion}, is down`
    this.refuse(operation, subject, 'ServiceUnavailable', message, 'GA-28')
    return false
  }

  private find(operation: string, imageKey: string, versionName: string): VersionState | undefined {
    const key = `${imageKey}/${versionName}`
    const version = this.versionOf(key)
    if (!version) {
      this.refuse(operation, key, 'NotFound', 'there is no such version at this moment', 'GA-29')
      return undefined
    }
    return this.isUp(version.definition, operation, key) ? version : undefined
  }

  private refuse(operation: string, subject: string, code: string, message: string, rule: string): null {
    const { run } = this
    run.noteRefusal(WORLD, `${operation} ${subject}`, code, message, rule)
    run.record(
      REFUSED,
      WORLD,
      ruleCode(rule),
      run.text(operation),
      run.text(subject),
      run.text(code),
      run.text(message),
    )
    return null
  }

  /** Every version that exists, with the state of its copies. */
  versionResults(): ImageVersionResult[] {
    return this.definitions
      .flatMap(({ versions }) => versions)
      .filter(({ deleted }) => !deleted)
      .map(({ key, excludeFromLatest, copies }) => {
        const summary = copies.filter(({ removed }) => !removed).map(({ region, state }) => ({ region, state }))
        const states = summary.map(({ state }) => state)
        return { id: key, excludeFromLatest, replicationStatus: { aggregatedState: aggregatedState(states), summary } }
      })
  }

  /** Every version that exists or did, as it stands now. */
  versionSnapshots(): ImageVersionSnapshot[] {
    return this.definitions.flatMap(({ versions }) =>
      versions.map((version) => versionSnapshot(version, this.run.nowMs, this.run.scenario.assumptions)),
    )
  }

  // Cost

  private countReplicas(by: number): void {
    this.settleReplicas()
    this.replicas += by
  }

  private settleReplicas(): void {
    this.replicaMs += this.replicas * (this.run.nowMs - this.replicasSinceMs)
    this.replicasSinceMs = this.run.nowMs
  }

  /** Replicas over time, in replica-milliseconds. Null where no gallery is declared. */
  replicaTimeMs(): number | null {
    this.settleReplicas()
    return this.definitions.length === 0 ? null : this.replicaMs
  }
}
