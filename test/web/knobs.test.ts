import { describe, expect, it } from 'vitest'
import { parseDocument } from 'yaml'
import { InputError } from '../../src/model/diagnostic.ts'
import { explain } from '../../src/model/explain.ts'
import { loadScenarios, prepareScenario } from '../../src/model/scenario/load.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { editPath, type Knob, type KnobGroup, type KnobValue } from '../../src/web/edit/knob.ts'
import { knobsOf } from '../../src/web/edit/knobs.ts'
import { setInYaml } from '../../src/web/edit/yaml-edit.ts'
import { play } from '../../src/web/engine/engine.ts'
import { FILES } from './files.ts'

const options = { readFile: (path: string) => FILES[path] }
const control = { breathe: async () => {}, isWanted: () => true }
const BAD_IMAGE = 'scenarios/bad-image.yaml'

function knobs(file: string, text = FILES[file]!, wanted?: string): KnobGroup[] {
  const scenarios = loadScenarios(text, file, options)
  const scenario = scenarios.find((one) => one.case === wanted)!
  return knobsOf(scenario, prepareScenario(text, file, options, wanted).document)
}

const all = (groups: readonly KnobGroup[]): Knob[] => groups.flatMap((group) => group.knobs)
const find = (groups: readonly KnobGroup[], label: string): Knob => all(groups).find((knob) => knob.label === label)!

/** Another value that this knob can be turned to; undefined: there is none. */
function other({ control: how, value }: Knob): KnobValue | undefined {
  switch (how.kind) {
    case 'flag':
      return value !== true
    case 'number':
      return value === how.max ? how.min : Math.min(how.max, Number(value ?? how.min) + how.step)
    case 'duration':
      return how.levels.find((level) => level !== value)
    case 'choice':
      return how.choices.find((choice) => choice !== value)
    default:
      return undefined
  }
}

describe('the knobs of a scenario', () => {
  it("have Azure's names and the bounds of the rules", () => {
    const groups = knobs(BAD_IMAGE)
    expect(groups[0]!.knobs.map(({ label }) => label)).toEqual([
      'mode',
      'maxBatchInstancePercent',
      'maxUnhealthyInstancePercent',
      'maxUnhealthyUpgradedInstancePercent',
      'pauseTimeBetweenBatches',
      'prioritizeUnhealthyInstances',
      'enableCrossZoneUpgrade',
      'maxSurge',
      'rollbackFailedInstancesOnPolicyBreach',
      'enableAutomaticOSUpgrade',
      'disableAutomaticRollback',
    ])
    expect(find(groups, 'maxBatchInstancePercent')).toMatchObject({
      value: 20,
      control: { kind: 'number', min: 5, max: 100 },
    })
    expect(find(groups, 'maxUnhealthyUpgradedInstancePercent').control).toMatchObject({ min: 0, max: 100 })
    expect(find(groups, 'gracePeriod').path).toEqual([
      'azure',
      'scaleSets',
      'vmss-authz',
      'automaticRepairsPolicy',
      'gracePeriod',
    ])
    expect(find(groups, 'capacity')).toMatchObject({ value: 30, control: { exactMax: 1000 } })
    expect(find(groups, 'zones')).toMatchObject({ value: ['1', '2', '3'] })
    expect(find(groups, 'numberOfProbes').control).toMatchObject({ min: 1, max: 24 })
    expect(find(groups, 'firewall tightened: share')).toMatchObject({ value: 100 })
  })

  it('show what the service takes where nothing is declared', () => {
    const groups = knobs(
      'x.yaml',
      'azure: { scaleSets: { web: { location: eastus, sku: { capacity: 3 }, upgradePolicy: { mode: Manual }, virtualMachineProfile: {} } } }\n',
    )
    expect(find(groups, 'maxBatchInstancePercent').value).toBe(20)
    expect(find(groups, 'pauseTimeBetweenBatches').value).toBe('PT0S')
    expect(find(groups, 'maxSurge').value).toBe(false)
  })

  it('name rules that exist', () => {
    const rules = new Set(
      Object.keys(FILES)
        .filter((file) => file.endsWith('.yaml'))
        .flatMap((file) => all(knobs(file)).flatMap((knob) => knob.rules)),
    )
    expect(rules.size).toBeGreaterThan(20)
    for (const rule of rules) expect(explain(rule), rule).toBeDefined()
  })

  it('are of a scale set where there are several', () => {
    const groups = knobs('scenarios/payments-after.yaml')
    expect(new Set(groups.flatMap(({ scaleSet }) => scaleSet ?? []))).toEqual(
      new Set(['vmss-authz-eastus', 'vmss-authz-westus3']),
    )
  })

  it('go into the properties of an ARM body where it has them', () => {
    const text =
      'azure: { scaleSets: { web: { location: eastus, sku: { capacity: 3 }, properties: { upgradePolicy: { mode: Manual }, virtualMachineProfile: {} } } } }\n'
    expect(find(knobs('x.yaml', text), 'mode').path).toEqual([
      'azure',
      'scaleSets',
      'web',
      'properties',
      'upgradePolicy',
      'mode',
    ])
    expect(find(knobs('x.yaml', text), 'capacity').path).toEqual(['azure', 'scaleSets', 'web', 'sku', 'capacity'])
  })

  it('write where they stand, in every scenario that is shipped', () => {
    // One of each group: the others stand beside it.
    for (const file of Object.keys(FILES).filter((name) => name.endsWith('.yaml')))
      for (const knob of knobs(file).map((group) => group.knobs.find((one) => other(one) !== undefined))) {
        if (knob === undefined) continue
        const value = other(knob)!
        const text = setInYaml(FILES[file]!, knob.path, value)
        expect([file, knob.id, parseDocument(text).getIn(knob.path)]).toEqual([file, knob.id, value])
      }
  }, 240_000)

  it.each([
    BAD_IMAGE,
    'scenarios/payments-after.yaml',
    'scenarios/from-template.yaml',
    'scenarios/living/spot-storm.yaml',
    'scenarios/quick-check/1-max-spreading.yaml',
  ])(
    'of %s say, once turned, what they were turned to',
    (file) => {
      let count = 0
      for (const knob of all(knobs(file))) {
        const value = other(knob)
        if (value === undefined) continue
        let turned: Knob | undefined
        try {
          turned = all(knobs(file, setInYaml(FILES[file]!, knob.path, value))).find(({ id }) => id === knob.id)
        } catch (error) {
          // A value may be refused (batch above the unhealthy limit, a moment beyond the end); the page says so then.
          expect(error).toBeInstanceOf(InputError)
          continue
        }
        // With what it depends on switched off a knob may be gone.
        if (turned === undefined) continue
        expect([knob.id, turned.value]).toEqual([knob.id, value])
        count++
      }
      expect(count).toBeGreaterThan(10)
    },
    120_000,
  )

  it('of a case go into its `set`, and leave the base alone', () => {
    const [file, index, name] = [
      'scenarios/playbook/04-halts-after-first-batch.yaml',
      0,
      loadScenarios(FILES['scenarios/playbook/04-halts-after-first-batch.yaml']!, 'x', options)[1]!.case!,
    ]
    const knob = find(knobs(file, FILES[file]!, name), 'maxBatchInstancePercent')
    const text = setInYaml(FILES[file]!, editPath(knob.path, index), 5)
    expect(find(knobs(file, text, name), 'maxBatchInstancePercent').value).toBe(5)
    expect(find(knobs(file, text), 'maxBatchInstancePercent').value).not.toBe(5)
  })
})

describe('play', () => {
  it('plays as Node does, trace hash and all', async () => {
    const outcome = await play({ text: FILES[BAD_IMAGE]!, file: BAD_IMAGE }, FILES, control)
    if (outcome.kind !== 'played') throw new Error(outcome.kind)
    expect(outcome.played.result.traceHash).toBe(
      simulate(loadScenarios(FILES[BAD_IMAGE]!, BAD_IMAGE, options)[0]!).traceHash,
    )
  })

  it('tells every mistake with its place', async () => {
    const outcome = await play(
      { text: 'nmae: x\nazure: { scaleSets: { web: { location: eastus, sku: { capacity: -1 } } } }\n', file: 'x.yaml' },
      FILES,
      control,
    )
    if (outcome.kind !== 'mistakes') throw new Error(outcome.kind)
    expect(outcome.diagnostics.map(({ place }) => place?.line)).toEqual([1, 2])
  })

  it('gives up between two stretches once it is not wanted any more', async () => {
    const week = 'scenarios/living/flapping-rules.yaml'
    const text = FILES[week]!.replace(/^duration: .*$/m, 'duration: P20D')
    let breaths = 0
    const outcome = await play({ text, file: week }, FILES, {
      breathe: async () => {
        breaths++
      },
      isWanted: () => breaths < 2,
    })
    expect(outcome.kind).toBe('superseded')
    expect(breaths).toBe(2)
  })

  it('finds the files that a scenario refers to, shipped or brought along', async () => {
    const text = FILES['scenarios/from-template.yaml']!
    expect((await play({ text, file: 'scenarios/from-template.yaml' }, FILES, control)).kind).toBe('played')
    const own = {
      text,
      file: 'mine.yaml',
      files: { 'templates/orders-fleet.json': FILES['scenarios/templates/orders-fleet.json']! },
    }
    expect((await play(own, {}, control)).kind).toBe('played')
    expect((await play({ text, file: 'mine.yaml' }, {}, control)).kind).toBe('mistakes')
  })
})
