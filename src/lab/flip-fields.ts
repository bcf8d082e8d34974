import { healthExtension, isRich, rollingPolicy } from '../model/declare/health-source.ts'
import { repairPolicy } from '../model/declare/repair-policy.ts'
import { durationBounds, extensionRange, integerBounds } from '../model/declare/value-rules.ts'
import { formatDuration } from '../model/duration.ts'
import type { ScaleSetModel } from '../model/scale-set.ts'
import type { Scenario } from '../model/scenario.ts'
import { declaredValue, type PolicyValue, policyPath } from './policy-space.ts'

/** One thing of a declared policy that a team may turn, with the bounds that the service documents. */
export interface FlipField {
  /** Its last name as ARM has it: `maxUnhealthyUpgradedInstancePercent`. */
  readonly name: string
  readonly scaleSet: string
  /** As `--set` takes it. */
  readonly path: string
  /** What holds in the scenario, a default of the service included. */
  readonly declared: PolicyValue
  /** Rule that documents the bounds. */
  readonly rule: string
  readonly range: FlipRange
}

export type FlipRange =
  /** Whole numbers from `min` to `max`; `write` makes of one what the scenario says. */
  | {
      readonly kind: 'steps'
      readonly at: number
      readonly min: number
      readonly max: number
      /** So many of them are as far as one can think: what distances of different fields are compared by. */
      readonly scale: number
      readonly write: (value: number) => PolicyValue
    }
  /** A flag, or one of several words. */
  | { readonly kind: 'words'; readonly others: readonly PolicyValue[] }

const ROLLING = 'upgradePolicy.rollingUpgradePolicy'
const ROLLING_TABLE = 'TABLE-rollingUpgradePolicy'
/** Pauses are tried to the second that a person would write. */
const PAUSE_STEP_MS = 5_000

/** Everything that is tried for these scale sets, in the order in which a team would think of it. */
export function flipFields(scenario: Scenario, scaleSets: readonly string[]): FlipField[] {
  return scenario.scaleSets
    .filter(({ model }) => scaleSets.includes(model.name))
    .flatMap(({ model }) => [
      ...(isRolling(model) ? rollingFields(scenario, model) : []),
      ...modeField(model),
      ...healthFields(scenario, model),
      ...repairFields(model),
    ])
}

type PercentName = 'maxUnhealthyUpgradedInstancePercent' | 'maxUnhealthyInstancePercent' | 'maxBatchInstancePercent'

const isRolling = ({ upgradePolicy }: ScaleSetModel): boolean =>
  upgradePolicy.mode === 'Rolling' || upgradePolicy.automaticOSUpgradePolicy?.enableAutomaticOSUpgrade === true

function rollingFields(scenario: Scenario, model: ScaleSetModel): FlipField[] {
  const { name: scaleSet } = model
  const policy = rollingPolicy(model)
  const field = (name: string, range: FlipRange): FlipField => {
    const member = `${ROLLING}.${name}`
    return {
      name,
      scaleSet,
      path: policyPath(scaleSet, member),
      declared: declaredValue(scenario, scaleSet, member)!,
      rule: ROLLING_TABLE,
      range,
    }
  }
  const percent = (name: PercentName): FlipField => {
    const { min, max } = integerBounds(`${ROLLING}.${name}`)
    return field(name, { kind: 'steps', at: policy[name], min, max, scale: 100, write: (value) => value })
  }
  const flag = (is: boolean): FlipRange => ({ kind: 'words', others: [!is] })
  const os = model.upgradePolicy.automaticOSUpgradePolicy
  return [
    percent('maxUnhealthyUpgradedInstancePercent'),
    percent('maxUnhealthyInstancePercent'),
    percent('maxBatchInstancePercent'),
    field('pauseTimeBetweenBatches', {
      kind: 'steps',
      at: Math.round(policy.pauseMs / PAUSE_STEP_MS),
      min: durationBounds(`${ROLLING}.pauseTimeBetweenBatches`).minMs / PAUSE_STEP_MS,
      // The longest pause is not published; one as long as the run is long enough.
      max: Math.floor(scenario.durationMs / PAUSE_STEP_MS),
      scale: (30 * 60_000) / PAUSE_STEP_MS,
      write: (value) => formatDuration(value * PAUSE_STEP_MS),
    }),
    field('prioritizeUnhealthyInstances', flag(policy.prioritizeUnhealthyInstances)),
    field('maxSurge', flag(policy.maxSurge)),
    ...((model.zones?.length ?? 0) > 1 ? [field('enableCrossZoneUpgrade', flag(policy.enableCrossZoneUpgrade))] : []),
    ...(os?.enableAutomaticOSUpgrade === true
      ? [
          {
            ...field('disableAutomaticRollback', flag(os.disableAutomaticRollback ?? false)),
            path: policyPath(scaleSet, 'upgradePolicy.automaticOSUpgradePolicy.disableAutomaticRollback'),
            declared: os.disableAutomaticRollback ?? false,
            rule: 'TABLE-automaticOSUpgradePolicy',
          },
        ]
      : []),
  ]
}

/** Modes without batches: what Rolling would have done. */
function modeField({ name: scaleSet, upgradePolicy: { mode } }: ScaleSetModel): FlipField[] {
  if (mode === 'Rolling') return []
  const path = policyPath(scaleSet, 'upgradePolicy.mode')
  return [
    {
      name: 'upgradePolicy.mode',
      scaleSet,
      path,
      declared: mode,
      rule: 'TABLE-upgradePolicy',
      range: { kind: 'words', others: ['Rolling'] },
    },
  ]
}

/** Four hours are allowed; nobody thinks further than one. */
const GRACE_SCALE_SECONDS = 3600

/** Settings of the Application Health extension, rollouts 1.4: what asks, how often, how long it may take. */
function healthFields({ world }: Scenario, model: ScaleSetModel): FlipField[] {
  const extension = healthExtension(model)
  if (extension === undefined) return []
  const settings = extension.settings ?? {}
  const number = (name: string, otherwise: number) =>
    typeof settings[name] === 'number' ? (settings[name] as number) : otherwise
  const interval = number('intervalInSeconds', extensionRange('intervalInSeconds').preset!)
  const probes = number('numberOfProbes', extensionRange('numberOfProbes').preset!)
  const field = (name: string, declared: PolicyValue, rule: string, range: FlipRange): FlipField => ({
    name,
    scaleSet: model.name,
    path: policyPath(
      model.name,
      `virtualMachineProfile.extensionProfile.extensions[${extension.name}].settings.${name}`,
    ),
    declared,
    rule,
    range,
  })
  const steps = (name: Parameters<typeof extensionRange>[0], at: number, scale?: number): FlipField => {
    const { min, max } = extensionRange(name)
    const range: FlipRange = { kind: 'steps', at, min, max, scale: scale ?? max - min, write: (value) => value }
    return field(name, at, 'TABLE-healthExtension', range)
  }
  const grace = number('gracePeriod', interval * probes)
  const path = settings['requestPath']
  const otherPaths = Object.keys(world.application.endpoints).filter((one) => one.startsWith('/') && one !== path)
  return [
    ...(typeof path === 'string' && otherPaths.length > 0
      ? [field('requestPath', path, 'TABLE-healthExtension', { kind: 'words', others: otherPaths })]
      : []),
    steps('numberOfProbes', probes),
    steps('intervalInSeconds', interval),
    ...(isRich(extension) ? [steps('gracePeriod', grace, GRACE_SCALE_SECONDS)] : []),
  ]
}

const MINUTE_MS = 60_000

/** RE-5: from ten to ninety minutes. */
function repairFields(model: ScaleSetModel): FlipField[] {
  const policy = repairPolicy(model)
  if (!policy.enabled) return []
  const at = Math.round(policy.gracePeriodMs / MINUTE_MS)
  const bounds = durationBounds('automaticRepairsPolicy.gracePeriod')
  const [min, max] = [bounds.minMs / MINUTE_MS, bounds.maxMs / MINUTE_MS]
  return [
    {
      name: 'automaticRepairsPolicy.gracePeriod',
      scaleSet: model.name,
      path: policyPath(model.name, 'automaticRepairsPolicy.gracePeriod'),
      declared: formatDuration(policy.gracePeriodMs),
      rule: 'RE-5',
      range: { kind: 'steps', at, min, max, scale: max - min, write: (value) => formatDuration(value * MINUTE_MS) },
    },
  ]
}
