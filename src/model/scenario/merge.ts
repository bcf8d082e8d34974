type Plain = Record<string, unknown>
type Path = readonly (string | number)[]

/**
 * `over` laid on top of `base`: mappings member by member, lists whose members all have a `name` (extensions, network
 * interfaces) by that name, everything else replaced.
 */
export function mergeDocuments(base: unknown, over: unknown): unknown {
  if (isPlain(base) && isPlain(over)) {
    const result: Plain = { ...base }
    for (const [key, value] of Object.entries(over))
      result[key] = Object.hasOwn(base, key) ? mergeDocuments(base[key], value) : value
    return result
  }
  if (isNamedList(base) && isNamedList(over)) {
    const result = [...base]
    for (const member of over) {
      const index = result.findIndex((present) => sameName(present, member))
      if (index < 0) result.push(member)
      else result[index] = mergeDocuments(result[index], member) as Plain & { name: string }
    }
    return result
  }
  return over
}

/**
 * Where a path of the merged document stands in one of its parts: the indexes of named lists may differ. Undefined when
 * the part does not hold it.
 */
export function pathInPart(merged: unknown, part: unknown, path: Path): Path | undefined {
  const result: (string | number)[] = []
  let here = merged
  let own = part
  for (const segment of path) {
    if (typeof segment === 'number' && isNamedList(here) && isNamedList(own)) {
      const member = here[segment]
      const index = member === undefined ? -1 : own.findIndex((candidate) => sameName(candidate, member))
      if (index < 0) return undefined
      result.push(index)
      own = own[index]
    } else {
      result.push(segment)
      own = isContainer(own) ? (own as Record<string | number, unknown>)[segment] : undefined
    }
    if (own === undefined) return undefined
    here = isContainer(here) ? (here as Record<string | number, unknown>)[segment] : undefined
  }
  return result
}

function isNamedList(value: unknown): value is (Plain & { name: string })[] {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((member) => isPlain(member) && typeof member['name'] === 'string')
  )
}

function sameName(a: Plain, b: Plain): boolean {
  return String(a['name']).toLowerCase() === String(b['name']).toLowerCase()
}

/** A value of a class (one that is not known offline) is a single value, not a mapping. */
function isPlain(value: unknown): value is Plain {
  return isContainer(value) && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
