import { z } from 'zod'
import type { AutoscaleSetting } from '../autoscale/setting.ts'
import type { DeclaredScaleSet } from '../scenario.ts'
import { STANDBY_STATES, type StandbyPool } from '../standby-pool.ts'
import { type BodyShape, ENVELOPE, namedEntries, readBody, value, word } from './body.ts'
import { findScaleSet, type LoadContext } from './context.ts'
import type { Path } from './document.ts'

const SHAPE: BodyShape = {
  lifted: ['properties', 'elasticityProfile'],
  members: {
    scaleSet: value,
    maxReadyCapacity: value,
    minReadyCapacity: value,
    virtualMachineState: word(STANDBY_STATES),
  },
  aliases: { attachedVirtualMachineScaleSetId: 'scaleSet' },
  ignored: [...ENVELOPE, 'location', 'postProvisioningDelay', 'dynamicSizing'],
}

const poolBody = z.strictObject({
  scaleSet: z.string().min(1),
  maxReadyCapacity: z.number().int().min(1).max(2000),
  minReadyCapacity: z.number().int().min(0).max(2000).optional(),
  virtualMachineState: z.enum(STANDBY_STATES),
})

export interface StandbyOptions {
  readonly scaleSets: readonly DeclaredScaleSet[]
  readonly autoscaleSettings: readonly AutoscaleSetting[]
}

/** The standby pools of a scenario. `raw` is the value of `azure.standbyPools`. What PL-85 rules out is E0176. */
export function buildStandbyPools(raw: unknown, context: LoadContext, options: StandbyOptions): StandbyPool[] {
  const pools: StandbyPool[] = []
  for (const [name, path, written] of namedEntries(raw, ['azure', 'standbyPools'], context.source)) {
    const pool = context.sound(path) ? toPool(name, written, path, pools, context, options) : undefined
    if (pool !== undefined) pools.push(pool)
  }
  return pools
}

function toPool(
  name: string,
  raw: unknown,
  path: Path,
  others: readonly StandbyPool[],
  context: LoadContext,
  { scaleSets, autoscaleSettings }: StandbyOptions,
): StandbyPool | undefined {
  const { value: read, originOf } = readBody(raw, path, SHAPE, poolBody, context.source)
  if (read === undefined) return undefined
  const at = (key: keyof typeof read) => originOf([key])
  const scaleSet = findScaleSet(read.scaleSet.split('/').at(-1)!, at('scaleSet'), context)
  if (scaleSet === undefined) return undefined
  const { maxReadyCapacity, minReadyCapacity = 0, virtualMachineState } = read
  const refuse = (key: keyof typeof read, message: string, hint: string) =>
    context.source.report('E0176', at(key), message, { hint })
  const model = scaleSets.find((set) => set.model.name === scaleSet)?.model
  if (model !== undefined && model.orchestrationMode !== 'Flexible')
    refuse('scaleSet', `${scaleSet} is Uniform; standby pools are for Flexible sets (PL-85)`, 'name a Flexible set')
  else if (model !== undefined && (model.platformFaultDomainCount ?? 1) !== 1)
    refuse(
      'scaleSet',
      `${scaleSet} has ${model.platformFaultDomainCount} fault domains; standby pools need platformFaultDomainCount 1 (PL-85)`,
      'write platformFaultDomainCount: 1',
    )
  const other = others.find((pool) => pool.scaleSet === scaleSet)
  if (other !== undefined) refuse('scaleSet', `${scaleSet} has the pool ${other.name} already`, 'keep one of them')
  if (minReadyCapacity > maxReadyCapacity)
    refuse(
      'minReadyCapacity',
      `minReadyCapacity ${minReadyCapacity} is more than maxReadyCapacity ${maxReadyCapacity}`,
      `write ${maxReadyCapacity} or less`,
    )
  const isScaled = autoscaleSettings.some((setting) => setting.enabled && setting.scaleSet === scaleSet)
  if (isScaled && virtualMachineState === 'Running')
    refuse(
      'virtualMachineState',
      `${scaleSet} has autoscale; beside it a pool holds deallocated or hibernated machines only (PL-85)`,
      'write Deallocated or Hibernated',
    )
  return { name, scaleSet, maxReadyCapacity, minReadyCapacity, virtualMachineState }
}
