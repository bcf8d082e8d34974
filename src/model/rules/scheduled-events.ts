import { documented, type RuleText } from './rule.ts'
import { SCHEDULED_EVENTS, sources, TERMINATE } from './sources.ts'

/** Scheduled events and terminate notifications. */
export const SCHEDULED_EVENT_RULES: readonly RuleText[] = [
  documented(
    'TABLE-scheduledEventsProfile',
    'Fields of scheduledEventsProfile',
    'terminateNotificationProfile: enable false, notBeforeTimeout PT5M, from PT5M to PT15M, not on Spot. osImageNotificationProfile: enable false, notBeforeTimeout at most PT15M.',
    sources(TERMINATE, SCHEDULED_EVENTS),
  ),
  documented(
    'SE-1',
    'Types and notice',
    'Freeze 15 minutes (a pause of seconds), Reboot 15 minutes, Redeploy 10 minutes (temporary disk lost), Preempt 30 seconds at best (Spot eviction), Terminate 5 to 15 minutes (any delete, where enabled).',
    SCHEDULED_EVENTS,
  ),
  documented(
    'SE-2',
    'Course of an event',
    'Scheduled, Started, gone. It starts at NotBefore or when approved; an approval covers every resource of the event.',
    SCHEDULED_EVENTS,
  ),
  documented('SE-3', 'Withdrawn events', 'vanish while Scheduled, without impact.', SCHEDULED_EVENTS),
  documented(
    'SE-4',
    'Hardware failure',
    'skips Scheduled: a Reboot that has Started already. A predicted failure gives days of notice, seven by aim.',
    SCHEDULED_EVENTS,
  ),
  documented(
    'SE-5',
    'Other fields',
    'DocumentIncarnation grows with each change; EventSource is Platform or User; DurationInSeconds is -1 when unknown and 0 without impact; NotBefore is blank once started.',
    SCHEDULED_EVENTS,
  ),
  documented(
    'SE-6',
    'A typical course',
    '15 minutes to the timeout, 7 s of impact, gone about 10 minutes after the start.',
    SCHEDULED_EVENTS,
  ),
  documented(
    'SE-7',
    'On and off',
    'The service wakes at the first poll (an answer within 2 minutes, events within 5) and sleeps after 24 hours without one.',
    sources(SCHEDULED_EVENTS, TERMINATE),
  ),
  documented(
    'SE-8',
    'Who is told',
    'All machines of the placement group; GPU sizes with one fault domain see their own only.',
    SCHEDULED_EVENTS,
  ),
  documented(
    'SE-9',
    'Terminate',
    'Only deletes raise it: by hand, scale-in, repair Replace, surge clean-up. Reboot, reimage, redeploy and deallocate do not. The timeout cannot be extended once raised. Not on Spot.',
    TERMINATE,
    'The surge case is derived.',
  ),
  documented(
    'SE-10',
    'Approvals go in batches',
    'An approved delete waits for older ones that are not approved; those with the same NotBefore go together.',
    TERMINATE,
  ),
  documented('SE-11', 'A changed timeout', 'reaches an instance only with the latest model.', TERMINATE),
  documented(
    'SE-12',
    'OS image changes',
    'raise an event only with osImageNotificationProfile enabled, on sizes with memory-preserving updates. The notice is its notBeforeTimeout, so a batch grows by up to 15 minutes.',
    SCHEDULED_EVENTS,
    'The type Reboot and an approval for each machine are assumed.',
  ),
]
