import { SCALE_SET, type Shape } from './names.ts'

type Plain = Readonly<Record<string, unknown>>

/** What stands beside `properties` in a scale set; everything else stands below it. */
const TOP_LEVEL: ReadonlySet<string> = new Set([
  'id',
  'name',
  'location',
  'tags',
  'sku',
  'zones',
  'plan',
  'identity',
  'extendedLocation',
  'placement',
])
/** The same of a network interface, an address or an extension of its model. */
const PART_TOP_LEVEL: ReadonlySet<string> = new Set(['id', 'name', 'tags', 'sku'])

/** A flat scale set as the REST API writes it, `properties` levels and all: the way back of `flattenScaleSet`. */
export const nestScaleSet = (model: object): Record<string, unknown> => nestObject(model as Plain, SCALE_SET, TOP_LEVEL)

/** A part of a scale set by its path in the flat shape: `['virtualMachineProfile', 'networkProfile']`. */
export function nestPart(value: unknown, path: readonly string[]): unknown {
  const shape = path.reduce<Shape | undefined>(
    (of, name) => (of?.kind === 'object' ? of.members[name] : undefined),
    SCALE_SET,
  )
  return nestValue(value, shape)
}

function nestValue(value: unknown, shape: Shape | undefined): unknown {
  if (shape?.kind === 'list' && Array.isArray(value)) return value.map((one) => nestValue(one, shape.of))
  if (shape?.kind !== 'object' || typeof value !== 'object' || value === null) return value
  return nestObject(value as Plain, shape, PART_TOP_LEVEL)
}

function nestObject(value: Plain, shape: Shape & { kind: 'object' }, topLevel: ReadonlySet<string>) {
  const top: Record<string, unknown> = {}
  const properties: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) {
    const isBelow = shape.lift && !topLevel.has(name)
    const target = isBelow ? properties : top
    target[name] = nestValue(member, shape.members[name])
  }
  return shape.lift ? { ...top, properties } : top
}
