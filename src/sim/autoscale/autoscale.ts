import { type AutoscaleRule, type AutoscaleSetting, isPredictable } from '../../model/autoscale/setting.ts'
import type { Capacity, ScaleOutcome } from '../capacity.ts'
import { type Instance, LIFE, PROVISIONING } from '../instance.ts'
import type { MetricSource } from '../metrics.ts'
import { CONTROL_LANE, type Run, ruleCode, setSubject, traceCode } from '../run.ts'
import type { ScaleSetState } from '../scale-set-state.ts'
import { activeProfile } from './active-profile.ts'
import { evaluate, type Observation, operationStatus } from './evaluate.ts'
import { isFlap } from './flaps.ts'
import type { AutoscaleEvent } from './history.ts'
import type { LoadHistory } from './load-history.ts'
import { metricWindow, observedValue } from './observe.ts'
import { forecastTotal, highestForecast, historyDays } from './predictive.ts'
import {
  type AutoscaleCounts,
  newState,
  type Operation,
  type ScaleDecision,
  type SettingState,
} from './setting-state.ts'
import { AutoscaleTelling, reasonOf } from './telling.ts'

const UPDATE = traceCode('autoscale.InstanceUpdateEvaluation')
const ACTION = traceCode('autoscale.InstanceScaleAction')
const RESULT = traceCode('autoscale.GetOperationStatusResult')
const PREDICTIVE_FAILURE = traceCode('autoscale.PredictiveMetricFailure')
const UNSEEN = traceCode('autoscale.deletesUnseen')
const RESYNCED = traceCode('autoscale.resynced')

const SECOND_MS = 1000

/**
 * Azure Monitor autoscale of scale sets: looks at metrics once a minute and sets the capacity. Section 4 of the fleet sheet.
 * What it decides is in the files beside this one.
 */
export class Autoscale {
  private readonly run: Run
  private readonly telling: AutoscaleTelling
  private readonly capacity: Capacity
  private readonly metrics: MetricSource
  private readonly load: LoadHistory
  private readonly states: SettingState[] = []
  private readonly evaluateCode: number
  private readonly settledCode: number
  private readonly resyncCode: number

  constructor(run: Run, capacity: Capacity, metrics: MetricSource, load: LoadHistory) {
    this.run = run
    this.telling = new AutoscaleTelling(run)
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

  /** In order of time. */
  get history(): readonly AutoscaleEvent[] {
    return this.telling.history
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
    this.telling.profile(state, active)
    const count = set.targetCapacity + state.unseen
    const observed = active.profile.rules.map((rule) => this.observe(state, rule, count))
    const decision = evaluate(
      { nowMs: run.nowMs, count, profile: active.profile, observed, last: state.last },
      run.assumptions,
    )
    this.telling.metrics(state, active.profile, observed, count)
    this.telling.decision(state, active.profile, observed, decision, count)
    this.telling.flapping(state, active.profile, decision, count)
    if (decision.act === 'scale') this.act(state, decision, reasonOf(active.profile, observed, decision, count), count)
  }

  /** AS-41: its own operation still runs. AS-45: a rolling upgrade runs, where that keeps it away. */
  private isBlocked(state: SettingState): boolean {
    const { run } = this
    const { set, operation } = state
    if (operation !== null) {
      const status = operationStatus(operation.startedAtMs, run.nowMs, run.assumptions.scaleOperationTimeout)
      this.telling.blocked(state, status, 'AS-41', status === 'InProgress')
      if (status === 'InProgress') return true
      operation.record.resultType = 'Timeout'
      operation.record.endedAtMs = run.nowMs
      state.operation = null
    }
    if (set.upgradeRunning && run.assumptions.autoscaleDuringUpgrade === 'defer') {
      this.telling.blocked(state, 'RollingUpgrade', 'AS-45', true)
      return true
    }
    state.blockedBy = ''
    return false
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
      const forecast = forecastTotal(totalAt, minuteMs, days, run.assumptions.sameWeekdayWeight)
      state.forecasts.set(key, forecast)
      return forecast
    }
    const highest = highestForecast(forecastAt, run.nowMs, lookAheadMs)
    const isMissing = highest === null
    // AS-52: the standard rules go on by themselves.
    if (isMissing && !state.forecastMissing) {
      run.record(PREDICTIVE_FAILURE, setSubject(state.set), ruleCode('AS-51'), run.text(metricName), days)
      this.telling.note(
        state,
        'PredictiveMetricFailure',
        'AS-51',
        `no forecast of ${metricName}: ${days} days of history`,
      )
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
      record: this.telling.note(state, 'AutoscaleAction', decision.rule, reason, {
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
        this.telling.refusal(state, operation, outcome)
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
    this.telling.once(state, record, changed.length > 0 ? '' : `protection leaves ${reached}`)
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
