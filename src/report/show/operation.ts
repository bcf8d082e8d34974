import type { RolloutSnapshot, RunSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { type AzureError, notFound } from './azure-error.ts'
import { armTime } from './clock.ts'
import { guid } from './identity.ts'
import { type ApiError, errorOf } from './rolling-upgrade.ts'
import type { Row } from './table.ts'

/** What polling the long operation behind the latest upgrade answers. ARM shapes, section 2.5. */
export interface LongOperation {
  readonly startTime: string
  readonly endTime?: string
  readonly status: 'InProgress' | 'Succeeded' | 'Failed' | 'Canceled'
  readonly error?: ApiError
  readonly name: string
}

/**
 * Of the latest upgrade of any mode. As recorded, `startTime` of a rolling upgrade moves forward with every step of the
 * engine: it is the start of the step that runs, or of the last one, and no measure of how long the upgrade took.
 */
export function operation(run: RunSnapshot, set: ScaleSetSnapshot): LongOperation | AzureError {
  const latest = set.rollouts.at(-1)
  if (latest === undefined) return notFound(`No upgrade of ${set.name} has been started.`)
  const { endedAtMs, startedAtMs } = latest
  return {
    startTime: armTime(stepStartMs(latest)),
    ...(endedAtMs === null ? {} : { endTime: armTime(endedAtMs) }),
    status: statusOf(latest),
    ...errorOf(latest, set),
    name: guid(run.scenario, set.name, 'operation', startedAtMs),
  }
}

const stepStartMs = ({ batches, startedAtMs }: RolloutSnapshot): number => batches.at(-1)?.startedAtMs ?? startedAtMs

function statusOf({ status, endedAtMs }: RolloutSnapshot): LongOperation['status'] {
  switch (status) {
    case 'RollingForward':
      return 'InProgress'
    case 'Completed':
      return 'Succeeded'
    case 'Cancelled':
      return 'Canceled'
    case 'Faulted':
    case 'RollingBack':
      return endedAtMs === null ? 'InProgress' : 'Failed'
    default:
      return status satisfies never
  }
}

export const operationRows = ({ name, status, startTime, endTime = '', error }: LongOperation): Row[] => [
  { Name: name, Status: status, StartTime: startTime, EndTime: endTime, Error: error?.code ?? '' },
]
