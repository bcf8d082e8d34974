import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'

// Fetches other Node versions as npm packages, so it runs where the network is certain to be there.
const wanted = process.env['CI'] !== undefined || process.env['ACROSS_NODE'] !== undefined
if (!wanted) console.info('across-node: skipped; ACROSS_NODE=1 npm test plays the scenarios on Node 20, 22 and 24')

describe.skipIf(!wanted)('golden trace hashes', () => {
  it('are equal on Node 20, 22 and 24', { timeout: 300_000 }, () => {
    execFileSync('npm', ['run', '--silent', 'build'])
    const output = execFileSync(process.execPath, ['scripts/across-node.mjs', '20', '22', '24'], { encoding: 'utf8' })
    const lines = output.trim().split('\n')
    expect(lines).toHaveLength(3)
    for (const line of lines) expect(line).toMatch(/^node \d+: (\d+) of \1 trace hashes as expected$/)
  })
})
