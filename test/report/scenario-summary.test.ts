import { describe, expect, it } from 'vitest'
import type { ScaleSetModel } from '../../src/model/scale-set.ts'
import type { DeclaredScaleSet, Scenario } from '../../src/model/scenario.ts'
import { summarizeScenario } from '../../src/report/scenario-summary.ts'

function summarize(model: Partial<ScaleSetModel>, rest: Partial<DeclaredScaleSet> = {}) {
  const full: ScaleSetModel = {
    name: 'vmss',
    location: 'eastus',
    sku: { capacity: 3 },
    orchestrationMode: 'Uniform',
    upgradePolicy: { mode: 'Rolling' },
    virtualMachineProfile: {},
    ...model,
  }
  // The summary reads nothing else of a scenario.
  const scenario = { name: 's', durationMs: 1000, scaleSets: [{ model: full, ...rest }] } as unknown as Scenario
  return summarizeScenario(scenario).scaleSets[0]!
}

const extension = (settings: Record<string, unknown>, typeHandlerVersion = '2.0') => ({
  virtualMachineProfile: {
    extensionProfile: {
      extensions: [{ name: 'health', type: 'ApplicationHealthLinux', typeHandlerVersion, settings }],
    },
  },
})

describe('summarizeScenario', () => {
  it("fills in the service's defaults of a rolling policy", () => {
    expect(summarize({}).policy).toEqual({
      batchPercent: 20,
      unhealthyPercent: 20,
      upgradedPercent: 20,
      pause: 'PT0S',
      flags: [],
    })
  })

  it('keeps what is declared, and writes one duration one way', () => {
    const rollingUpgradePolicy = {
      maxBatchInstancePercent: 34,
      maxUnhealthyUpgradedInstancePercent: 0,
      pauseTimeBetweenBatches: 'PT120S',
      maxSurge: true,
      enableCrossZoneUpgrade: false,
    }
    expect(summarize({ upgradePolicy: { mode: 'Rolling', rollingUpgradePolicy } }).policy).toEqual({
      batchPercent: 34,
      unhealthyPercent: 20,
      upgradedPercent: 0,
      pause: 'PT2M',
      flags: ['maxSurge'],
    })
  })

  it('has no policy to show for a mode without batches', () => {
    expect(summarize({ upgradePolicy: { mode: 'Automatic' } })).not.toHaveProperty('policy')
  })

  it.each([
    { why: 'no source', of: summarize({}), health: 'none' },
    {
      why: 'the extension, as far as it is declared',
      of: summarize(
        extension({ protocol: 'https', port: 8443, requestPath: '/ready', intervalInSeconds: 5, numberOfProbes: 1 }),
      ),
      health: 'Application Health extension 2.0 https :8443/ready, every 5 s, 1 in a row',
    },
    {
      why: 'a bare tcp extension',
      of: summarize(extension({ protocol: 'TCP', port: 80 }, '1.0')),
      health: 'Application Health extension 1.0 tcp :80',
    },
    {
      why: 'a probe of the load balancer',
      of: summarize(
        {},
        {
          loadBalancerProbe: {
            id: 'p',
            protocol: 'Http',
            port: 80,
            requestPath: '/',
            intervalInSeconds: 15,
            probeThreshold: 2,
          },
        },
      ),
      health: 'load balancer probe http :80/, every 15 s, 2 in a row',
    },
    {
      why: 'a probe that cannot be read',
      of: summarize({}, { loadBalancerProbe: 'unresolved' }),
      health: 'load balancer probe (declared, not readable offline; played as the assumption unresolvedProbe says)',
    },
    {
      why: 'two sources at once',
      of: summarize(extension({ protocol: 'tcp', port: 80 }), { loadBalancerProbe: 'unresolved' }),
      health:
        'Application Health extension 2.0 tcp :80 and load balancer probe (declared, not readable offline; played as the assumption unresolvedProbe says)',
    },
  ])('describes $why', ({ of, health }) => {
    expect(of.health).toBe(health)
  })
})
