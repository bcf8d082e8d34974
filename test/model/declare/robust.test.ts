import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { importDeclared } from '../../../src/model/declare/import.ts'
import { SCALE_SET, type Shape } from '../../../src/model/declare/names.ts'
import { declare, type Plain, soundSet } from './fixtures.ts'

/** Every path of the known shape, so that each gets its share of nonsense. */
function pathsOf(shape: Shape, path: readonly (string | number)[] = []): (string | number)[][] {
  if (shape.kind === 'object')
    return [[...path], ...Object.entries(shape.members).flatMap(([name, inner]) => pathsOf(inner, [...path, name]))]
  if (shape.kind === 'list') return [[...path], ...pathsOf(shape.of, [...path, 0])]
  return [[...path]]
}

const PATHS = pathsOf(SCALE_SET).filter((path) => path.length > 0)

function withValue(document: unknown, path: readonly (string | number)[], value: unknown): unknown {
  const [first, ...rest] = path
  if (first === undefined) return value
  if (typeof first === 'number') return [withValue(Array.isArray(document) ? document[0] : undefined, rest, value)]
  const here = typeof document === 'object' && document !== null && !Array.isArray(document) ? (document as Plain) : {}
  return { ...here, [first]: withValue(here[first], rest, value) }
}

const json = fc.jsonValue({ maxDepth: 3 })

describe('bad input never gives a stack trace', () => {
  it('nonsense anywhere in a set is a diagnostic, or a model that can be declared again', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(...PATHS), json), { minLength: 1, maxLength: 4 }), (changes) => {
        const document = changes.reduce<unknown>(
          (set, [path, value]) => withValue(set, path, value),
          soundSet(),
        ) as Plain
        const { model, diagnostics } = declare(document)
        expect(model === undefined).toBe(diagnostics.length > 0)
        if (model !== undefined) expect(declare(model).model).toEqual(model)
      }),
      { seed: 7, numRuns: 2000 },
    ))

  it('any JSON is imported or refused with a code', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          json,
          fc.dictionary(
            fc.constantFrom(
              'properties',
              'value',
              'vmss',
              'sku',
              'statuses',
              'profiles',
              'targetResourceUri',
              'runningStatus',
              'publishingProfile',
              'type',
              'parameters',
              'responses',
              'instanceId',
            ),
            json,
          ),
        ),
        (value) => {
          const { scaleSets, autoscaleSettings, diagnostics } = importDeclared(JSON.stringify(value), 'f.json', {})
          expect(scaleSets.length + autoscaleSettings.length > 0 || diagnostics.length > 0).toBe(true)
        },
      ),
      { seed: 7, numRuns: 2000 },
    ))
})
