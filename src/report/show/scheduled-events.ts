import type { EventType } from '../../sim/scheduled-events.ts'
import type { RunSnapshot, ScaleSetSnapshot } from '../../sim/snapshot.ts'
import { metadataTime } from './clock.ts'
import { guid } from './identity.ts'
import type { Row } from './table.ts'

/**
 * What the metadata service tells the machines of a set: `GET http://169.254.169.254/metadata/scheduledevents`. SE-1 to SE-5.
 * The twin shows what a guest that has polled long enough would see (SE-7).
 */
export interface ScheduledEventsDocument {
  readonly DocumentIncarnation: number
  readonly Events: readonly {
    readonly EventId: string
    readonly EventStatus: 'Scheduled' | 'Started'
    readonly EventType: EventType
    readonly ResourceType: 'VirtualMachine'
    readonly Resources: readonly string[]
    /** Blank once it has started. */
    readonly NotBefore: string
    readonly Description: string
    readonly EventSource: 'Platform' | 'User'
    /** -1: not known. */
    readonly DurationInSeconds: number
  }[]
}

const DESCRIPTIONS: Readonly<Record<EventType, string>> = {
  Freeze: 'The machine stands still for a moment while its host is maintained.',
  Reboot: 'The machine restarts.',
  Redeploy: 'The machine moves to another host and loses its temporary disk.',
  Preempt: 'The Spot machine is taken back.',
  Terminate: 'The machine is deleted.',
}

export function scheduledEvents(run: RunSnapshot, set: ScaleSetSnapshot): ScheduledEventsDocument {
  const { incarnation, events } = set.scheduledEvents
  return {
    DocumentIncarnation: incarnation,
    Events: events.map(({ number, type, instance, status, notBeforeMs, impactMs }) => ({
      EventId: guid(run.scenario, set.name, 'scheduledEvent', number).toUpperCase(),
      EventStatus: status,
      EventType: type,
      ResourceType: 'VirtualMachine',
      Resources: [instance],
      NotBefore: status === 'Started' ? '' : metadataTime(notBeforeMs),
      Description: DESCRIPTIONS[type],
      // A delete is asked for by somebody; everything else is the platform's.
      EventSource: type === 'Terminate' ? 'User' : 'Platform',
      DurationInSeconds: impactMs === null ? -1 : Math.ceil(impactMs / 1000),
    })),
  }
}

export function scheduledEventRows({ Events }: ScheduledEventsDocument): Row[] {
  return Events.map((event) => ({
    EventType: event.EventType,
    EventStatus: event.EventStatus,
    Resources: event.Resources.join(','),
    NotBefore: event.NotBefore,
    EventSource: event.EventSource,
    DurationInSeconds: event.DurationInSeconds,
  }))
}
