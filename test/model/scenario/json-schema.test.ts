import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { scenarioJsonSchema } from '../../../src/model/scenario/schema.ts'
import { VERBS } from '../../../src/model/scenario/schema-timeline.ts'
import { EXAMPLE } from './example.ts'
import { BEGINNER } from './fixtures.ts'

const FILE = new URL('../../../schema/scenario.schema.json', import.meta.url)
const schema = scenarioJsonSchema()
// Durations carry examples and descriptions that the strict mode has no opinion about.
const validate = new Ajv2020({ strict: false, allErrors: true }).compile(schema)

const errors = (text: string) => {
  validate(parse(text))
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    `${instancePath} ${message} ${params['additionalProperty'] ?? ''}`.trim(),
  )
}

describe('schema/scenario.schema.json', () => {
  it('is what the schema generates (UPDATE=1 writes it)', () => {
    const text = `${JSON.stringify(schema, null, 2)}\n`
    if (process.env['UPDATE'] === '1') {
      mkdirSync(new URL('.', FILE), { recursive: true })
      writeFileSync(FILE, text)
    }
    expect(existsSync(FILE)).toBe(true)
    expect(readFileSync(FILE, 'utf8')).toBe(text)
  })

  it('is draft 2020-12', () => {
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      title: 'vmss-twin scenario',
    })
  })

  it('accepts correct scenarios, x- keys included', () => {
    expect(errors(BEGINNER)).toEqual([])
    expect(errors(EXAMPLE)).toEqual([])
    expect(
      errors(`${BEGINNER}x-a: 1\nworld: { x-b: 2, images: { x-c: 3 }, application: { endpoints: { x-d: 4 } } }\n`),
    ).toEqual([])
  })

  it.each([
    ['an unknown key', 'nmae: x', ' must NOT have additional properties nmae'],
    [
      'an unknown key deep inside',
      'world: { regions: { eastus: { zone: [1] } } }',
      '/world/regions/eastus must NOT have additional properties zone',
    ],
    ['a duration as people say it', 'duration: 2h', '/duration must match pattern'],
    [
      'a probe path that is none',
      'world: { application: { endpoints: { ready: {} } } }',
      '/world/application/endpoints must match',
    ],
    [
      'an assumption that does not exist',
      'assumptions: { shrinkWlk: scan }',
      '/assumptions must NOT have additional properties shrinkWlk',
    ],
    [
      'a value an assumption does not take',
      'assumptions: { shrinkWalk: sacn }',
      '/assumptions/shrinkWalk must be equal to one of the allowed values',
    ],
  ])('rejects %s', (_, line, expected) => {
    expect(errors(`${BEGINNER}${line}\n`).some((error) => error.startsWith(expected.trim()))).toBe(true)
  })

  it('rejects an entry with two verbs, with none, and with an unknown one', () => {
    const entry = (text: string) => errors(BEGINNER.replace(/timeline:.*/, `timeline: [{ at: PT1M, ${text} }]`))
    expect(entry('reapply: {}')).toEqual([])
    expect(entry('reapply: {}, startOSUpgrade: {}')).not.toEqual([])
    expect(entry('x-note: nothing')).not.toEqual([])
    expect(entry('rebootVMs: {}')).not.toEqual([])
  })

  it('gives an example of every verb with arguments, and each is accepted', () => {
    const verbs = (
      schema as { properties: { timeline: { items: { properties: Record<string, Record<string, unknown>> } } } }
    ).properties.timeline.items.properties
    const examples = VERBS.flatMap((verb) => {
      const of = verbs[verb]!
      const own = (of['examples'] ?? []) as readonly unknown[]
      return own.map((example) => [verb, example] as const)
    })
    for (const [verb, example] of examples) {
      const text = BEGINNER.replace(/timeline:.*/, `timeline: [{ at: PT1M, ${verb}: ${JSON.stringify(example)} }]`)
      expect(errors(text), verb).toEqual([])
    }
    expect(VERBS.filter((verb) => !examples.some(([name]) => name === verb))).toEqual([
      'reapply',
      'startOSUpgrade',
      'cancelRollingUpgrade',
    ])
  })

  it('explains every key', () => {
    const silent: string[] = []
    const visit = (node: unknown, path: string): void => {
      if (typeof node !== 'object' || node === null) return
      const { properties, ...rest } = node as { properties?: Record<string, { description?: string; $ref?: string }> }
      for (const [key, value] of Object.entries(properties ?? {})) {
        const text =
          value.description ??
          (schema as { $defs: Record<string, { description?: string }> }).$defs[value.$ref?.split('/').at(-1) ?? '']
            ?.description
        if (text === undefined) silent.push(`${path}.${key}`)
        visit(value, `${path}.${key}`)
      }
      for (const [key, value] of Object.entries(rest)) visit(value, `${path}/${key}`)
    }
    visit(schema, '')
    expect(silent).toEqual([])
  })
})
