import { describe, expect, it } from 'vitest'
import { customMetricsSubstatus, parseCustomMetrics } from '../../../src/sim/health/custom-metrics.ts'

describe('parseCustomMetrics', () => {
  it.each([
    { text: '{"rollingUpgrade":{"SkipUpgrade":false,"PhaseOrderingNumber":0}}', skipUpgrade: false, phase: 0 },
    { text: '{"rollingUpgrade":{"SkipUpgrade":true,"PhaseOrderingNumber":3}}', skipUpgrade: true, phase: 3 },
    { text: '{"RollingUpgrade":{"skipupgrade":"true","PHASEORDERINGNUMBER":"12"}}', skipUpgrade: true, phase: 12 },
    { text: '{"rollingupgrade":{"SkipUpgrade":"false"}}', skipUpgrade: false, phase: null },
    { text: '{"rollingUpgrade":{"SkipUpgrade":"True"}}', skipUpgrade: true, phase: null },
    { text: '{"rollingUpgrade":{"PhaseOrderingNumber":-1}}', skipUpgrade: false, phase: -1 },
    { text: '{"rollingUpgrade":{"PhaseOrderingNumber":"-0"}}', skipUpgrade: false, phase: 0 },
    { text: '{"rollingUpgrade":{"SkipUpgrade":null,"PhaseOrderingNumber":null}}', skipUpgrade: false, phase: null },
    { text: '{"rollingUpgrade":{}}', skipUpgrade: false, phase: null },
    { text: '{"rollingUpgrade":null}', skipUpgrade: false, phase: null },
    { text: '{"queueLength":17}', skipUpgrade: false, phase: null },
    {
      text: '{"rollingUpgrade":{"PhaseOrderingNumber":1},"ROLLINGUPGRADE":{"PhaseOrderingNumber":2}}',
      skipUpgrade: false,
      phase: 2,
    },
  ])('CM-2 $text', ({ text, skipUpgrade, phase }) => {
    expect(parseCustomMetrics(text)).toStrictEqual({ skipUpgrade, phase })
  })

  it.each([
    { text: '', error: 'customMetrics must be a JSON object, got ""' },
    { text: '{oops', error: 'customMetrics must be a JSON object, got "{oops"' },
    { text: '[1]', error: 'customMetrics must be a JSON object, got "[1]"' },
    { text: '{}', error: 'customMetrics must not be an empty JSON object' },
    { text: '{"rollingUpgrade":[]}', error: 'rollingUpgrade must be a JSON object, got []' },
    { text: '{"rollingUpgrade":"x"}', error: 'rollingUpgrade must be a JSON object, got "x"' },
    { text: '{"rollingUpgrade":{"SkipUpgrade":"yes"}}', error: 'SkipUpgrade must be true or false, got "yes"' },
    { text: '{"rollingUpgrade":{"SkipUpgrade":1}}', error: 'SkipUpgrade must be true or false, got 1' },
    {
      text: '{"rollingUpgrade":{"PhaseOrderingNumber":1.5}}',
      error: 'PhaseOrderingNumber must be a whole number, got 1.5',
    },
    {
      text: '{"rollingUpgrade":{"PhaseOrderingNumber":"first"}}',
      error: 'PhaseOrderingNumber must be a whole number, got "first"',
    },
    {
      text: '{"rollingUpgrade":{"PhaseOrderingNumber":true}}',
      error: 'PhaseOrderingNumber must be a whole number, got true',
    },
  ])('CM-8 $text is an error', ({ text, error }) => {
    expect(parseCustomMetrics(text)).toStrictEqual({ error })
  })

  it('CM-8 the instance view shows a filled JSON object as succeeded and anything else as an error', () => {
    const succeeded = 'ComponentStatus/CustomMetrics/succeeded'
    expect(customMetricsSubstatus('{"rollingUpgrade":{"SkipUpgrade":false}}')).toBe(succeeded)
    expect(customMetricsSubstatus('{"rollingUpgrade":{"SkipUpgrade":"perhaps"}}')).toBe(succeeded)
    for (const text of ['', '{oops', '{}', '[]', '"Healthy"']) expect(customMetricsSubstatus(text)).not.toBe(succeeded)
  })
})
