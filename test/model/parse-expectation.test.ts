import { describe, expect, it } from 'vitest'
import { FINDING_CODES } from '../../src/model/finding-codes.ts'
import { parseExpectation, RUN_MEASURES, SET_MEASURES } from '../../src/model/parse-expectation.ts'

const ok = (text: string) => {
  const parsed = parseExpectation(text)
  if ('error' in parsed) throw new Error(`${parsed.column}: ${parsed.error}`)
  return parsed.ok
}
const wrong = (text: string) => {
  const parsed = parseExpectation(text)
  if ('ok' in parsed) throw new Error('was read')
  return `${parsed.column} ${parsed.error}${parsed.hint === undefined ? '' : ` | ${parsed.hint}`}`
}

describe('parseExpectation reads', () => {
  it.each([
    ['blastRadius.percent <= 20', { measure: ['blastRadius', 'percent'], operator: '<=', value: 20, duration: false }],
    [
      'blastRadius.percent<=20.5%',
      { measure: ['blastRadius', 'percent'], operator: '<=', value: 20.5, duration: false },
    ],
    [
      'availability.minServing > -1',
      { measure: ['availability', 'minServing'], operator: '>', value: -1, duration: false },
    ],
    ['timeToHalt <= PT5M', { measure: ['timeToHalt'], operator: '<=', value: 300_000, duration: true }],
    ['timeToRecover != null', { measure: ['timeToRecover'], operator: '!=', value: null, duration: false }],
    [
      'rollouts[0].status == Faulted',
      { measure: ['rollouts', 0, 'status'], operator: '==', value: 'Faulted', duration: false },
    ],
    [
      'rollouts[1].target == "imageReference 1.6.2 -> 1.7.0"',
      { measure: ['rollouts', 1, 'target'], operator: '==', value: 'imageReference 1.6.2 -> 1.7.0', duration: false },
    ],
    [
      "rollouts[1].scaleSet != 'web'",
      { measure: ['rollouts', 1, 'scaleSet'], operator: '!=', value: 'web', duration: false },
    ],
    [
      'rollouts[0].errorCode == null',
      { measure: ['rollouts', 0, 'errorCode'], operator: '==', value: null, duration: false },
    ],
    ['rollouts[0].batches == 5', { measure: ['rollouts', 0, 'batches'], operator: '==', value: 5, duration: false }],
    [
      'rollouts[0].zonesPerBatch == 1',
      { measure: ['rollouts', 0, 'zonesPerBatch'], operator: '==', value: 1, duration: false },
    ],
    [
      'rollouts[0].duration < PT1H',
      { measure: ['rollouts', 0, 'duration'], operator: '<', value: 3_600_000, duration: true },
    ],
    ['rollouts.length == 1', { measure: ['rollouts', 'length'], operator: '==', value: 1, duration: false }],
    ['findings.count == 0', { measure: ['findings', 'count'], operator: '==', value: 0, duration: false }],
    ['findings.NotModelled >= 1', { measure: ['findings', 'NotModelled'], operator: '>=', value: 1, duration: false }],
    ['repairs.loops == 0', { measure: ['repairs', 'loops'], operator: '==', value: 0, duration: false }],
    ['bootTime.p50 < PT2M', { measure: ['bootTime', 'p50'], operator: '<', value: 120_000, duration: true }],
    ['timeToRollBack == null', { measure: ['timeToRollBack'], operator: '==', value: null, duration: false }],
    [
      'demand.peakUnservedPercent <= 2.5 %',
      { measure: ['demand', 'peakUnservedPercent'], operator: '<=', value: 2.5, duration: false },
    ],
    [
      'rollouts[0].trigger == AutomaticOSUpgrade',
      { measure: ['rollouts', 0, 'trigger'], operator: '==', value: 'AutomaticOSUpgrade', duration: false },
    ],
    [
      'rollouts[0].startedBy != User',
      { measure: ['rollouts', 0, 'startedBy'], operator: '!=', value: 'User', duration: false },
    ],
    [
      'perScaleSet.vmss-a.blastRadius.percent < 5',
      { measure: ['perScaleSet', 'vmss-a', 'blastRadius', 'percent'], operator: '<', value: 5, duration: false },
    ],
    [
      'perScaleSet["a.b c"].timeToHalt < PT1M',
      { measure: ['perScaleSet', 'a.b c', 'timeToHalt'], operator: '<', value: 60_000, duration: true },
    ],
    [
      'p99(availability.minServingPercent) >= 75',
      { aggregate: 'p99', measure: ['availability', 'minServingPercent'], operator: '>=', value: 75, duration: false },
    ],
    [
      ' mean( timeToHalt )<PT5M ',
      { aggregate: 'mean', measure: ['timeToHalt'], operator: '<', value: 300_000, duration: true },
    ],
    [
      'rate(rollouts[0].status == Faulted) >= 0.95',
      {
        aggregate: 'rate',
        measure: ['rollouts', 0, 'status'],
        operator: '>=',
        value: 0.95,
        duration: false,
        inner: { operator: '==', value: 'Faulted', duration: false },
      },
    ],
    [
      'rate(blastRadius.percent <= 20%) >= 95 %',
      {
        aggregate: 'rate',
        measure: ['blastRadius', 'percent'],
        operator: '>=',
        value: 0.95,
        duration: false,
        inner: { operator: '<=', value: 20, duration: false },
      },
    ],
  ])('%s', (text, expected) => {
    expect(ok(text)).toEqual({ text, ...expected })
  })

  it('every measure of a run, also per scale set', () => {
    for (const [name, kind] of Object.entries(SET_MEASURES)) {
      const value = kind === 'duration' ? 'PT1S' : '1'
      expect(ok(`${name} == ${value}`).measure).toEqual(name.split('.'))
      expect(ok(`perScaleSet.web.${name} == ${value}`).measure).toEqual(['perScaleSet', 'web', ...name.split('.')])
    }
  })

  it('every measure of all sets together, which no single set has', () => {
    for (const name of Object.keys(RUN_MEASURES)) {
      expect(ok(`${name} == 1`).measure).toEqual(name.split('.'))
      if (!name.startsWith('rollouts'))
        expect(wrong(`perScaleSet.web.${name} == 1`)).toBe(
          `1 unknown measure perScaleSet.web.${name} | it is taken over all scale sets: write ${name}`,
        )
    }
  })

  it('the number of findings of every code', () => {
    for (const { code } of FINDING_CODES) expect(ok(`findings.${code} == 0`).measure).toEqual(['findings', code])
  })
})

describe('parseExpectation refuses', () => {
  it.each([
    ['', '1 a measure is expected here | for example blastRadius.percent <= 20'],
    ['blastRadius.percent', '20 an operator and a value are missing | one of == != <= >= < >'],
    ['blastRadius.percent = 20', '21 an operator is expected here | write =='],
    ['blastRadius.percent => 20', '21 an operator is expected here | write >='],
    ['blastRadius.percent ≤ 20', '21 an operator is expected here | write <='],
    ['blastRadius.percent at most 20', '21 an operator is expected here | write <='],
    ['blastRadius.percent <=', '23 a value is missing | for example 20'],
    [
      'blastRadius.percent <= 20 or so',
      '27 nothing is expected after the value, got or so | write one comparison a line',
    ],
    ['blastRadius.percent <= many', '24 blastRadius.percent is compared with a number, got many | for example 20'],
    ['blastRadius.instances <= 20%', '26 blastRadius.instances is no percentage | leave the percent sign out'],
    ['blastRadius.prcent <= 20', '1 unknown measure blastRadius.prcent | did you mean blastRadius.percent?'],
    ['exposed <= 20', '1 unknown measure exposed | choose one: exposed.instances, exposed.percent'],
    ['timeToHalt <= 5', '15 timeToHalt is compared with an ISO 8601 duration, got 5 | for example PT5M'],
    ['timeToHalt <= 5m', '15 timeToHalt is compared with an ISO 8601 duration, got 5m | for example PT5M'],
    ['timeToHalt < null', '14 null is compared with == or != only'],
    ['rollouts[0].status < Faulted', '22 rollouts[0].status is text: it is compared with == or != only'],
    ['rollouts[0].status == Faultd', '23 rollouts[0].status is never Faultd | did you mean Faulted?'],
    ['rollouts[0].stats == Faulted', '1 unknown measure rollouts[0].stats | did you mean rollouts[0].status?'],
    [
      'rollouts.status == Faulted',
      '1 unknown measure rollouts.status | rollouts need an index: rollouts[0].status, or rollouts.length',
    ],
    ['autoscale.flap == 0', '1 unknown measure autoscale.flap | did you mean autoscale.flaps?'],
    ['spot.evicted == 0', '1 unknown measure spot.evicted | did you mean spot.evictions?'],
    [
      'demand <= 1',
      '1 unknown measure demand | choose one: demand.unservedPercent, demand.peakUnservedPercent, demand.totalRequests, demand.unservedRequests, demand.peakBacklog, demand.backlogAtEnd',
    ],
    [
      'demand.unserved <= 1',
      '1 unknown measure demand.unserved | known: demand.unservedPercent, demand.peakUnservedPercent, demand.totalRequests, demand.unservedRequests, demand.peakBacklog, demand.backlogAtEnd',
    ],
    ['repairs.suspended == true', '22 repairs.suspended is compared with a number, got true | for example 20'],
    ['bootTime.max <= 90', '17 bootTime.max is compared with an ISO 8601 duration, got 90 | for example PT5M'],
    ['findings.notmodelled == 0', '1 unknown measure findings.notmodelled | did you mean findings.NotModelled?'],
    ['findings.NotModeled == 0', '1 unknown measure findings.NotModeled | did you mean findings.NotModelled?'],
    ['findings.cuont == 0', '1 unknown measure findings.cuont | did you mean findings.count?'],
    [
      'findings.Xyzzy == 0',
      '1 unknown measure findings.Xyzzy | write a code of the catalogue, for example findings.NotModelled',
    ],
    ['findings == 0', '1 unknown measure findings | choose one: findings.count'],
    ['rollouts[0].startedBy == Usr', '26 rollouts[0].startedBy is never Usr | did you mean User?'],
    [
      'rollouts[0].trigger == AutomaticOsUpgrade',
      '24 rollouts[0].trigger is never AutomaticOsUpgrade | did you mean AutomaticOSUpgrade?',
    ],
    ['perScaleSet.web == 1', '1 unknown measure perScaleSet.web | write perScaleSet.<name>.<measure>'],
    ['p90(timeToHalt) < PT1M', '1 unknown aggregate p90 | did you mean p50?'],
    [
      'p99(rollouts[0].status) == Faulted',
      '5 p99 needs a number, rollouts[0].status is text | count the runs instead: rate(rollouts[0].status == value) >= 0.95',
    ],
    ['p99(timeToHalt < PT1M', '16 the parenthesis of p99( is not closed | write ) here'],
    ['rate(timeToHalt) >= 0.9', '16 rate needs a comparison inside | for example rate(timeToHalt == value) >= 0.95'],
    ['rate(rollouts.length == 1) >= 95', '28 rate is a share from 0 to 1, got 95 | for example >= 0.95, or >= 95 %'],
  ])('%s', (text, expected) => {
    expect(wrong(text)).toBe(expected)
  })
})
