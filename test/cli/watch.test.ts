import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Io } from '../../src/cli/io.ts'
import { watched } from '../../src/cli/watch.ts'
import { BudgetExceeded } from '../../src/sim/kernel/kernel.ts'
import { cli } from './harness.ts'

const TEXT = `
name: two
duration: PT1H
azure:
  scaleSets:
    web: { location: eastus, sku: { name: Standard_D2as_v5, capacity: 2 }, orchestrationMode: Uniform, upgradePolicy: { mode: Manual },
      virtualMachineProfile: { storageProfile: { imageReference: { id: gal/app/1.0.0 } } } }
`
const twice = TEXT.replace('capacity: 2', 'capacity: 4')

const watch = (edits: readonly (Readonly<Record<string, string | null>> | undefined)[], isTerminal = false) =>
  cli(['run', 'a.yaml', '--watch'], { files: { 'a.yaml': TEXT }, edits, isTerminal })
const fleets = (stdout: string) => [...stdout.matchAll(/web: (\d) instances/g)].map(([, count]) => Number(count))

describe('run --watch', () => {
  it('plays again when the file has changed, and only then, until Ctrl-C', async () => {
    const { code, stdout, stderr } = await watch([undefined, { 'a.yaml': twice }, undefined, { 'a.yaml': TEXT }])
    expect({ code, fleets: fleets(stdout) }).toEqual({ code: 0, fleets: [2, 4, 2] })
    expect(stderr.match(/watching 1 file; Ctrl-C ends it/g)).toHaveLength(3)
  })

  it('tells a mistake and waits for its correction', async () => {
    const { code, stdout, stderr } = await watch([{ 'a.yaml': 'name: [' }, { 'a.yaml': null }, { 'a.yaml': twice }])
    expect({ code, fleets: fleets(stdout) }).toEqual({ code: 0, fleets: [2, 4] })
    expect(stderr).toMatch(/a\.yaml:1:\d+ {2}E0002/)
    expect(stderr).toContain('a.yaml cannot be read')
  })

  it('a file that the scenario refers to counts as well', async () => {
    const template = readFileSync('scenarios/templates/orders-fleet.json', 'utf8')
    const files = {
      't.json': template,
      'a.yaml': 'name: a\nazure: { from: t.json, parameters: { instanceCount: 12, environment: production } }\n',
    }
    const edits = [{ 't.json': template.replace('"defaultValue": "orders"', '"defaultValue": "bills"') }]
    const { stdout } = await cli(['run', 'a.yaml', '--watch'], { files, edits })
    expect([...stdout.matchAll(/(\w+)-production: 12/g)].map(([, name]) => name)).toEqual(['orders', 'bills'])
  })

  it('clears a terminal before each round, and nothing else', async () => {
    expect((await watch([{ 'a.yaml': twice }], true)).stdout.split('\u001b[2J')).toHaveLength(3)
    expect((await watch([{ 'a.yaml': twice }])).stdout).not.toContain('\u001b')
  })

  it('Ctrl-C while it plays ends what is played, and it', async () => {
    const { code, stdout, stderr } = await cli(['run', 'a.yaml', '--watch'], {
      files: { 'a.yaml': TEXT },
      interruptAtBreath: 1,
    })
    expect({ code, fleets: fleets(stdout), stderr }).toEqual({
      code: 0,
      fleets: [],
      stderr: 'interrupted: 0 of 1 finished\n',
    })
  })

  it('a mistake on the command line ends it', async () => {
    const { code, stderr } = await cli(['run', 'scenarios/bad-image.yaml', '--watch', '--seed', 'x'], {})
    expect({ code, watches: stderr.includes('watching') }).toEqual({ code: 2, watches: false })
  })

  it.each([
    { args: ['gone.yaml'], says: 'gone.yaml cannot be read: there is no such file' },
    { args: ['a.yaml', '--set', 'azure.x=1'], says: 'unknown key x in azure' },
    { args: ['a.yaml', '--until', 'PT2H'], says: '--until PT2H lies beyond the duration' },
    { args: ['/dev/stdin'], says: '/dev/stdin cannot be watched: it is read once' },
  ])('so does one that no edit can mend: $args', async ({ args, says }) => {
    const { code, stderr } = await cli(['run', ...args, '--watch'], { files: { 'a.yaml': TEXT }, edits: [] })
    expect({ code, watches: stderr.includes('watching') }).toEqual({ code: 2, watches: false })
    expect(stderr).toContain(says)
  })

  it('a mistake that stands in the file from the start waits as well', async () => {
    const edits = [{ 'a.yaml': TEXT }]
    const { code, stdout } = await cli(['run', 'a.yaml', '--watch'], { files: { 'a.yaml': 'name: [' }, edits })
    expect({ code, fleets: fleets(stdout) }).toEqual({ code: 0, fleets: [2] })
  })

  it('an edit that the command line no longer fits is told, and waits', async () => {
    const edits = [{ 'a.yaml': TEXT.replace('PT1H', 'PT20M') }, { 'a.yaml': twice }]
    const args = ['run', 'a.yaml', '--watch', '--until', 'PT30M']
    const { code, stdout, stderr } = await cli(args, { files: { 'a.yaml': TEXT }, edits })
    expect({ code, fleets: fleets(stdout) }).toEqual({ code: 0, fleets: [2, 4] })
    expect(stderr).toContain('--until PT30M lies beyond the duration of two, PT20M')
  })

  it('a run that would never end is told, and waits', async () => {
    const told: string[] = []
    let interrupt = () => {}
    let rounds = 0
    const sink = {
      write: (text: string) => void told.push(text),
      columns: undefined,
      isTerminal: false,
      terminal: undefined,
    }
    const io = {
      env: {},
      stdout: sink,
      stderr: sink,
      onInterrupt: (handler: () => void) => {
        interrupt = handler
      },
      pause: async () => interrupt(),
    } as unknown as Io
    const code = await watched(io, [], async () => {
      rounds++
      throw new BudgetExceeded('events', 9, 10, 0, [])
    })
    expect({ code, rounds }).toEqual({ code: 0, rounds: 1 })
    expect(told.join('')).toMatch(
      /^E0401 the run does not end: more than 9 events[\s\S]*watching 0 files; Ctrl-C ends it\n$/,
    )
  })
})
