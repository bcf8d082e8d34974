import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { play } from '../../src/web/engine/engine.ts'
import { importedText } from '../../src/web/engine/import.ts'
import { cli } from '../cli/harness.ts'

const TEMPLATE = readFileSync('scenarios/templates/orders-fleet.json', 'utf8')
const PARAMETERS = JSON.stringify({
  $schema: 'https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#',
  contentVersion: '1.0.0.0',
  parameters: { instanceCount: { value: 12 }, environment: { value: 'production' } },
})
const control = { breathe: async () => {}, isWanted: () => true }

describe('templates that are opened in the playground', () => {
  it('become what import makes of them', async () => {
    const files = { 't.json': TEMPLATE, 'p.json': PARAMETERS }
    const { stdout } = await cli(['import', 't.json', 'p.json'], { files })
    expect(importedText('t.yaml', files)).toBe(stdout)
  })

  it('with a mistake in them become a scenario that tells it', async () => {
    const files = { 't.json': TEMPLATE }
    const text = importedText('t.yaml', files)
    const outcome = await play({ text, file: 't.yaml', files }, {}, control)
    expect(JSON.stringify(outcome)).toContain('parameter instanceCount has no value')
  })

  it('have a name even where the file has none but its ending', () => {
    expect(importedText('.yaml', { '.json': TEMPLATE })).toMatch(/^name: \.json$/m)
  })
})
