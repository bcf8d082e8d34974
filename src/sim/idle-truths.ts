import type { Finding } from '../model/finding.ts'
import type { Defect } from '../model/scenario.ts'
import type { Gallery } from './gallery/gallery.ts'
import { instanceLabel, type Run } from './run.ts'

/**
 * What the scenario says about the world and nothing in the run could meet: an image that nobody ran, a defect of a zone
 * that does not exist, an endpoint that no probe asks. Mostly a slip of the pen that turns a bad image into a good one.
 */
export function idleTruths(run: Run, gallery: Gallery): Finding[] {
  const { world } = run.scenario
  const models = run.sets.flatMap((set) => set.versions)
  const usedImages = new Set(
    [...models.map((model) => model.imageKey), ...gallery.given].map((key) => key.toLowerCase()),
  )
  const zones = new Set(run.sets.flatMap((set) => set.zones))
  const labels = new Set(run.fleet.map(instanceLabel))
  const findings: Finding[] = []
  const tell = (where: string, evidence: string, fix: string) =>
    findings.push({
      code: 'TruthWithoutEffect',
      title: 'Something said of the world met nothing in the run',
      severity: 'warning',
      where,
      evidence: [evidence],
      rules: [],
      fix,
    })

  if (!run.fleet.some(({ spot }) => spot)) {
    const evidence = 'There was never a Spot instance.'
    if (world.spot !== undefined) tell('world.spot', evidence, 'Give a scale set priority Spot, or leave it out.')
    if (world.application.drain !== undefined)
      tell('world.application.drain', evidence, 'Nothing else gets a notice that asks to drain; leave it out.')
  }
  for (const key of Object.keys(world.images)) {
    // A version of a declared gallery that exists (or is to come) may well reach nobody: that is a result.
    if (usedImages.has(key.toLowerCase()) || gallery.definitionOf(key)) continue
    const known = [...usedImages].join(', ')
    tell(`world.images.${key}`, `No instance was ever given this image; the models had ${known}.`, 'Check the name.')
  }
  const owners: [string, readonly Defect[]][] = [
    ['default', world.defaultImage.defects],
    ...Object.entries(world.images).map(([key, image]): [string, readonly Defect[]] => [key, image.defects]),
    ...world.models.map((model): [string, readonly Defect[]] => [model.name, model.defects]),
  ]
  for (const [owner, defects] of owners)
    for (const defect of defects) {
      const where = `world, ${owner}: defect ${defect.name}`
      if (defect.zones && !defect.zones.some((zone) => zones.has(zone)))
        tell(
          where,
          `No set has a zone ${defect.zones.join(', ')}, so it hits nobody.`,
          'Name a zone of a declared set.',
        )
      const missing = (defect.instances ?? []).filter((label) => !labels.has(label))
      if (missing.length > 0)
        tell(where, `There was never an instance ${missing.join(', ')}.`, 'Write <set>/<number>, counted from 0.')
    }

  for (const { action } of run.scenario.timeline) {
    if (action.verb !== 'failZone') continue
    const { region, zone } = action
    // The copy of an image may have lived in it (GA-27).
    if (run.scenario.galleries.length > 0) continue
    if (!run.sets.some((set) => set.model.location === region && set.zones.includes(zone)))
      tell(
        `timeline: failZone ${region}/${zone}`,
        `No scale set has instances in zone ${zone} of ${region}, so its loss hits nobody.`,
        'Name a zone of a declared set; a regional set stands in none.',
      )
  }

  const asked = new Set(
    models.flatMap(({ health }) => ('requestPath' in health && health.requestPath ? [health.requestPath] : [])),
  )
  const described = Object.keys(world.application.endpoints).filter((path) => path !== 'tcp')
  for (const path of asked)
    if (described.length > 0 && !described.includes(path) && !described.includes(`/${path}`))
      tell(
        `world.application.endpoints`,
        `The probe asks ${path}, which is not described (described: ${described.join(', ')}); it is played as an honest one.`,
        'Describe the path that the probe asks.',
      )

  const carriesMetrics = models.some(({ probe }) => probe?.kind === 'rich' && probe.protocol !== 'tcp')
  if (world.application.customMetrics.length > 0 && !carriesMetrics)
    findings.push({
      code: 'InvalidCustomMetrics',
      title: 'No health source carries custom metrics',
      severity: 'warning',
      where: 'world.application.customMetrics',
      evidence: ['They need the health extension 2.0 over http or https.'],
      rules: ['CM-1'],
      fix: 'Use Rich Health States, or take the metrics out.',
    })
  return findings
}
