import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type FlipField, flipFields } from '../../src/lab/flip-fields.ts'
import { policySpaceOf } from '../../src/lab/policy-space.ts'
import { parseDuration } from '../../src/model/duration.ts'
import { loadScenario, prepareScenario } from '../../src/model/scenario/load.ts'
import { knobsOf } from '../../src/web/edit/knobs.ts'

const MINUTE_MS = 60_000
const ROLLING = 'upgradePolicy.rollingUpgradePolicy'
const HOUR_MS = 60 * MINUTE_MS

/** A set in which everything can be turned; only what the search needs is declared. */
const BARE = `
duration: PT1H
azure:
  scaleSets:
    web:
      location: eastus
      sku: { capacity: 3 }
      upgradePolicy: { mode: Rolling }
      automaticRepairsPolicy: { enabled: true }
      virtualMachineProfile:
        storageProfile: { imageReference: { id: g/web/1.0.0 } }
        extensionProfile:
          extensions:
            - { name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: "2.0", settings: { protocol: http, requestPath: /ready } }
`
const options = { readFile: () => undefined }
const scenario = loadScenario(BARE, 'bare.yaml', options)
const flips = new Map(flipFields(scenario, ['web']).map((field) => [field.name, field]))
const knobs = new Map(
  knobsOf(scenario, prepareScenario(BARE, 'bare.yaml', options, undefined).document)
    .filter(({ part }) => part === 'policy')
    .flatMap((group) =>
      group.knobs.map((knob) => [`${group.id.split('/')[0]} ${knob.label}` as string, knob] as const),
    ),
)

/** The bounds that the search goes to, in the unit of the fact sheet: percent, seconds or ms. */
const reach = (field: FlipField | undefined) => {
  if (field?.range.kind !== 'steps') throw new Error('not a field of steps')
  const { min, max, write } = field.range
  return [write(min), write(max)].map((end) => (typeof end === 'string' ? parseDuration(end)! : Number(end)))
}

describe('the bounds of a policy (TABLE-rollingUpgradePolicy, TABLE-healthExtension, RE-5)', () => {
  it.each([
    { flip: 'maxBatchInstancePercent', knob: 'upgrade maxBatchInstancePercent', min: 5, max: 100, preset: 20 },
    { flip: 'maxUnhealthyInstancePercent', knob: 'upgrade maxUnhealthyInstancePercent', min: 5, max: 100, preset: 20 },
    {
      flip: 'maxUnhealthyUpgradedInstancePercent',
      knob: 'upgrade maxUnhealthyUpgradedInstancePercent',
      min: 0,
      max: 100,
      preset: 20,
    },
    { flip: 'numberOfProbes', knob: 'health numberOfProbes', min: 1, max: 24, preset: 1 },
    { flip: 'intervalInSeconds', knob: 'health intervalInSeconds', min: 5, max: 60, preset: 5 },
    { flip: 'gracePeriod', knob: 'health gracePeriod', min: 5, max: 14_400, preset: 5 },
  ])('$flip is $min to $max, $preset where nothing is declared: searched and turned alike', (row) => {
    const flip = flips.get(row.flip)
    expect(reach(flip)).toEqual([row.min, row.max])
    expect(flip?.declared).toBe(row.preset)
    expect(knobs.get(row.knob)).toMatchObject({
      value: row.preset,
      control: { kind: 'number', min: row.min, exactMax: row.max },
    })
  })

  it('the grace period of repairs is PT10M to PT90M, PT10M where nothing is declared', () => {
    const flip = flips.get('automaticRepairsPolicy.gracePeriod')
    expect(reach(flip)).toEqual([10 * MINUTE_MS, 90 * MINUTE_MS])
    expect(flip?.declared).toBe('PT10M')
    const knob = knobs.get('repairs gracePeriod')!
    expect(knob.value).toBe('PT10M')
    if (knob.control.kind !== 'duration') throw new Error(knob.control.kind)
    expect([knob.control.levels.at(0), knob.control.levels.at(-1)]).toEqual(['PT10M', 'PT1H30M'])
  })

  it('a pause has no upper bound that is published, so that the search goes to the end of the run', () => {
    expect(reach(flips.get('pauseTimeBetweenBatches'))).toEqual([0, HOUR_MS])
    expect(knobs.get('upgrade pauseTimeBetweenBatches')!.value).toBe('PT0S')
  })

  it('what `tune` tries on its own lies within them', () => {
    const file = 'scenarios/bad-image.yaml'
    const text = readFileSync(file, 'utf8')
    const { fields, origin } = policySpaceOf({ file, text, files: {} }, [], loadScenario(text, file, options))
    expect(origin).toBe('default')
    for (const name of [
      'maxBatchInstancePercent',
      'maxUnhealthyInstancePercent',
      'maxUnhealthyUpgradedInstancePercent',
    ])
      for (const level of fields.find(({ member }) => member === `${ROLLING}.${name}`)!.levels) {
        const [min, max] = reach(flips.get(name))
        expect([name, level, Number(level) >= min! && Number(level) <= max!]).toEqual([name, level, true])
      }
  })
})
