import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { formatDuration } from '../../src/model/duration.ts'
import { VERBS } from '../../src/model/scenario/schema-timeline.ts'
import { plain } from '../../src/web/edit/knob.ts'
import { FORMS } from '../../src/web/edit/knobs.ts'
import {
  addEntry,
  changeVerb,
  entryKnobs,
  newEntry,
  readEntries,
  readValue,
  removeEntry,
  valueText,
} from '../../src/web/edit/timeline.ts'
import { mergeInYaml } from '../../src/web/edit/yaml-edit.ts'
import { play } from '../../src/web/engine/engine.ts'
import { viewOf } from '../../src/web/engine/view.ts'
import { FILES } from './files.ts'

const control = { breathe: async () => {}, isWanted: () => true }
const BAD_IMAGE = 'scenarios/bad-image.yaml'
const form = (verb: string) => FORMS.find((one) => one.verb === verb)!

async function timelineOf(file: string) {
  const outcome = await play({ text: FILES[file]!, file }, FILES, control)
  if (outcome.kind !== 'played') throw new Error(JSON.stringify(outcome))
  return viewOf(outcome.played).timeline
}

const TEXT = `# a comment at the top
duration: PT1H
timeline:
  # the first
  - at: PT10M   # ten
    updateModel:
      set:
        # the size
        sku.name: Standard_D4as_v5 # larger
        sku.tier: Standard
  - { at: PT20M, scaleTo: { capacity: 12 } }
# the end
seed: 3
`

describe('the entries of a timeline', () => {
  it('are read with the lines they stand on, right or wrong', () => {
    expect(readEntries(TEXT)!.map(({ lines }) => lines)).toEqual([
      { first: 5, last: 10 },
      { first: 11, last: 11 },
    ])
    expect(readEntries(TEXT)![1]!.entry).toEqual({ at: 'PT20M', scaleTo: { capacity: 12 } })
    expect(readEntries('timeline:\n  - nonsense\n  - { at: 1 }\n')!.map(({ entry }) => entry)).toEqual([{}, { at: 1 }])
    expect(readEntries('seed: 1\n')).toEqual([])
    expect(readEntries('timeline:\n')).toEqual([])
    expect(readEntries('timeline: [\n')).toBeNull()
    expect(readEntries('timeline: 3\n')).toBeNull()
  })

  it('are not read while an alias in the text is that of nothing', () => {
    expect(readEntries('timeline:\n  - *gone\n')).toBeNull()
    expect(readEntries('a: *gone\ntimeline: []\n')).toBeNull()
    expect(readEntries('a: &all { at: PT1M, x: {} }\ntimeline: [*all]\n')).toMatchObject([{ entry: { at: 'PT1M' } }])
    expect(() => addEntry('a: *gone\n', { at: 'PT1M' })).toThrow(RangeError)
  })

  it('are written out where the one that the others repeat is removed', () => {
    const text = 'timeline:\n  - &one { at: PT1M, x: {} }\n  - *one\n'
    expect(parse(removeEntry(text, 0))).toEqual({ timeline: [{ at: 'PT1M', x: {} }] })
  })

  it('are added behind the last one, and nothing else in the text moves', () => {
    const names = { durationMs: 3_600_000, scaleSets: [], dependencies: ['hsm'], images: [], templates: [] }
    const text = addEntry(TEXT, newEntry(form('failDependency'), names, 90_500))
    expect(text).toBe(
      TEXT.replace(
        'capacity: 12 } }\n',
        'capacity: 12 } }\n  - { at: PT1M30S, failDependency: { dependency: hsm, for: PT10M } }\n',
      ),
    )
    for (const empty of ['seed: 1 # one\n', 'seed: 1 # one\ntimeline:\n', 'seed: 1 # one\ntimeline: []\n']) {
      const one = addEntry(empty, { at: 'PT1M', reapply: {} })
      expect(parse(one)).toEqual({ seed: 1, timeline: [{ at: 'PT1M', reapply: {} }] })
      expect(one).toContain('# one')
    }
  })

  it('are removed with their own lines, the last one too', () => {
    const without = removeEntry(TEXT, 0)
    expect(parse(without)).toEqual({
      duration: 'PT1H',
      seed: 3,
      timeline: [{ at: 'PT20M', scaleTo: { capacity: 12 } }],
    })
    expect(without).toContain('# a comment at the top')
    expect(without).toContain('# the end')
    const none = removeEntry(without, 0)
    expect(parse(none)).toEqual({ duration: 'PT1H', seed: 3, timeline: [] })
    expect(none).toContain('# a comment at the top')
    expect(none).toContain('# the end')
  })

  it('keep their moment when they get another verb', () => {
    const names = { durationMs: 3_600_000, scaleSets: [], dependencies: [], images: [], templates: [] }
    const text = changeVerb(TEXT, 1, form('shiftDemand'), names)
    expect(parse(text).timeline[1]).toEqual({ at: 'PT20M', shiftDemand: { factor: 3, for: 'PT1H' } })
    expect(text).toContain('sku.name: Standard_D4as_v5 # larger')
  })

  it('keep the lines of what does not change when a mapping is typed anew', () => {
    const path = ['timeline', 0, 'updateModel', 'set']
    const text = mergeInYaml(TEXT, path, { 'sku.name': 'Standard_D4as_v5', 'sku.tier': 'Basic', zones: ['1'] })
    expect(text).toContain('        # the size\n        sku.name: Standard_D4as_v5 # larger\n        sku.tier: Basic\n')
    expect(parse(text).timeline[0].updateModel.set).toEqual({
      'sku.name': 'Standard_D4as_v5',
      'sku.tier': 'Basic',
      zones: ['1'],
    })
    const less = mergeInYaml(TEXT, path, { 'sku.name': 'Standard_D4as_v5' })
    expect(parse(less).timeline[0].updateModel.set).toEqual({ 'sku.name': 'Standard_D4as_v5' })
    expect(less).toContain('# larger')
  })
})

describe('a value that is typed', () => {
  it.each([{ 'sku.name': 'a', zones: ['1', '2'] }, ['vmss-web/0', 3], '*', 12, true, null])('%j comes back', (value) =>
    expect(readValue(valueText(value))).toEqual({ value }),
  )

  it('says that an alias in it is that of nothing', () => {
    expect(readValue('*gone')).toEqual({ error: expect.stringMatching(/^not valid YAML: Unresolved alias/) as string })
  })

  it('says where it is no YAML', () => {
    expect(readValue('sku.name: a\nzones: [1, 2')).toEqual({ error: expect.stringMatching(/^line 2, column 1\d: /) })
  })
})

describe('the forms of the verbs', () => {
  it('are there for every verb of the scenario format, each with what it does', () => {
    expect(FORMS.map(({ verb }) => verb)).toEqual(VERBS)
    expect(FORMS.filter(({ help }) => help === '')).toEqual([])
    // A field says what it is, unless its name does.
    const bare = FORMS.flatMap(({ fields }) => fields.filter(({ help }) => help === '').map(({ name }) => name))
    expect([...new Set(bare)]).toEqual([])
  })

  it('know types, bounds and what is required', () => {
    const fields = (verb: string) => Object.fromEntries(form(verb).fields.map((field) => [field.name, field]))
    expect(fields('scaleTo')['capacity']).toMatchObject({
      isRequired: true,
      type: { kind: 'number', isWhole: true, min: 0, max: 1000 },
    })
    expect(fields('failDependency')['for']).toMatchObject({ isRequired: false, type: { kind: 'duration' } })
    expect(fields('setOrchestrationServiceState')['action']!.type).toEqual({
      kind: 'choice',
      choices: ['Suspend', 'Resume'],
    })
    expect(fields('reapply')['scaleSet']).toMatchObject({ isRequired: false, type: { kind: 'text' } })
    expect(fields('reclaimSpot')['zone']!.type).toEqual({ kind: 'text' })
    expect(fields('reimage')['instances']!.type).toEqual({ kind: 'value' })
    expect(fields('protectInstance')['protectFromScaleIn']!.type).toEqual({ kind: 'flag' })
  })

  it('become knobs that offer what the scenario has', async () => {
    const { names, entries, forms } = await timelineOf(BAD_IMAGE)
    expect(entries).toHaveLength(1)
    const knobs = (entry: Record<string, unknown>) => entryKnobs(entry, 0, forms, names)
    expect(knobs({ at: 'PT5M', failDependency: { dependency: 'hsm' } })).toMatchObject([
      { label: 'at', value: 'PT5M', path: ['timeline', 0, 'at'] },
      {
        label: 'dependency',
        value: 'hsm',
        control: { kind: 'choice', choices: ['hsm'] },
        path: ['timeline', 0, 'failDependency', 'dependency'],
      },
      { label: 'for', value: null, isOptional: true },
    ])
    const restart = knobs({ at: 'PT5M', restart: { instance: 'vmss-authz/7' } })
    // The only set need not be named; `instances` would be the other way to say it.
    expect(restart.map(({ label }) => label)).toEqual(['at', 'instance'])
    expect(restart[1]!.control).toMatchObject({ choices: expect.arrayContaining(['vmss-authz/0', 'vmss-authz/29']) })
    expect(knobs({ at: 'PT5M', restart: { instances: ['vmss-authz/7'] } }).map(({ label }) => label)).toEqual([
      'at',
      'instances',
    ])
    expect(knobs({ at: 'PT5M', failZone: { zone: '2' } })[1]!.control).toMatchObject({ choices: ['1', '2', '3'] })
    expect(knobs({ at: 'PT5M', nonsense: {} }).map(({ label }) => label)).toEqual(['at'])
  })

  it('name a scale set only where there are several, and no moment after the end', async () => {
    const one = await timelineOf(BAD_IMAGE)
    expect(newEntry(form('scaleTo'), one.names, Number.MAX_SAFE_INTEGER)).toEqual({
      at: formatDuration(one.names.durationMs),
      scaleTo: { capacity: 32 },
    })
    const two = await timelineOf('scenarios/payments-after.yaml')
    const first = two.names.scaleSets[0]!
    expect(newEntry(form('scaleTo'), two.names, 0)).toEqual({
      at: 'PT0S',
      scaleTo: { scaleSet: first.name, capacity: first.instances + 2 },
    })
    expect(newEntry(form('failZone'), two.names, 0)).toMatchObject({ failZone: { region: first.location } })
  })

  it('offer what is written even where the scenario knows it by no name', async () => {
    const { names, forms } = await timelineOf(BAD_IMAGE)
    const [, dependency] = entryKnobs({ at: 'PT5M', failDependency: { dependency: 'hms' } }, 0, forms, names)
    expect(dependency).toMatchObject({ value: 'hms', control: { choices: ['hsm', 'hms'] } })
    const [, zone] = entryKnobs({ at: 'PT5M', failZone: { zone: 2 } }, 0, forms, names)
    expect(zone).toMatchObject({ value: '2', control: { choices: ['1', '2', '3'] } })
  })

  it.each([BAD_IMAGE, 'scenarios/payments-after.yaml'])(
    'make entries that play in %s, or are refused with their own line and a reason',
    async (file) => {
      const { names } = await timelineOf(file)
      const played: string[] = []
      for (const one of FORMS) {
        const text = addEntry(FILES[file]!, newEntry(one, names, 60_000))
        const { lines, entry } = readEntries(text)!.at(-1)!
        expect(plain(entry)[one.verb]).toBeDefined()
        const outcome = await play({ text, file }, FILES, control)
        if (outcome.kind === 'played') played.push(one.verb)
        else if (outcome.kind === 'mistakes')
          for (const { place } of outcome.diagnostics) {
            expect([one.verb, place!.line >= lines.first && place!.line <= lines.last]).toEqual([one.verb, true])
          }
      }
      for (const verb of [
        'updateModel',
        'reapply',
        'scaleTo',
        'failDependency',
        'restart',
        'failZone',
        'breakInstance',
      ])
        expect(played).toContain(verb)
      if (file !== BAD_IMAGE) expect(played).toContain('publishImageVersion')
    },
    120_000,
  )
})
