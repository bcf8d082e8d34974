import { type Diagnostic, InputError } from '../../model/diagnostic.ts'
import { formatDuration } from '../../model/duration.ts'
import { nameHint } from '../../model/scenario/nearest.ts'
import type { Scenario } from '../../model/scenario.ts'
import { isViewName, VIEW_NAMES, VIEWS, type ViewName } from './views.ts'

/** What somebody wants to see. */
export interface ShowRequest {
  readonly view: string
  /** May be left out where there is only one, or where the view is of none. */
  readonly scaleSet?: string
  /** One instance instead of all: its name, its Azure instance id, or `<set>/<number>`. Of `instance-view` alone. */
  readonly instance?: string
  /**
   * Of `image-version`: `gallery/definition` for its newest version at each moment, `gallery/definition/version` for that
   * one. May be left out where only one definition is declared.
   */
  readonly image?: string
}

/** The same, with everything filled in and known to exist. */
export interface CheckedRequest {
  readonly view: ViewName
  readonly scaleSet: string
  readonly instance: string | undefined
  readonly image: { readonly definition: string; readonly version: string | undefined } | undefined
}

const refuse = (message: string, hint: { readonly hint?: string } = {}): never => {
  throw new InputError([{ code: 'E0501', message, ...hint } satisfies Diagnostic])
}

/** @throws InputError E0501 with the nearest name */
export function checkRequest(scenario: Scenario, request: ShowRequest): CheckedRequest {
  const { view, instance } = request
  if (!isViewName(view)) return refuse(`there is no view ${view}`, viewHint(view))
  const { of } = VIEWS[view]
  if (instance !== undefined && view !== 'instance-view')
    return refuse(`--instance is not for ${view}`, { hint: 'it is for instance-view' })
  if (request.image !== undefined && of !== 'image')
    return refuse(`--image is not for ${view}`, { hint: 'it is for image-version' })
  if (of === 'image') {
    if (request.scaleSet !== undefined)
      return refuse(`--scale-set is not for ${view}`, { hint: 'name the image version: --image gallery/definition' })
    return { view, scaleSet: '', instance: undefined, image: imageOf(scenario, request.image) }
  }
  return { view, scaleSet: scaleSetOf(scenario, request), instance, image: undefined }
}

/** The nearest view, else all of them: there are few enough to read. */
function viewHint(view: string): { readonly hint?: string } {
  const near = nameHint(view, VIEW_NAMES)
  return 'hint' in near && near.hint.startsWith('did') ? near : { hint: `known: ${VIEW_NAMES.join(', ')}` }
}

function scaleSetOf(scenario: Scenario, { scaleSet, instance }: ShowRequest): string {
  const names = scenario.scaleSets.map(({ model }) => model.name)
  // `<set>/<number>` and a name say of which set they are.
  const implied = instance === undefined ? undefined : names.find((name) => belongsTo(instance, name))
  const wanted = scaleSet ?? implied
  if (wanted === undefined)
    return names.length === 1
      ? names[0]!
      : refuse(`${scenario.name} has ${names.length} scale sets`, {
          hint: `add --scale-set ${names.join(' or --scale-set ')}`,
        })
  const found = names.find((name) => name.toLowerCase() === wanted.toLowerCase())
  return found ?? refuse(`${scenario.name} has no scale set ${wanted}`, nameHint(wanted, names))
}

const belongsTo = (instance: string, set: string): boolean =>
  instance.startsWith(`${set}/`) || (instance.startsWith(`${set}_`) && !instance.slice(set.length + 1).includes('_'))

function imageOf(scenario: Scenario, written: string | undefined): NonNullable<CheckedRequest['image']> {
  const definitions = scenario.galleries.flatMap(({ images }) => images.map(({ key }) => key))
  if (definitions.length === 0)
    return refuse(`${scenario.name} declares no gallery`, { hint: 'declare the image below azure.galleries' })
  if (written === undefined)
    return definitions.length === 1
      ? { definition: definitions[0]!, version: undefined }
      : refuse(`${scenario.name} declares ${definitions.length} image definitions`, {
          hint: `add --image ${definitions.join(' or --image ')}`,
        })
  const [gallery, image, version, ...rest] = written.split('/')
  const wanted = `${gallery}/${image ?? ''}`
  const definition = definitions.find((key) => key.toLowerCase() === wanted.toLowerCase())
  if (definition === undefined || rest.length > 0)
    return refuse(`${scenario.name} declares no image definition ${written}`, nameHint(wanted, definitions))
  if (version !== undefined) checkVersion(scenario, definition, version)
  return { definition, version }
}

/** A version that neither is declared nor can come is a slip of the pen. Image Builder may number its own. */
function checkVersion(scenario: Scenario, definition: string, version: string): void {
  const isOf = (key: string) => key.toLowerCase() === definition.toLowerCase()
  if (scenario.imageTemplates.some(({ distribute }) => distribute.some(({ image }) => isOf(image)))) return
  const declared = scenario.galleries
    .flatMap(({ images }) => images)
    .filter(({ key }) => isOf(key))
    .flatMap(({ versions }) => versions.map(({ name }) => name))
  const published = scenario.timeline.flatMap(({ action }) =>
    action.verb === 'publishImageVersion' && isOf(action.image) ? [action.version.name] : [],
  )
  const known = [...new Set([...declared, ...published])]
  if (!known.includes(version)) refuse(`${definition} never has a version ${version}`, nameHint(version, known))
}

/** @throws InputError E0501 for a moment that is not part of the run */
export function checkMoment(scenario: Scenario, atMs: number, what: string): void {
  if (!Number.isInteger(atMs) || atMs < 0)
    refuse(`${what} ${atMs} is no moment of a run`, { hint: 'whole milliseconds from 0 on' })
  if (atMs <= scenario.durationMs) return
  const shown = formatDuration(atMs)
  refuse(`${what} ${shown} lies beyond the end of the run, ${formatDuration(scenario.durationMs)}`, {
    hint: `a longer run: --set duration=${shown}`,
  })
}
