import { constant } from '../distribution.ts'
import type { Defect } from '../scenario.ts'
import type { LoadContext } from './context.ts'
import { toDistribution } from './distribution.ts'
import type { Path } from './document.ts'
import { toInstanceText } from './instances.ts'
import { nameHint } from './nearest.ts'
import type { RawDefect } from './schema.ts'

/** What a defect may break besides dependencies. */
export const RESERVED_BREAKS = ['process', 'boot', 'extensions'] as const

/** A defect with its defaults: it breaks the process, on every instance, at once and for good. */
export function toDefect(
  raw: RawDefect,
  path: Path,
  owner: string,
  dependencies: readonly string[],
  context: LoadContext,
): Defect {
  const { source } = context
  const breaks = raw.breaks === undefined || raw.breaks.length === 0 ? ['process'] : [...new Set(raw.breaks)]
  for (const [index, name] of (raw.breaks ?? []).entries()) {
    if ((RESERVED_BREAKS as readonly string[]).includes(name) || dependencies.includes(name)) continue
    unknownDependency(name, [...path, 'breaks', index], [...dependencies, ...RESERVED_BREAKS], context)
  }
  return {
    name: raw.name ?? `defect of ${owner}`,
    breaks,
    sharePercent: raw.share ?? 100,
    onset: raw.onset === undefined ? constant(0) : toDistribution(raw.onset, [...path, 'onset'], source),
    ...(raw.duration === undefined ? {} : { duration: toDistribution(raw.duration, [...path, 'duration'], source) }),
    ...(raw.zones === undefined ? {} : { zones: raw.zones.map(String) }),
    ...(raw.instances === undefined
      ? {}
      : { instances: instanceTexts(raw.instances, [...path, 'instances'], context) }),
  }
}

/** E0110. */
export function unknownDependency(name: string, path: Path, known: readonly string[], context: LoadContext): void {
  // When the application itself is wrong, what it needs is not known: one mistake, one message.
  if (!context.sound(['world', 'application'])) return
  const hint = nameHint(name, known)
  context.source.report(
    'E0110',
    path,
    `${name} is no dependency of the application`,
    'hint' in hint ? hint : { hint: 'add it to world.application.needs' },
  )
}

export function instanceTexts(raw: readonly (string | number)[], path: Path, context: LoadContext): string[] {
  return raw.flatMap((instance, index) => toInstanceText(instance, [...path, index], context) ?? [])
}
