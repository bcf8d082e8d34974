import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { median } from './hold.ts'

export interface SliderFigures {
  readonly instances: number
  /** Of the page. */
  readonly bytes: number
  /** One move of the time slider until everything is drawn, ms: median and worst of all moves. */
  readonly median: number
  readonly worst: number
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const FILE = 'scenarios/tuning/30-instances.yaml'
const MOVES = 120

/** Runs in the page; a text, so that nothing else here is checked as if it ran in a browser. Two frames: the move is drawn in the first. */
const MOVE_SLIDER = `(async () => {
  const slider = document.querySelector('input[type=range]')
  const took = []
  for (let i = 0; i < ${MOVES}; i++) {
    const startedAt = performance.now()
    slider.value = String((i * Number(slider.max)) / ${MOVES})
    slider.dispatchEvent(new Event('input'))
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))
    took.push(performance.now() - startedAt)
  }
  return took
})()`

/** The time slider of a report, moved from one end to the other; null where there is no Chromium (`CHROMIUM` names one). */
export async function measureSlider(fleets: readonly number[]): Promise<SliderFigures[] | null> {
  const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'
  if (statSync(executablePath, { throwIfNoEntry: false }) === undefined) return null
  const folder = mkdtempSync(join(tmpdir(), 'vmss-twin-'))
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
  try {
    const figures: SliderFigures[] = []
    for (const instances of fleets) figures.push(await moveSlider(browser, folder, instances))
    return figures
  } finally {
    await browser.close()
    rmSync(folder, { recursive: true })
  }
}

async function moveSlider(browser: Browser, folder: string, instances: number): Promise<SliderFigures> {
  const file = join(folder, `${instances}.html`)
  const size = `azure.scaleSets.vmss-authz.sku.capacity=${instances}`
  const command = ['dist/cli/main.js', 'run', FILE, '--set', size, '--set', 'expect=[]', '--quiet', '--report', file]
  execFileSync(process.execPath, command, { cwd: ROOT, stdio: 'ignore' })
  const page = await browser.newPage()
  await page.goto(pathToFileURL(file).href)
  await page.waitForSelector('html[data-ready]')
  const tookMs = await page.evaluate<number[]>(MOVE_SLIDER)
  await page.close()
  return { instances, bytes: statSync(file).size, median: median(tookMs), worst: Math.max(...tookMs) }
}
