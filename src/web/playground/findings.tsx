import { formatClock } from '../../model/duration.ts'
import { lossText } from '../../report/loss-text.ts'
import { plural, VERDICT_GLYPH } from '../../report/wording.ts'
import type { RunView } from '../engine/protocol.ts'
import { Rule, WithRules } from '../ui/rule.tsx'

/** Findings of the playbook: what, where, how to confirm it, what to do. */
export function Findings({ view }: { readonly view: RunView }) {
  const { findings } = view.result
  if (findings.length === 0)
    return <p class="quiet">No finding: nothing stands out in what is declared or in what happened.</p>
  return (
    <ul class="findings">
      {findings.map(({ code, title, severity, where, evidence, rules, confirm, fix }, index) => (
        <li key={`${index}${code}`} class={`f-${severity}`}>
          <p>
            <strong>{severity}</strong> {title} <Rule id={code} />
            {rules.map((rule) => (
              <Rule key={rule} id={rule} />
            ))}
          </p>
          <p class="quiet">{where}</p>
          {evidence.length > 0 && <p>{evidence[0]}</p>}
          {evidence.length > 1 && <p class="quiet">and {plural(evidence.length - 1, 'more piece')} of evidence</p>}
          {fix !== undefined && <p>{fix}</p>}
          {confirm !== undefined && <pre>{confirm}</pre>}
        </li>
      ))}
    </ul>
  )
}

/** What the scenario expects, and what came of it. */
export function Expectations({ view }: { readonly view: RunView }) {
  const { expectations, lostCapacity, unservedDemand, traceHash, events } = view.result
  const lost = [
    ...lostCapacity.map((one) => lossText(one)),
    ...unservedDemand.map((one) => `requests: ${lossText(one)}`),
  ]
  return (
    <>
      {expectations.length === 0 && <p class="quiet">This scenario expects nothing.</p>}
      <ul class="expectations">
        {expectations.map(({ text, verdict, actual, reason }, index) => (
          <li key={`${index}${text}`} class={`e-${verdict}`}>
            <span aria-hidden="true">{VERDICT_GLYPH[verdict]}</span>
            <span class="visually-hidden">{verdict}: </span> <code>{text}</code>{' '}
            <span class="quiet">{actual === null ? (reason ?? 'nothing to measure') : `actual ${String(actual)}`}</span>
          </li>
        ))}
      </ul>
      {lost.length > 0 && (
        <>
          <h3>What capacity was lost to</h3>
          <ul class="lost">
            {lost.slice(0, 8).map((text, index) => (
              <li key={`${index}${text}`}>
                <WithRules text={text} />
              </li>
            ))}
          </ul>
        </>
      )}
      <p class="quiet">
        Trace hash <code class="trace-hash">{traceHash}</code>, {plural(events, 'event')}, seed {view.seed}: the command
        line prints the same.
      </p>
    </>
  )
}

/** Batches of the rollouts, with the pauses between. */
export function Batches({ view, onMove }: { readonly view: RunView; readonly onMove: (atMs: number) => void }) {
  const { rollouts, instances } = view.result
  const numbers = new Map(instances.map(({ index, number }) => [index, number]))
  if (rollouts.length === 0) return <p class="quiet">No rollout, so no batches.</p>
  const BATCHES_MAX = 60
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Table of batches">
      {rollouts.map((rollout, at) => (
        <table key={`${at}${rollout.target}`}>
          <caption>
            Rollout {at + 1} of {rollout.scaleSet}: {rollout.target} ({rollout.trigger}), {rollout.status}
          </caption>
          <thead>
            <tr>
              <th scope="col">Batch</th>
              <th scope="col">Starts</th>
              <th scope="col">Ends</th>
              <th scope="col">Zone</th>
              <th scope="col">Instances</th>
              <th scope="col">Healthy</th>
              <th scope="col">Failed</th>
            </tr>
          </thead>
          <tbody>
            {rollout.batches.slice(0, BATCHES_MAX).map((batch, index) => (
              <tr key={batch.startedAtMs}>
                <th scope="row">{index + 1}</th>
                <td>
                  <button type="button" class="link" onClick={() => onMove(batch.startedAtMs)}>
                    {formatClock(batch.startedAtMs)}
                  </button>
                </td>
                <td>{batch.endedAtMs === null ? 'running' : formatClock(batch.endedAtMs)}</td>
                <td>{batch.zones.join(', ')}</td>
                <td>{batch.instances.map((one) => numbers.get(one)).join(', ')}</td>
                <td>{batch.successful}</td>
                <td>{batch.failed}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ))}
    </div>
  )
}

/** Who decided what, and by which rule. */
export function Decisions({ view, onMove }: { readonly view: RunView; readonly onMove: (atMs: number) => void }) {
  const { decisions, decisionCount } = view
  if (decisions.length === 0) return <p class="quiet">Nothing was decided in this run.</p>
  return (
    <>
      <ul class="decisions">
        {decisions.map(({ atMs, subject, text, rule, tone, entries }) => (
          <li key={entries[0]} class={`t-${tone}`}>
            <button type="button" class="link" onClick={() => onMove(atMs)}>
              {formatClock(atMs)}
            </button>{' '}
            <span class="quiet">{subject}</span> {text} {rule !== null && <Rule id={rule} />}
          </li>
        ))}
      </ul>
      {decisionCount > decisions.length && (
        <p class="quiet">and {decisionCount - decisions.length} more; vmss-twin run --trace writes them all</p>
      )}
    </>
  )
}
