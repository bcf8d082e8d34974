import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resultDocument } from '../../src/report/json.ts'
import { resultJsonSchema } from '../../src/report/result-schema.ts'
import { anyRun } from './arbitrary-result.ts'
import { SAMPLES } from './sample-results.ts'

const SHIPPED = new URL('../../schema/result.schema.json', import.meta.url)
const ENGINE = { name: 'vmss-twin', version: '0.1.0' }

describe('schema/result.schema.json', () => {
  it('is what the code generates (UPDATE=1 writes it)', () => {
    const generated = `${resultJsonSchema()}\n`
    if (process.env['UPDATE']) writeFileSync(SHIPPED, generated)
    expect(readFileSync(SHIPPED, 'utf8')).toBe(generated)
  })

  const validate = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true }).compile(
    JSON.parse(resultJsonSchema()),
  )
  const errors = (document: unknown) => {
    // What is validated is the text that a reader gets, not the value that was printed.
    validate(JSON.parse(JSON.stringify(document)))
    return validate.errors ?? []
  }

  it('describes every sample, alone and together', () => {
    const samples = Object.values(SAMPLES)
    for (const sample of samples) expect(errors(resultDocument([sample], ENGINE))).toEqual([])
    expect(errors(resultDocument(samples, ENGINE))).toEqual([])
  })

  it('describes any result', () =>
    fc.assert(
      fc.property(anyRun, ({ result }) => {
        expect(errors(resultDocument([{ result, file: 'any.yaml' }], ENGINE))).toEqual([])
      }),
      { numRuns: 60 },
    ))

  const good = () => JSON.parse(JSON.stringify(resultDocument([SAMPLES['badImage']!], ENGINE)))
  it.each<{ what: string; spoil: (document: ReturnType<typeof good>) => void }>([
    { what: 'another format version', spoil: (document) => (document.formatVersion = 2) },
    { what: 'a verdict of its own', spoil: (document) => (document.verdict = 'maybe') },
    { what: 'a duration in milliseconds', spoil: (document) => (document.results[0].duration = 21_600_000) },
    { what: 'a duration that is none', spoil: (document) => (document.results[0].duration = '6h') },
    { what: 'an empty duration', spoil: (document) => (document.results[0].duration = 'PT') },
    { what: 'a key nobody described', spoil: (document) => (document.results[0].rollouts[0].extra = 1) },
    { what: 'a missing measure', spoil: (document) => delete document.results[0].measures.exposed },
    { what: 'an unknown status', spoil: (document) => (document.results[0].rollouts[0].status = 'Failed') },
    { what: 'a negative count', spoil: (document) => (document.results[0].rollouts[0].pending = -1) },
  ])('refuses $what', ({ spoil }) => {
    const document = good()
    spoil(document)
    expect(errors(document).length).toBeGreaterThan(0)
  })
})
