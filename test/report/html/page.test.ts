import { expect, it } from 'vitest'
import { buildReportClient } from '../../build.ts'
import { cli } from '../../cli/harness.ts'
import { hostileScenario } from '../hostile.ts'

buildReportClient()

const pageOf = async (args: readonly string[], files: Record<string, string> = {}) => {
  const { written } = await cli([...args, '--report', 'out.html'], { files })
  return written.get('out.html')!
}

it('the same run gives the same page, byte for byte', async () => {
  const page = await pageOf(['run', 'scenarios/bad-image.yaml'])
  expect(await pageOf(['run', 'scenarios/bad-image.yaml'])).toBe(page)
  expect(page).toContain('FAULTED at 00:22:00: 6 of 6 upgraded instances unhealthy = 100 %')
}, 60_000)

it('needs nothing from anywhere, and its policy allows nothing', async () => {
  const page = await pageOf(['run', 'scenarios/bad-image.yaml'])
  expect(/Content-Security-Policy"[^>]*default-src &#39;none&#39;/.test(page)).toBe(true)
  expect(/ (?:src|href)="(?!#|data:,")[^"]*"/.exec(page)?.[0]).toBeUndefined()
  expect(/ style="[^"]*"/.exec(page)?.[0]).toBeUndefined()
}, 60_000)

it('a name is never more than text, nor anything that ends the data it stands in', async () => {
  const page = await pageOf(['run', 'hostile.yaml'], { 'hostile.yaml': hostileScenario() })
  expect(page).not.toContain('<script>window.pwned')
  expect(page).not.toContain('<img src=x')
  expect(page).not.toContain('<style>*{display:none}')
  expect(page.match(/<script/g)!.length).toBe(page.match(/<\/script>/g)!.length)
}, 60_000)
