import { InputError } from '../../../src/model/diagnostic.ts'
import { type LoadOptions, loadScenario } from '../../../src/model/scenario/load.ts'
import type { Scenario } from '../../../src/model/scenario.ts'

/** Loads with an in-memory file system; nothing else exists. */
export function load(text: string, options: Partial<LoadOptions> & { files?: Record<string, string> } = {}): Scenario {
  const { files = {}, ...rest } = options
  return loadScenario(text, 'scenarios/test.yaml', { readFile: (path) => files[path], ...rest })
}

/** The mistakes, as `line:column code message | hint`; a place in another file shows the file as well. */
export function mistakes(text: string, options: Parameters<typeof load>[1] = {}): string[] {
  try {
    load(text, options)
  } catch (error) {
    if (!(error instanceof InputError)) throw error
    return error.diagnostics.map(({ code, message, place, hint }) => {
      const file = place?.file === 'scenarios/test.yaml' ? '' : `${place?.file}:`
      return `${file}${place?.line}:${place?.column} ${code} ${message}${hint === undefined ? '' : ` | ${hint}`}`
    })
  }
  return []
}

/** Ten lines, as a beginner would write them. */
export const BEGINNER = `name: first
azure:
  scaleSets:
    web:
      location: eastus
      sku: { name: Standard_D2as_v5, capacity: 10 }
      orchestrationMode: Uniform
      upgradePolicy: { mode: Rolling }
      virtualMachineProfile: { extensionProfile: { extensions: [{ name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: 2.0, settings: { protocol: http, port: 80, requestPath: /health } }] } }
timeline: [{ at: PT10M, updateModel: { set: { sku.name: Standard_D4as_v5 } } }]
`
