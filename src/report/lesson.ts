import type { Decision } from '../lab/lesson/decision.ts'
import { type Answer, type PlayedStep, placeholderValue } from '../lab/lesson/play.ts'
import type { Score } from '../lab/lesson/score.ts'
import { findAssumption, formatAssumptionValue } from '../model/assumptions.ts'
import { formatClock } from '../model/duration.ts'
import type { Lesson, Placeholder, Question, Template } from '../model/lesson.ts'
import { RULES } from '../model/rules/index.ts'
import type { TraceEntry } from '../sim/result.ts'
import { comparison } from './rollout-text.ts'
import { decimal, span as exactSpan, percent, plural } from './wording.ts'

/** Texts of a played lesson. Everything is plain text; who shows it escapes it. */

/** A span to the second; what is shorter than one is shown as it is. */
const span = (ms: number): string => exactSpan(ms < 1000 ? ms : Math.round(ms / 1000) * 1000)

/** A piece of a filled text; `isFilled` marks what came from the run, so that it can stand out. */
export interface FilledPart {
  readonly text: string
  readonly isFilled: boolean
}

/** The text of a reveal with the numbers of its run. What the run does not have is `unknown`. */
export function fillTemplate({ parts }: Template, own: PlayedStep, base: PlayedStep): FilledPart[] {
  return parts.map((part) =>
    typeof part === 'string'
      ? { text: part, isFilled: false }
      : { text: filled(part, placeholderValue(part, own, base)), isFilled: true },
  )
}

/** The same as one string. */
export const filledText = (template: Template, own: PlayedStep, base: PlayedStep): string =>
  fillTemplate(template, own, base)
    .map(({ text }) => text)
    .join('')

function filled(placeholder: Placeholder, value: string | number | boolean | null): string {
  if (value === null) return 'unknown'
  if (typeof value !== 'number') return String(value)
  if (placeholder.kind === 'measure') {
    const { kind } = placeholder.measure
    return kind === 'duration' ? span(value) : kind === 'percent' ? percent(value) : plain(value)
  }
  if (placeholder.name === 'at') return formatClock(value)
  if (placeholder.name === 'percent' || placeholder.name.endsWith('Percent')) return percent(value)
  return placeholder.name.endsWith('Ms') ? span(value) : plain(value)
}

/** Of hundreds nobody reads the tenths. */
const plain = (value: number): string => decimal(value, Math.abs(value) >= 100 ? 0 : 1)

/** An answer or a guess in words: `6 instances`, `33.3 %`, or the choice. */
export function answerText(question: Question, answer: Answer): string {
  if (question.kind === 'choice') return answer.kind === 'choice' ? (question.choices[answer.index]?.label ?? '') : ''
  if (answer.kind !== 'number') return ''
  return amount(answer.value, question.unit, question.measure.kind === 'duration' ? question.scale.perUnit : undefined)
}

function amount(value: number, unit: string, msPerUnit?: number): string {
  // A duration that is no whole number of its unit reads better with the rest: 12 min 30 s.
  if (msPerUnit !== undefined && !Number.isInteger(value)) return span(Math.round(value * msPerUnit))
  return unit === '' ? decimal(value) : `${decimal(value)} ${value === 1 ? singular(unit) : unit}`
}

const singular = (unit: string): string => (unit.length > 3 && unit.endsWith('s') ? unit.slice(0, -1) : unit)

/** How far off a guess was, in words. */
export function gapText(question: Question, { gap, isRight }: Score): string {
  if (question.kind === 'choice') return isRight ? 'right' : 'not so'
  if (gap === null) return 'no guess'
  if (isRight) return Math.abs(gap) < 1e-9 ? 'exactly right' : 'right, near enough'
  const distance = amount(
    Math.abs(gap),
    question.unit,
    question.measure.kind === 'duration' ? question.scale.perUnit : undefined,
  )
  return `${distance} too ${gap > 0 ? 'high' : 'low'}`
}

/** A rule that a lesson rests on and that is not published as it is played, or not in one way only. */
export interface Doubt {
  readonly rule: string
  readonly text: string
}

/**
 * What a class should be told beside the three lines: where the twin had to choose. Of `TH-15`: "No source says it; it is a
 * proposal of the twin. Assumed: stabilityWindow PT0S."
 */
export function lessonDoubts({ keep, decided, change }: Lesson): Doubt[] {
  const ids = [...new Set([...keep.flatMap(({ rules }) => rules), decided.rule, change.decided.rule])]
  return ids.flatMap((id) => {
    const rule = RULES.find((one) => one.id === id)
    const open =
      rule?.confidence === 'undocumented' ? 'No source says it; it is a proposal of the twin.' : rule?.ambiguity
    if (rule === undefined || open === undefined) return []
    const assumed = rule.assumptions.map((name) => {
      const definition = findAssumption(name)!
      return `${name} ${formatAssumptionValue(definition, definition.default)}`
    })
    return [{ rule: id, text: assumed.length === 0 ? open : `${open} Assumed: ${assumed.join(', ')}.` }]
  })
}

/** What decided, in one line: `00:31:20  2 of 6 upgraded instances unhealthy: 33.3 % > 20 % (TH-5)`. */
export function decisionText({ rule, entry, inequality }: Decision): string {
  const what =
    inequality === null
      ? entryText(entry)
      : `${inequality.count} of ${counted(rule, inequality.total)} unhealthy: ${comparison({ ...inequality, breached: inequality.isBreached })}`
  return `${formatClock(entry.atMs)}  ${what} (${rule})`
}

function counted(rule: string, total: number): string {
  if (rule === 'TH-5') return `${total} upgraded ${total === 1 ? 'instance' : 'instances'}`
  return `${plural(total, 'instance')} in the scale set`
}

type Numbers = TraceEntry['numbers']

/** Entries that decide a lesson and are no threshold test, each as what was compared or chosen. */
const ENTRY_TEXTS: Readonly<Record<string, (numbers: Numbers, subject: string) => string>> = {
  'rollout.batchStarted': ({ size, cap }) => `a batch of ${size}, at most ${cap}`,
  'rollout.batchShrunk': ({ size, cap, unhealthyElsewhere }) =>
    `a batch of ${size} in place of ${cap}, since ${unhealthyElsewhere} elsewhere are unhealthy`,
  'rollout.surgeFellBack': ({ wanted, room }) => `${wanted} surge instances wanted, room for ${room}: in place instead`,
  'rollout.instanceFailed': ({ health, waitedMs }, subject) =>
    `${subject} is ${health} after a wait of ${span(Number(waitedMs))}`,
  'rollout.instanceSucceeded': ({ waitedMs }, subject) =>
    `${subject} is Healthy after a wait of ${span(Number(waitedMs))}`,
  'rollout.paused': ({ pauseMs }) => `a pause of ${span(Number(pauseMs))}`,
  'rollout.ended': ({ status, successful, failed }) => `${status}: ${successful} successful, ${failed} failed`,
  'rollout.goesOn': ({ failed }) => `${failed} failed, and the rollout goes on`,
  'rollout.started': ({ workList, total }) => `${workList} of ${total} instances are to be upgraded`,
  'health.changed': ({ from, to }, subject) => `${subject} goes from ${from} to ${to}`,
  'repair.started': ({ action, underRepair, limit, unhealthyForMs }, subject) =>
    `${subject}: ${action} after ${span(Number(unhealthyForMs))} of ill health, ${underRepair} of at most ${limit} at a time`,
  'repair.judged': ({ healthy, failuresInARow, suspendAfter }, subject) =>
    `${subject} is ${healthy === true ? 'healthy' : 'unhealthy'} after its repair: ${failuresInARow} failures in a row, suspended at ${suspendAfter}`,
  'repair.loop': ({ repairs }, subject) => `${subject} repaired ${repairs} times with no healthy spell between`,
  'repair.serviceState': ({ serviceState, by }) => `automatic repairs are ${serviceState}, by the ${by}`,
  'osUpgrade.found': ({ image, behind }) => `${image} found, ${plural(Number(behind), 'instance')} behind`,
  'osUpgrade.nothingNewer': ({ image }) => `${image} is the newest, nothing to do`,
  'osUpgrade.blocked': ({ reason, instances }) => `blocked for ${plural(Number(instances), 'instance')}: ${reason}`,
  'osUpgrade.restored': ({ image, succeeded }, subject) =>
    succeeded === true
      ? `${subject} has its former disk back: ${String(image).replace(/^image /, '')}`
      : `${subject} does not come up with its former disk either`,
  'gallery.excludeFromLatest': ({ version, where, excluded }) =>
    `${version} ${excluded === true ? 'hidden from' : 'back in'} latest ${where}`,
  'gallery.replicated': ({ version, region, tookMs }) => `${version} is in ${region} after ${span(Number(tookMs))}`,
  'gallery.replicating': ({ version, region }) => `${version} is copied to ${region}`,
  'gallery.diskQueued': ({ inUse, slots, place }) => `${inUse} of ${slots} slots in use, place ${place} in the queue`,
  'gallery.diskGranted': ({ waitedMs, stillWaiting }) =>
    `a disk after a wait of ${span(Number(waitedMs))}, ${stillWaiting} still waiting`,
  'gallery.diskUnavailable': ({ zone }) => `the image copy lies in zone ${zone}, which is lost`,
  'instance.image': ({ image }, subject) => `${subject} is made from ${image}`,
  'instance.protected': ({ protectFromScaleIn, protectFromScaleSetActions }, subject) =>
    `${subject}: protectFromScaleIn ${protectFromScaleIn}, protectFromScaleSetActions ${protectFromScaleSetActions}`,
  'scaleSet.scaledOut': ({ from, to }) => `from ${from} to ${to} instances`,
  'scaleSet.scaledIn': ({ from, to }) => `from ${from} to ${to} instances`,
  'spot.evicted': ({ evictionPolicy }, subject) => `${subject} is evicted: ${evictionPolicy}`,
  'spot.reclaimed': ({ instances, of }) => `${instances} of ${of} Spot instances are taken back`,
  'spot.reclaimedFrom': ({ instances, of }) => `${instances} of ${of} Spot instances are taken back`,
  'autoscale.Flapping': ({ current, wanted, projection }) =>
    `from ${current} to ${wanted} would give ${projection}: held back`,
  'autoscale.FlappingOccurred': ({ current, wanted, new: chosen, projection }) =>
    `from ${current} to ${wanted} would give ${projection}: ${chosen} instead`,
  'autoscale.InstanceCountEvaluation': ({ current, new: wanted }) => `from ${current} to ${wanted} instances`,
  'autoscale.InstanceUpdateEvaluation': ({ current, new: wanted }) => `from ${current} to ${wanted} instances`,
  'autoscale.ScaleRuleEvaluation': ({ rule, threshold, estimateScaleResult }) =>
    `rule ${rule}, ${threshold}: ${estimateScaleResult}`,
  'autoscale.ScaleRuleCooldownEvaluation': ({ cooldownMs }) => `within the cooldown of ${span(Number(cooldownMs))}`,
  'model.updated': ({ change }) => String(change),
  'model.unchanged': ({ behind }) => `nothing changed, ${plural(Number(behind), 'instance')} behind`,
  'write.rejected': ({ code, message }) => `${code}: ${message}`,
  'zone.failed': ({ zone, instances }) => `zone ${zone} is lost with ${plural(Number(instances), 'instance')}`,
}

/** Any other entry by its name and numbers, so that nothing is left out. */
function entryText({ what, subject, numbers }: TraceEntry): string {
  const known = ENTRY_TEXTS[what]
  if (known !== undefined) return known(numbers, subject)
  const values = Object.entries(numbers).map(([name, value]) => `${name} ${value}`)
  return [`${subject} ${what}`, ...(values.length === 0 ? [] : [values.join(', ')])].join(': ')
}
