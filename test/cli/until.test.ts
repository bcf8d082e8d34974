import { describe, expect, it } from 'vitest'
import { cli } from './harness.ts'

/** Entries of a trace, without its last one, which ends the run. */
async function entries(args: readonly string[]): Promise<{ atMs: number; what: string }[]> {
  const { written } = await cli(['run', ...args, '--case', 'base', '--trace', 't.jsonl'])
  const lines = written.get('t.jsonl')!.trim().split('\n').slice(1)
  return lines.map((line) => JSON.parse(line) as { atMs: number; what: string })
}

describe('run --until', () => {
  it.each([
    ['scenarios/payments-after.yaml', 'PT1H10M'],
    ['scenarios/payments-after.yaml', 'PT9H20M'],
    ['scenarios/bad-image.yaml', 'PT15M'],
    ['scenarios/living/spot-storm.yaml', 'PT40M'],
    ['scenarios/living/black-friday.yaml', 'PT2H'],
  ])('plays what the whole run plays, up to that moment: %s %s', async (file, moment) => {
    const cut = await entries([file, '--until', moment])
    const whole = await entries([file])
    const last = cut.at(-1)!.atMs
    expect(cut.length).toBeGreaterThan(20)
    expect(cut).toEqual(whole.slice(0, cut.length))
    expect(whole[cut.length]!.atMs).toBeGreaterThanOrEqual(last)
  })

  it('what happens at that very moment belongs to the run; its end is a moment like any other', async () => {
    const rollouts = async (until: string) => {
      const { stdout } = await cli(['run', 'scenarios/bad-image.yaml', '--until', until, '-o', 'json'])
      return (JSON.parse(stdout) as { results: { rollouts: unknown[] }[] }).results[0]!.rollouts.length
    }
    expect([await rollouts('PT9M59S'), await rollouts('PT10M')]).toEqual([0, 1])
    const whole = await cli(['run', 'scenarios/bad-image.yaml', '-o', 'json'])
    expect((await cli(['run', 'scenarios/bad-image.yaml', '--until', 'PT2H', '-o', 'json'])).stdout).toBe(whole.stdout)
  })

  it('judges what is expected as it stands there, and says so in the command that replays it', async () => {
    const { code, stdout } = await cli(['run', 'scenarios/bad-image.yaml', '--until', 'PT15M', '-o', 'json'])
    const [result] = (JSON.parse(stdout) as { results: { duration: string; rollouts: { status: string }[] }[] }).results
    expect({ code, duration: result!.duration, status: result!.rollouts[0]!.status }).toEqual({
      code: 1,
      duration: 'PT15M',
      status: 'RollingForward',
    })
    expect((await cli(['run', 'scenarios/bad-image.yaml', '--until', 'PT15M'])).stdout).toContain(
      '--seed 7 --until PT15M',
    )
  })

  it.each([
    { args: ['--until', 'soon'], says: '--until must be an ISO 8601 duration, got "soon"' },
    { args: ['--until', 'PT0S'], says: '--until must be longer than PT0S' },
    { args: ['--until', 'P9D'], says: '--until P9D lies beyond the duration of bad-image' },
    { args: ['--until', 'PT1M', '--runs', '5'], says: '--until is for a single run' },
  ])('refuses $args', async ({ args, says }) => {
    const { code, stdout, stderr } = await cli(['run', 'scenarios/bad-image.yaml', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(says)
  })
})
