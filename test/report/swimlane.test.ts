import { describe, expect, it } from 'vitest'
import { palette } from '../../src/report/palette.ts'
import { renderSwimlane } from '../../src/report/swimlane.ts'
import type { LaneState, RunResult } from '../../src/sim/result.ts'
import { at, badImage, batch, fleet, goodRollout, longRollout, rollout, run, severalSets } from './sample-results.ts'

const draw = (result: RunResult, width = 80) => renderSwimlane(result, { width, paint: palette(false) })
const drawing = (result: RunResult, width?: number) => `\n${draw(result, width).join('\n')}\n`
/** Rows that show an instance: label, two blanks, cells. */
const rows = (lines: readonly string[]) =>
  lines.filter((line) => /\d {2}\S|\d {2} +\S/.test(line) && !line.includes('|') && !line.includes('['))

type Spans = readonly (readonly [number, LaneState])[]
/** One regional set; times in minutes; a rollout from minute 10 to 20. */
function small(lanes: readonly Spans[], fields: { durationMs?: number } = {}): RunResult {
  return run({
    durationMs: at(30),
    ...fields,
    instances: fleet('vmss-authz', lanes.length, []),
    lanes: lanes.map((spans, instance) => ({
      instance,
      spans: spans.map(([minute, state]) => ({ fromMs: at(minute), state })),
    })),
    rollouts: [
      rollout({
        status: 'Completed',
        startedAtMs: at(10),
        endedAtMs: at(20),
        batches: [
          batch({ index: 0, startedAtMs: at(10), endedAtMs: at(14), instances: [0] }),
          batch({ index: 1, startedAtMs: at(15), endedAtMs: at(20), instances: [1] }),
        ],
      }),
    ],
  })
}

const STEADY: Spans = [[0, 'serving']]

describe('renderSwimlane', () => {
  it('draws instances over time by zone', () => {
    expect(
      drawing({ ...severalSets.result, rollouts: severalSets.result.rollouts.slice(0, 1) }, 70),
    ).toMatchInlineSnapshot(`
      "
                       |00:10    |00:15    |00:20    |00:25
      vmss-east
      batch            [1-------]    [2-------]    [3-------]
      zone 1    0  ....uuubba........:.............:.............
                3  ....uuuubba.......:.............:.............
      zone 2    1  ....:.............uuuubba.......:.............
                4  ....:.............uuubba........:.............
      zone 3    2  ....:.............:.............uuuubba.......
                5  ....:.............:.............uuuubba.......
      vmss-west
      regional  0  ..............................................
                1  ..............................................
                2  ..............................................
                3  ..............................................
                4  ..............................................
                5  ..............................................
                6  ..............................................
                7  ..............................................

      . = serving   : = serving, a batch starts
      a = application starting or warming
      b = booting, installing extensions   u = down for its upgrade
      One column is 30 s and shows the worst state in it. Times are hh:mm
      from the start.
      Outside this window 2 instances broke or came back, at 01:03.
      "
    `)
  })

  it('draws instances that come and go', () => {
    const result = small([
      [
        [0, 'serving'],
        [10, 'upgrading'],
        [12, 'serving'],
      ],
      [
        [0, 'absent'],
        [10, 'creating'],
        [12, 'starting'],
        [14, 'application'],
        [16, 'serving'],
      ],
      [
        [0, 'stopped'],
        [15, 'failed'],
      ],
      [
        [0, 'serving'],
        [13, 'deleting'],
        [14, 'absent'],
      ],
    ])
    expect(drawing(result, 50)).toMatchInlineSnapshot(`
      "
                   |00:09   |00:12   |00:15   |00:18
      batch           [1---------]   [2------------]
      regional  0  ...uuuuuu.........:.................
                1     ccccccbbbbbbaaaaaa...............
                2  __________________FFFFFFFFFFFFFFFFFF
                3  ...:........ddd

      . = serving   : = serving, a batch starts
      _ = stopped, deallocated
      a = application starting or warming
      b = booting, installing extensions
      c = being created   u = down for its upgrade
      d = being deleted   F = provisioning failed
      blank = not there
      One column is 20 s and shows the worst state in
      it. Times are hh:mm from the start.
      "
    `)
  })

  it('shows the worst state of a slice, however short it was', () => {
    const lines = draw(
      small([
        [
          [0, 'serving'],
          [12.01, 'unhealthy'],
          [12.02, 'serving'],
        ],
        STEADY,
      ]),
      40,
    )
    expect(rows(lines)[0]).toMatch(/^regional +0 {2}\.+:?\.*X\.+:?\.*$/)
  })

  it('shows no state that lasted no time', () => {
    const lines = draw(
      small([
        [
          [0, 'serving'],
          [12, 'failed'],
          [12, 'serving'],
        ],
        STEADY,
      ]),
    )
    expect(lines.join('\n')).not.toContain('F')
  })

  it('says what the window leaves out', () => {
    const result = small(
      [
        [
          [0, 'serving'],
          [200, 'broken'],
          [230, 'serving'],
        ],
        STEADY,
      ],
      { durationMs: at(300) },
    )
    expect(draw(result).join('\n')).toContain(
      'Outside this window 1 instance broke or came back, between 03:20 and 03:50.',
    )
    expect(draw(small([STEADY])).join('\n')).not.toContain('Outside')
  })

  it('puts each tick on the column of its minute', () => {
    const lines = draw(goodRollout.result, 100)
    const axis = lines[0]!
    const bar = lines[1]!
    // Batch 1 starts at 00:10.
    expect(axis.indexOf('|00:10')).toBe(bar.indexOf('[1'))
    const down = rows(lines)[0]!
    expect(down.indexOf('u')).toBe(bar.indexOf('[1'))
  })

  it('is empty when the run kept no lanes', () => {
    expect(draw({ ...badImage.result, lanes: [] })).toEqual([])
  })

  describe('with more than 40 instances', () => {
    it('folds equal rows and accounts for every instance', () => {
      const lines = draw(longRollout(60, 6).result, 100)
      const shown = rows(lines)
      expect(shown.length).toBeLessThanOrEqual(40)
      const total = shown.reduce((sum, line) => sum + Number(/ x(\d+) {2}/.exec(line)?.[1] ?? 1), 0)
      expect(total).toBe(60)
      expect(lines.join('\n')).toContain('instances whose rows are equal')
    })

    it('merges rows by batch when too few are equal, and says so', () => {
      // Every instance goes down and comes back at a time of its own.
      const lanes = Array.from(
        { length: 50 },
        (_, i): Spans => [
          [0, 'serving'],
          [10 + (i % 8) / 2, i === 7 ? 'unhealthy' : 'upgrading'],
          [15 + Math.floor(i / 8) / 2, 'serving'],
        ],
      )
      const result = small(lanes)
      const inBatches = {
        ...result,
        rollouts: result.rollouts.map((one) => ({
          ...one,
          batches: one.batches.map((own, b) => ({
            ...own,
            instances: lanes.map((_, i) => i).filter((i) => i % 2 === b),
          })),
        })),
      }
      const lines = draw(inBatches, 130)
      expect(rows(lines).map((line) => /(\d+ x\d+)/.exec(line)?.[1])).toEqual(['0 x25', '1 x25'])
      expect(rows(lines)[1]).toContain('X')
      expect(rows(lines)[0]).not.toContain('X')
      expect(lines.join('\n')).toContain('50 instances are too many for a row each')
    })
  })
})
