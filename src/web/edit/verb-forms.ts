import { z } from 'zod'
import { VERBS, verbSchemas } from '../../model/scenario/schema-timeline.ts'
import { isPlain, listOf, type Plain, plain } from './knob.ts'
import type { FieldType, VerbField, VerbForm } from './timeline.ts'

/** What each verb of the timeline takes, read from the schema that the loader checks against. */
export function verbForms(): VerbForm[] {
  return VERBS.map((verb) => {
    const schema = z.toJSONSchema(verbSchemas[verb], { io: 'input', unrepresentable: 'any' }) as Plain
    // A verb that needs no arguments may stand alone: anyOf an object and null.
    const object = [schema, ...listOf(schema['anyOf']).map(plain)].find((one) => isPlain(one['properties'])) ?? {}
    const required = listOf(object['required'])
    const [example] = listOf(schema['examples'])
    const fields = Object.entries(plain(object['properties'])).map(
      ([name, property]): VerbField => ({
        name,
        help: String(plain(property)['description'] ?? ''),
        isRequired: required.includes(name),
        type: typeOf(plain(property)),
      }),
    )
    return { verb, help: String(schema['description'] ?? ''), example: plain(example), fields }
  })
}

const DURATION_REF = '#/$defs/duration'
const INSTANCE_REF = '#/$defs/instance'

function typeOf(property: Plain): FieldType {
  if (property['$ref'] === DURATION_REF) return { kind: 'duration' }
  // An instance or a zone is named by a text or a number.
  if (property['$ref'] === INSTANCE_REF) return { kind: 'text' }
  const choices = listOf(property['enum']).filter((one): one is string => typeof one === 'string')
  if (choices.length > 0) return { kind: 'choice', choices }
  const types = [property['type'], ...listOf(property['anyOf']).map((one) => plain(one)['type'])]
    .flat()
    .filter((one) => one !== undefined && one !== 'null')
  switch (types[0]) {
    case 'boolean':
      return { kind: 'flag' }
    case 'integer':
    case 'number': {
      const { minimum, exclusiveMinimum, maximum } = property
      const isWhole = types[0] === 'integer'
      return {
        kind: 'number',
        isWhole,
        min: Number(minimum ?? exclusiveMinimum ?? 0),
        max: Number(maximum ?? Number.MAX_SAFE_INTEGER),
      }
    }
    case 'string':
      return { kind: types.includes('array') ? 'value' : 'text' }
    default:
      return { kind: 'value' }
  }
}
