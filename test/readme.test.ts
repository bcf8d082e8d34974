import { readFileSync, writeFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { consoleFences, withOutputs } from './console-fences.ts'

// UPDATE=1 writes what the commands print now into the page.
const isUpdate = process.env['UPDATE'] === '1'

it.each([
  { page: 'README.md', least: 5 },
  { page: 'docs/show.md', least: 8 },
  { page: 'docs/why.md', least: 4 },
  { page: 'docs/tutorial.md', least: 6 },
  { page: 'docs/scenarios.md', least: 4 },
  { page: 'docs/ci.md', least: 1 },
  { page: 'docs/import.md', least: 3 },
])(
  '$page shows what its commands print',
  async ({ page, least }) => {
    const before = readFileSync(page, 'utf8')
    expect(consoleFences(before).length).toBeGreaterThanOrEqual(least)
    const after = await withOutputs(before)
    if (isUpdate) writeFileSync(page, after)
    else expect(after).toBe(before)
  },
  240_000,
)
