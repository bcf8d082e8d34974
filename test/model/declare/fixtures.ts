import { type Assumptions, DEFAULT_ASSUMPTIONS } from '../../../src/model/assumptions.ts'
import { type Declaration, type DeclareContext, declareScaleSet } from '../../../src/model/declare/declare.ts'
import { flattenScaleSet } from '../../../src/model/declare/shape.ts'
import type { ScaleSetModel } from '../../../src/model/scale-set.ts'

export type Plain = Record<string, unknown>

export const PROBE_ID = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/loadBalancers/lb/probes/ready'

export const healthExtension = (settings: Plain, version = '1.0'): Plain => ({
  name: 'health',
  publisher: 'Microsoft.ManagedServices',
  type: 'ApplicationHealthLinux',
  typeHandlerVersion: version,
  settings,
})

export const HTTP_HEALTH = healthExtension({ protocol: 'http', port: 8080, requestPath: '/ready' })

/** A complete set that nothing is wrong with: Uniform, zonal, Rolling, with the extension. */
export function soundSet(changes: Plain = {}): Plain {
  return {
    location: 'eastus',
    zones: ['1', '2', '3'],
    sku: { name: 'Standard_D2as_v5', capacity: 9 },
    orchestrationMode: 'Uniform',
    upgradePolicy: { mode: 'Rolling' },
    virtualMachineProfile: {
      storageProfile: { imageReference: { id: 'gal/app/1.0.0' } },
      extensionProfile: { extensions: [HTTP_HEALTH] },
    },
    ...changes,
  }
}

/** The sound set with other extensions and an optional reference to a load balancer probe. */
export function profile(extensions: readonly Plain[], more: Plain = {}): Plain {
  return {
    storageProfile: { imageReference: { id: 'gal/app/1.0.0' } },
    extensionProfile: { extensions },
    ...more,
  }
}

export const WITH_PROBE: Plain = { networkProfile: { healthProbe: { id: PROBE_ID } } }

export function declare(
  document: Plain,
  context: Partial<DeclareContext> = {},
  assumptions: Partial<Assumptions> = {},
): Declaration {
  const { document: flat, notes } = flattenScaleSet(document)
  return declareScaleSet('vmss', flat, { notes, ...context, assumptions: { ...DEFAULT_ASSUMPTIONS, ...assumptions } })
}

/** The model of a document that must be fine. */
export function modelOf(document: Plain, context: Partial<DeclareContext> = {}): ScaleSetModel {
  const { model, diagnostics } = declare(document, context)
  if (model === undefined) throw new Error(diagnostics.map((d) => d.message).join('\n'))
  return model
}

export const codes = (declaration: Declaration): string[] => declaration.diagnostics.map((d) => d.code)
export const findingCodes = (declaration: Declaration): string[] => declaration.findings.map((f) => f.code)
export const messages = (declaration: Declaration): string => declaration.diagnostics.map((d) => d.message).join('\n')
