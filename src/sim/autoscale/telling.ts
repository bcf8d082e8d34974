import { type AutoscaleProfile, type MetricTrigger, OPERATOR_SIGNS } from '../../model/autoscale/setting.ts'
import { formatClock } from '../../model/duration.ts'
import type { ScaleOutcome } from '../capacity.ts'
import { type Run, ruleCode, setSubject, traceCode } from '../run.ts'
import type { ActiveProfile } from './active-profile.ts'
import type { AutoscaleDecision, Observation } from './evaluate.ts'
import type { AutoscaleEvent, AutoscaleRecord } from './history.ts'
import type { ScaleDirection } from './scale-step.ts'
import type { Operation, ScaleDecision, SettingState } from './setting-state.ts'

const PROFILE = {
  FixedDateProfileEvaluation: traceCode('autoscale.FixedDateProfileEvaluation'),
  RecurrentProfileEvaluation: traceCode('autoscale.RecurrentProfileEvaluation'),
  DefaultProfileEvaluation: traceCode('autoscale.DefaultProfileEvaluation'),
} as const
const OPERATION = traceCode('autoscale.ScaleActionOperationEvaluation')
const METRIC = traceCode('autoscale.MetricEvaluation')
const RULE = traceCode('autoscale.ScaleRuleEvaluation')
const COOLDOWN = traceCode('autoscale.ScaleRuleCooldownEvaluation')
const COUNT = traceCode('autoscale.InstanceCountEvaluation')
const ACTION = traceCode('autoscale.InstanceScaleAction')
const FLAPPING = traceCode('autoscale.Flapping')
const FLAPPING_OCCURRED = traceCode('autoscale.FlappingOccurred')
const METRIC_FAILURE = traceCode('autoscale.MetricFailure')
const METRIC_RECOVERY = traceCode('autoscale.MetricRecovery')
const PREDICTED = traceCode('autoscale.predicted')

/**
 * What autoscale tells of its evaluations: the trace under the names of the resource log (AS-42), and the run history. Only
 * news is told; what comes to the same as the time before is not.
 */
export class AutoscaleTelling {
  /** In order of time. */
  readonly history: AutoscaleEvent[] = []
  private readonly run: Run

  constructor(run: Run) {
    this.run = run
  }

  blocked(state: SettingState, status: string, rule: string, isSkipped: boolean): void {
    if (state.blockedBy === status) return
    const { run } = this
    state.blockedBy = status
    // What follows is news again.
    state.told = ''
    run.record(OPERATION, setSubject(state.set), ruleCode(rule), run.text(status), isSkipped ? 1 : 0)
  }

  /** A service that refuses is asked again at every evaluation. */
  refusal(
    state: SettingState,
    { record }: Operation,
    { code, message, rule }: Extract<ScaleOutcome, { kind: 'refused' }>,
  ): void {
    const { run } = this
    const { currentInstanceCount: current, newInstanceCount: wanted } = record
    this.once(state, record, `${wanted} ${code} ${message}`)
    record.resultDescription = `${code}: ${message}`
    run.record(ACTION, setSubject(state.set), ruleCode(rule), current, wanted, run.text(code), run.text('Failed'))
    run.noteOnce({
      code: 'AutoscaleActionFailed',
      title: 'The service refused what autoscale asked for',
      severity: 'warning',
      where: `${state.set.name}: autoscale setting ${state.setting.name}`,
      evidence: [
        `${code}: ${message}, when it wanted ${wanted} instead of ${current} at ${formatClock(run.nowMs)}.`,
        'It asks again at every evaluation.',
      ],
      rules: [rule],
      confirm: 'az monitor activity-log list --resource-id <autoscale-setting-id>',
      fix: 'Make room for what the profile allows, or lower its maximum.',
    })
  }

  /** What came to nothing for the same reason as the time before stands in the history once. */
  once(state: SettingState, record: AutoscaleRecord, reason: string): void {
    if (reason !== '' && reason === state.cameToNothing) this.history.splice(this.history.indexOf(record), 1)
    state.cameToNothing = reason
  }

  profile(state: SettingState, { profile, foundBy }: ActiveProfile): void {
    if (state.profile === profile) return
    const { run } = this
    state.profile = profile
    state.told = ''
    const { minimum, maximum } = profile.capacity
    const { cause } = run.kernel
    const rule = ruleCode(foundBy === 'RecurrentProfileEvaluation' ? 'AS-03' : 'AS-02')
    const numbers = [run.text(profile.name), minimum, maximum, profile.capacity.default] as const
    run.record(PROFILE[foundBy], setSubject(state.set), rule, ...numbers)
    run.kernel.cause = cause
  }

  metrics(state: SettingState, profile: AutoscaleProfile, observed: readonly Observation[], count: number): void {
    const { run } = this
    const index = observed.findIndex(({ value }) => value === 'missing')
    const isMissing = index >= 0
    if (isMissing === state.metricsMissing) return
    state.metricsMissing = isMissing
    const name = isMissing ? profile.rules[index]!.metricTrigger.metricName : ''
    const { cause } = run.kernel
    run.record(isMissing ? METRIC_FAILURE : METRIC_RECOVERY, setSubject(state.set), ruleCode('AS-40'), run.text(name))
    run.kernel.cause = cause
    const description = isMissing ? `no instance reports ${name}` : 'every metric has values again'
    this.note(state, isMissing ? 'MetricFailure' : 'MetricRecovery', 'AS-40', description, { current: count })
  }

  /** The evaluation as the log shows it (AS-42); one that comes to the same as the last is not told again. */
  decision(
    state: SettingState,
    profile: AutoscaleProfile,
    observed: readonly Observation[],
    decision: AutoscaleDecision,
    count: number,
  ): void {
    const { run } = this
    const told = `${decision.results.join()} ${decision.act} ${decision.rule} ${count}`
    if (told === state.told) return
    state.told = told
    const subject = setSubject(state.set)
    for (const [index, { metricTrigger, scaleAction }] of profile.rules.entries()) {
      const { value, forecast } = observed[index]!
      run.record(METRIC, subject, ruleCode('AS-05'), run.text(metricTrigger.metricName), run.text(shown(value)))
      if (forecast !== null) {
        const each = forecast / Math.max(1, count)
        run.record(PREDICTED, subject, ruleCode('AS-53'), run.text(shown(forecast)), run.text(shown(each)))
      }
      const text = `${OPERATOR_SIGNS[metricTrigger.operator]} ${metricTrigger.threshold}`
      const rule = ruleCode(scaleAction.direction === 'Increase' ? 'AS-07' : 'AS-08')
      run.record(RULE, subject, rule, index, run.text(text), run.text(decision.results[index]!))
    }
    if (decision.act === 'nothing' && decision.rule === 'AS-20' && state.last !== null)
      run.record(COOLDOWN, subject, ruleCode('AS-20'), state.last.atMs, state.last.cooldownMs)
    const { minimum, maximum } = profile.capacity
    const wanted = decision.act === 'scale' ? decision.to : count
    run.record(COUNT, subject, ruleCode(decision.rule), count, minimum, maximum, wanted)
  }

  /** AS-32: `Flapping` when nothing is left of a scale-in, `FlappingOccurred` when a nearer count is. */
  flapping(state: SettingState, profile: AutoscaleProfile, decision: AutoscaleDecision, count: number): void {
    const { run } = this
    const { rejected } = decision
    const isSkipped = decision.act === 'nothing' && rejected !== null
    const isSameSpell = isSkipped && state.flapping
    state.flapping = isSkipped
    if (rejected === null || isSameSpell) return
    state.counts.flapsPrevented++
    const { metricName, operator, threshold } = profile.rules[rejected.rule]!.metricTrigger
    const { candidate } = rejected
    const wanted = decision.act === 'scale' ? decision.to : count
    const text = `${shown(rejected.value)} ${OPERATOR_SIGNS[operator]} ${threshold}`
    const what = isSkipped ? FLAPPING : FLAPPING_OCCURRED
    run.record(what, setSubject(state.set), ruleCode('AS-32'), count, candidate, wanted, run.text(text))
    const description = `with ${candidate} instances ${metricName} would be ${text}`
    this.note(state, isSkipped ? 'Flapping' : 'FlappingOccurred', 'AS-32', description, {
      current: count,
      wanted,
      direction: 'Decrease',
    })
  }

  note(
    state: SettingState,
    event: AutoscaleEvent['event'],
    rule: string,
    resultDescription: string,
    more: {
      readonly current?: number
      readonly wanted?: number
      readonly direction?: ScaleDirection
      readonly resultType?: AutoscaleEvent['resultType']
    } = {},
  ): AutoscaleRecord {
    const { current = state.set.targetCapacity + state.unseen } = more
    const record: AutoscaleRecord = {
      atMs: this.run.nowMs,
      setting: state.setting.name,
      scaleSet: state.set.name,
      event,
      selectedAutoscaleProfile: state.profile?.name ?? '',
      currentInstanceCount: current,
      newInstanceCount: more.wanted ?? current,
      scaleDirection: more.direction ?? null,
      resultType: more.resultType ?? null,
      endedAtMs: null,
      resultDescription,
      rule,
    }
    this.history.push(record)
    return record
  }
}

/** `Percentage CPU 84.2 > 70`, `below the minimum of 3`: what decided it. */
export function reasonOf(
  profile: AutoscaleProfile,
  observed: readonly Observation[],
  decision: ScaleDecision,
  count: number,
): string {
  const { minimum, maximum } = profile.capacity
  if (decision.rule === 'AS-40') return `metrics are missing: to the default of ${profile.capacity.default}`
  if (decision.rule === 'AS-04')
    return count < minimum ? `below the minimum of ${minimum}` : `above the maximum of ${maximum}`
  const { metricTrigger } = profile.rules[decision.byIndex]!
  const { value, forecast } = observed[decision.byIndex]!
  if (decision.rule === 'AS-52' && forecast !== null)
    return comparison(metricTrigger, `predicted ${shown(forecast / Math.max(1, count))}`)
  return comparison(metricTrigger, shown(value))
}

const comparison = ({ metricName, operator, threshold }: MetricTrigger, value: string): string =>
  `${metricName} ${value} ${OPERATOR_SIGNS[operator]} ${threshold}`

/** A metric value for people: three decimals at most. */
const shown = (value: number | string): string =>
  typeof value === 'string' ? value : String(Math.round(value * 1000) / 1000)
