import { it } from 'vitest'
import { copiesOf, givenIn, play, publish, refusalsIn, scaleTo, exclude, addRegion } from './world.ts'
it('x', () => {
  const run = play({ timeline: [publish('PT10M', '2.0.0', { targetRegions: ['eastus', 'westus3'] }), scaleTo('PT15M', 3), scaleTo('PT30M', 4), exclude('PT1H', '2.0.0'), scaleTo('PT2H',5), addRegion('PT3H','2.0.0',{region:'northeurope'})] })
  console.log(copiesOf(run), givenIn(run), refusalsIn(run), run.findings.map((f) => [f.code, f.title, f.where]))
  for (const e of run.trace.slice(0, 80)) console.log(e.atMs / 60000, e.what, e.subject, e.rule, JSON.stringify(e.numbers))
})
