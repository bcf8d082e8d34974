import type { Action, AttachedVM, InstanceRef, ModelAssignment, RegionTruth, TimelineEntry } from '../scenario.ts'
import { findScaleSet } from './context.ts'
import { unknownDependency } from './defects.ts'
import { ms } from './distribution.ts'
import type { Path } from './document.ts'
import { toInstance } from './instances.ts'
import { assignModelPath, normaliseModelValue, resolveModelPath } from './model-path.ts'
import { regionName } from './names.ts'
import { nameHint } from './nearest.ts'
import { type RawTimelineEntry, VERBS, type Verb } from './schema-timeline.ts'
import { readNotice, toHostAction } from './timeline-hosts.ts'
import {
  BRINGING,
  beginHistory,
  checkPlatformImages,
  checkUpdatedImage,
  type ImageHistory,
  type ImagesContext,
  toImageAction,
} from './timeline-images.ts'

import { canonicalImage } from './world.ts'

type Plain = Record<string, unknown>

export interface TimelineContext extends ImagesContext {
  readonly durationMs: number
  readonly dependencies: readonly string[]
  /** Regions with a scale set, normalised; empty when a set could not be read. */
  readonly regionsInUse: readonly string[]
  readonly regions: Readonly<Record<string, RegionTruth>>
  /** Whether there is a demand to shift: on that set alone, or any. */
  readonly hasDemand: (scaleSet: string | undefined) => boolean
  /** Model of each set that could be read, as the timeline finds it at the start. */
  readonly models: ReadonlyMap<string, Plain>
  /** Mistakes in a model after an update that were not in the one before; `path` is dotted, of the model. */
  readonly checkModel: (
    scaleSet: string,
    before: Plain,
    after: Plain,
  ) => readonly { readonly code: string; readonly message: string; readonly hint?: string }[]
}

interface Step {
  readonly atMs: number
  readonly index: number
  readonly verb: Verb
  readonly args: Plain
  readonly path: Path
}

/** The timeline in order of time, ties in order of the file. Every entry that is wrong is reported. */
export function buildTimeline(raw: unknown, context: TimelineContext): TimelineEntry[] {
  if (!Array.isArray(raw)) return []
  const steps = raw.flatMap((entry, index) => readStep(entry as RawTimelineEntry, index, context) ?? [])
  steps.sort((a, b) => a.atMs - b.atMs || a.index - b.index)
  // Entries build on each other, so each is read against what the earlier ones leave behind.
  const read = new Set(steps.map(({ index }) => index))
  const mayBring = (entry: unknown, index: number) =>
    !read.has(index) && !VERBS.some((verb) => Object.hasOwn(Object(entry), verb) && !BRINGING.includes(verb))
  const progress: Progress = {
    models: new Map(context.models),
    everyModel: [...context.models.values()],
    images: beginHistory(context, !raw.some(mayBring)),
  }
  const entries = steps.flatMap((step) => {
    const action = toAction(step, progress, context)
    return action === undefined ? [] : [{ atMs: step.atMs, place: context.source.keyPlaceOf(step.path), action }]
  })
  const spelling = checkPlatformImages(progress.images, progress.everyModel, context)
  return entries.map((entry) => {
    if (entry.action.verb !== 'publishPlatformImage') return entry
    const { image } = entry.action
    return { ...entry, action: { ...entry.action, image: spelling.get(image) ?? image } }
  })
}

/** What the entries read so far leave behind. */
interface Progress {
  /** Present model of each set. */
  readonly models: Map<string, Plain>
  /** Every model that any set has had. */
  readonly everyModel: Plain[]
  readonly images: ImageHistory
}

function readStep(entry: RawTimelineEntry, index: number, context: TimelineContext): Step | undefined {
  const path: Path = ['timeline', index]
  const { source } = context
  if (!context.sound(path)) return undefined
  const given = Object.keys(entry).filter((key): key is Verb => (VERBS as readonly string[]).includes(key))
  const verb = given[0]
  if (verb === undefined) {
    source.report('E0122', path, `timeline[${index}] has no verb`, {
      hint: 'for example { at: PT10M, startOSUpgrade: {} }',
    })
    return undefined
  }
  if (given.length > 1) {
    source.report('E0122', [...path, given[1]!], `timeline[${index}] has ${given.length} verbs: ${given.join(', ')}`, {
      place: source.keyPlaceOf([...path, given[1]!]),
      hint: 'write one entry for each, with the same at',
    })
    return undefined
  }
  const atMs = ms(entry.at)
  if (atMs > context.durationMs) {
    source.report('E0118', [...path, 'at'], `at ${entry.at} lies beyond the duration of the scenario`, {
      hint: 'make the duration longer, or the moment earlier',
    })
    return undefined
  }
  return { atMs, index, verb, args: (entry[verb] ?? {}) as Plain, path: [...path, verb] }
}

function toAction(step: Step, progress: Progress, context: TimelineContext): Action | undefined {
  const { verb, args, path } = step
  switch (verb) {
    case 'updateModel': {
      const scaleSet = whichSet(step, context)
      if (scaleSet === undefined) return undefined
      const set = readAssignments(args['set'] as Plain, [...path, 'set'], scaleSet, progress, context)
      return set === undefined ? undefined : { verb, scaleSet, set }
    }
    case 'reapply':
    case 'startOSUpgrade':
    case 'cancelRollingUpgrade': {
      const scaleSet = whichSet(step, context)
      return scaleSet === undefined ? undefined : { verb, scaleSet }
    }
    case 'manualUpgrade':
    case 'approveRollingUpgrade': {
      const scaleSet = whichSet(step, context, firstSetNamed(args['instances']))
      if (scaleSet === undefined) return undefined
      // Only an approval may leave them out; the schema sees to that.
      if (args['instances'] === '*' || args['instances'] === undefined) return { verb, scaleSet, instances: '*' }
      const instances = readInstances(step, context, scaleSet)
      return instances === undefined ? undefined : { verb, scaleSet, instances }
    }
    case 'scaleTo': {
      const scaleSet = whichSet(step, context)
      return scaleSet === undefined ? undefined : { verb, scaleSet, capacity: args['capacity'] as number }
    }
    case 'protectInstance': {
      const instances = readInstances(step, context)
      const flags = { ...flag(args, 'protectFromScaleIn'), ...flag(args, 'protectFromScaleSetActions') }
      if (Object.keys(flags).length === 0) {
        context.source.report('E0102', path, 'protectInstance sets no flag', {
          hint: 'give protectFromScaleIn or protectFromScaleSetActions',
        })
        return undefined
      }
      return instances === undefined ? undefined : { verb, instances, ...flags }
    }
    case 'reimage':
    case 'restart':
    case 'deleteInstance':
    case 'deallocate':
    case 'start':
    case 'performMaintenance':
    case 'simulateEviction': {
      if (args['instances'] === '*' && args['instance'] === undefined) {
        const scaleSet = whichSet(step, context)
        if (scaleSet === undefined) return undefined
        if (verb !== 'deleteInstance' && verb !== 'simulateEviction' && verb !== 'performMaintenance')
          return { verb: `${verb}All`, scaleSet }
      }
      const instances = readInstances(step, context)
      if (instances === undefined) return undefined
      return verb === 'deleteInstance' && args['individually'] === true
        ? { verb, instances, individually: true }
        : { verb, instances }
    }
    case 'hangInstance':
    case 'breakInstance': {
      const instances = readInstances(step, context)
      return instances === undefined ? undefined : { verb, instances, ...faultFor(args) }
    }
    case 'failDependency': {
      const dependency = args['dependency'] as string
      if (!context.dependencies.includes(dependency))
        unknownDependency(dependency, [...path, 'dependency'], context.dependencies, context)
      const named = args['scaleSets'] as readonly string[] | undefined
      const scaleSets = named?.flatMap(
        (name, index) => findScaleSet(name, [...path, 'scaleSets', index], context) ?? [],
      )
      const zones = args['zones'] as readonly (string | number)[] | undefined
      return {
        verb,
        dependency,
        ...(zones === undefined ? {} : { zones: zones.map(String) }),
        ...(scaleSets === undefined ? {} : { scaleSets }),
        ...faultFor(args),
      }
    }
    case 'setOrchestrationServiceState': {
      const scaleSet = whichSet(step, context)
      const action = args['action'] as 'Suspend' | 'Resume'
      return scaleSet === undefined ? undefined : { verb, scaleSet, serviceName: 'AutomaticRepairs', action }
    }
    case 'reclaimSpot': {
      const percent = (args['percent'] as number | undefined) ?? 100
      if (args['region'] === undefined && args['zone'] === undefined) {
        const scaleSet = whichSet(step, context)
        return scaleSet === undefined ? undefined : { verb, scaleSet, percent, ...faultFor(args) }
      }
      return readPlaceOfReclaim(step, percent, context)
    }
    case 'shiftDemand': {
      const named = args['scaleSet'] as string | undefined
      const scaleSet = named === undefined ? undefined : findScaleSet(named, [...path, 'scaleSet'], context)
      if (named !== undefined && scaleSet === undefined) return undefined
      if (!context.hasDemand(scaleSet)) {
        const whose = scaleSet === undefined ? 'there is no demand' : `${scaleSet} has no demand of its own`
        context.source.report('E0129', path, `${whose} that could shift`, {
          place: context.source.keyPlaceOf(path),
          hint:
            scaleSet === undefined
              ? 'write world.demand'
              : 'leave scaleSet out, or give it one under world.demand.perScaleSet',
        })
        return undefined
      }
      return {
        verb,
        factor: args['factor'] as number,
        ...(scaleSet === undefined ? {} : { scaleSet }),
        ...faultFor(args),
      }
    }
    case 'attachVM': {
      const scaleSet = whichSet(step, context)
      const image = readAttachedImage(args['image'] as string | undefined, path, context)
      if (scaleSet === undefined) return undefined
      return {
        verb,
        scaleSet,
        count: (args['instances'] as number | undefined) ?? 1,
        reportsHealth: args['reportsHealth'] !== false,
        managedDisk: args['managedDisk'] !== false,
        ...(args['zone'] === undefined ? {} : { zone: String(args['zone']) }),
        ...(image === undefined ? {} : { image }),
        ...(args['belongsTo'] === undefined
          ? {}
          : { belongsTo: args['belongsTo'] as AttachedVM['belongsTo'] & string }),
      }
    }
    case 'changeSpotPrice':
      return { verb, usd: args['usd'] as number }
    case 'limitCapacity': {
      const region = readRegion(step, context)
      const zone = args['zone'] === undefined ? undefined : String(args['zone'])
      if (!isZoneOf(region, zone, step, context) || region === undefined) return undefined
      const size = (args['size'] as string | undefined)?.toLowerCase()
      return {
        verb,
        region,
        ...(zone === undefined ? {} : { zone }),
        ...(size === undefined ? {} : { size }),
        instances: args['instances'] as number,
        ...faultFor(args),
      }
    }
    case 'failZone': {
      const region = readRegion(step, context)
      const zone = String(args['zone'])
      return region === undefined || !isZoneOf(region, zone, step, context)
        ? undefined
        : { verb, region, zone, ...faultFor(args) }
    }
    case 'failFaultDomain':
    case 'freezeHosts':
    case 'rebootHosts':
      return toHostAction(verb, args, path, whereOf(step, context), {
        ...context,
        models: progress.models,
      })
    case 'failHost': {
      const instances = readInstances(step, context)
      const noticeMs = readNotice(args, path, context)
      return instances === undefined
        ? undefined
        : { verb, instances, ...(noticeMs === undefined ? {} : { noticeMs }), ...faultFor(args) }
    }
    case 'failGalleryRegion': {
      const region = regionName(args['region'] as string)
      const known = [...new Set(context.galleries.map(({ location }) => location))]
      if (!known.includes(region) && context.galleriesAreComplete) {
        const hint = nameHint(region, known)
        context.source.report('E0105', [...path, 'region'], `no declared gallery lives in ${args['region']}`, {
          ...('hint' in hint ? hint : { hint: 'declare it under azure.galleries' }),
        })
        return undefined
      }
      return { verb, region, ...faultFor(args) }
    }
    case 'publishImageVersion':
    case 'excludeFromLatest':
    case 'addTargetRegion':
    case 'removeTargetRegion':
    case 'deleteImageVersion':
    case 'runImageTemplate':
    case 'cancelImageTemplate':
      return toImageAction({ verb, args, path }, progress.images, context)
    default:
      return verb satisfies never
  }
}

/** The sets whose hosts the entry means: those of its region, or the one it names. */
function whereOf(step: Step, context: TimelineContext): readonly string[] | undefined {
  const { args, path } = step
  if (args['region'] === undefined) {
    const scaleSet = whichSet(step, context)
    return scaleSet === undefined ? undefined : [scaleSet]
  }
  if (args['scaleSet'] !== undefined) {
    context.source.report('E0167', [...path, 'region'], `${step.verb} names a scale set and a region`, {
      hint: 'keep one of them',
    })
    return undefined
  }
  const region = readRegion(step, context)
  if (region === undefined) return undefined
  return context.scaleSetNames.filter(
    (name) => regionName(String(context.models.get(name)?.['location'] ?? '')) === region,
  )
}

/** The set the entry names, the one its instances name, or the only one. E0115, E0108. */
function whichSet(step: Step, context: TimelineContext, implied?: string): string | undefined {
  const named = step.args['scaleSet'] as string | undefined
  if (named !== undefined) return findScaleSet(named, [...step.path, 'scaleSet'], context)
  const [first, ...others] = context.scaleSetNames
  if (others.length === 0) return first
  const known = context.scaleSetNames.find((name) => name.toLowerCase() === implied?.toLowerCase())
  if (known !== undefined) return known
  context.source.report('E0115', step.path, `${step.verb} does not say which scale set it acts on`, {
    place: context.source.keyPlaceOf(step.path),
    hint: `give scaleSet: one of ${context.scaleSetNames.join(', ')}`,
  })
  return undefined
}

/** The region the entry names, or the only one in use; it must have a scale set. E0102, E0123. */
function readRegion(step: Step, context: TimelineContext): string | undefined {
  const { args, path } = step
  const inUse = context.regionsInUse
  const written = args['region'] as string | undefined
  if (written === undefined) {
    if (inUse.length > 1) {
      context.source.report('E0102', path, `${step.verb} does not say which region it means`, {
        place: context.source.keyPlaceOf(path),
        hint: `give region: one of ${inUse.join(', ')}`,
      })
    }
    return inUse.length === 1 ? inUse[0] : undefined
  }
  const region = regionName(written)
  if (inUse.length === 0 || inUse.includes(region)) return region
  context.source.report(
    'E0123',
    [...path, 'region'],
    `no scale set is in the region ${written}`,
    nameHint(region, inUse),
  )
  return undefined
}

/** E0125. */
function readAttachedImage(written: string | undefined, path: Path, context: TimelineContext): string | undefined {
  const image = written === undefined ? undefined : canonicalImage(written)
  if (written !== undefined && image === undefined)
    context.source.report('E0125', [...path, 'image'], `${written} does not name an image`, {
      hint: 'write gallery/definition/version, a resource id, or publisher:offer:sku:version',
    })
  return image
}

/** E0105. In a region that is in doubt no zone can be called wrong. */
function isZoneOf(region: string | undefined, zone: string | undefined, step: Step, context: TimelineContext): boolean {
  const zones = region === undefined ? undefined : context.regions[region]?.zones
  if (zones === undefined || zone === undefined || zones.includes(zone)) return true
  context.source.report('E0105', [...step.path, 'zone'], `${region} has no zone ${zone}`, {
    hint: `known: ${zones.join(', ')}`,
  })
  return false
}

/** A reclaim of a region or zone, of one scale set there or of all. E0102, E0105, E0123, E0161. */
function readPlaceOfReclaim(step: Step, percent: number, context: TimelineContext): Action | undefined {
  const { args, path } = step
  const region = readRegion(step, context)
  if (region === undefined) return undefined
  const zone = args['zone'] === undefined ? undefined : String(args['zone'])
  const zones = context.regions[region]?.zones
  if (zone !== undefined && zones !== undefined && !zones.includes(zone)) {
    context.source.report('E0105', [...path, 'zone'], `${region} has no zone ${zone}`, {
      hint: `known: ${zones.join(', ')}`,
    })
    return undefined
  }
  const place = {
    verb: 'reclaimSpot',
    region,
    percent,
    ...(zone === undefined ? {} : { zone }),
    ...faultFor(args),
  } as const
  if (args['scaleSet'] === undefined) return place
  const scaleSet = whichSet(step, context)
  if (scaleSet === undefined) return undefined
  const model = context.models.get(scaleSet)
  const location = model === undefined ? undefined : model['location']
  if (typeof location === 'string' && regionName(location) !== region) {
    context.source.report('E0161', [...path, 'scaleSet'], `${scaleSet} is in ${location}, not in ${region}`, {
      hint: 'leave scaleSet out to take from every set of the region, or region to take from this set',
    })
    return undefined
  }
  return { ...place, scaleSet }
}

/** `<set>` of the first member written as `<set>/<number>`. */
function firstSetNamed(instances: unknown): string | undefined {
  if (!Array.isArray(instances)) return undefined
  const named = instances.find((instance): instance is string => typeof instance === 'string' && instance.includes('/'))
  return named?.slice(0, named.lastIndexOf('/'))
}

function readInstances(step: Step, context: TimelineContext, owner?: string): readonly InstanceRef[] | undefined {
  const { args, path } = step
  const one = args['instance'] as string | number | undefined
  const many = args['instances'] as readonly (string | number)[] | undefined
  if ((one === undefined) === (many === undefined)) {
    context.source.report(
      'E0102',
      path,
      `${step.verb} needs ${one === undefined ? 'the instance it acts on' : 'either instance or instances, not both'}`,
      {
        hint: `give instance: ${context.scaleSetNames[0] ?? '<set>'}/0`,
      },
    )
    return undefined
  }
  const named = args['scaleSet'] as string | undefined
  const set = owner ?? (named === undefined ? undefined : findScaleSet(named, [...path, 'scaleSet'], context))
  const written: readonly (readonly [string | number, Path])[] =
    many === undefined
      ? [[one!, [...path, 'instance']]]
      : many.map((raw, index) => [raw, [...path, 'instances', index]] as const)
  const refs = written.flatMap(([raw, at]) => {
    const ref = toInstance(raw, at, context, set)
    if (ref !== undefined && 'number' in ref && set !== undefined && ref.scaleSet !== set) {
      context.source.report('E0109', at, `${raw} is not an instance of ${set}`, {
        hint: 'write one entry for each scale set',
      })
      return []
    }
    return ref ?? []
  })
  return refs.length === written.length ? refs : undefined
}

function readAssignments(
  set: Plain,
  path: Path,
  scaleSet: string,
  progress: Progress,
  context: TimelineContext,
): ModelAssignment[] | undefined {
  const { source } = context
  const before = progress.models.get(scaleSet)
  let model = before
  const assignments: ModelAssignment[] = []
  for (const [written, raw] of Object.entries(set)) {
    const at: Path = [...path, written]
    const place = source.keyPlaceOf(at)
    const documents = model === undefined ? [] : [model]
    const resolved = resolveModelPath(written, documents)
    if (!('segments' in resolved)) {
      source.report('E0119', at, resolved.message, {
        place: { ...place, column: place.column + resolved.column - 1 },
        ...(resolved.hint === undefined ? {} : { hint: resolved.hint }),
      })
      continue
    }
    const { value, unknown } = normaliseModelValue(resolved.segments, raw, documents)
    for (const name of unknown) {
      source.report(
        'E0119',
        at,
        `${name.name} is not a property of a scale set`,
        name.hint === undefined ? {} : { hint: name.hint },
      )
    }
    if (resolved.segments[0] === 'name' || resolved.segments[0] === 'location') {
      source.report('E0119', at, `${resolved.segments[0]} of a scale set cannot be changed`, { place })
      continue
    }
    assignments.push({ path: written, segments: resolved.segments, value })
    if (model !== undefined) model = assignModelPath(model, resolved.segments, value)
  }
  if (before !== undefined && model !== undefined && assignments.length === Object.keys(set).length) {
    const mistakes = context.checkModel(scaleSet, before, model)
    for (const mistake of mistakes) {
      source.diagnostics.push({
        code: mistake.code,
        message: mistake.message,
        place: source.keyPlaceOf(path),
        path: 'timeline',
        ...(mistake.hint === undefined ? {} : { hint: mistake.hint }),
      })
    }
    // An image that is no text, say, is told already.
    const image = mistakes.length > 0 ? undefined : checkUpdatedImage(before, model, progress.images, context)
    if (image !== undefined) {
      const last = assignments.findLast(({ segments }) => segments.some(isImageReference))
      const at = last === undefined ? path : [...path, last.path]
      source.report(image.code, at, image.message, image.hint === undefined ? {} : { hint: image.hint })
    }
    progress.models.set(scaleSet, model)
    progress.everyModel.push(model)
  }
  return assignments
}

function isImageReference(segment: unknown): boolean {
  return segment === 'imageReference'
}

function flag(args: Plain, name: 'protectFromScaleIn' | 'protectFromScaleSetActions'): Plain {
  return args[name] === undefined ? {} : { [name]: args[name] }
}

function faultFor(args: Plain): { forMs?: number } {
  return args['for'] === undefined ? {} : { forMs: ms(args['for'] as string) }
}
