import { healthName } from './health/health-tracker.ts'
import type { TraceEntry } from './result.ts'
import { type Run, ruleName } from './run.ts'
import { TRACE_NAMES, traceNumbers } from './trace-catalogue.ts'

/** Entries of a kept trace with their names, texts and causes, for people and tools. */
export function readTrace(run: Run): TraceEntry[] {
  const { trace } = run
  const entries: TraceEntry[] = []
  for (let id = 0; id < trace.count; id++) {
    const what = trace.whatOf(id)
    const numbers = readNumbers(run, what, (position) => trace.numberOf(id, position))
    const cause = trace.causeOf(id)
    const counted = run.counted.get(id)
    entries.push({
      id,
      atMs: trace.atMsOf(id),
      what: TRACE_NAMES[what]!,
      subject: run.describe(trace.subjectOf(id)),
      cause: cause < 0 ? null : cause,
      rule: ruleName(trace.ruleOf(id)),
      numbers,
      ...(counted === undefined ? {} : { counted }),
    })
  }
  return entries
}

/** The numbers of an entry of this kind by their names, decoded. */
export function readNumbers(
  run: Run,
  what: number,
  numberAt: (position: number) => number,
): Record<string, number | string | boolean> {
  const numbers: Record<string, number | string | boolean> = {}
  traceNumbers(what).forEach(({ name, kind }, position) => {
    const value = numberAt(position)
    numbers[name] =
      kind === 'text'
        ? run.trace.text(value)
        : kind === 'health'
          ? healthName(value)
          : kind === 'flag'
            ? value === 1
            : value
  })
  return numbers
}
