import {
  type AutoscaleProfile,
  type AutoscaleRule,
  type AutoscaleSetting,
  isPredictable,
  type MetricTrigger,
  OPERATOR_SIGNS,
} from '../../model/autoscale/setting.ts'
import { formatClock } from '../../model/duration.ts'
import type { Capacity, ScaleOutcome } from '../capacity.ts'
import { type Instance, LIFE, PROVISIONING } from '../instance.ts'
import type { MetricSource } from '../metrics.ts'
import { CONTROL_LANE, type Run, ruleCode, setSubject, traceCode } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { type ActiveProfile, activeProfile } from './active-profile.ts'
import type { LastScaleAction } from './cooldown.ts'
import { type AutoscaleDecision, evaluate, type Observation, operationStatus } from './evaluate.ts'
import { isFlap } from './flaps.ts'
import type { AutoscaleEvent, AutoscaleRecord } from './history.ts'
import type { LoadHistory } from './load-history.ts'
import { metricWindow, observedValue } from './observe.ts'
import { forecastTotal, highestForecast, historyDays } from './predictive.ts'
import type { ScaleDirection } from './scale-step.ts'

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
const UPDATE = traceCode('autoscale.InstanceUpdateEvaluation')
const ACTION = traceCode('autoscale.InstanceScaleAction')
const RESULT = traceCode('autoscale.GetOperationStatusResult')
const FLAPPING = traceCode('autoscale.Flapping')
const FLAPPING_OCCURRED = traceCode('autoscale.FlappingOccurred')
const METRIC_FAILURE = traceCode('autoscale.MetricFailure')
const METRIC_RECOVERY = traceCode('autoscale.MetricRecovery')
const PREDICTIVE_FAILURE = traceCode('autoscale.PredictiveMetricFailure')
const PREDICTED = traceCode('autoscale.predicted')
const UNSEEN = traceCode('autoscale.deletesUnseen')
const RESYNCED = traceCode('autoscale.resynced')

const SECOND_MS = 1000

type ScaleDecision = Extract<AutoscaleDecision, { act: 'scale' }>

/** A scale operation that autoscale issued. One that waits for a running upgrade (RU-18) runs all the same. */
interface Operation {
  readonly startedAtMs: number
  readonly decision: ScaleDecision
  readonly record: AutoscaleRecord
  /** Where the metric window of the rule began that led to it. */
  readonly windowFromMs: number
  /** Instances that are still being created or deleted. */
  readonly open: Set<Instance>
  failed: boolean
}

/** The last change that a rule led to, and whether its effect is there. */
interface Move {
  readonly direction: ScaleDirection
  readonly changed: readonly Instance[]
  readonly atMs: number
  effectAtMs: number
}

/** How often autoscale did what, for one scale set. */
export interface AutoscaleCounts {
  scaleOuts: number
  scaleIns: number
  flaps: number
  /** Spells in which the projection held a scale-in back, and scale-ins it made smaller. */
  flapsPrevented: number
}

interface SettingState {
  readonly setting: AutoscaleSetting
  readonly set: ScaleSetState
  last: LastScaleAction | null
  operation: Operation | null
  /** What kept the last evaluation from taking place; empty: nothing. */
  blockedBy: string
  move: Move | null
  profile: AutoscaleProfile | null
  /** What the last evaluation told, so that only news is recorded. */
  told: string
  metricsMissing: boolean
  forecastMissing: boolean
  flapping: boolean
  /** Why the last request changed nothing; empty: it changed something. */
  cameToNothing: string
  /** Instances that single deletes took and that autoscale still counts (AS-43). */
  unseen: number
  /** Forecast by metric source, minute and days of history, as it never changes once it is made. */
  readonly forecasts: Map<string, number | null>
  readonly counts: AutoscaleCounts
}

/**
 * Azure Monitor autoscale of scale sets: looks at metrics once a minute and sets the capacity. Section 4 of the fleet sheet.
 * What it decides is in the files beside this one.
 */
export class Autoscale {
  /** In order of time. */
  readonly history: AutoscaleEvent[] = []
  private readonly run: Run
  private readonly capacity: Capacity
  private readonly metrics: MetricSource
  private readonly load: LoadHistory
  private readonly states: SettingState[] = []
  private readonly evaluateCode: number
  private readonly settledCode: number
  private readonly resyncCode: number

  constructor(run: Run, capacity: Capacity, metrics: MetricSource, load: LoadHistory) {
    this.run = run
    this.capacity = capacity
    this.metrics = metrics
    this.load = load
    // It decides on what is true at that moment, not on the order in which it happened to be told (design §5a 9).
    this.settledCode = run.on('autoscale.evaluate (settled)', (_subject, index) => this.evaluate(this.states[index]!))
    this.evaluateCode = run.on('autoscale.evaluate', (subject, index) => {
      run.kernel.after(0, CONTROL_LANE, this.settledCode, subject, index)
    })
    this.resyncCode = run.on('autoscale.resync', (_subject, index) => this.resync(this.states[index]!))
    for (const setting of run.scenario.autoscaleSettings) {
      const set = run.sets.find(({ name }) => name === setting.scaleSet)
      if (set !== undefined && setting.enabled) this.states.push(newState(setting, set))
    }
    const { facts } = run
    facts.provisioned.push((instance) => this.changeEnded(instance))
    facts.provisioningFailed.push((instance) => this.changeEnded(instance))
    facts.deleted.push((instance) => this.changeEnded(instance))
    facts.deleteFailed.push((instance) => this.changeEnded(instance))
    facts.deletedIndividually.push((instance) => this.lostSightOf(instance))
  }

  /** The first evaluation of each setting: AS-01. */
  begin(): void {
    const { run } = this
    for (const [index, { setting, set }] of this.states.entries()) {
      set.autoscaleMaximum = activeProfile(setting.profiles, 0)?.profile.capacity.maximum ?? null
      run.kernel.cause = -1
      const firstMs = phaseMs(setting, run.assumptions.evalInterval)
      run.kernel.at(firstMs, CONTROL_LANE, this.evaluateCode, setSubject(set), index)
    }
  }

  /** Null: no setting acts on the set, so there is nothing to count. */
  counts(set: ScaleSetState): AutoscaleCounts | null {
    return this.states.find((state) => state.set === set)?.counts ?? null
  }

  private evaluate(state: SettingState): void {
    const { run } = this
    const { set, setting } = state
    run.kernel.cause = -1
    const next = run.nowMs + run.assumptions.evalInterval
    run.kernel.at(next, CONTROL_LANE, this.evaluateCode, setSubject(set), this.states.indexOf(state))
    const active = activeProfile(setting.profiles, run.nowMs)
    set.autoscaleMaximum = active?.profile.capacity.maximum ?? null
    this.settleEffect(state)
    if (this.isBlocked(state)) return
    if (active === undefined) return
    this.tellProfile(state, active)
    const count = set.targetCapacity + state.unseen
    const observed = active.profile.rules.map((rule) => this.observe(state, rule, count))
    const decision = evaluate(
      { nowMs: run.nowMs, count, profile: active.profile, observed, last: state.last },
      run.assumptions,
    )
    this.tellMetrics(state, active.profile, observed, count)
    this.tellDecision(state, active.profile, observed, decision, count)
    this.tellFlapping(state, active.profile, decision, count)
    if (decision.act === 'scale') this.act(state, decision, reasonOf(active.profile, observed, decision, count), count)
  }

  /** AS-41: its own operation still runs. AS-45: a rolling upgrade runs, where that keeps it away. */
  private isBlocked(state: SettingState): boolean {
    const { run } = this
    const { set, operation } = state
    if (operation !== null) {
      const status = operationStatus(operation.startedAtMs, run.nowMs, run.assumptions.scaleOperationTimeout)
      this.tellBlocked(state, status, 'AS-41', status === 'InProgress')
      if (status === 'InProgress') return true
      operation.record.resultType = 'Timeout'
      operation.record.endedAtMs = run.nowMs
      state.operation = null
    }
    if (set.upgradeRunning && run.assumptions.autoscaleDuringUpgrade === 'defer') {
      this.tellBlocked(state, 'RollingUpgrade', 'AS-45', true)
      return true
    }
    state.blockedBy = ''
    return false
  }

  private tellBlocked(state: SettingState, status: string, rule: string, isSkipped: boolean): void {
    if (state.blockedBy === status) return
    const { run } = this
    state.blockedBy = status
    // What follows is news again.
    state.told = ''
    run.record(OPERATION, setSubject(state.set), ruleCode(rule), run.text(status), isSkipped ? 1 : 0)
  }

  private observe(state: SettingState, rule: AutoscaleRule, count: number): Observation {
    const { run } = this
    const { metricName, metricSet, timeGrainMs, timeWindowMs } = rule.metricTrigger
    const of = run.sets.find(({ name }) => name === metricSet)
    const isKnown = of !== undefined && (this.metrics.knows?.(of.index, metricName) ?? true)
    if (!isKnown) return { value: 'unknown', forecast: null }
    const { fromMs, toMs } = metricWindow(run.nowMs, timeWindowMs, run.assumptions.metricLag)
    const grains = this.metrics.grains(of.index, metricName, fromMs, toMs, timeGrainMs)
    const value = observedValue(grains, rule.metricTrigger, count) ?? 'missing'
    return { value, forecast: this.forecastFor(state, rule, of) }
  }

  /** What a rule for scale-out may act on before it happens: AS-50, AS-52. `ForecastOnly` looks and never acts (AS-54). */
  private forecastFor(state: SettingState, rule: AutoscaleRule, of: ScaleSetState): number | null {
    const { run } = this
    const { scaleMode, lookAheadMs } = state.setting.predictive
    if (scaleMode === 'Disabled' || !isPredictable(rule)) return null
    const { metricName } = rule.metricTrigger
    const days = historyDays(run.assumptions.predictiveHistory, run.nowMs)
    const totalAt = (atMs: number) => this.load.total(of.index, metricName, atMs)
    const forecastAt = (minuteMs: number) => {
      const key = `${of.index}/${minuteMs}/${days}`
      const known = state.forecasts.get(key)
      if (known !== undefined) return known
      const forecast = forecastTotal(totalAt, minuteMs, days)
      state.forecasts.set(key, forecast)
      return forecast
    }
    const highest = highestForecast(forecastAt, run.nowMs, lookAheadMs)
    const isMissing = highest === null
    // AS-52: the standard rules go on by themselves.
    if (isMissing && !state.forecastMissing) {
      run.record(PREDICTIVE_FAILURE, setSubject(state.set), ruleCode('AS-51'), run.text(metricName), days)
      this.note(state, 'PredictiveMetricFailure', 'AS-51', `no forecast of ${metricName}: ${days} days of history`)
    }
    state.forecastMissing = isMissing
    return scaleMode === 'Enabled' ? highest : null
  }

  private act(state: SettingState, decision: ScaleDecision, reason: string, count: number): void {
    const { run } = this
    const { set } = state
    const { direction, to, by } = decision
    const operation: Operation = {
      startedAtMs: run.nowMs,
      decision,
      record: this.note(state, 'AutoscaleAction', decision.rule, reason, {
        current: count,
        wanted: to,
        direction,
        resultType: 'InProgress',
      }),
      windowFromMs: metricWindow(run.nowMs, by?.metricTrigger.timeWindowMs ?? 0, run.assumptions.metricLag).fromMs,
      open: new Set(),
      failed: false,
    }
    state.operation = operation
    run.record(UPDATE, setSubject(set), ruleCode(decision.rule), count, to)
    run.record(ACTION, setSubject(set), ruleCode('AS-42'), count, to, run.text(direction), run.text('InProgress'))
    // AS-43: its count may lie behind; a scale-in that has happened already is not asked for again.
    const isDone = direction === 'Decrease' && set.targetCapacity <= to
    const answer = (outcome: ScaleOutcome) => this.answered(state, operation, outcome)
    answer(isDone ? { kind: 'unchanged' } : this.capacity.requestByAutoscale(set, to, answer))
    // AS-23: from the moment it is issued. A bound and missing metrics start no cooldown (AS-20).
    if (by !== null && !operation.failed) state.last = { atMs: run.nowMs, cooldownMs: by.scaleAction.cooldownMs }
  }

  private answered(state: SettingState, operation: Operation, outcome: ScaleOutcome): void {
    switch (outcome.kind) {
      case 'deferred':
        return
      case 'refused':
        operation.failed = true
        this.tellRefusal(state, operation, outcome)
        this.operationEnded(state, operation)
        return
      case 'superseded':
        operation.failed = true
        operation.record.resultDescription = 'another request for capacity took its place'
        this.operationEnded(state, operation)
        return
      case 'unchanged':
        this.operationEnded(state, operation)
        return
      case 'scaled':
        this.scaled(state, operation, outcome)
        return
      default:
        outcome satisfies never
    }
  }

  private scaled(
    state: SettingState,
    operation: Operation,
    { reached, changed }: Extract<ScaleOutcome, { kind: 'scaled' }>,
  ): void {
    const { counts } = state
    const { decision, record } = operation
    const { direction } = decision
    // PL-75: those that are protected stay.
    if (reached !== record.newInstanceCount) record.resultDescription += `; protection leaves ${reached}`
    record.newInstanceCount = reached
    this.tellOnce(state, record, changed.length > 0 ? '' : `protection leaves ${reached}`)
    if (changed.length > 0) {
      if (direction === 'Increase') counts.scaleOuts++
      else counts.scaleIns++
      const isRules = decision.by !== null
      if (isRules && isFlap(state.move, direction, operation.windowFromMs)) counts.flaps++
      state.move = isRules ? { direction, changed, atMs: this.run.nowMs, effectAtMs: -1 } : null
      this.settleEffect(state)
    }
    for (const instance of changed) operation.open.add(instance)
    if (operation.open.size === 0) this.operationEnded(state, operation)
  }

  /** An instance has come up, failed to, or is gone: the operation that asked for it may be over. */
  private changeEnded(instance: Instance): void {
    for (const state of this.states) {
      const { operation } = state
      if (operation === null || !operation.open.delete(instance)) continue
      if (instance.provisioning === PROVISIONING.failed) operation.failed = true
      if (operation.open.size === 0) this.operationEnded(state, operation)
    }
  }

  private operationEnded(state: SettingState, operation: Operation): void {
    const { run } = this
    const { cause } = run.kernel
    const { record } = operation
    // One it has given up waiting for ends unseen.
    if (record.resultType === 'Timeout') return
    record.resultType = operation.failed ? 'Failed' : 'Succeeded'
    record.endedAtMs = run.nowMs
    const took = run.nowMs - operation.startedAtMs
    run.record(RESULT, setSubject(state.set), ruleCode('AS-41'), run.text(record.resultType), took)
    if (state.operation === operation) state.operation = null
    run.kernel.cause = cause
  }

  /** A service that refuses is asked again at every evaluation. */
  private tellRefusal(
    state: SettingState,
    { record }: Operation,
    { code, message, rule }: Extract<ScaleOutcome, { kind: 'refused' }>,
  ): void {
    const { run } = this
    const { currentInstanceCount: current, newInstanceCount: wanted } = record
    this.tellOnce(state, record, `${wanted} ${code} ${message}`)
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
  private tellOnce(state: SettingState, record: AutoscaleRecord, reason: string): void {
    if (reason !== '' && reason === state.cameToNothing) this.history.splice(this.history.indexOf(record), 1)
    state.cameToNothing = reason
  }

  /** When the effect of the last action was there: until then turning it around is a flap. */
  private settleEffect({ move }: SettingState): void {
    if (move === null || move.effectAtMs >= 0) return
    const { nowMs } = this.run
    const isGone = ({ life }: Instance) => life === LIFE.absent || life === LIFE.deleting
    if (move.direction === 'Decrease') {
      if (move.changed.every(isGone)) move.effectAtMs = nowMs
      return
    }
    const isAwaited = (instance: Instance) => !instance.serving && !isGone(instance) && instance.life !== LIFE.failed
    if (move.changed.some(isAwaited)) return
    const since = move.changed.map((instance) => (instance.serving ? instance.servingSinceMs : move.atMs))
    move.effectAtMs = Math.max(move.atMs, ...since)
  }

  /** AS-43: on a Flexible set a delete of a single machine stays unseen until the next resync. */
  private lostSightOf(instance: Instance): void {
    const { run } = this
    const index = this.states.findIndex(({ set }) => set === instance.set)
    const state = this.states[index]
    if (state === undefined) return
    state.unseen++
    const { cause } = run.kernel
    run.record(UNSEEN, setSubject(state.set), ruleCode('AS-43'), state.unseen)
    run.kernel.after(run.assumptions.flexResyncDelay, CONTROL_LANE, this.resyncCode, setSubject(state.set), index)
    run.kernel.cause = cause
  }

  private resync(state: SettingState): void {
    state.unseen--
    this.run.record(RESYNCED, setSubject(state.set), ruleCode('AS-43'), state.set.targetCapacity + state.unseen)
  }

  private tellProfile(state: SettingState, { profile, foundBy }: ActiveProfile): void {
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

  private tellMetrics(
    state: SettingState,
    profile: AutoscaleProfile,
    observed: readonly Observation[],
    count: number,
  ): void {
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
  private tellDecision(
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
  private tellFlapping(
    state: SettingState,
    profile: AutoscaleProfile,
    decision: AutoscaleDecision,
    count: number,
  ): void {
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

  private note(
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

function newState(setting: AutoscaleSetting, set: ScaleSetState): SettingState {
  return {
    setting,
    set,
    last: null,
    operation: null,
    blockedBy: '',
    move: null,
    profile: null,
    told: '',
    metricsMissing: false,
    forecastMissing: false,
    flapping: false,
    cameToNothing: '',
    unseen: 0,
    forecasts: new Map(),
    counts: { scaleOuts: 0, scaleIns: 0, flaps: 0, flapsPrevented: 0 },
  }
}

/**
 * When the job first looks at a setting: at an offset within its interval, in whole seconds, that depends on the name of the
 * setting and its target alone, so that two settings are not evaluated in step. AS-01.
 */
export function phaseMs({ name, scaleSet }: Pick<AutoscaleSetting, 'name' | 'scaleSet'>, intervalMs: number): number {
  // FNV-1a
  let hash = 0x811c9dc5
  for (const char of `${name}/${scaleSet}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193)
  return ((hash >>> 0) % Math.max(1, Math.floor(intervalMs / SECOND_MS))) * SECOND_MS
}

/** `Percentage CPU 84.2 > 70`, `below the minimum of 3`: what decided it. */
function reasonOf(
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
