import type { SourcePlace } from '../diagnostic.ts'
import type { Distribution } from '../distribution.ts'
import type { CustomizerTruth, ImageTemplate, ImageTemplateTruth } from '../scenario.ts'
import type { LoadContext } from './context.ts'
import { toDefect } from './defects.ts'
import { toDistribution } from './distribution.ts'
import type { Path } from './document.ts'
import { sameName } from './names.ts'
import { nameHint } from './nearest.ts'
import type { RawTemplateTruth } from './schema.ts'

export interface KnownTemplates {
  readonly templates: readonly ImageTemplate[]
  /** False when one could not be read, so that none can be called unknown. */
  readonly areComplete: boolean
}

/** Every template of which something is said; that it is declared, and its parts, is checked against the declaration. */
export function buildTemplateTruths(
  raw: Readonly<Record<string, RawTemplateTruth>> | undefined,
  declared: KnownTemplates,
  build: Distribution,
  dependencies: readonly string[],
  context: LoadContext,
): Record<string, ImageTemplateTruth> {
  const truths: Record<string, ImageTemplateTruth> = {}
  for (const [written, truth] of Object.entries(Array.isArray(raw) ? {} : (raw ?? {}))) {
    const path: Path = ['world', 'imageTemplates', written]
    if (!context.sound(path)) continue
    const template = findTemplate(written, path, declared, context, context.source.keyPlaceOf(path))
    if (template === undefined) continue
    const customizers = Object.entries(truth.customizers ?? {}).flatMap(([name, one]) => {
      const at: Path = [...path, 'customizers', name]
      const known = template.customize.map((customizer) => customizer.name)
      const found = partOf(template, 'customizer', name, known, at, context.source.keyPlaceOf(at), context)
      return found === undefined ? [] : [[found, toCustomizerTruth(found, one, at, dependencies, context)] as const]
    })
    truths[template.name] = {
      build: truth.build === undefined ? build : toDistribution(truth.build, [...path, 'build'], context.source),
      identityMayPublish: truth.identityMayPublish ?? true,
      customizers: Object.fromEntries(customizers),
      failingValidations: (truth.failingValidations ?? []).flatMap((name, index) => {
        const at: Path = [...path, 'failingValidations', index]
        return partOf(template, 'validation', name, template.validations, at, context.source.placeOf(at), context) ?? []
      }),
    }
  }
  return truths
}

/** The template in whatever case it was typed; reports E0148 when there is none. */
export function findTemplate(
  name: string,
  path: Path,
  declared: KnownTemplates,
  context: LoadContext,
  place = context.source.placeOf(path),
): ImageTemplate | undefined {
  const found = declared.templates.find((template) => sameName(template.name, name))
  if (found !== undefined || !declared.areComplete) return found
  const hint = nameHint(
    name,
    declared.templates.map((template) => template.name),
  )
  context.source.report('E0148', path, `no image template ${name} is declared`, {
    place,
    ...('hint' in hint ? hint : { hint: 'declare it under azure.imageTemplates' }),
  })
  return undefined
}

function partOf(
  template: ImageTemplate,
  kind: 'customizer' | 'validation',
  name: string,
  known: readonly string[],
  path: Path,
  place: SourcePlace,
  context: LoadContext,
): string | undefined {
  const found = known.find((candidate) => sameName(candidate, name))
  if (found !== undefined) return found
  context.source.report('E0148', path, `the image template ${template.name} has no ${kind} ${name}`, {
    place,
    ...nameHint(name, known),
  })
  return undefined
}

function toCustomizerTruth(
  name: string,
  raw: NonNullable<RawTemplateTruth['customizers']>[string],
  path: Path,
  dependencies: readonly string[],
  context: LoadContext,
): CustomizerTruth {
  if (raw.fails === 'loudly' && raw.defects !== undefined) {
    context.source.report('E0120', [...path, 'defects'], 'a loud failure leaves no image that could have defects', {
      place: context.source.keyPlaceOf([...path, 'defects']),
      hint: 'take the defects out, or write fails: silently',
    })
  }
  // A silent failure that leaves nothing behind would be told apart by nobody.
  const defects = raw.defects ?? (raw.fails === 'silently' ? [{}] : [])
  return {
    fails: raw.fails,
    ...(raw.runs === undefined ? {} : { runs: [...new Set(raw.runs)].sort((a, b) => a - b) }),
    defects: defects.map((defect, index) =>
      toDefect(defect, [...path, 'defects', index], `customizer ${name}`, dependencies, context),
    ),
  }
}
