import { type AssumptionProfile, type Assumptions, resolveAssumptions } from '../assumptions.ts'
import { newMistakes } from '../declare/declare.ts'
import { InputError, type SourcePlace } from '../diagnostic.ts'
import type { Expectation } from '../expectation.ts'
import type { Finding } from '../finding.ts'
import { parseExpectation } from '../parse-expectation.ts'
import type { DeclaredScaleSet, Gallery, Scenario } from '../scenario.ts'
import { shrinkFindings } from './autoscale-findings.ts'
import { buildAutoscaleSettings } from './autoscale-settings.ts'
import { capacityFindings } from './capacity-findings.ts'
import { caseDocument, changedDocument, LESSON_CHANGE, readCases, takeOverMistakes } from './cases.ts'
import { findScaleSet, type LoadContext, soundness } from './context.ts'
import { declareNamed, scaleSetNames } from './declared.ts'
import { demandMetrics, isMoved } from './demand.ts'
import { demandFindings } from './demand-findings.ts'
import { ms } from './distribution.ts'
import { identityOf, type Path, readDocument, type SourceDocument } from './document.ts'
import { buildGalleries } from './galleries.ts'
import { galleryFindings } from './gallery-findings.ts'
import { unbootableImage, unknownImage, writtenImages } from './image-references.ts'
import { templateFindings } from './image-template-findings.ts'
import { buildImageTemplates } from './image-templates.ts'
import { importFiles } from './imported.ts'
import { mergeAutoscaleSettings } from './imported-autoscale.ts'
import { mergeGalleries } from './imported-galleries.ts'
import { checkShape } from './issues.ts'
import { readLesson } from './lesson.ts'
import { buildMaintenance } from './maintenance.ts'
import { regionName } from './names.ts'
import { staticPlaybookFindings } from './playbook-findings.ts'
import { buildPrices, pricedParts } from './prices.ts'
import { checkFirstFleet, checkSetCount, checkSizesOfTimeline, placeZones } from './regional-capacity.ts'
import { idleReplication } from './replication-truth.ts'
import type { RawScenario } from './schema.ts'
import { applySet } from './set-option.ts'
import { restoreFindings } from './spot.ts'
import { buildStandbyPools } from './standby-pools.ts'
import { buildTimeline } from './timeline.ts'
import { readProperties, readVary } from './vary.ts'
import { buildApplication, buildRegions, buildWorld, dependenciesOf } from './world.ts'

const DEFAULT_DURATION_MS = 6 * 3_600_000
const DEFAULT_SEED = 1
const IMAGE_REFERENCE: Path = ['virtualMachineProfile', 'storageProfile', 'imageReference']

export interface LoadOptions {
  /** Content of a file, by a path relative to the working directory; undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined
  /** `path=value` each, applied to the document before it is checked. */
  readonly set?: readonly string[]
  /** Wins over the file's. */
  readonly seed?: number
}

/**
 * A scenario file as the value the engine plays: checked, every default applied, nothing left of YAML. `file` is its
 * name in messages; files it refers to are looked up beside it. Of a file with cases this is the base.
 *
 * @throws InputError with every mistake of the file at once, those of its cases among them, each with its place
 */
export function loadScenario(text: string, file: string, options: LoadOptions): Scenario {
  return loadScenarios(text, file, options)[0]!
}

/**
 * Every scenario of a file: the base, then one for each of its `cases`, in order. A case is the base with its `set` laid
 * on top, and with its own `expect` in place of the base's. Options count for all of them and win over what a case sets.
 *
 * @throws InputError with every mistake of the base and of the cases at once, each with its place
 */
export function loadScenarios(text: string, file: string, options: LoadOptions): Scenario[] {
  const source = readDocument(text, file)
  // Past a syntax error the parser guesses; what it guessed is not worth judging.
  failOn(source, (code) => code === 'E0002')
  for (const assignment of options.set ?? []) applySet(source, assignment)
  if (source.value === null || source.value === undefined) source.value = {}
  const broken = checkShape(source)
  const cases = readCases(source, soundness(broken))
  const base = build(source, broken, file, options)
  // A case lays the options over its own `set`, on the file as written: what grows by [+] must not have grown before.
  const isLayered = cases.length > 0 || base.lesson !== undefined
  const written = isLayered && options.set !== undefined ? readDocument(text, file) : source
  const scenarios = cases.map((one): Scenario => {
    const own = caseDocument(one, source, written, options.set ?? [])
    const scenario = build(own, checkShape(own), file, options)
    const { name, title, description } = one.raw
    takeOverMistakes(one.path, `the case ${name}`, own, source)
    return {
      ...scenario,
      name: `${base.name}/${name}`,
      case: name,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
    }
  })
  const changed = buildChanged(base, { source, written, file, options })
  failOn(source, () => true)
  const first: Scenario = {
    ...base,
    ...(scenarios.length === 0 ? {} : { hasCases: true }),
    ...(changed === undefined ? {} : { changed }),
  }
  return [first, ...scenarios]
}

/** The scenario after the change of its lesson. */
function buildChanged(
  { lesson, name }: Scenario,
  read: {
    readonly source: SourceDocument
    readonly written: SourceDocument
    readonly file: string
    readonly options: LoadOptions
  },
): Scenario | undefined {
  if (lesson === undefined) return undefined
  const { source, written, file, options } = read
  const set = Object.fromEntries(lesson.change.set.map(({ path, after }) => [path, after]))
  const own = changedDocument(set, source, written, options.set ?? [])
  const changed = build(own, checkShape(own), file, options)
  takeOverMistakes(LESSON_CHANGE, 'the change of the lesson', own, source)
  return { ...changed, name: `${name}/changed` }
}

/** A file that has been read once and is built again and again, each time with other assignments. */
export interface PreparedScenario {
  /** The document as plain values, with the assignments of its preparation and those of its case. */
  readonly document: Readonly<Record<string, unknown>>
  /** The same with further assignments. */
  documentWith(set: readonly string[]): Record<string, unknown>
  /** The scenario without its `expect` and `vary`. @throws InputError like `loadScenario` */
  build(set: readonly string[], seed?: number): Scenario
}

/** The base of a file, or one of its cases, with the assignments of `options`. The file must have been loaded before. */
export function prepareScenario(
  text: string,
  file: string,
  options: LoadOptions,
  wanted: string | undefined,
): PreparedScenario {
  const source = readDocument(text, file)
  const given = options.set ?? []
  for (const assignment of given) applySet(source, assignment)
  const found = wanted === undefined ? undefined : readCases(source, () => true).find(({ raw }) => raw.name === wanted)
  const own = found === undefined ? source.fork('cases') : caseDocument(found, source, readDocument(text, file), given)
  const withAll = (set: readonly string[]): SourceDocument => {
    const changed = own.fork('vary')
    for (const assignment of set) applySet(changed, assignment)
    return changed
  }
  return {
    document: own.value as Record<string, unknown>,
    documentWith: (set) => withAll(set).value as Record<string, unknown>,
    build: (set, seed) => {
      const changed = withAll(set)
      // What the base is to come to, or to teach, says nothing about another world.
      for (const key of ['expect', 'lesson']) delete (changed.value as Record<string, unknown>)[key]
      const scenario = build(changed, checkShape(changed), file, {
        ...options,
        ...(seed === undefined ? {} : { seed }),
      })
      failOn(changed, () => true)
      return scenario
    },
  }
}

/** The scenario a document describes. What is wrong is reported; the result then means nothing. */
function build(source: SourceDocument, broken: readonly Path[], file: string, options: LoadOptions): Scenario {
  const sound = soundness(broken)
  const raw = (typeof source.value === 'object' && !Array.isArray(source.value) ? source.value : {}) as RawScenario

  const assumptions = readAssumptions(raw, source)
  const imported = importFiles(mapping(raw.azure), file, options.readFile, { source, sound })
  const typed = mapping(mapping(raw.azure)['scaleSets'])
  const context: LoadContext = { source, sound, scaleSetNames: scaleSetNames(imported.scaleSets, typed) }
  if (
    context.scaleSetNames.length === 0 &&
    imported.complete &&
    sound(['azure', 'scaleSets']) &&
    !broken.some((path) => path.length === 1)
  ) {
    source.report('E0121', 'azure' in raw ? ['azure'] : [], 'the scenario declares no scale set', {
      hint: 'write azure.scaleSets, or name a template in azure.from',
    })
  }

  const application = buildApplication(mapping(raw.world)['application'] as never, context)
  const declared: DeclaredScaleSet[] = []
  const models = new Map<string, Record<string, unknown>>()
  const places = new Map<string, (path: Path) => SourcePlace | undefined>()
  const findings: Finding[] = [...imported.findings]
  for (const name of context.scaleSetNames) {
    const one = declareNamed(name, imported.scaleSets, typed, source, {
      assumptions: assumptions.assumptions,
      application,
      sound,
    })
    findings.push(...one.findings)
    if (one.declared !== undefined) {
      declared.push(one.declared)
      models.set(name, one.declared.model)
      if (one.placeOf !== undefined) places.set(one.declared.model.name, one.placeOf)
    } else if (one.document !== undefined) models.set(name, one.document)
  }
  const regionsInUse = [...new Set(declared.map((set) => regionName(set.model.location)))]
  const regions = buildRegions(mapping(mapping(raw.world)['regions']) as never, regionsInUse, context)
  placeZones(declared, regions, context, places)
  checkFirstFleet(declared, regions, context)
  checkSetCount(declared, context)
  const areas = {
    regions,
    maxReplicasPerRegion: assumptions.assumptions.maxReplicasPerRegion,
    ...(regionsInUse.length === 1 ? { defaultLocation: regionsInUse[0]! } : {}),
  }
  // What could not be read in full cannot make a name unknown; a section may also stand under a misspelt key.
  const azure = mapping(raw.azure)
  const azureIsSound = imported.complete && !broken.some((path) => path.length <= 2 && path[0] === 'azure')
  const isSilent = (since: number, section: string) =>
    azureIsSound && source.diagnostics.length === since && sound(['azure', section])
  const before = source.diagnostics.length
  const galleries = buildGalleries(mergeGalleries(azure['galleries'], imported.imageVersions, source), context, areas)
  const galleriesAreComplete = isSilent(before, 'galleries')
  const written = writtenImages(galleriesAreComplete ? azure['galleries'] : undefined)
  checkImages(declared, galleries, written, places, source)
  const between = source.diagnostics.length
  const templates = buildImageTemplates(azure['imageTemplates'], context, {
    ...areas,
    ...(galleriesAreComplete ? { galleries } : {}),
  })
  const imageTemplates = { templates, areComplete: isSilent(between, 'imageTemplates') }
  const setsAreComplete = declared.length === context.scaleSetNames.length
  findings.push(...templateFindings(azure['imageTemplates'], source))
  const durationMs = raw.duration !== undefined && sound(['duration']) ? ms(raw.duration) : DEFAULT_DURATION_MS
  const autoscale = buildAutoscaleSettings(
    mergeAutoscaleSettings(azure['autoscaleSettings'], imported.autoscaleSettings, source),
    context,
    {
      metricLagMs: assumptions.assumptions.metricLag,
      ...demandMetrics(mapping(raw.world)['demand']),
      durationMs,
      importedNames: imported.autoscaleSettings.map(({ name }) => name),
    },
  )
  findings.push(...autoscale.findings, ...restoreFindings(declared, autoscale.settings))
  for (const { model } of declared)
    for (const setting of autoscale.settings)
      if (setting.scaleSet === model.name) findings.push(...shrinkFindings(setting, model.sku.capacity))
  findings.push(...capacityFindings(declared, autoscale.settings, regions))
  const standbyPools = buildStandbyPools(azure['standbyPools'], context, {
    scaleSets: declared,
    autoscaleSettings: autoscale.settings,
  })
  const maintenanceConfigurations = buildMaintenance(azure['maintenanceConfigurations'], context, {
    flexibleSets: declared.filter(({ model }) => model.orchestrationMode === 'Flexible').map(({ model }) => model.name),
  })
  const world = buildWorld(
    mapping(raw.world) as RawScenario['world'],
    application,
    {
      documents: [...models.values()],
      regions,
      imageTemplates,
      files: { file, readFile: options.readFile },
    },
    context,
  )

  if (durationMs === 0) source.report('E0104', ['duration'], 'duration must be above PT0S')
  const timeline = buildTimeline(raw.timeline, {
    ...context,
    durationMs,
    dependencies: dependenciesOf(application),
    // With a set that could not be read the list is not complete, so nothing can be called wrong.
    regionsInUse: setsAreComplete ? regionsInUse : [],
    regions,
    galleries,
    galleryOptions: areas,
    imageTemplates,
    galleriesAreComplete,
    writtenImages: written,
    usersAreComplete: setsAreComplete && azureIsSound && imageTemplates.areComplete,
    models,
    hasDemand: (scaleSet) => !sound(['world', 'demand']) || isMoved(world.demand, scaleSet),
    // Values the service would not accept in the model after an update, and did accept before it.
    checkModel: (name, before, after) =>
      newMistakes(name, before, after, assumptions).filter(({ code }) => code === 'E0201'),
  })
  checkSizesOfTimeline(timeline, declared, regions, context)
  const prices = buildPrices(mapping(raw.world)['prices'] as never, pricedParts(declared, timeline), context, findings)
  findings.push(
    ...demandFindings(
      // With a set that could not be read the largest fleet is not known.
      setsAreComplete ? world.demand : undefined,
      {
        scaleSets: declared,
        autoscaleSettings: autoscale.settings,
        timeline,
        durationMs,
        stepMs: assumptions.assumptions.demandStep,
      },
      source,
    ),
  )
  const expect = readExpectations(raw, context)
  findings.push(
    ...staticPlaybookFindings({ scaleSets: declared, galleries, world, assumptions: assumptions.assumptions }, source),
    ...galleryFindings(azure['galleries'], source),
    // With a gallery or a set that could not be read a region may well be known.
    ...(galleriesAreComplete && setsAreComplete && imageTemplates.areComplete
      ? idleReplication(mapping(raw.world)['images'], { regionsInUse, galleries, templates, timeline }, context)
      : []),
  )

  const vary = raw.vary === undefined ? undefined : readVary(raw.vary, { ...context, models, durationMs })
  const ownExpectation = (line: string, path: Path) => readExpectation(line, path, context)
  const properties = raw.properties === undefined ? undefined : readProperties(raw.properties, context, ownExpectation)
  const lesson =
    raw.lesson === undefined
      ? undefined
      : readLesson(raw.lesson, { ...context, models, durationMs, readExpectation: ownExpectation })
  const seed = options.seed ?? (sound(['seed']) ? raw.seed : undefined) ?? DEFAULT_SEED
  if (!Number.isSafeInteger(seed) || seed < 0) {
    source.report('E0104', ['seed'], `seed must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, got ${seed}`, {
      place: { file: `--seed ${seed}`, line: 1, column: 1 },
    })
  }
  return {
    name: raw.name ?? baseName(file),
    ...(raw.title === undefined ? {} : { title: raw.title }),
    ...(raw.description === undefined ? {} : { description: raw.description }),
    file,
    seed,
    durationMs,
    scaleSets: declared,
    galleries,
    imageTemplates: templates,
    maintenanceConfigurations,
    autoscaleSettings: autoscale.settings,
    standbyPools,
    world: prices === undefined ? world : { ...world, prices },
    timeline,
    expect,
    ...(vary === undefined ? {} : { vary }),
    ...(properties === undefined ? {} : { properties }),
    assumptions: assumptions.assumptions,
    ...(lesson === undefined ? {} : { lesson }),
    findings,
  }
}

/** Images of the sets at the start: what a gallery that is written out lacks, and what boots nowhere. E0136, E0146, E0202. */
function checkImages(
  scaleSets: readonly DeclaredScaleSet[],
  galleries: readonly Gallery[],
  written: ReadonlySet<string>,
  places: ReadonlyMap<string, (path: Path) => SourcePlace | undefined>,
  source: SourceDocument,
): void {
  const definitions = galleries.flatMap(({ images }) => images)
  for (const { model } of scaleSets) {
    const unknown = unknownImage(
      model.virtualMachineProfile.storageProfile?.imageReference,
      galleries,
      written,
      // What the timeline publishes comes too late for instances that run from the start.
      (key) => definitions.find((definition) => definition.key === key)?.versions.map(({ name }) => name),
    )
    const mistake = unknown ?? unbootableImage(model, galleries)
    if (mistake === undefined) continue
    const path = ['azure', 'scaleSets', model.name, ...IMAGE_REFERENCE]
    const place = places.get(model.name)?.(IMAGE_REFERENCE)
    source.report(mistake.code, path, `${model.name}: ${mistake.message}`, {
      ...(place === undefined ? {} : { place }),
      ...(mistake.hint === undefined ? {} : { hint: mistake.hint }),
    })
  }
}

/** Throws when there is a mistake of the kind, in order of the file; a place in another file comes after those. */
function failOn(source: SourceDocument, fatal: (code: string) => boolean): void {
  if (!source.diagnostics.some(({ code }) => fatal(code))) return
  const order = source.diagnostics.map((diagnostic, index) => ({ diagnostic, index }))
  const main = source.placeOf([]).file
  order.sort((a, b) => {
    const left = a.diagnostic.place
    const right = b.diagnostic.place
    const foreign = Number(left?.file !== main) - Number(right?.file !== main)
    if (foreign !== 0 || left?.file !== right?.file) return foreign || a.index - b.index
    return (left?.line ?? 0) - (right?.line ?? 0) || (left?.column ?? 0) - (right?.column ?? 0) || a.index - b.index
  })
  // Two steps may stumble over the same thing.
  const seen = new Set<string>()
  throw new InputError(
    order.flatMap(({ diagnostic }) => {
      const identity = identityOf(diagnostic)
      if (seen.has(identity)) return []
      seen.add(identity)
      return [diagnostic]
    }),
  )
}

/** E0111 and E0112 at the key; a wrong profile has been reported by the schema. */
function readAssumptions(raw: RawScenario, source: SourceDocument): { assumptions: Assumptions } {
  const given = mapping(raw.assumptions)
  const profile: AssumptionProfile = given['profile'] === 'article' ? 'article' : 'documentation'
  const { assumptions, problems } = resolveAssumptions(profile, given)
  for (const problem of problems) {
    const path = ['assumptions', problem.name]
    const unknown = problem.kind === 'unknown'
    source.report(unknown ? 'E0111' : 'E0112', path, problem.message, {
      place: unknown ? source.keyPlaceOf(path) : source.placeOf(path),
      ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    })
  }
  return { assumptions }
}

function readExpectations(raw: RawScenario, context: LoadContext): Expectation[] {
  if (!Array.isArray(raw.expect)) return []
  return (raw.expect as readonly unknown[]).flatMap((line, index) =>
    typeof line === 'string' ? (readExpectation(line, ['expect', index], context) ?? []) : [],
  )
}

/** One line that stands at `path`; what is wrong with it is reported. */
function readExpectation(line: string, path: Path, context: LoadContext): Expectation | undefined {
  const offset = context.source.textOffset(path)
  const parsed = parseExpectation(line)
  if ('error' in parsed) {
    const place = context.source.placeOf(path)
    context.source.report(/^unknown measure/.test(parsed.error) ? 'E0114' : 'E0113', path, parsed.error, {
      place: { ...place, column: place.column + offset + parsed.column - 1 },
      ...(parsed.hint === undefined ? {} : { hint: parsed.hint }),
    })
    return undefined
  }
  const [first, named, ...rest] = parsed.ok.measure
  if (first !== 'perScaleSet') return parsed.ok
  const at = Math.max(0, line.indexOf(String(named)))
  const found = findScaleSet(String(named), path, context, offset + at)
  return found === undefined ? undefined : { ...parsed.ok, measure: [first, found, ...rest] }
}

function mapping(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

/** `scenarios/bad-image.yaml` -> `bad-image`. */
function baseName(file: string): string {
  const last = file.split(/[/\\]/).at(-1) ?? file
  return last.replace(/\.[^.]+$/, '') || 'scenario'
}
