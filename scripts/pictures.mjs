// Makes the pictures of README.md and docs/ from the tool as it is built: a report and the playground, in headless Chromium.
// Usage: npm run build && npm run pictures. CHROMIUM names a browser that is not /usr/bin/chromium.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { chromium } from 'playwright-core'

const OUT = 'docs/images'
const folder = mkdtempSync(join(tmpdir(), 'vmss-twin-pictures-'))
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})

async function picture(name, url, { width = 1200, height = 900, prepare = async () => {} } = {}) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme: 'light', reducedMotion: 'reduce' })
  await page.goto(url)
  await prepare(page)
  await page.screenshot({ path: join(OUT, `${name}.png`) })
  await page.close()
}

try {
  const report = join(folder, 'report.html')
  execFileSync(process.execPath, ['dist/cli/main.js', 'run', 'scenarios/bad-image.yaml', '--report', report])
  await picture('report', pathToFileURL(report).href, { height: 1250 })

  const playground = join(folder, 'playground')
  execFileSync(process.execPath, ['dist/cli/main.js', 'learn', '--out', playground])
  await picture('playground', pathToFileURL(join(playground, 'index.html')).href, {
    width: 1400,
    height: 950,
    prepare: (page) => page.waitForSelector('svg:not(.patterns)'),
  })
} finally {
  await browser.close()
  rmSync(folder, { recursive: true })
}
