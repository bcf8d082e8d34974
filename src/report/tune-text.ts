import type { ObjectiveDefinition, ObjectiveName } from '../lab/objectives.ts'
import type { PolicyField, PolicyValue } from '../lab/policy-space.ts'
import { type Difference, differencesOf, type Reason, WEIGHTS } from '../lab/recommend.ts'
import type { FrontPolicy, PlayedPolicy, TuneReport } from '../lab/tune.ts'
import { parseDuration } from '../model/duration.ts'
import { INDENT, indent, labelled } from './layout.ts'
import { type Palette, palette } from './palette.ts'
import { bicepValue, policyCode } from './policy-code.ts'
import { columns, padEnd, padStart, printable, WIDTH_DEFAULT, WIDTH_MIN, wrap } from './typeset.ts'
import { decimal, list, plural, span } from './wording.ts'

export interface TuneTextOptions {
  readonly color: boolean
  /** Columns, at least 40; default 100. */
  readonly width?: number
  /** The complete command that plays the recommended policy. */
  readonly confirm: string
}

/** Heads of columns: of policy fields by the end of their path, of objectives by name. */
const FIELD_HEADS: Readonly<Record<string, string>> = {
  maxBatchInstancePercent: 'batch',
  maxUnhealthyInstancePercent: 'unhealthy',
  maxUnhealthyUpgradedInstancePercent: 'upgraded',
  pauseTimeBetweenBatches: 'pause',
  prioritizeUnhealthyInstances: 'sick first',
  enableCrossZoneUpgrade: 'cross-zone',
  rollbackFailedInstancesOnPolicyBreach: 'rollback',
  maxSurge: 'surge',
  gracePeriod: 'grace',
}
export const OBJECTIVE_HEADS: Readonly<Record<ObjectiveName, string>> = {
  blastRadius: 'blast',
  duration: 'duration',
  lostCapacity: 'lost',
  falseHalts: 'halts',
  cost: 'cost',
}

/** A front may be long; a table of it is for reading, and -o json has all. */
const ROWS_MAX = 15

/** A tuning as a block of text: the front, the recommendation with its reasons, and how to apply it. Ends in a line feed. */
export function renderTune(report: TuneReport, options: TuneTextOptions): string {
  const width = Math.max(WIDTH_MIN, options.width ?? WIDTH_DEFAULT)
  const paint = palette(options.color)
  const { scenario, recommended } = report
  const section = (label: string, texts: readonly string[]) => labelled(label, texts, width, paint)
  const title = scenario.title === undefined ? scenario.name : `${scenario.title} (${scenario.name})`
  const lines = [
    ...wrap(printable(title), width, INDENT).map(paint.strong),
    ...section('Policies', [searchText(report)]),
    ...section('Space', spaceTexts(report)),
    ...section(
      'Worlds',
      report.worlds.map(({ describe }) => describe),
    ),
    ...section('Judged by', judgedTexts(report)),
    '',
    ...indent([paint.strong(frontTitle(report))]),
    ...indent(frontTable(report, width - INDENT, paint)),
    '',
    ...indent(
      [paint.strong(`Recommendation: ${policyText(report, recommended)}`)].flatMap((one) =>
        wrap(one, width - INDENT, 2),
      ),
    ),
    ...indent(indent(recommendationTexts(report).flatMap((text) => bullet(text, width - 2 * INDENT)))),
    '',
    ...applySections(report, options, paint),
  ]
  return `${lines.join('\n')}\n`
}

const bullet = (text: string, width: number): string[] => wrap(`- ${text}`, width, 2)

export function searchText({
  played,
  rounds,
  refined,
  refused,
  totalRuns,
  spaceSize,
  seeds,
  isComplete,
  stuck,
}: TuneReport): string {
  const halving = rounds.map(({ policies, runs }) => `${policies} x ${plural(runs, 'run')}`).join(', then ')
  const parts = [
    `${played} of ${plural(spaceSize, 'policy', 'policies')} played in ${plural(totalRuns, 'run')}: ${halving === '' ? 'the first round was cut short' : `${halving} a world`}${refined === 0 ? '' : `, and ${refined} around the recommendation`}`,
    `the same seeds for all, from ${seeds.fromSeed}`,
    ...refused.map(({ reason, policies }) => `${policies} left out that the service refuses (${reason})`),
    ...(stuck === 0 ? [] : [`${stuck} left out under which good images do not reach the fleet within the run`]),
    ...(isComplete ? [] : ['interrupted: what was finished is kept']),
  ]
  return parts.join('; ')
}

export function spaceTexts({ space }: TuneReport): string[] {
  const texts = space.fields.map((field) => {
    const levels = field.levels.map((value) => valueText(field, value))
    return `${fieldName(space.fields, field)}: ${levels.join(', ')}${field.declared === null ? '' : ` (declared: ${valueText(field, field.declared)})`}`
  })
  return space.origin === 'vary'
    ? texts
    : ['around the declared policy, since the scenario has no vary for it', ...texts]
}

export function judgedTexts({ definitions }: TuneReport): string[] {
  return definitions.map(({ name, title, describe }) => `${OBJECTIVE_HEADS[name]}: ${title}, ${describe}`)
}

export function frontTitle({ front }: TuneReport): string {
  return front.length === 1
    ? 'One policy is at least as good as every other in everything'
    : `The front: ${front.length} policies, each better than every other in something`
}

/** The front, the recommended one marked, and the declared policy where it is not on it. */
function frontTable(report: TuneReport, width: number, paint: Palette): string[] {
  const { front, declared, recommended, definitions, space } = report
  const shown = selected(front, recommended)
  const isOnFront = declared !== null && shown.some(({ set }) => set.length === 0)
  const rows: { readonly policy: PlayedPolicy; readonly mark: string }[] = shown.map((policy) => ({
    policy,
    mark: isSame(policy, recommended) ? '>' : policy.set.length === 0 ? 'd' : '',
  }))
  if (declared !== null && !isOnFront) rows.push({ policy: declared, mark: 'd' })
  const fields = space.fields
    .map((field, index) => ({ field, index }))
    .filter(({ index }) => new Set(rows.map(({ policy }) => policy.values[index])).size > 1)
  const head = [
    '',
    ...fields.map(({ field }) => headOf(space.fields, field)),
    ...definitions.map(({ name }) => OBJECTIVE_HEADS[name]),
  ]
  const cells = rows.map(({ policy, mark }) => [
    mark,
    ...fields.map(({ field, index }) => valueText(field, policy.values[index]!)),
    ...definitions.map((objective) => shortAmount(objective, policy.objectives[objective.name]!.value)),
  ])
  const widths = head.map((text, i) => Math.max(columns(text), ...cells.map((row) => columns(row[i]!))))
  const gap = widths.reduce((sum, one) => sum + one, 0) + 2 * widths.length <= width ? 2 : 1
  const line = (row: readonly string[]) =>
    row.map((text, i) => (i === 0 ? padEnd(text, widths[0]!) : ' '.repeat(gap) + padStart(text, widths[i]!))).join('')
  const constant = space.fields.flatMap((field, index) =>
    fields.some((one) => one.index === index)
      ? []
      : [`${fieldName(space.fields, field)} ${valueText(field, rows[0]!.policy.values[index]!)}`],
  )
  const notes = [
    '> recommended, d declared',
    ...(declared !== null && !isOnFront ? ['the declared policy is not on the front'] : []),
    ...(constant.length === 0 ? [] : [`all of them: ${constant.join(', ')}`]),
    ...(shown.length < front.length ? [`${front.length - shown.length} more in -o json`] : []),
  ]
  return [
    paint.quiet(line(head)),
    ...cells.map((row) => (row[0] === '>' ? paint.strong(line(row)) : line(row))),
    ...wrap(notes.join('; '), width).map(paint.quiet),
  ]
}

/** At most so many of the front, evenly over its order, the recommended one always. */
function selected(front: readonly FrontPolicy[], recommended: PlayedPolicy): readonly FrontPolicy[] {
  if (front.length <= ROWS_MAX) return front
  const indexes = new Set(
    Array.from({ length: ROWS_MAX - 1 }, (_, at) => Math.round((at * (front.length - 1)) / (ROWS_MAX - 2))),
  )
  return front.filter((policy, index) => indexes.has(index) || isSame(policy, recommended))
}

export const isSame = (a: PlayedPolicy, b: PlayedPolicy): boolean => a.values.join('\n') === b.values.join('\n')

export function policyText({ space }: TuneReport, { values, set }: PlayedPolicy): string {
  const parts = space.fields.map(
    (field, index) => `${fieldName(space.fields, field)} ${valueText(field, values[index]!)}`,
  )
  return `${set.length === 0 ? 'keep what is declared: ' : ''}${parts.join(', ')}`
}

/** Why this one, in words: what it comes to, against the declared one, and what each field would change. */
export function recommendationTexts(report: TuneReport): string[] {
  const { recommended, declared, definitions, space, reasons } = report
  const comesTo = definitions.map((objective) => {
    const { value, interval } = recommended.objectives[objective.name]!
    const ends = [interval.low, interval.high].map((end) => (end === null ? '?' : amount(objective, end)))
    const range = ends[0] === ends[1] ? '' : ` (${ends[0]} to ${ends[1]})`
    return `${objective.title} ${amount(objective, value)}${range}`
  })
  const weights = definitions
    .filter(({ name }) => WEIGHTS[name] > 1)
    .map(({ title, name }) => `${title} counts ${WEIGHTS[name]} times`)
  return [
    `It comes to ${list(comesTo)}, with 95 % intervals.`,
    `Of the front it is nearest to the best of everything at once${weights.length === 0 ? '' : `; ${list(weights)}`}.`,
    ...(declared === null || recommended.set.length === 0
      ? []
      : [againstText('The declared policy', differencesOf(declared, recommended, definitions), 'comes to the same')]),
    ...(recommended.unmet.length === 0
      ? []
      : [`No policy that was played meets all expectations; with this one these fail: ${list(recommended.unmet)}.`]),
    ...space.fields.flatMap((field, index) =>
      fieldTexts(
        space.fields,
        field,
        reasons.filter((reason) => reason.field === index),
      ),
    ),
  ]
}

/** What the neighbouring values of one field would do. */
function fieldTexts(fields: readonly PolicyField[], field: PolicyField, reasons: readonly Reason[]): string[] {
  const idle = reasons.filter(({ differences, breaks }) => differences.length === 0 && breaks.length === 0)
  const telling = reasons.filter((reason) => !idle.includes(reason))
  const texts = telling.map(({ value, instead, differences, breaks }) => {
    const head = `${fieldName(fields, field)} ${valueText(field, value)} rather than ${valueText(field, instead)}`
    const broken =
      breaks.length === 0
        ? ''
        : `${differences.length === 0 ? '' : '; '}with ${valueText(field, instead)} the scenario fails ${list(breaks)}`
    return `${head}: ${tradeText(differences)}${broken}.`
  })
  if (idle.length === 0) return texts
  const values = idle.map(({ instead }) => valueText(field, instead))
  return [
    ...texts,
    `${fieldName(fields, field)}: ${list(values)} ${values.length === 1 ? 'comes' : 'come'} to the same as ${valueText(field, idle[0]!.value)}.`,
  ]
}

function againstText(subject: string, differences: readonly Difference[], same: string): string {
  return differences.length === 0 ? `${subject} ${same}.` : `Against the declared policy it ${tradeText(differences)}.`
}

/** `halves rollout duration (52 min to 26 min), but doubles blast radius (10 % to 20 %)`: gains first. */
function tradeText(differences: readonly Difference[]): string {
  const text = ({ objective, from, to }: Difference) =>
    `${change(objective.title, from, to)} (${amount(objective, from)} to ${amount(objective, to)})`
  const gains = differences.filter(({ from, to }) => to < from).map(text)
  const losses = differences.filter(({ from, to }) => to > from).map(text)
  return [list(gains), list(losses)].filter((part) => part !== '').join(', but ')
}

function change(title: string, from: number, to: number): string {
  if (to === 0) return `removes ${title}`
  if (from === 0) return `adds ${title}`
  const ratio = to / from
  if (Math.abs(ratio - 0.5) < 0.05) return `halves ${title}`
  if (Math.abs(ratio - 2) < 0.15) return `doubles ${title}`
  if (ratio > 2) return `multiplies ${title} by ${decimal(ratio)}`
  if (ratio < 0.5) return `divides ${title} by ${decimal(1 / ratio)}`
  return `${ratio < 1 ? 'lowers' : 'raises'} ${title}`
}

function applySections(report: TuneReport, { confirm }: TuneTextOptions, paint: Palette): string[] {
  const { recommended } = report
  const code = policyCode(report, recommended)
  const block = (label: string, lines: readonly string[]) => [
    ...indent([paint.quiet(label)]),
    ...indent(indent(lines.map((line) => printable(line)))),
  ]
  // Commands and code stay on their lines, however long, so that they can be copied.
  const fragments = (write: (properties: Readonly<Record<string, unknown>>) => string) =>
    code.fragments.flatMap(({ scaleSet, properties }) => [
      ...(code.fragments.length > 1 ? [`// ${scaleSet}`] : []),
      ...write(properties).split('\n'),
    ])
  const inside = (text: string, dedent: number) =>
    text
      .split('\n')
      .slice(1, -1)
      .map((line) => line.slice(dedent))
      .join('\n')
  const confirmed = block('Confirm', [confirm])
  if (recommended.set.length === 0) return [...block('Apply', ['nothing to change']), ...confirmed]
  return [
    ...block('Azure CLI', code.az),
    ...block(
      'Bicep, in properties of the scale set',
      fragments((properties) => inside(bicepValue(properties), 2)),
    ),
    ...block(
      'ARM, in properties of the scale set',
      fragments((properties) => inside(JSON.stringify(properties, null, 2), 2)),
    ),
    ...block('Patch of the scenario', code.patch.trimEnd().split('\n')),
    ...confirmed,
  ]
}

const lastOf = (member: string): string => member.split('.').at(-1)!
const isPercent = ({ member }: PolicyField): boolean => /Percent$/.test(member)
const isShared = (fields: readonly PolicyField[], field: PolicyField): boolean =>
  fields.filter((other) => lastOf(other.member) === lastOf(field.member)).length === 1

/** Azure's name, with the set before it where several have a field of that name. */
export const fieldName = (fields: readonly PolicyField[], field: PolicyField): string =>
  isShared(fields, field) ? lastOf(field.member) : `${printable(field.scaleSets[0]!)} ${lastOf(field.member)}`

export const headOf = (fields: readonly PolicyField[], field: PolicyField): string => {
  const head = FIELD_HEADS[lastOf(field.member)] ?? lastOf(field.member)
  return isShared(fields, field) ? head : `${printable(field.scaleSets[0]!)} ${head}`
}

export function valueText(field: PolicyField, value: PolicyValue | null): string {
  if (value === null) return '-'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return isPercent(field) ? `${decimal(value)} %` : decimal(value)
  const ms = parseDuration(value)
  return ms === undefined ? printable(value) : ms === 0 ? '0 min' : span(ms)
}

export function amount({ unit }: ObjectiveDefinition, value: number): string {
  switch (unit) {
    case 'percent':
      return `${decimal(value)} %`
    case 'share':
      return `${decimal(value * 100)} %`
    case 'duration':
      return span(Math.max(0, Math.round(value / 60_000)) * 60_000).replace(/^0 s$/, '0 min')
    case 'instanceMinutes':
      return `${decimal(value, 0)} instance minutes`
    case 'money':
      return decimal(value, 2)
    case 'hours':
      return `${decimal(value, 1)} h`
    default:
      return unit satisfies never
  }
}

export const shortAmount = (objective: ObjectiveDefinition, value: number): string =>
  objective.unit === 'instanceMinutes' ? decimal(value, 0) : amount(objective, value)
