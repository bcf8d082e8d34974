import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { whyRollout } from '../../src/report/rollout-text.ts'
import { renderRun } from '../../src/report/text.ts'
import { columns, printable } from '../../src/report/typeset.ts'
import type { LostCapacity, RolloutResult, RunResult, SetMeasures } from '../../src/sim/result.ts'
import { LOSS_REASONS } from '../../src/sim/trace-catalogue.ts'
import { anyRun } from './arbitrary-result.ts'
import {
  at,
  automaticMode,
  badImage,
  batch,
  goodRollout,
  longRollout,
  NO_HARM,
  rollout,
  run,
  SAMPLES,
  type Sample,
  severalSets,
  threeInstances,
  undecided,
} from './sample-results.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is looked for.
const ANSI = /\u001b\[[0-9;]*m/g

const render = (
  { result, scenario, replay }: Sample,
  options: { color?: boolean; width?: number; quiet?: boolean } = {},
) => renderRun(result, { scenario, replay, color: false, ...options })

describe('renderRun', () => {
  it('tells a small run whole', () => {
    expect(render(threeInstances)).toMatchInlineSnapshot(`
      "✗ FAIL: Three instances, one breaks (lab)
        Fleet         vmss-lab: 3 instances, regional (no zones), Uniform, eastus
        Policy        Rolling: batch 34 % · unhealthy 34 % · unhealthy upgraded 34 % · pause PT1M ·
                        maxSurge
        Health        load balancer probe http :80/, every 15 s, 1 in a row

        Why           Faulted at 00:21:00 after batch 2: 1 of 2 upgraded instances unhealthy = 50 % > 34 %
                        (TH-5), MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade.
        Blast radius  1 instance (33.3 %) harmed, at most 33.3 % at one moment, in 1 region and 1 scale
                        set
                      42 instance-minutes of harm; exposed to the defect: 2 instances (66.7 %)
        Availability  never fewer than 2 serving, never below 66.7 % of the target capacity; 48
                        instance-minutes lost
        Halt          halted 3 min after the first harm; everything serving again after 20 min 30 s

        Rollout: sku.name Standard_D2as_v5 -> Standard_D4as_v5 (ModelChange)
          1  00:10:00-00:14:00  1 successful  instance 0
             pause 1 min
          2  00:15:00-00:21:00  1 failed      instance 1

        Instances over time
                            |00:10      |00:12      |00:14      |00:16      |00:18      |00:20
        batch               [1---------------------]      [2---------------------------------]
        regional  0  .......uuuuuuuuubbbbbbaaa............:..........................................
                  1  .......:.............................uuuuuuuuuubbbbbbaaxxxxxxXXXXXXXXXXXXXXXXXXX
                  2  .......:.............................:..........................................

        . = serving   : = serving, a batch starts   a = application starting or warming
        b = booting, installing extensions   u = down for its upgrade   x = broken, not yet reported
        X = broken, reported unhealthy
        One column is 10 s and shows the worst state in it. Times are hh:mm from the start.
        Outside this window 1 instance broke or came back, at 00:40.

        Expectations
        ✗ rollouts[0].status == Completed
            actual Faulted, expected == Completed

        Run           traceHash 5f0c2a9be417d836 · 1204 events · seed 1 · PT1H played
        Replay        vmss-twin run lab.yaml --seed 1
      "
    `)
  })

  it('says that no rollout started', () => {
    expect(render(undecided)).toMatchInlineSnapshot(`
      "? UNDECIDED: no-change
        scenarios/no-change.yaml
        Fleet         vmss-authz: 3 instances, regional (no zones), Flexible, eastus
        Policy        Rolling: batch 34 % · unhealthy 34 % · unhealthy upgraded 34 % · pause PT1M
        Health        Application Health extension 2.0, https :8443/ready, every 5 s, 1 in a row

        Why           No rollout started within the 1 h of the run, so there is nothing to judge it by.
        Blast radius  no instance was harmed
        Availability  never fewer than 3 serving, never below 100 % of the target capacity; 0
                        instance-minutes lost
        Halt          nothing was harmed, so nothing had to be halted

        Instances over time
                     |00:00    |00:10    |00:20    |00:30    |00:40    |00:50
        regional  0  ............................................................
                  1  ............................................................
                  2  ............................................................

        . = serving
        One column is 1 min and shows the worst state in it. Times are hh:mm from the start.

        Expectations
        ? blastRadius.percent <= 20
            nothing to measure, expected <= 20
            undecided: no rollout started

        Run           traceHash 5f0c2a9be417d836 · 12 events · seed 7 · PT1H played
        Replay        vmss-twin run scenarios/no-change.yaml --seed 7
      "
    `)
  })

  it('tells mode Automatic as one batch that no threshold could stop', () => {
    const text = render(automaticMode)
    expect(text).toContain('3 of 4 instances upgraded all at once (mode Automatic has no')
    expect(text).toMatch(/^ {4}1 {2}00:10:00-00:13:15 {2}3 successful, 1 failed {2}instances 0-3$/m)
  })

  it('names sets only where there are several', () => {
    expect(render(badImage)).not.toContain('Per set')
    expect(render(severalSets)).toContain('Per set       vmss-east: 0 instances (0 %) harmed')
    expect(render(severalSets)).toContain('Rollout 2, vmss-west: Faulted at 01:08:00')
  })

  it('shows pauses between batches', () => {
    expect(render(goodRollout).match(/^ +pause 2 min$/gm)).toHaveLength(5)
  })

  it('shows one line when quiet, and what did not hold', () => {
    expect(render(goodRollout, { quiet: true }) + render(badImage, { quiet: true })).toMatchInlineSnapshot(`
      "✓ PASS: good-rollout · Completed · blast radius 0 instances (0 %) · lowest 80 % serving
      ✗ FAIL: bad-image · Faulted (TH-5) · blast radius 6 instances (20 %) · lowest 80 % serving
        ✗ rollouts[0].status == Completed
            actual Faulted, expected == Completed
        ? timeToRecover <= PT30M
            nothing to measure, expected <= PT30M
            undecided: the fleet never recovered within the run
        Replay        vmss-twin run scenarios/bad-image.yaml --seed 1
      "
    `)
  })

  it('ends every failure with the command that replays it', () => {
    for (const sample of Object.values(SAMPLES)) {
      for (const quiet of [true, false]) {
        if (quiet && sample.result.verdict === 'pass') continue
        expect(render(sample, { quiet }).trimEnd().split('\n').at(-1)).toMatch(new RegExp(`Replay +${sample.replay}$`))
      }
    }
  })

  it('compares actual against expected, by the last operator of the line', () => {
    const expectations = [
      { text: 'rate(rollouts[0].status == Faulted) >= 0.9', verdict: 'fail', actual: 0.25 },
    ] as const
    const text = render({ ...goodRollout, result: { ...goodRollout.result, expectations } })
    expect(text).toContain('actual 0.25, expected >= 0.9')
  })

  it('cannot be told anything by a name', () => {
    const scenario = { ...badImage.scenario, name: 'evil\u001b[2J', title: 'line\nbreak', file: '\u202ecod.exe' }
    const text = render({ ...badImage, scenario })
    expect(text).toContain('line\\nbreak (evil\\u001b[2J)')
    expect(text).not.toContain('\u001b')
    expect(text).not.toContain('\u202e')
  })

  it('adds nothing but colour when coloured', () => {
    for (const sample of Object.values(SAMPLES)) {
      const colored = render(sample, { color: true })
      expect(colored).toMatch(ANSI)
      expect(colored.replace(ANSI, '')).toBe(render(sample))
    }
  })
})

describe('the sentence why', () => {
  const faulted = (fields: Partial<RolloutResult>): RolloutResult =>
    rollout({ status: 'Faulted', startedAtMs: at(10), endedAtMs: at(13), ...fields })

  it.each<{ why: string; of: RolloutResult; says: string }>([
    {
      why: 'TH-1 is tested before the first batch, and all counters are 0 (TH-2)',
      of: faulted({
        endedAtMs: at(10),
        errorCode: 'MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade',
        decision: { rule: 'TH-1', breached: true, count: 3, total: 10, limitPercent: 20, atMs: at(10) },
      }),
      says: 'Faulted at 00:10:00 before the first batch: 3 of 10 instances in the scale set unhealthy = 30 % > 20 % (TH-1), MaxUnhealthyInstancePercentExceededBeforeRollingUpgrade.',
    },
    {
      why: 'TH-5 counts upgraded instances',
      of: faulted({
        batches: [batch({ index: 0, startedAtMs: at(10), instances: [0, 1, 2] })],
        failed: 3,
        pending: 7,
        decision: { rule: 'TH-5', breached: true, count: 3, total: 3, limitPercent: 20, atMs: at(13) },
      }),
      says: 'Faulted at 00:13:00 after batch 1: 3 of 3 upgraded instances unhealthy = 100 % > 20 % (TH-5).',
    },
    {
      why: 'TH-6 read as the whole set does not call the whole set upgraded',
      of: faulted({
        batches: [batch({ index: 0, startedAtMs: at(10), instances: [0, 1, 2] })],
        failed: 3,
        pending: 7,
        decision: { rule: 'TH-5', breached: true, count: 3, total: 10, limitPercent: 20, atMs: at(13) },
      }),
      says: 'Faulted at 00:13:00 after batch 1: 3 upgraded and unhealthy of 10 instances = 30 % > 20 % (TH-5).',
    },
    {
      why: 'a run that timed out has a message instead of an inequality',
      of: faulted({ errorCode: 'RollingUpgradeTimeoutError', errorMessage: 'It took longer than PT12H.' }),
      says: 'Faulted at 00:13:00 before the first batch: It took longer than PT12H, RollingUpgradeTimeoutError.',
    },
    {
      why: 'a cancelled one says how far it came',
      of: rollout({
        status: 'Cancelled',
        lastAction: 'Cancel',
        startedAtMs: at(10),
        endedAtMs: at(13),
        batches: [batch({ index: 0, startedAtMs: at(10), instances: [0, 1] })],
        successful: 1,
        failed: 1,
        rolledBack: 1,
        pending: 8,
      }),
      says: 'Cancelled at 00:13:00 after batch 1: 1 of 10 instances upgraded in 1 batch, 1 failed of which 1 rolled back, 8 pending.',
    },
    {
      why: 'a completed one names its closest call',
      of: rollout({
        status: 'Completed',
        startedAtMs: at(10),
        endedAtMs: at(52),
        batches: [batch({ index: 0, startedAtMs: at(10), instances: [0] })],
        successful: 5,
        decision: { rule: 'TH-5', breached: false, count: 1, total: 5, limitPercent: 20, atMs: at(40) },
      }),
      says: 'Completed at 00:52:00: 5 of 5 instances upgraded in 1 batch; the closest call was 1 of 5 upgraded instances unhealthy = 20 % <= 20 % (TH-5).',
    },
    {
      why: 'one that is under way when the run ends',
      of: rollout({
        status: 'RollingForward',
        startedAtMs: at(10),
        batches: [batch({ index: 0, startedAtMs: at(10), instances: [0, 1] })],
        inProgress: 2,
        pending: 8,
      }),
      says: 'Still rolling when the run ended, in or after batch 1: 0 of 10 instances upgraded in 1 batch, 2 in progress, 8 pending.',
    },
  ])('$why', ({ of, says }) => {
    expect(whyRollout(of)).toBe(says)
  })
})

describe('the list of batches', () => {
  it('folds the middle of a long rollout and counts it', () => {
    const text = render(longRollout(60, 3))
    expect(text).toMatch(
      /^ {4}\.\.\. 10 more batches \(7 to 16\), 00:52:00-02:00:00: 28 instances, 28 successful, 0 failed$/m,
    )
  })

  it('shows every batch or counts it in the folded line, and never folds a dozen', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 80 }), fc.integer({ min: 1, max: 9 }), (size, perBatch) => {
        const sample = longRollout(size, perBatch, [])
        const count = sample.result.rollouts[0]!.batches.length
        const text = render(sample)
        const shown = [...text.matchAll(/^ +(\d+) {2}\d\d:\d\d:\d\d-/gm)].map((match) => Number(match[1]) - 1)
        const folded = /\.\.\. (\d+) more batch(?:es)? \((\d+) to (\d+)\)/.exec(text)
        if (count <= 12) expect(folded).toBeNull()
        const hidden =
          folded === null ? [] : Array.from({ length: Number(folded[1]) }, (_, i) => Number(folded[2]) - 1 + i)
        const all = [...shown, ...hidden].sort((a, b) => a - b)
        expect(all).toEqual(Array.from({ length: count }, (_, i) => i))
        if (folded !== null) expect(Number(folded[3])).toBe(hidden.at(-1)! + 1)
      }),
      { numRuns: 50 },
    ))
})

describe('what capacity was lost to', () => {
  const one = (fields: Partial<LostCapacity> = {}): LostCapacity => ({
    reason: 'zone.failed',
    subject: 'world',
    numbers: { region: 'eastus', zone: '1' },
    rule: 'AV-03',
    entry: 7,
    firstAtMs: 36_000_000,
    scaleSets: ['vmss-authz'],
    instances: 10,
    lostMs: 18_000_000,
    ...fields,
  })
  const shown = (lostCapacity: LostCapacity[]) =>
    /^ {2}Lost to(?:.|\n {14})*/m.exec(render({ ...goodRollout, result: run({ lostCapacity }) }))?.[0] ?? ''

  it('says how much of how many instances, why, when and by which rule', () => {
    expect(
      shown([
        one(),
        one({ reason: 'defect.active', numbers: { defect: 'bad', of: 'image a' }, rule: null, instances: 1 }),
      ]),
    ).toMatchInlineSnapshot(`
      "  Lost to       300 instance-minutes of 10 instances: zone 1 of eastus lost at 10:00:00 (AV-03)
                      300 instance-minutes of 1 instance: bad (image a) at 10:00:00"
    `)
  })

  it('has words for every reason that the engine names', () => {
    for (const reason of LOSS_REASONS) expect(shown([one({ reason })])).not.toContain(reason)
  })

  it('counts what is left after six', () => {
    const many = Array.from({ length: 8 }, (_, entry) => one({ entry }))
    expect(shown(many)).toContain('600 instance-minutes: 2 other reasons; -o json prints all')
  })

  it('is not there where nothing was lost', () => expect(render(goodRollout)).not.toContain('Lost to'))
})

describe('the autoscale section', () => {
  const event = (minute: number, from: number, to: number): RunResult['autoscaleHistory'][number] => ({
    atMs: at(minute),
    setting: 'web-scale',
    scaleSet: 'vmss-web',
    event: 'AutoscaleAction',
    selectedAutoscaleProfile: 'default',
    currentInstanceCount: from,
    newInstanceCount: to,
    scaleDirection: to > from ? 'Increase' : 'Decrease',
    resultType: 'Succeeded',
    endedAtMs: at(minute + 2),
    resultDescription: 'Percentage CPU 84.2 > 70',
    rule: 'AS-07',
  })
  const section = (history: RunResult['autoscaleHistory'], counts: Partial<SetMeasures['autoscale']>): string => {
    const autoscale = { scaleOuts: 0, scaleIns: 0, flaps: 0, flapsPrevented: 0, ...counts }
    const measures = { ...NO_HARM, autoscale }
    const text = render({ ...goodRollout, result: run({ autoscaleHistory: history, measures }) })
    return /^ {2}Autoscale(?:.|\n {14})*/m.exec(text)?.[0] ?? ''
  }

  it('counts, and tells what was done when and by which rule', () => {
    const flapping = {
      event: 'Flapping',
      resultDescription: 'with 3 instances Percentage CPU would be 96 > 70',
    } as const
    const history = [
      event(12, 3, 4),
      { ...event(30, 4, 4), ...flapping, rule: 'AS-32', resultType: null, endedAtMs: null },
      { ...event(45, 4, 5), resultType: 'Failed' as const },
    ]
    expect(`\n${section(history, { scaleOuts: 1, flapsPrevented: 1 })}`).toMatchInlineSnapshot(`
      "
        Autoscale     1 scale-out, 0 scale-ins, 0 flaps, 1 flap prevented
                      00:12:00 vmss-web 3 -> 4 Percentage CPU 84.2 > 70 (AS-07)
                      00:30:00 vmss-web Flapping with 3 instances Percentage CPU would be 96 > 70 (AS-32)
                      00:45:00 vmss-web 4 -> 5 Percentage CPU 84.2 > 70 (AS-07), Failed"
    `)
  })

  it('says how much it leaves out', () => {
    const history = Array.from({ length: 15 }, (_, index) => event(index, index, index + 1))
    expect(section(history, { scaleOuts: 15 })).toContain('and 3 events more; -o json prints all of them')
  })

  it('is not there without autoscale', () => expect(render(goodRollout)).not.toContain('Autoscale'))
})

describe('the cost line', () => {
  const line = (cost: Partial<SetMeasures['cost']>): string => {
    const measures = { ...NO_HARM, cost: { ...NO_HARM.cost, ...cost } }
    return /^ {2}Cost(?:.|\n {14})*/m.exec(render({ ...goodRollout, result: run({ measures }) }))?.[0] ?? ''
  }
  const known = { currency: 'INR', total: 930.226, disks: 57.16, surge: 0, replicas: 32.876, builds: 0 }

  it('has the sum, the run it is over, and the parts that are not nothing', () => {
    expect(`\n${line({ ...known, instances: { regular: 648, spot: 192.19 }, surge: 12.5 })}`).toMatchInlineSnapshot(`
      "
        Cost          INR 930.23 over 6 h: regular instances 648, Spot instances 192.19, OS disks 57.16,
                        replicas 32.88; 12.50 of it for surge"
    `)
    expect(line({ ...known, total: 0, instances: { regular: 0, spot: 0 }, disks: 0, replicas: 0 })).toMatch(
      /INR 0 over [^:]*$/,
    )
  })

  it('is not there without prices', () => expect(line({})).toBe(''))
})

describe('any result', () => {
  const replay = 'vmss-twin run any.yaml --seed 1'

  it('is never wider than the width, whole or quiet, and carries no control character', () =>
    fc.assert(
      fc.property(anyRun, fc.integer({ min: 40, max: 160 }), fc.boolean(), ({ result, scenario }, width, quiet) => {
        const text = renderRun(result, { scenario, replay, color: false, width, quiet })
        expect(text.endsWith('\n')).toBe(true)
        for (const line of text.slice(0, -1).split('\n')) {
          if (line.endsWith(replay)) continue
          expect(columns(line), line).toBeLessThanOrEqual(width)
          expect(printable(line)).toBe(line)
          expect(line).toBe(line.trimEnd())
        }
      }),
      { numRuns: 150 },
    ))

  it('is the same text twice', () =>
    fc.assert(
      fc.property(anyRun, ({ result, scenario }) => {
        const once = () => renderRun(result, { scenario, replay, color: true })
        expect(once()).toBe(once())
      }),
      { numRuns: 30 },
    ))
})
