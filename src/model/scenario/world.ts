import { imageKey } from '../declare/image-key.ts'
import { constant, type Distribution } from '../distribution.ts'
import type {
  Application,
  CustomMetrics,
  Endpoint,
  EndpointAnswer,
  ImageTruth,
  ModelTruth,
  RegionTruth,
  Timings,
  World,
} from '../scenario.ts'
import { DEFAULT_TIMINGS } from '../timings.ts'
import type { LoadContext } from './context.ts'
import { instanceTexts, toDefect } from './defects.ts'
import { buildDemand, type DemandFiles } from './demand.ts'
import { ms, toDistribution } from './distribution.ts'
import { formatPath, type Path } from './document.ts'
import { buildFaults } from './faults.ts'
import { formatModelPath, normaliseModelValue, resolveModelPath } from './model-path.ts'
import { regionName } from './names.ts'
import { nameHint } from './nearest.ts'
import { buildCapacity } from './regional-capacity.ts'
import type {
  RawApplication,
  RawCustomMetrics,
  RawDistribution,
  RawEndpoint,
  RawImage,
  RawModelTruth,
  RawRegion,
  RawScenario,
} from './schema.ts'
import { buildSpot } from './spot.ts'
import { buildTemplateTruths, type KnownTemplates } from './template-truth.ts'

/** A baked image: boots in 50 s, 95 of 100 within 75 s. TM-01. */
export const DEFAULT_BOOT: Distribution = { kind: 'lognormal', p50Ms: 50_000, p95Ms: 75_000 }
export const DEFAULT_REGION: RegionTruth = { zones: ['1', '2', '3'], faultDomains: 3 }
/** The engine keeps what is broken in one integer; the highest bits are the reserved words. */
export const MAX_DEPENDENCIES = 27

/** What is declared, as far as the world speaks of it. */
export interface DeclaredParts {
  /** Models of the scale sets, and documents of those that could not be read. */
  readonly documents: readonly unknown[]
  /** From `buildRegions`. */
  readonly regions: World['regions']
  readonly imageTemplates: KnownTemplates
  /** Files beside the scenario. */
  readonly files: DemandFiles
}

/** Every default applied. */
export function buildWorld(
  raw: RawScenario['world'],
  application: Application,
  declared: DeclaredParts,
  context: LoadContext,
): World {
  const dependencies = dependenciesOf(application)
  if (dependencies.length > MAX_DEPENDENCIES) {
    context.source.report(
      'E0124',
      ['world', 'application'],
      `${dependencies.length} dependencies are named, at most ${MAX_DEPENDENCIES} can be followed`,
    )
  }
  const { images, defaultImage } = buildImages(section(raw?.images), dependencies, context)
  const timings = buildTimings(section(raw?.timings), context)
  const demand = buildDemand(section(raw?.demand), context, declared.files)
  const faults = buildFaults(section(raw?.faults), context)
  const spot = buildSpot(section(raw?.spot), declared.regions, context)
  return {
    images,
    defaultImage,
    models: buildModels(section(raw?.models), dependencies, declared.documents, context),
    application,
    regions: declared.regions,
    timings,
    imageTemplates: buildTemplateTruths(
      section(raw?.imageTemplates),
      declared.imageTemplates,
      timings.imageBuild,
      dependencies,
      context,
    ),
    ...(faults === undefined ? {} : { faults }),
    ...(demand === undefined ? {} : { demand }),
    ...(spot === undefined ? {} : { spot }),
  }
}

/** Dependencies that exist: what serving needs and what endpoints check. Each once, in order of mention. */
export function dependenciesOf(application: Application): readonly string[] {
  const checks = Object.values(application.endpoints).flatMap((endpoint) => endpoint.checks)
  return [...new Set([...application.needs, ...checks])].filter((name) => name !== 'warmup')
}

/** A section of the wrong type has been reported; it is as good as empty then. */
function section<T>(value: T | undefined): T | undefined {
  return typeof value === 'object' && value !== null ? value : undefined
}

function buildImages(
  raw: Readonly<Record<string, RawImage>> | undefined,
  dependencies: readonly string[],
  context: LoadContext,
): { images: Record<string, ImageTruth>; defaultImage: ImageTruth } {
  const truth = (
    image: RawImage,
    path: Path,
    inherited: Pick<ImageTruth, 'boot' | 'replication'>,
    key: string,
  ): ImageTruth => ({
    boot: image.boot === undefined ? inherited.boot : toDistribution(image.boot, [...path, 'boot'], context.source),
    defects: (image.defects ?? []).map((defect, index) =>
      toDefect(defect, [...path, 'defects', index], key, dependencies, context),
    ),
    replication: {
      ...inherited.replication,
      ...buildReplication(image.replication ?? {}, [...path, 'replication'], context),
    },
  })
  const own = raw?.['default']
  const ownIsSound = own !== undefined && context.sound(['world', 'images', 'default'])
  const defaultImage = truth(
    ownIsSound ? own : {},
    ['world', 'images', 'default'],
    { boot: DEFAULT_BOOT, replication: {} },
    'default',
  )

  const images: Record<string, ImageTruth> = {}
  const writtenAs = new Map<string, string>()
  for (const [written, image] of Object.entries(Array.isArray(raw) ? {} : (raw ?? {}))) {
    const path: Path = ['world', 'images', written]
    if (written === 'default' || !context.sound(path)) continue
    const key = canonicalImage(written)
    if (key === undefined) {
      context.source.report('E0125', path, `${written} does not name an image`, {
        place: context.source.keyPlaceOf(path),
        hint: 'write gallery/definition/version, a resource id, or publisher:offer:sku:version',
      })
      continue
    }
    const before = writtenAs.get(key)
    if (before !== undefined) {
      context.source.report('E0120', path, `${written} is the same image as ${before}`, {
        place: context.source.keyPlaceOf(path),
        hint: 'keep one of them',
      })
      continue
    }
    writtenAs.set(key, written)
    images[key] = truth(image, path, defaultImage, written)
  }
  return { images, defaultImage }
}

function buildReplication(
  raw: NonNullable<RawImage['replication']>,
  path: Path,
  context: LoadContext,
): Record<string, ImageTruth['replication'][string]> {
  const regions: Record<string, ImageTruth['replication'][string]> = {}
  for (const [written, { takes, fails }] of Object.entries(raw)) {
    const at: Path = [...path, written]
    const region = regionName(written)
    if (Object.hasOwn(regions, region)) {
      context.source.report('E0120', at, `the region ${region} stands twice in ${formatPath(path)}`, {
        place: context.source.keyPlaceOf(at),
        hint: 'keep one of them',
      })
      continue
    }
    regions[region] = {
      ...(takes === undefined ? {} : { takes: toDistribution(takes, [...at, 'takes'], context.source) }),
      fails: fails ?? false,
    }
  }
  return regions
}

/** The image key of what is written under world.images; undefined when it names no image. */
export function canonicalImage(written: string): string | undefined {
  const urn = written.split(':')
  if (urn.length === 4 && urn.every((part) => part !== '')) {
    const [publisher, offer, sku, version] = urn as [string, string, string, string]
    return imageKey({ publisher, offer, sku, version })
  }
  if (urn.length > 1 || /\s/.test(written) || !written.includes('/')) return undefined
  return imageKey({ id: written })
}

function buildModels(
  raw: readonly RawModelTruth[] | undefined,
  dependencies: readonly string[],
  documents: readonly unknown[],
  context: LoadContext,
): ModelTruth[] {
  if (!Array.isArray(raw)) return []
  return (raw as readonly RawModelTruth[]).flatMap((entry, index) => {
    const path: Path = ['world', 'models', index]
    if (!context.sound(path)) return []
    const when: Record<string, unknown> = {}
    for (const [written, value] of Object.entries(entry.when)) {
      const at: Path = [...path, 'when', written]
      const resolved = resolveModelPath(written, documents)
      if (!('segments' in resolved)) {
        const key = context.source.keyPlaceOf(at)
        context.source.report('E0119', at, resolved.message, {
          place: { ...key, column: key.column + resolved.column - 1 },
          ...(resolved.hint === undefined ? {} : { hint: resolved.hint }),
        })
        continue
      }
      // Written null: the model must not have the value at all.
      when[formatModelPath(resolved.segments)] = normaliseModelValue(resolved.segments, value, documents).value
    }
    const defects = entry.defects.map((defect, at) =>
      toDefect(defect, [...path, 'defects', at], entry.name, dependencies, context),
    )
    return [{ name: entry.name, when, defects }]
  })
}

/** The application with its defaults; empty when what is written cannot be relied on. */
export function buildApplication(written: RawApplication | undefined, context: LoadContext): Application {
  const path: Path = ['world', 'application']
  const raw = context.sound(path) ? written : undefined
  const duration = (key: 'startup' | 'warmup'): Distribution => {
    const value = raw?.[key]
    return value === undefined ? constant(0) : toDistribution(value, [...path, key], context.source)
  }
  return {
    needs: [...new Set(raw?.needs ?? [])],
    startup: duration('startup'),
    warmup: duration('warmup'),
    endpoints: Object.fromEntries(
      Object.entries(raw?.endpoints ?? {}).map(([key, endpoint]) => [key, toEndpoint(endpoint)]),
    ),
    customMetrics: (raw?.customMetrics ?? []).map((entry, index) =>
      toCustomMetrics(entry, [...path, 'customMetrics', index], context),
    ),
    ...(raw?.approvesEventsAfter === undefined
      ? {}
      : {
          approvesEventsAfter: toDistribution(
            raw.approvesEventsAfter,
            [...path, 'approvesEventsAfter'],
            context.source,
          ),
        }),
    ...(raw?.drain === undefined ? {} : { drain: toDistribution(raw.drain, [...path, 'drain'], context.source) }),
  }
}

function toEndpoint(raw: RawEndpoint): Endpoint {
  return {
    checks: [...new Set(raw.checks ?? [])],
    answers: toAnswer(raw.answers),
    failDelayMs: raw.failDelay === undefined ? 0 : ms(raw.failDelay),
  }
}

function toAnswer(raw: RawEndpoint['answers']): EndpointAnswer {
  if (raw === undefined) return { kind: 'honest' }
  if (typeof raw === 'string') return { kind: raw }
  return { kind: 'fixed', status: raw.status, ...(raw.body === undefined ? {} : { body: raw.body }) }
}

/** CM-2: what the probe body carries is a JSON text, so the object form is written out. */
function toCustomMetrics(raw: RawCustomMetrics, path: Path, context: LoadContext): CustomMetrics {
  return {
    ...(raw.instances === undefined
      ? {}
      : { instances: instanceTexts(raw.instances, [...path, 'instances'], context) }),
    ...(raw.zones === undefined ? {} : { zones: raw.zones.map(String) }),
    text: raw.text ?? JSON.stringify({ rollingUpgrade: raw.rollingUpgrade }),
  }
}

/** Regions by normalised name: those the scenario speaks of, and those in use with their defaults. */
export function buildRegions(
  raw: Readonly<Record<string, RawRegion>>,
  inUse: readonly string[],
  context: LoadContext,
): Record<string, RegionTruth> {
  const regions: Record<string, RegionTruth> = {}
  for (const [written, region] of Object.entries(raw)) {
    if (!context.sound(['world', 'regions', written])) continue
    checkScarcity(written, region, inUse, context)
    regions[regionName(written)] = {
      zones: region.zones?.map(String) ?? DEFAULT_REGION.zones,
      faultDomains: region.faultDomains ?? DEFAULT_REGION.faultDomains,
      ...(region.quota?.instances === undefined ? {} : { quotaInstances: region.quota.instances }),
      ...(region.quota?.vCPUs === undefined ? {} : { quotaVCPUs: region.quota.vCPUs }),
      ...(region.capacity === undefined
        ? {}
        : {
            capacity: buildCapacity(
              region.capacity,
              ['world', 'regions', written, 'capacity'],
              region.zones?.map(String) ?? DEFAULT_REGION.zones,
              context,
            ),
          }),
    }
  }
  for (const location of inUse) {
    regions[location] ??= DEFAULT_REGION
  }
  return regions
}

/** What a region has room for is asked by scale sets alone: where none is, its name is mistyped. E0123. */
function checkScarcity(written: string, region: RawRegion, inUse: readonly string[], { source }: LoadContext): void {
  const name = regionName(written)
  if (inUse.includes(name)) return
  for (const key of ['quota', 'capacity'] as const) {
    if (region[key] === undefined) continue
    const path: Path = ['world', 'regions', written, key]
    source.report('E0123', path, `no scale set is in the region ${written}, so nobody asks for its ${key}`, {
      place: source.keyPlaceOf(path),
      ...nameHint(name, inUse),
    })
  }
}

function buildTimings(
  raw: Partial<Record<keyof Timings, RawDistribution | undefined>> | undefined,
  context: LoadContext,
): Timings {
  const timings: Record<string, Distribution> = { ...DEFAULT_TIMINGS }
  for (const [name, value] of Object.entries(raw ?? {})) {
    const path: Path = ['world', 'timings', name]
    if (value !== undefined && Object.hasOwn(DEFAULT_TIMINGS, name) && context.sound(path))
      timings[name] = toDistribution(value, path, context.source)
  }
  return timings as unknown as Timings
}
