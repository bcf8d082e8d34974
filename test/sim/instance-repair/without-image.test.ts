import { describe, expect, it } from 'vitest'
import { entries, MINUTE, play } from '../os-upgrade/world.ts'

describe('a repair that finds no image (GA-03)', () => {
  const repaired = {
    os: null,
    regions: ['eastus', 'westus'],
    set: { automaticRepairsPolicy: { enabled: true } },
    image: { id: 'gal/app/1.0.0' },
  }
  const remove = { at: 'PT5M', removeTargetRegion: { image: 'gal/app', version: '1.0.0', region: 'westus' } }
  const add = { at: 'PT30M', addTargetRegion: { image: 'gal/app', version: '1.0.0', region: 'westus' } }
  const timeline = [remove, { at: 'PT10M', breakInstance: { instance: 'vmss-westus/0' } }]

  it('GA-03 RE-7 nobody is replaced by what cannot be made, and it is told once', () => {
    const run = play({ ...repaired, timeline })
    expect(entries(run, 'repair.started')).toEqual([])
    expect(run.instances.every(({ deletedAtMs }) => deletedAtMs === null)).toBe(true)
    expect(run.findings.filter(({ code }) => code === 'RequestRefused')).toMatchObject([{ rules: ['GA-03'] }])
  })

  it('GA-03 RE-7 it is repaired once the version is back', () => {
    const run = play({ ...repaired, timeline: [...timeline, add] })
    // Ten minutes to copy it.
    expect(entries(run, 'repair.started').map(({ atMs }) => atMs)).toEqual([40 * MINUTE])
  })
})
