import { type Diagnostic, InputError } from '../../model/diagnostic.ts'
import { formatClock, formatDuration } from '../../model/duration.ts'
import { nameHint } from '../../model/scenario/nearest.ts'
import type { Scenario } from '../../model/scenario.ts'
import { beginSimulation } from '../../sim/simulate.ts'
import type { RunSnapshot } from '../../sim/snapshot.ts'
import { type AzureError, isAzureError } from './azure-error.ts'
import { armTime } from './clock.ts'
import { type CheckedRequest, checkMoment, checkRequest, type ShowRequest } from './request.ts'
import { tableText, tsvText } from './table.ts'
import { type Document, namesInstance, rowsOf, VIEWS, type ViewName } from './views.ts'

export { VIEW_NAMES, VIEWS, type ViewName } from './views.ts'
export type { ShowRequest }

/**
 * What Azure would answer at a moment of a run. No part of this needs Node: the page plays scenarios with it in a worker.
 */
export interface Shown {
  readonly view: ViewName
  /** Empty where the view is of no scale set. */
  readonly scaleSet: string
  readonly atMs: number
  /** What Azure would print: a document, or the body of its error. */
  readonly document: Document | AzureError
  readonly isError: boolean
}

/**
 * Plays a scenario up to a moment and shows it. `view` is the name of a view, or a request that also names a scale set, an
 * instance or an image.
 *
 *   showAt(scenario, scenario.seed, 25 * 60_000, 'rolling-upgrade').document
 *
 * @throws InputError for an unknown name or a moment outside of the run. @throws BudgetExceeded for a run that does not end.
 */
export function showAt(scenario: Scenario, seed: number, atMs: number, view: string | ShowRequest): Shown {
  const request = checkRequest(scenario, typeof view === 'string' ? { view } : view)
  checkMoment(scenario, atMs, 'the moment')
  const simulation = beginSimulation(scenario, { seed })
  simulation.playUntil(atMs)
  const run = simulation.snapshot()
  checkInstance(run, request)
  return showSnapshot(run, request)
}

export interface FilmOptions {
  readonly seed: number
  readonly fromMs: number
  readonly everyMs: number
  /** The last moment is at or before it. */
  readonly untilMs: number
}

/**
 * The same at every moment from one to another, of a run that is played once. Ends with the last moment.
 *
 * @throws InputError as `showAt`, at the first step; for an instance that has not been there by the last moment, after it
 */
export function* film(scenario: Scenario, options: FilmOptions, view: string | ShowRequest): Generator<Shown> {
  const request = checkRequest(scenario, typeof view === 'string' ? { view } : view)
  let last: RunSnapshot | undefined
  for (const run of snapshots(scenario, options)) {
    last = run
    yield showSnapshot(run, request)
  }
  // Every moment of it would have been a 404, and the reader wondering.
  if (last !== undefined) checkInstance(last, request)
}

/**
 * A run at every moment from one to another, played once: for whoever wants several views of each.
 *
 * @throws InputError for moments outside of the run. @throws BudgetExceeded for a run that does not end.
 */
export function* snapshots(
  scenario: Scenario,
  { seed, fromMs, everyMs, untilMs }: FilmOptions,
): Generator<RunSnapshot> {
  checkMoment(scenario, fromMs, '--at')
  checkMoment(scenario, untilMs, '--until')
  if (!Number.isInteger(everyMs) || everyMs < 1) throw new RangeError(`a film needs a step in whole ms, got ${everyMs}`)
  const simulation = beginSimulation(scenario, { seed })
  for (let atMs = fromMs; atMs <= untilMs; atMs += everyMs) {
    simulation.playUntil(atMs)
    yield simulation.snapshot()
  }
}

/** One view of a run where it stands. */
export function showSnapshot(run: RunSnapshot, request: CheckedRequest): Shown {
  const document = VIEWS[request.view].show(run, request)
  const { view, scaleSet } = request
  return { view, scaleSet, atMs: run.atMs, document, isError: isAzureError(document) }
}

/** An instance that was there and is gone gets the answer of Azure; one that never was, the nearest name. */
function checkInstance(run: RunSnapshot, { scaleSet, instance }: CheckedRequest): void {
  const set = run.scaleSets.find(({ name }) => name === scaleSet)
  if (instance === undefined || set === undefined || namesInstance(set, instance)) return
  const message = `${set.name} has had no instance ${instance} by ${formatClock(run.atMs)}`
  const names = set.instances.flatMap(({ name, label }) => (instance.includes('/') ? [label] : [name]))
  const hint = nameHint(instance, names)
  throw new InputError([
    {
      code: 'E0501',
      message,
      ...('hint' in hint ? hint : { hint: `its first instance is ${names[0] ?? 'still to come'}` }),
    } satisfies Diagnostic,
  ])
}

/** How a moment of a film is headed: time since the start, and the clock of Azure. */
export const momentText = (atMs: number): string => `${formatClock(atMs)} (${armTime(atMs)})`

/** The document alone, as it would be printed. */
export const shownJson = ({ document }: Shown): string => `${JSON.stringify(document, null, 2)}\n`

/** One line of a film: JSON Lines, the document below its moment. */
export const filmJson = ({ atMs, view, scaleSet, document }: Shown): string =>
  `${JSON.stringify({
    at: formatDuration(atMs),
    atMs,
    time: armTime(atMs),
    view,
    ...(scaleSet === '' ? {} : { scaleSet }),
    document,
  })}\n`

/** A list without entries is no table; the command line prints nothing, and so do we. */
export const shownTable = ({ view, document }: Shown): string => tableText(rowsOf(view, document))

export const shownTsv = ({ view, document }: Shown): string => tsvText(rowsOf(view, document))

export const filmTable = (shown: Shown): string => {
  const table = shownTable(shown)
  return `${momentText(shown.atMs)}\n${table === '' ? '(none)\n' : table}\n`
}

export const filmTsv = ({ view, document, atMs }: Shown): string =>
  tsvText(rowsOf(view, document), [formatDuration(atMs)])
