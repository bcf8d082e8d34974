import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { DEFAULT_ASSUMPTIONS } from '../../src/model/assumptions.ts'
import { type Declaration, declareScaleSet } from '../../src/model/declare/declare.ts'
import { healthSource, rollingPolicy } from '../../src/model/declare/health-source.ts'
import { imageKey } from '../../src/model/declare/image-key.ts'
import { type ImportedScaleSet, type ImportResult, importDeclared } from '../../src/model/declare/import.ts'
import { regularAndSpot } from '../../src/model/declare/priority-mix.ts'
import type { ScaleSetModel } from '../../src/model/scale-set.ts'
import { loadScenario } from '../../src/model/scenario/load.ts'
import type { Gallery } from '../../src/model/scenario.ts'

/** Real resources that nobody here wrote. They are kept beside the repository, not in it. */
const CORPUS = fileURLToPath(new URL('../../../shared/corpus/', import.meta.url))
const present = existsSync(CORPUS)
if (!present) console.warn(`corpus tests skipped: ${CORPUS} is not there`)

type Parameters = Readonly<Record<string, unknown>>

const read = (file: string, parameters: Parameters = {}): ImportResult =>
  importDeclared(readFileSync(CORPUS + file, 'utf8'), file, parameters)

const declare = (set: ImportedScaleSet): Declaration =>
  declareScaleSet(set.name, set.document, {
    assumptions: DEFAULT_ASSUMPTIONS,
    placeOf: set.placeOf,
    notes: set.notes,
    attachedInstances: set.attachedInstances,
    ...(set.loadBalancerProbe === undefined ? {} : { loadBalancerProbe: set.loadBalancerProbe }),
  })

interface Concluded {
  readonly result: ImportResult
  readonly set: ImportedScaleSet
  readonly declaration: Declaration
  readonly model: ScaleSetModel
  readonly health: ReturnType<typeof healthSource>
  /** Largest batch of a rolling upgrade (BT-2). */
  readonly batch: number
  readonly findings: readonly string[]
}

/** Imports a file that must yield a playable set. */
function conclude(file: string, parameters: Parameters = {}, index = 0): Concluded {
  const result = read(file, parameters)
  const set = result.scaleSets[index]
  if (set === undefined) throw new Error(`${file} gave no scale set ${index}: ${JSON.stringify(result.diagnostics)}`)
  const declaration = declare(set)
  const { model } = declaration
  if (model === undefined) throw new Error(`${file}: ${declaration.diagnostics.map((d) => d.message).join('; ')}`)
  const health = healthSource(model, set.loadBalancerProbe, DEFAULT_ASSUMPTIONS)
  const batch = Math.max(1, Math.floor((model.sku.capacity * rollingPolicy(model).maxBatchInstancePercent) / 100))
  return { result, set, declaration, model, health, batch, findings: declaration.findings.map((f) => f.code) }
}

const evidence = (declaration: Declaration, code: string, where = ''): string =>
  declaration.findings
    .filter((f) => f.code === code && f.where.includes(where))
    .flatMap((f) => f.evidence)
    .join(' ')

/** A file of which Azure's state is read, not a declaration. */
function expectNoScaleSet(file: string, type: string): ImportResult {
  const result = read(file)
  expect(result.scaleSets).toEqual([])
  expect(result.diagnostics.map((d) => d.code)).toEqual(['E0306'])
  expect(result.diagnostics[0]?.message).toContain(type)
  return result
}

/** The file declares one autoscale setting and nothing else. */
function expectAutoscale(file: string): ImportResult {
  const result = read(file)
  expect([result.scaleSets, result.diagnostics, result.autoscaleSettings.length]).toEqual([[], [], 1])
  return result
}

/** The file declares one gallery version and nothing else; `galleries` is what a scenario makes of it. */
function readImageVersion(file: string): { result: ImportResult; galleries: readonly Gallery[] } {
  const result = read(file)
  expect([result.scaleSets, result.diagnostics, result.imageVersions.length]).toEqual([[], [], 1])
  const web =
    '{ location: eastus, orchestrationMode: Uniform, sku: { name: Standard_D2as_v5, capacity: 1 }, upgradePolicy: { mode: Manual }, virtualMachineProfile: {} }'
  const scenario = loadScenario(`azure: { from: [${file}], scaleSets: { web: ${web} } }`, 'a.yaml', {
    readFile: (path) => readFileSync(CORPUS + path, 'utf8'),
  })
  return { result, galleries: scenario.galleries }
}

describe.skipIf(!present)('corpus', () => {
  it('every file imports or is refused with a reason, and gives no other mistakes', () => {
    const files = readdirSync(CORPUS).filter((name) => name.endsWith('.json'))
    expect(files).toHaveLength(20)
    for (const file of files) {
      const { scaleSets, imageVersions, autoscaleSettings, diagnostics, summary } = read(file)
      const declared = [...scaleSets, ...imageVersions, ...autoscaleSettings]
      expect(
        diagnostics.map((d) => d.code),
        file,
      ).toEqual(declared.length > 0 ? [] : ['E0306'])
      expect(summary.length, file).toBeGreaterThan(0)
    }
  })

  it('1 aro-gateway-production.json: Automatic for models, batches for images, probe of the load balancer', () => {
    const { result, set, declaration, model, health, batch, findings } = conclude('aro-gateway-production.json')
    expect(result.kind).toBe('armTemplate')
    expect(model).toMatchObject({
      orchestrationMode: 'Uniform',
      sku: { capacity: 3 },
      overprovision: false,
      upgradePolicy: { mode: 'Automatic' },
    })
    expect(model).not.toHaveProperty('zones')
    expect(rollingPolicy(model)).toMatchObject({
      maxBatchInstancePercent: 34,
      maxUnhealthyInstancePercent: 34,
      maxUnhealthyUpgradedInstancePercent: 34,
      pauseMs: 600_000,
    })
    expect(batch).toBe(1)
    expect(set.loadBalancerProbe).toMatchObject({
      protocol: 'Http',
      port: 80,
      requestPath: '/healthz/ready',
      intervalInSeconds: 15,
      probeThreshold: 2,
    })
    expect(health).toEqual({
      kind: 'loadBalancer',
      protocol: 'http',
      requestPath: '/healthz/ready',
      intervalMs: 15_000,
      numberOfProbes: 2,
    })
    expect(imageKey(model.virtualMachineProfile.storageProfile?.imageReference)).toBe(
      'CblMariner.1P/cbl-mariner-2-gen2',
    )
    expect(findings).toEqual(expect.arrayContaining(['ModeWithoutBatches', 'OsUpgradePolicySourceUnstated']))
    expect(findings).not.toContain('PinnedImageVersion')
    expect(evidence(declaration, 'OsUpgradePolicySourceUnstated')).toMatch(
      /34\/34\/34\/PT10M.*useRollingUpgradePolicy is not set/,
    )
    // Repairs and automatic OS upgrades are played.
    expect(findings).not.toContain('NotModelled')
    expect(set.autoscale).toEqual({ minimum: 3, maximum: 7, default: 3, rules: 2, enabled: true })
    expect(result.findings).toEqual([])
  })

  it('2 quickstart-vmss-automatic-repairs-lb-probe.json: repairs on, PT30M, probe found past the trailing slash', () => {
    const { set, model, health, findings } = conclude('quickstart-vmss-automatic-repairs-lb-probe.json')
    expect(model).toMatchObject({
      orchestrationMode: 'Uniform',
      sku: { capacity: 2 },
      overprovision: true,
      upgradePolicy: { mode: 'Manual' },
      automaticRepairsPolicy: { enabled: true, gracePeriod: 'PT30M' },
    })
    expect(set.loadBalancerProbe).toMatchObject({ intervalInSeconds: 5, probeThreshold: 2 })
    expect(health.kind).toBe('loadBalancer')
    expect(findings).not.toContain('NotModelled')
  })

  it('3 quickstart-vmss-flexible-empty-profile.json: Flexible without a profile, three attached, no policy invented', () => {
    const result = read('quickstart-vmss-flexible-empty-profile.json')
    expect(result.diagnostics).toEqual([])
    const [set] = result.scaleSets
    expect(set?.attachedInstances).toBe(3)
    expect(set?.document).toMatchObject({ singlePlacementGroup: false, platformFaultDomainCount: 2 })
    expect(set?.document).not.toHaveProperty('zones')
    const declaration = declare(set!)
    expect(declaration.model).toBeUndefined()
    expect(declaration.diagnostics.map((d) => d.code)).toEqual(['E0204', 'E0205'])
    expect(declaration.diagnostics[0]?.message).toMatch(/Flexible.*capacity 0/)
    expect(declaration.findings.map((f) => f.code)).toEqual(['NoUpgradePolicy', 'AttachedInstances'])
    const zonal = read('quickstart-vmss-flexible-empty-profile.json', { virtualMachineScaleSetAvailabilityZone: '2' })
    expect(zonal.scaleSets[0]?.document).toMatchObject({ zones: ['2'], platformFaultDomainCount: 1 })
  })

  it('4 quickstart-vmss-automatic-mode-autoscale.json: all at once, no health, autoscale below the deployed 3', () => {
    const { result, set, declaration, model, health, findings } = conclude(
      'quickstart-vmss-automatic-mode-autoscale.json',
    )
    expect(model).toMatchObject({ sku: { capacity: 3 }, overprovision: true, upgradePolicy: { mode: 'Automatic' } })
    // The name hangs on a parameter without a default; autoscale still finds its target by the same expression.
    expect(set.name).toContain("parameters('vmssName')")
    expect(conclude('quickstart-vmss-automatic-mode-autoscale.json', { vmssName: 'SHOP' }).set.name).toMatch(
      /^shop[a-z0-9]{5}$/,
    )
    expect(health).toEqual({ kind: 'none' })
    expect(findings).toEqual(expect.arrayContaining(['ModeWithoutBatches', 'HealthSourceMissing']))
    expect(evidence(declaration, 'ModeWithoutBatches')).toMatch(/all 3 instances at once.*no batches/)
    expect(set.autoscale).toMatchObject({ minimum: 1, maximum: 10, default: 1, rules: 2 })
    expect(result.findings.map((f) => f.code)).toEqual(['AutoscaleBelowCapacity'])
    expect(result.findings[0]?.title).toMatch(/down to 1, below the deployed 3/)
  })

  it('5 servicefabric-crossaz-stateless-rolling.json: one set unbatched, one rolling zone by zone', () => {
    const file = 'servicefabric-crossaz-stateless-rolling.json'
    const first = conclude(file)
    expect(first.result.scaleSets).toHaveLength(2)
    expect(first.model).toMatchObject({
      sku: { capacity: 15 },
      zones: ['1', '2', '3'],
      zoneBalance: true,
      platformFaultDomainCount: 5,
      singlePlacementGroup: true,
      overprovision: false,
      upgradePolicy: { mode: 'Automatic' },
    })
    expect(first.model.sku.capacity / first.model.zones!.length).toBe(5)
    expect(first.health).toEqual({ kind: 'serviceFabric' })
    expect(first.findings).toContain('ModeWithoutBatches')
    const second = conclude(file, {}, 1)
    expect(second.model).toMatchObject({
      sku: { capacity: 6 },
      zones: ['1', '2', '3'],
      zoneBalance: true,
      platformFaultDomainCount: 5,
      singlePlacementGroup: false,
      overprovision: false,
      upgradePolicy: { mode: 'Rolling' },
    })
    expect(rollingPolicy(second.model)).toMatchObject({
      maxBatchInstancePercent: 20,
      maxUnhealthyInstancePercent: 20,
      maxUnhealthyUpgradedInstancePercent: 20,
      pauseMs: 0,
      enableCrossZoneUpgrade: false,
    })
    expect(second.batch).toBe(1)
    expect(second.health).toMatchObject({
      kind: 'extension',
      rich: false,
      protocol: 'tcp',
      port: 19000,
      intervalMs: 5000,
      numberOfProbes: 1,
    })
    expect(second.findings).toEqual([])
  })

  it('6 vmscalesets-zones-rolling-2017.json: capacity must be given; three thresholds survive; old flag', () => {
    const file = 'vmscalesets-zones-rolling-2017.json'
    const open = read(file)
    expect(open.diagnostics).toEqual([])
    const refused = declare(open.scaleSets[0]!)
    expect(refused.diagnostics.map((d) => d.code)).toEqual(['E0303'])
    expect(refused.diagnostics[0]).toMatchObject({ hint: expect.stringContaining('instanceCount'), place: { file } })
    const { set, model, health, batch, findings } = conclude(file, { instanceCount: 9 })
    expect(set.apiVersion).toBe('2017-03-30')
    expect(model).toMatchObject({
      sku: { capacity: 9 },
      zones: ['1', '2', '3'],
      singlePlacementGroup: true,
      overprovision: true,
      upgradePolicy: { mode: 'Rolling', automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: false } },
    })
    expect(rollingPolicy(model)).toMatchObject({
      maxBatchInstancePercent: 20,
      maxUnhealthyInstancePercent: 25,
      maxUnhealthyUpgradedInstancePercent: 10,
      pauseMs: 0,
    })
    expect(batch).toBe(1)
    expect(health).toEqual({ kind: 'loadBalancer', protocol: 'tcp', intervalMs: 5000, numberOfProbes: 2 })
    expect(findings).toEqual(['LegacyProperty'])
  })

  it('7 checkpoint-waap-zones-expression-autoscale.json: zones by location, capacity from a string, probe unknown', () => {
    const file = 'checkpoint-waap-zones-expression-autoscale.json'
    const inside = conclude(file, { location: 'eastus' })
    expect(inside.model).toMatchObject({
      sku: { capacity: 2 },
      zones: ['1', '2'],
      overprovision: false,
      upgradePolicy: { mode: 'Manual' },
    })
    expect(inside.set.loadBalancerProbe).toBe('unresolved')
    expect(inside.health).toEqual({ kind: 'unresolved' })
    expect(inside.findings).toContain('HealthSourceUnresolved')
    expect(inside.findings).not.toContain('HealthSourceMissing')
    expect(inside.set.autoscale).toEqual({ minimum: 2, maximum: 10, default: 2, rules: 2, enabled: true })
    expect(conclude(file, { location: 'nowhere' }).model).not.toHaveProperty('zones')
  })

  it('8 cli-recording-vmss-show-rolling.json: two instances, two batches of one', () => {
    const { result, model, health, batch } = conclude('cli-recording-vmss-show-rolling.json')
    expect(result.kind).toBe('restResource')
    expect(model).toMatchObject({
      name: 'vmss1',
      orchestrationMode: 'Uniform',
      sku: { capacity: 2 },
      overprovision: true,
      upgradePolicy: { mode: 'Rolling' },
    })
    expect(rollingPolicy(model)).toMatchObject({
      maxBatchInstancePercent: 20,
      maxUnhealthyInstancePercent: 20,
      maxUnhealthyUpgradedInstancePercent: 20,
      pauseMs: 0,
    })
    expect(batch).toBe(1)
    expect(Math.ceil(model.sku.capacity / batch)).toBe(2)
    expect(health).toEqual({ kind: 'unresolved' })
  })

  it('9 cli-recording-rolling-upgrade-latest.json: a completed upgrade', () => {
    const { summary } = expectNoScaleSet('cli-recording-rolling-upgrade-latest.json', 'rollingUpgrades')
    expect(summary).toEqual([
      'latest rolling upgrade: Completed, 2 successful, 0 failed, 0 in progress, 0 pending, policy 20/20/20/PT0S',
    ])
  })

  it('10 cli-recording-instance-view-repairs-suspended.json: repairs are suspended until Resume', () => {
    const { summary } = expectNoScaleSet(
      'cli-recording-instance-view-repairs-suspended.json',
      'scale set instance view',
    )
    expect(summary.join('\n')).toMatch(/2 ProvisioningState\/succeeded/)
    expect(summary).toContain('AutomaticRepairs is Suspended: nothing is repaired until a Resume')
  })

  it('11 cli-recording-vm-instance-view-spot-evicted.json: deallocated, still there', () => {
    const { summary } = expectNoScaleSet('cli-recording-vm-instance-view-spot-evicted.json', 'instance view')
    expect(summary).toEqual([
      'instance view of one virtual machine: ProvisioningState/succeeded, PowerState/deallocated',
    ])
  })

  it('12 cli-recording-vmss-vms-list.json: ids as given, capacity 5, next id unknown', () => {
    const { summary, other, kind } = expectNoScaleSet('cli-recording-vmss-vms-list.json', 'virtualMachines')
    expect(kind).toBe('restList')
    expect(other).toHaveLength(5)
    expect(summary).toEqual([
      '5 instances with ids 1, 2, 4, 5, 6: 5 on the latest model, 2 updating; the next id is unknown but above 6',
    ])
  })

  it('13 cli-recording-vmss-flexible-priority-mix.json: capacity below the base, so no Spot machine', () => {
    const { declaration, model } = conclude('cli-recording-vmss-flexible-priority-mix.json')
    expect(model).toMatchObject({
      orchestrationMode: 'Flexible',
      location: 'northeurope',
      sku: { capacity: 2 },
      platformFaultDomainCount: 1,
      upgradePolicy: { mode: 'Manual' },
      priorityMixPolicy: { baseRegularPriorityCount: 4, regularPriorityPercentageAboveBase: 50 },
      virtualMachineProfile: { priority: 'Spot', evictionPolicy: 'Deallocate' },
    })
    expect(declaration.findings.filter(({ code }) => code === 'NotModelled')).toEqual([])
    expect(regularAndSpot(2, 4, 50)).toEqual({ regular: 2, spot: 0 })
    expect(regularAndSpot(10, 4, 50)).toEqual({ regular: 7, spot: 3 })
  })

  it('14 cli-recording-gallery-image-version-two-regions.json: usable in two regions by short name', () => {
    const {
      result: { summary },
      galleries,
    } = readImageVersion('cli-recording-gallery-image-version-two-regions.json')
    expect(summary[0]).toBe('gallery image version gallery_000002/image1/1.1.2: usable in westus2, eastus2')
    expect(summary[1]).toMatch(/is not in the file/)
    expect(galleries).toMatchObject([
      {
        name: 'gallery_000002',
        location: 'eastus2',
        images: [
          {
            key: 'gallery_000002/image1',
            versions: [
              {
                name: '1.1.2',
                sizeGB: 40,
                dataDisksGB: [10],
                targetRegions: [
                  { name: 'westus2', regionalReplicaCount: 1, state: 'Completed' },
                  { name: 'eastus2', regionalReplicaCount: 2, state: 'Completed' },
                ],
              },
            ],
          },
        ],
      },
    ])
  })

  it('15 cli-recording-autoscale-recurring.json: scheduled capacity only, companions end their partners', () => {
    const { summary } = expectAutoscale('cli-recording-autoscale-recurring.json')
    expect(summary).toEqual([
      'autoscale setting vmss1 for vmss1: exactly 3, no metric rules, scheduled capacity only',
      'autoscale profile weekend: exactly 1 from Saturday, Sunday 00:00 (Pacific Standard Time)',
      'autoscale profile weekend ends Saturday, Sunday 23:59 (Pacific Standard Time), then exactly 3',
      'autoscale profile weekday: exactly 4 from Monday, Tuesday, Wednesday, Thursday, Friday 00:00 (Pacific Standard Time)',
      'autoscale profile weekday ends Monday, Tuesday, Wednesday, Thursday, Friday 23:59 (Pacific Standard Time), then exactly 3',
    ])
  })

  it('16 spec-example-gallery-image-version-replication.json: replication completed in both regions', () => {
    const {
      result: { summary, kind },
      galleries,
    } = readImageVersion('spec-example-gallery-image-version-replication.json')
    expect(galleries[0]).toMatchObject({ name: 'myGalleryName', location: 'westus' })
    expect(galleries[0]!.images[0]!.versions).toMatchObject([
      {
        name: '1.0.0',
        sizeGB: 20,
        allowDeletionOfReplicatedLocations: false,
        targetRegions: [
          { name: 'westus', state: 'Completed' },
          { name: 'eastus', regionalReplicaCount: 2, state: 'Completed' },
        ],
      },
    ])
    expect(kind).toBe('exampleEnvelope')
    expect(summary).toEqual([
      'gallery image version myGalleryName/myGalleryImageName/1.0.0: usable in westus, eastus',
      'replication of myGalleryName/myGalleryImageName/1.0.0: Completed',
    ])
  })

  it('17 cli-output-vmss-flattened.json: two over three zones, no health source, mode Automatic', () => {
    const { result, declaration, model, health, findings } = conclude('cli-output-vmss-flattened.json')
    expect(result.kind).toBe('cliOutput')
    expect(model).toMatchObject({
      orchestrationMode: 'Uniform',
      sku: { capacity: 2 },
      zones: ['1', '2', '3'],
      platformFaultDomainCount: 1,
      overprovision: true,
      upgradePolicy: { mode: 'Automatic' },
    })
    expect(model.upgradePolicy).not.toHaveProperty('automaticOSUpgradePolicy')
    expect(model.virtualMachineProfile.extensionProfile?.extensions?.[0]?.type).toBe('CustomScript')
    expect(model.virtualMachineProfile.storageProfile?.osDisk).toMatchObject({ diskSizeGB: 30 })
    expect(health).toEqual({ kind: 'none' })
    expect(findings).toEqual(['HealthSourceMissing', 'ModeWithoutBatches'])
    expect(evidence(declaration, 'ModeWithoutBatches')).toContain('does not govern model changes in this mode')
    expect(JSON.stringify(model)).not.toMatch(/null|resourceGroup"|Os[A-Z]\w*Policy|DiskSizeGb|timeCreated/)
  })

  it('18 cli-output-autoscale-flattened.json: only clamps between 2 and 10', () => {
    const { summary } = expectAutoscale('cli-output-autoscale-flattened.json')
    expect(summary).toEqual([
      'autoscale setting autoscale for myVMSSxxxxxx: 2 to 10 instances, default 2, no metric rules, it only clamps the capacity',
    ])
  })

  it('19 spec-example-rolling-upgrade-latest.json: the shape of a status with an error', () => {
    const { summary, kind } = expectNoScaleSet('spec-example-rolling-upgrade-latest.json', 'rollingUpgrades')
    expect(kind).toBe('exampleEnvelope')
    expect(summary).toEqual([
      'latest rolling upgrade: RollingForward, 6 successful, 25 failed, 20 in progress, 27 pending, policy 49/81/98/aaaaaaaaaaaaaaa, error aaaaaaa',
    ])
  })

  it('20 spec-example-os-upgrade-history.json: the shape of the history', () => {
    const { summary } = expectNoScaleSet('spec-example-os-upgrade-history.json', 'OS upgrade history')
    expect(summary).toEqual([
      'OS upgrade history, 1 entry: RollingForward started by Unknown (6 successful, 25 failed, 20 in progress, 27 pending)',
    ])
  })
})
