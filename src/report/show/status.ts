import type { InstanceSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { armTime } from './clock.ts'
import { messageOf } from './rolling-upgrade.ts'

/** An entry of `statuses`: ARM shapes, sections 2.3 and 2.4. */
export interface InstanceViewStatus {
  readonly code: string
  readonly level: 'Info' | 'Warning' | 'Error'
  readonly displayStatus: string
  readonly message?: string
  readonly time?: string
}

export type ProvisioningState = 'Creating' | 'Updating' | 'Deleting' | 'Succeeded' | 'Failed'

const PROVISIONING_TEXT: Readonly<Record<ProvisioningState, string>> = {
  Creating: 'Creating',
  Updating: 'Updating',
  Deleting: 'Deleting',
  Succeeded: 'Provisioning succeeded',
  Failed: 'Provisioning failed',
}

export function provisioningStatus(state: ProvisioningState, sinceMs: number, message?: string): InstanceViewStatus {
  return {
    code: `ProvisioningState/${state.toLowerCase()}`,
    level: state === 'Failed' ? 'Error' : 'Info',
    displayStatus: PROVISIONING_TEXT[state],
    ...(message === undefined ? {} : { message }),
    time: armTime(sinceMs),
  }
}

export function provisioningOf({ isDeleting, provisioning }: InstanceSnapshot): ProvisioningState {
  if (isDeleting) return 'Deleting'
  switch (provisioning) {
    case 'creating':
      return 'Creating'
    case 'updating':
      return 'Updating'
    case 'succeeded':
      return 'Succeeded'
    case 'failed':
      return 'Failed'
    default:
      return provisioning satisfies never
  }
}

/** How the set as a whole stands, since when, and why where it failed. */
export interface SetStatus {
  readonly state: 'Updating' | 'Succeeded' | 'Failed'
  readonly sinceMs: number
  readonly message?: string
}

/**
 * The set is Updating while an upgrade or anything else works on it, since the first of that began. A model that could not be
 * rolled out leaves the request that brought it, and the set, Failed until somebody writes to it again; what the platform
 * started by itself leaves it as it was. ARM shapes, section 3.
 */
export function setStatus(set: ScaleSetSnapshot): SetStatus {
  const { rollouts, instances, writtenAtMs } = set
  const busy = instances.filter((one) => !['Succeeded', 'Failed'].includes(provisioningOf(one)))
  const running = rollouts.filter(({ endedAtMs }) => endedAtMs === null)
  const begun = [
    ...running.map(({ startedAtMs }) => startedAtMs),
    ...busy.map(({ provisioningSinceMs }) => provisioningSinceMs),
  ]
  if (begun.length > 0) return { state: 'Updating', sinceMs: earliest(begun) }
  const latest = rollouts.filter(({ startedBy }) => startedBy === 'User').at(-1)
  if (latest?.status === 'Faulted' && writtenAtMs <= latest.startedAtMs)
    return { state: 'Failed', sinceMs: latest.endedAtMs ?? latest.startedAtMs, message: messageOf(latest, set) }
  return {
    state: 'Succeeded',
    sinceMs: Math.max(
      writtenAtMs,
      ...rollouts.map(({ endedAtMs }) => endedAtMs ?? 0),
      ...instances.map(({ provisioningSinceMs }) => provisioningSinceMs),
    ),
  }
}

const earliest = (times: readonly number[]): number => times.reduce((first, time) => Math.min(first, time))
