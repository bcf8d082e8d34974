import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { explain } from '../src/model/explain.ts'
import { FINDING_CODES } from '../src/model/finding-codes.ts'
import { confirmOf, PLAYBOOK, playbookRow } from '../src/model/playbook.ts'
import { loadScenarios } from '../src/model/scenario/load.ts'
import { simulate } from '../src/sim/simulate.ts'

const FOLDER = 'scenarios/playbook'
const files = readdirSync(FOLDER).sort()
const load = (path: string) =>
  loadScenarios(readFileSync(path, 'utf8'), path, { readFile: (name) => readFileSync(name, 'utf8') })
const CODES = new Set(PLAYBOOK.flatMap(({ codes }) => codes))

describe('the playbook', () => {
  it('has the twelve rows of the table, each with codes that the catalogue knows', () => {
    expect(PLAYBOOK.map(({ row }) => row)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    const known = new Set(FINDING_CODES.map(({ code }) => code))
    for (const { codes } of PLAYBOOK) for (const code of codes) expect(known, code).toContain(code)
  })

  it('has a scenario for each row', () => {
    expect(files.map((name) => Number(name.slice(0, 2)))).toEqual(PLAYBOOK.map(({ row }) => row))
  })

  it.each(files)('%s names its finding, and its fixed half has nothing to tell', (name) => {
    const row = PLAYBOOK.find((one) => one.row === Number(name.slice(0, 2)))!
    const [symptom, ...cases] = load(`${FOLDER}/${name}`)
    const found = simulate(symptom!).findings.filter(({ code }) => row.codes.includes(code))
    expect(found.length, 'the symptom').toBeGreaterThan(0)
    for (const finding of found) {
      expect(finding.evidence.join(' ')).not.toBe('')
      expect(finding.confirm, finding.code).toMatch(/^(az|curl) /)
      expect(finding.fix).toBeTruthy()
    }
    expect(cases.map((one) => one.case)).toContain('fixed')
    for (const fixed of cases) {
      const { findings, verdict } = simulate(fixed)
      expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
      expect(verdict).toBe('pass')
    }
  })

  it.each(['scenarios/good-rollout.yaml', 'scenarios/hands-on-lab.yaml', 'scenarios/conformance/w01-good-image.yaml'])(
    'finds nothing in %s, which is healthy',
    (path) => {
      const { findings } = simulate(load(path)[0]!)
      expect(findings.filter(({ code }) => CODES.has(code))).toEqual([])
    },
  )

  it('explain prints the row, the command and the cure', () => {
    expect(explain('RepairLoop')).toMatchObject({
      playbook: { row: 7 },
      confirm: expect.stringContaining('az vmss get-instance-view'),
      fix: expect.stringContaining('gracePeriod'),
    })
    expect(explain('SurgeFellBack')?.playbook).toBeUndefined()
  })

  it('fills the names it knows into the command', () => {
    expect(confirmOf('RolloutHaltedByHealth', { 'scale-set': 'vmss-a' })).toContain('--name vmss-a')
    expect(confirmOf('RolloutHaltedByHealth')).toContain('<scale-set>')
    expect(playbookRow('NoSuchCode')).toBeUndefined()
  })
})
