import { describe, expect, it } from 'vitest'
import { healthInUpgrade, isRepairHealth } from '../../../src/sim/health/health-meaning.ts'
import {
  HEALTH_HEALTHY,
  HEALTH_INITIALIZING,
  HEALTH_NONE,
  HEALTH_UNHEALTHY,
  HEALTH_UNKNOWN,
  healthName,
} from '../../../src/sim/health/health-tracker.ts'

describe('what reported health means to the services', () => {
  it.each([
    { health: HEALTH_INITIALIZING, name: 'Initializing', upgrade: 'undecided', repair: false },
    { health: HEALTH_HEALTHY, name: 'Healthy', upgrade: 'healthy', repair: false },
    { health: HEALTH_UNHEALTHY, name: 'Unhealthy', upgrade: 'unhealthy', repair: true },
    { health: HEALTH_UNKNOWN, name: 'Unknown', upgrade: 'unhealthy', repair: true },
    { health: HEALTH_NONE, name: 'None', upgrade: 'unhealthy', repair: false },
  ])('HE-20 $name: upgrade $upgrade, repair $repair', ({ health, name, upgrade, repair }) => {
    expect(healthName(health)).toBe(name)
    expect(healthInUpgrade(health, 'unhealthy')).toBe(upgrade)
    expect(isRepairHealth(health)).toBe(repair)
  })

  it('HE-20 unknownInUpgrade: wait changes Unknown and nothing else', () => {
    const states = [HEALTH_NONE, HEALTH_INITIALIZING, HEALTH_HEALTHY, HEALTH_UNHEALTHY, HEALTH_UNKNOWN]
    expect(states.map((health) => healthInUpgrade(health, 'wait'))).toEqual([
      'unhealthy',
      'undecided',
      'healthy',
      'unhealthy',
      'undecided',
    ])
  })

  it('HE-20 a number that is no health has no name', () => {
    expect(() => healthName(5)).toThrow(RangeError)
  })
})
