import { type EvaluatedTemplate, evaluateTemplate, type TemplateOptions } from '../../../src/model/arm/template.ts'

export interface Parts {
  readonly parameters?: Record<string, unknown>
  readonly variables?: Record<string, unknown>
  readonly functions?: readonly unknown[]
  readonly resources?: unknown
  readonly definitions?: Record<string, unknown>
  readonly languageVersion?: string
}

/** A template around the parts that a test is about. */
export function templateOf(parts: Parts): string {
  return JSON.stringify({
    $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#',
    contentVersion: '1.0.0.0',
    resources: [],
    ...parts,
  })
}

export function evaluateParts(
  parts: Parts,
  given: Record<string, unknown> = {},
  options: TemplateOptions = {},
): EvaluatedTemplate {
  return evaluateTemplate(templateOf(parts), 'main.json', given, options)
}

/** What one expression gives, with the diagnostics of the template around it. */
export function evaluateOne(
  expression: string,
  parts: Parts = {},
  given: Record<string, unknown> = {},
  options: TemplateOptions = {},
): { value: unknown; diagnostics: EvaluatedTemplate['diagnostics'] } {
  const resource = { type: 'a/b', name: 'n', properties: { value: expression } }
  const { resources, diagnostics } = evaluateParts({ ...parts, resources: [resource] }, given, options)
  const properties = resources[0]?.value['properties'] as Record<string, unknown> | undefined
  return { value: properties?.['value'], diagnostics }
}

export const codesOf = (result: { diagnostics: EvaluatedTemplate['diagnostics'] }): string[] =>
  result.diagnostics.map(({ code }) => code)
