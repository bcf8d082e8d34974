import { isCpu, isQueueLength, memoryReading } from '../autoscale/setting.ts'
import { type Demand, type DemandShape, SHAPE_PRESETS, type TracePoint } from '../demand.ts'
import { parseDuration } from '../duration.ts'
import { findScaleSet, type LoadContext } from './context.ts'
import { ms } from './distribution.ts'
import type { Path } from './document.ts'
import { besideFile } from './imported.ts'
import { nearest } from './nearest.ts'
import type { RawDemand, RawOwnDemand } from './schema-demand.ts'
import { MAX_TIME_MS } from './schema-parts.ts'

const MINUTE_MS = 60_000
const PATH: Path = ['world', 'demand']

/** What the reader of the demand needs besides the document: the files beside it. */
export interface DemandFiles {
  readonly file: string
  readonly readFile: (path: string) => string | undefined
}

/** The demand on all sets together, or on each set for itself. Undefined where there is none, or a wrong one. */
export function buildDemand(
  raw: RawDemand | undefined,
  context: LoadContext,
  files: DemandFiles,
): readonly Demand[] | undefined {
  if (raw === undefined || !context.sound(PATH)) return undefined
  const { perScaleSet, ...shared } = raw
  if (perScaleSet === undefined) {
    const demand = toDemand(shared, PATH, context.scaleSetNames, false, context, files)
    return demand === undefined ? undefined : [demand]
  }
  const foreign = Object.keys(shared)
  if (foreign.length > 0) {
    context.source.report('E0126', [...PATH, foreign[0]!], `${foreign[0]} stands beside perScaleSet`, {
      place: context.source.keyPlaceOf([...PATH, foreign[0]!]),
      hint: 'a demand is on all scale sets together, or each has its own: write it into every set of perScaleSet',
    })
    return undefined
  }
  return Object.entries(perScaleSet).flatMap(([name, own]) => {
    const path: Path = [...PATH, 'perScaleSet', name]
    const set = findScaleSet(name, path, context)
    return set === undefined ? [] : (toDemand(own, path, [set], true, context, files) ?? [])
  })
}

function toDemand(
  raw: RawOwnDemand,
  path: Path,
  scaleSets: readonly string[],
  isOwn: boolean,
  context: LoadContext,
  files: DemandFiles,
): Demand | undefined {
  const { source } = context
  const { requestsPerSecond, trace, perInstance } = raw
  const missing = (key: string, hint: string) => source.report('E0102', [...path, key], `${key} is missing`, { hint })
  const before = source.diagnostics.length
  if (requestsPerSecond === undefined && trace === undefined)
    missing('requestsPerSecond', 'a demand has requestsPerSecond (or a trace) and perInstance')
  if (requestsPerSecond !== undefined && trace !== undefined)
    source.report('E0126', [...path, 'trace'], 'requestsPerSecond and trace exclude each other', {
      hint: 'leave one of them out',
    })
  if (perInstance === undefined)
    missing('perInstance', 'how many requests in a second one instance can take: perInstance: 60')
  const points = trace === undefined ? undefined : readTrace(trace, [...path, 'trace'], context, files)
  const shape = toShape(raw, path, context)
  const memory = bounds(raw, 'memory', path, context)
  const cpu = bounds({ cpuPercentIdle: 0, cpuPercentAtFull: 100, ...raw }, 'cpu', path, context)
  const noiseEveryMs = raw.noise?.every === undefined ? MINUTE_MS : ms(raw.noise.every)
  if (noiseEveryMs === 0)
    source.report('E0128', [...path, 'noise', 'every'], 'noise that is drawn anew all the time never ends', {
      hint: 'write PT1M',
    })
  if (source.diagnostics.length > before || perInstance === undefined || cpu === undefined) return undefined
  return {
    scaleSets,
    isOwn,
    base: points === undefined ? { requestsPerSecond: requestsPerSecond! } : { trace: points },
    perInstance,
    ...(shape === undefined ? {} : { shape }),
    steps: (raw.steps ?? []).map(({ at, factor, for: lasts }) => ({
      atMs: ms(at),
      factor,
      ...(lasts === undefined ? {} : { forMs: ms(lasts) }),
    })),
    spikes: (raw.spikes ?? []).map(({ at, factor, rise, hold, fall }) => ({
      atMs: ms(at),
      factor,
      riseMs: rise === undefined ? 0 : ms(rise),
      holdMs: hold === undefined ? 0 : ms(hold),
      fallMs: fall === undefined ? 0 : ms(fall),
    })),
    ...(raw.noise === undefined ? {} : { noise: { percent: raw.noise.percent, everyMs: noiseEveryMs } }),
    cpu,
    ...(memory === undefined ? {} : { memory }),
    queue: raw.queue ?? false,
  }
}

/** Percent of an idle and of a busy instance; undefined when neither is given, or both are not in order. */
function bounds(
  raw: RawOwnDemand,
  what: 'cpu' | 'memory',
  path: Path,
  { source }: LoadContext,
): { readonly idle: number; readonly atFull: number } | undefined {
  const idle = raw[`${what}PercentIdle`]
  const atFull = raw[`${what}PercentAtFull`]
  if (idle === undefined && atFull === undefined) return undefined
  if (idle === undefined || atFull === undefined) {
    const key = `${what}Percent${idle === undefined ? 'Idle' : 'AtFull'}`
    source.report('E0102', [...path, key], `${key} is missing`, { hint: 'a memory metric needs both ends' })
    return undefined
  }
  if (idle <= atFull) return { idle, atFull }
  source.report(
    'E0128',
    [...path, `${what}PercentIdle`],
    `an idle instance at ${idle} % would work harder than a busy one at ${atFull} %`,
  )
  return undefined
}

function toShape(raw: RawOwnDemand, path: Path, { source }: LoadContext): DemandShape | undefined {
  const { shape, repeat } = raw
  if (shape === undefined || typeof shape === 'string') {
    if (repeat !== undefined)
      source.report(
        'E0128',
        [...path, 'repeat'],
        `repeat is for points of your own${shape === undefined ? '' : `; ${shape} has its own`}`,
        {
          hint: 'leave it out',
        },
      )
    return shape === undefined ? undefined : SHAPE_PRESETS[shape]
  }
  const points = shape.map(({ at, factor }) => ({ atMs: ms(at), factor }))
  const late = points.findIndex(({ atMs }, index) => index > 0 && atMs <= points[index - 1]!.atMs)
  if (late > 0)
    source.report(
      'E0128',
      [...path, 'shape', late, 'at'],
      'the points of a shape come in order of time, each later than the one before',
    )
  if (repeat === undefined) return { points }
  const last = points[points.length - 1]!
  if (ms(repeat) <= last.atMs)
    source.report(
      'E0128',
      [...path, 'repeat'],
      `the last point lies at ${shape[shape.length - 1]!.at}, not before the shape begins anew`,
      {
        hint: 'write a longer repeat, or leave the point out',
      },
    )
  return { points, repeatMs: ms(repeat) }
}

const COLUMNS = ['time', 'requestsPerSecond'] as const

/** A CSV file of two columns with a head line. Every mistake of it has its own line and column. */
function readTrace(name: string, path: Path, { source }: LoadContext, { file, readFile }: DemandFiles): TracePoint[] {
  const resolved = besideFile(file, name)
  const text = readFile(resolved)
  if (text === undefined) {
    source.report('E0001', path, `${name} cannot be read`, {
      hint: `looked for ${resolved}; paths are relative to the scenario file`,
    })
    return []
  }
  const tell = (line: number, column: number, message: string, hint?: string) =>
    source.report('E0127', path, message, {
      place: { file: resolved, line, column },
      ...(hint === undefined ? {} : { hint }),
    })
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n|\r/)
  const head = cellsOf(lines[0] ?? '')
  const at = COLUMNS.map((column) => head.findIndex((cell) => cell.text.toLowerCase() === column.toLowerCase()))
  for (const [index, column] of COLUMNS.entries()) {
    if (at[index]! >= 0) continue
    const near = nearest(
      column,
      head.map((cell) => cell.text),
    )
    const found = head.find((cell) => cell.text === near)
    tell(1, found?.column ?? 1, `there is no column ${column}`, 'the first line is time,requestsPerSecond')
  }
  if (at.includes(-1)) return []
  const points: TracePoint[] = []
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue
    const cells = cellsOf(line)
    const [time, level] = at.map((column) => cells[column] ?? { text: '', column: line.length + 1 })
    const atMs = timeOf(time!.text)
    const requestsPerSecond = level!.text === '' ? Number.NaN : Number(level!.text)
    if (atMs === undefined)
      tell(
        index + 1,
        time!.column,
        `"${time!.text}" is no moment of a run`,
        'write seconds (3600) or a duration (PT1H), below 24.8 days',
      )
    if (!(requestsPerSecond >= 0 && Number.isFinite(requestsPerSecond)))
      tell(index + 1, level!.column, `"${level!.text}" is no number of requests in a second`)
    const before = points[points.length - 1]
    if (atMs !== undefined && before !== undefined && atMs <= before.atMs)
      tell(index + 1, time!.column, 'the lines come in order of time, each later than the one before')
    else if (atMs !== undefined) points.push({ atMs, requestsPerSecond })
  }
  if (points.length === 0) tell(1, 1, 'the trace holds no line of numbers')
  return points
}

function cellsOf(line: string): { readonly text: string; readonly column: number }[] {
  let column = 1
  return line.split(/[,;]/).map((cell) => {
    const start = column + (cell.length - cell.trimStart().length)
    column += cell.length + 1
    return { text: cell.trim().replace(/^"(.*)"$/, '$1'), column: start }
  })
}

function timeOf(text: string): number | undefined {
  const fromMs = /^\d+(\.\d+)?$/.test(text) ? Math.round(Number(text) * 1000) : parseDuration(text)
  return fromMs !== undefined && fromMs < MAX_TIME_MS ? fromMs : undefined
}

/** Whether `shiftDemand` finds something: the demand of that set alone, or any. */
export const isMoved = (demands: readonly Demand[] | undefined, scaleSet: string | undefined): boolean =>
  (demands ?? []).some((demand) => scaleSet === undefined || (demand.isOwn && demand.scaleSets.includes(scaleSet)))

/** Which metrics follow from a demand as it is written, whatever is wrong with it otherwise. */
export function demandMetrics(raw: unknown): {
  readonly hasDemand: boolean
  readonly plays: (metricName: string, scaleSet: string | null) => boolean
} {
  const mapping = (value: unknown) =>
    (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>
  const on = (scaleSet: string | null) => {
    const { perScaleSet } = mapping(raw)
    return perScaleSet === undefined ? mapping(raw) : mapping(mapping(perScaleSet)[scaleSet ?? ''])
  }
  return {
    hasDemand: raw !== undefined,
    plays: (metricName, scaleSet) => {
      const demand = on(scaleSet)
      if (isQueueLength(metricName)) return demand['queue'] === true
      if (memoryReading(metricName) !== null) return demand['memoryPercentIdle'] !== undefined
      return isCpu(metricName)
    },
  }
}
