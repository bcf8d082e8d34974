import { expect, it } from 'vitest'
import { showAt } from '../../../src/report/show/show.ts'
import { MINUTE, scenarioOf } from '../../sim/play.ts'

const at = (minutes: number) =>
  showAt(
    scenarioOf({ uniform: true, capacity: 1, timeline: [{ at: 'PT10M', freezeHosts: { for: 'PT9S' } }] }),
    1,
    minutes * MINUTE,
    'scheduled-events',
  ).document

it('scheduled-events is the document of the metadata service; NotBefore is blank once started (SE-5)', () => {
  expect(at(9)).toEqual({ DocumentIncarnation: 0, Events: [] })
  const scheduled = {
    EventId: expect.stringMatching(/^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/),
    EventStatus: 'Scheduled',
    EventType: 'Freeze',
    ResourceType: 'VirtualMachine',
    Resources: ['vmss_0'],
    NotBefore: 'Mon, 05 Jan 2026 00:25:00 GMT',
    Description: 'The machine stands still for a moment while its host is maintained.',
    EventSource: 'Platform',
    DurationInSeconds: 9,
  }
  expect(at(12)).toEqual({ DocumentIncarnation: 1, Events: [scheduled] })
  expect(at(26)).toEqual({
    DocumentIncarnation: 2,
    Events: [{ ...scheduled, EventStatus: 'Started', NotBefore: '' }],
  })
  expect(at(40)).toEqual({ DocumentIncarnation: 3, Events: [] })
})
