import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import sirv from 'sirv'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readClassCode } from '../../src/lab/lesson/class-code.ts'
import { loadScenarios } from '../../src/model/scenario/load.ts'
import { lessonDoubts } from '../../src/report/lesson.ts'
import { showAt, shownJson } from '../../src/report/show/show.ts'
import { simulate } from '../../src/sim/simulate.ts'
import { catalogueOf, lessonName, lessonsOf } from '../../src/web/catalogue.ts'
import { encodeShared } from '../../src/web/edit/share.ts'
import { FILES } from '../web/files.ts'
import { CHROMIUM, launch } from './chromium.ts'

const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8')
const LESSONS = lessonsOf(catalogueOf(FILES))
const BATCH = 'maxBatchInstancePercent'
const SLOW = 120_000

/** The page, built from the sources as they are, opened from disk with the network blocked. */
describe.skipIf(!CHROMIUM)('learn in a browser', () => {
  let folder: string
  let browser: Browser
  let server: Server
  let page: Page
  let requests: string[] = []
  let errors: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'vmss-twin-web-'))
    await build({ configFile: 'vite.config.ts', build: { outDir: folder, emptyOutDir: true }, logLevel: 'error' })
    browser = await launch()
    const handOut = sirv(folder)
    server = createServer((request, response) => handOut(request, response))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  }, 300_000)

  afterAll(async () => {
    await browser?.close()
    server?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  afterEach(async () => {
    await page?.context().close()
    expect(errors).toEqual([])
    expect(requests.filter((url) => !/^(file|blob|data):/.test(url))).toEqual([])
  })

  async function open(route: string, options: BrowserContextOptions & { url?: string } = {}): Promise<Page> {
    const { url = pathToFileURL(join(folder, 'index.html')).href, ...rest } = options
    const context = await browser.newContext({
      viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce',
      ...rest,
    })
    await context.setOffline(true)
    requests = []
    errors = []
    page = await context.newPage()
    page.setDefaultTimeout(60_000)
    page.on('request', (request) => requests.push(request.url()))
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') errors.push(message.text())
    })
    await page.goto(`${url}${route}`)
    return page
  }

  const headline = () => page.locator('.verdict .headline').last()
  const played = () => headline().waitFor()
  const traceHash = async () => {
    await page.getByRole('tab', { name: 'Expectations' }).click()
    return page.locator('.trace-hash').textContent()
  }

  /** What axe finds wrong, as `rule: where`. */
  async function violations(): Promise<string[]> {
    await page.evaluate(AXE)
    return page.evaluate(async () => {
      const { axe } = window as unknown as {
        axe: {
          run: () => Promise<{ violations: { id: string; nodes: { target: unknown; failureSummary?: string }[] }[] }>
        }
      }
      const result = await axe.run()
      return result.violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${String(target)} ${failureSummary ?? ''}`),
      )
    })
  }

  const overflows = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

  describe('the playground', () => {
    it(
      'plays the same run as Node, to the byte',
      async () => {
        await open('#/play')
        await played()
        const file = 'scenarios/bad-image.yaml'
        const scenario = loadScenarios(FILES[file]!, file, { readFile: (path) => FILES[path] })[0]!
        expect(await traceHash()).toBe(simulate(scenario).traceHash)
      },
      SLOW,
    )

    it(
      'moves the fleet and the verdict while a slider is dragged with the keyboard',
      async () => {
        await open('#/play')
        await played()
        expect(await headline().textContent()).toContain('6 instances')
        const hurt = page.locator('.fleet .i.s-unhealthy')
        const before = await hurt.count()
        await page.getByRole('slider', { name: BATCH }).focus()
        for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft')
        await page.waitForFunction(() => document.querySelector('.headline')?.textContent?.includes('3 instances'))
        expect(await page.getByRole('slider', { name: BATCH }).inputValue()).toBe('10')
        expect(await hurt.count()).toBeLessThan(before)
        expect(await page.locator('.why').textContent()).toContain('3 of 3 upgraded instances unhealthy')
        // The focus stays where it was, so that the drag can go on.
        expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('range')
        await page.getByRole('button', { name: 'Reset' }).click()
        await page.waitForFunction(() => document.querySelector('.headline')?.textContent?.includes('6 instances'))
      },
      SLOW,
    )

    it(
      'shows of a switch whether it is on',
      async () => {
        await open('#/play')
        await played()
        const surge = page.getByRole('switch', { name: 'maxSurge' })
        const colour = () => surge.evaluate((one) => getComputedStyle(one).backgroundColor)
        const off = await colour()
        await surge.focus()
        await page.keyboard.press('Space')
        expect(await surge.isChecked()).toBe(true)
        expect(await colour()).not.toBe(off)
      },
      SLOW,
    )

    it(
      'moves through time by play, moments and slider',
      async () => {
        await open('#/play')
        await played()
        const clock = page.locator('.time')
        const end = await clock.textContent()
        expect(end).toBe('00:22:00')
        await page.getByRole('button', { name: 'To the moment before' }).click()
        const before = await clock.textContent()
        expect(before! < end!).toBe(true)
        await page.getByRole('slider', { name: 'Moment of the run' }).focus()
        await page.keyboard.press('Home')
        expect(await page.locator('.fleet-count').textContent()).toContain('30 of 30')
        const start = await clock.textContent()
        await page.getByRole('button', { name: 'Play', exact: true }).click()
        await page.waitForFunction((text) => document.querySelector('.time')?.textContent !== text, start)
        await page.getByRole('button', { name: 'Pause' }).click()
      },
      SLOW,
    )

    it(
      'draws the charts with a line at the moment, and tells a rule when asked',
      async () => {
        await open('#/play')
        await played()
        await page.locator('.c-swimlane svg').waitFor()
        expect(await page.locator('.chart-card').count()).toBeGreaterThanOrEqual(4)
        const at = await page.locator('.c-swimlane .playhead').evaluate((line) => (line as HTMLElement).style.left)
        await page.getByRole('slider', { name: 'Moment of the run' }).focus()
        await page.keyboard.press('Home')
        await page.waitForFunction(
          (left) => (document.querySelector('.c-swimlane .playhead') as HTMLElement).style.left !== left,
          at,
        )
        await page.locator('.why').getByRole('button', { name: 'TH-5: what it says' }).click()
        expect(await page.getByRole('dialog').textContent()).toContain('TH-5')
        await page.keyboard.press('Escape')
        expect(await page.getByRole('dialog').count()).toBe(0)
      },
      SLOW,
    )

    it(
      'tells why, and finds what would have had to differ',
      async () => {
        await open('#/play')
        await played()
        const story = page.locator('.story').first()
        await story.waitFor()
        expect(await story.textContent()).toContain('firewall tightened')
        await page.getByRole('button', { name: 'What would have had to differ?' }).click()
        await page.locator('.story li', { hasText: 'instead of' }).first().waitFor({ timeout: 110_000 })
        await page.getByRole('combobox', { name: 'Why' }).selectOption('instance vmss-authz/0')
        await page.waitForFunction(() => document.querySelector('.story h3')?.textContent?.includes('vmss-authz'))
      },
      SLOW,
    )

    it(
      'shows what Azure would show at the moment',
      async () => {
        await open('#/play')
        await played()
        await page.getByRole('tab', { name: 'What Azure would show' }).click()
        const shown = page.locator('.shown')
        await page.waitForFunction(() => document.querySelector('.shown')?.textContent?.includes('Faulted'))
        await page.getByRole('combobox', { name: 'As' }).selectOption('json')
        const file = 'scenarios/bad-image.yaml'
        const scenario = loadScenarios(FILES[file]!, file, { readFile: (path) => FILES[path] })[0]!
        const atMs = 22 * 60_000
        expect(await shown.textContent()).toBe(shownJson(showAt(scenario, scenario.seed, atMs, 'rolling-upgrade')))
        await page.getByRole('slider', { name: 'Moment of the run' }).focus()
        await page.keyboard.press('Home')
        await page.waitForFunction(() => !document.querySelector('.shown')?.textContent?.includes('Faulted'))
      },
      SLOW,
    )

    it(
      'loads another scenario, and its cases',
      async () => {
        await open('#/play')
        await played()
        const title = 'After: one batch of one canary region, rolled back on its own'
        await page.getByRole('combobox', { name: 'Scenario' }).selectOption({ label: title })
        await page.getByText(title, { exact: true }).last().waitFor()
        await page.waitForFunction(() => document.querySelector('.headline')?.textContent?.startsWith('3 rollouts'))
        expect(await page.locator('.fleet-set').count()).toBe(2)
        expect(page.url()).toContain('#/play/scenarios/payments-after.yaml')
        const withCases = catalogueOf(FILES)
          .flatMap(({ entries }) => entries)
          .find(({ cases }) => cases.length > 0)!
        await page.getByRole('combobox', { name: 'Scenario' }).selectOption(withCases.file)
        await page.getByRole('combobox', { name: 'Case' }).selectOption(withCases.cases[0]!)
        await page.waitForFunction(
          (name) => document.querySelector('.scenario-title')?.textContent?.includes(`case ${name}`),
          withCases.cases[0]!,
        )
      },
      SLOW,
    )

    it(
      'opens a file from disk together with what it refers to',
      async () => {
        await open('#/play')
        await played()
        await page.locator('input[type=file]').setInputFiles([
          {
            name: 'mine.yaml',
            mimeType: 'text/yaml',
            buffer: Buffer.from(
              FILES['scenarios/from-template.yaml']!.replace('templates/orders-fleet.json', 'orders-fleet.json'),
            ),
          },
          {
            name: 'orders-fleet.json',
            mimeType: 'application/json',
            buffer: Buffer.from(FILES['scenarios/templates/orders-fleet.json']!),
          },
        ])
        await page.waitForFunction(() => document.querySelector('.fleet-name')?.textContent?.includes('orders'))
        expect(await page.locator('.mistakes').count()).toBe(0)
      },
      SLOW,
    )

    it(
      'makes a scenario of a template; what its parameters leave open is told',
      async () => {
        await open('#/play')
        await played()
        const file = (name: string, text: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) })
        const template = file('fleet.json', FILES['scenarios/templates/orders-fleet.json']!)
        await page.locator('input[type=file]').setInputFiles([template])
        const list = page.getByRole('alert')
        await list.waitFor()
        expect(await list.textContent()).toContain('parameter instanceCount has no value')
        const parameters = { instanceCount: { value: 12 }, environment: { value: 'production' } }
        await page
          .locator('input[type=file]')
          .setInputFiles([template, file('values.json', JSON.stringify({ parameters }))])
        await page.waitForFunction(() =>
          document.querySelector('.fleet-name')?.textContent?.includes('orders-production'),
        )
        expect(await page.locator('.mistakes').count()).toBe(0)
        expect(await headline().textContent()).toContain('1 instance')
        await page.getByRole('tab', { name: 'YAML' }).click()
        expect(await page.locator('.cm-content').textContent()).toContain('does not start')
      },
      SLOW,
    )

    it(
      'marks a mistake in the text where it stands, in the gutter and in a list, and keeps the last run',
      async () => {
        await open('#/play')
        await played()
        await page.getByRole('tab', { name: 'YAML' }).click()
        const editor = page.locator('.cm-content')
        await editor.click()
        await page.keyboard.press('Control+Home')
        await page.keyboard.insertText('nmae: x\n')
        const list = page.getByRole('alert')
        await list.waitFor()
        expect(await list.textContent()).toMatch(/line 1, column 1.*E0101.*nmae/s)
        expect(await list.textContent()).toContain('name')
        await page.locator('.cm-gutter-lint .cm-lint-marker').first().waitFor()
        expect(await page.locator('.cm-lintRange').first().textContent()).toBe('nmae:')
        expect(await headline().textContent()).toContain('6 instances')
        await page.getByRole('tab', { name: 'Controls' }).click()
        await list.getByRole('button', { name: 'line 1, column 1' }).click()
        await page.waitForFunction(() => document.activeElement?.classList.contains('cm-content'))
        await page.getByRole('button', { name: 'Undo' }).click()
        await page.waitForFunction(() => document.querySelector('.mistakes') === null)
      },
      SLOW,
    )

    it(
      'keeps comments when a knob is turned',
      async () => {
        await open('#/play/scenarios/payments-after.yaml')
        await played()
        await page.getByRole('slider', { name: BATCH }).focus()
        await page.keyboard.press('ArrowRight')
        await page.getByRole('tab', { name: 'YAML' }).click()
        const text = await page.locator('.cm-content').textContent()
        expect(text).toContain('# yaml-language-server')
        expect(text).toContain('maxBatchInstancePercent: 21')
      },
      SLOW,
    )

    it(
      'adds, changes and removes what happens, and keeps the rest of the text',
      async () => {
        await open('#/play')
        await played()
        const timeline = page.getByRole('region', { name: 'Timeline' })
        const before = FILES['scenarios/bad-image.yaml']!
        const entries = timeline.locator('details')
        expect(await entries.count()).toBe(1)
        await timeline.getByRole('combobox', { name: 'Add an entry' }).selectOption('scaleTo')
        await timeline.getByRole('button', { name: 'Add', exact: true }).click()
        await page.waitForFunction(() => document.querySelector('.fleet-count')?.textContent?.includes('of 32'))
        // The new entry is what has the focus; it happens at the moment that was looked at.
        expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('PT22M scaleTo 32')
        await entries.nth(1).getByRole('spinbutton', { name: 'capacity, exact' }).fill('36')
        await page.keyboard.press('Tab')
        await page.waitForFunction(() => document.querySelector('.fleet-count')?.textContent?.includes('of 36'))
        // Another verb at the same moment; of it this scenario has no gallery, which is told at the entry.
        await entries.nth(1).getByRole('combobox', { name: 'what happens' }).selectOption('failGalleryRegion')
        const wrong = timeline.locator('.entry.wrong')
        await wrong.waitFor()
        expect(await wrong.locator('summary').textContent()).toContain('PT22M failGalleryRegion')
        expect(await wrong.locator('.entry-mistakes').textContent()).toMatch(
          /line \d+, column \d+.*E0105.*no declared gallery lives in eastus/s,
        )
        expect(await headline().textContent()).toContain('instances')
        await entries.nth(1).getByRole('combobox', { name: 'what happens' }).selectOption('failDependency')
        await page.waitForFunction(() => document.querySelector('.mistakes') === null)
        await entries.nth(1).getByRole('button', { name: 'Leave out for' }).click()
        await page.waitForFunction(
          () => document.querySelectorAll('.timeline details')[1]?.textContent?.includes('leave out') === false,
        )
        // By keyboard: what is removed hands the focus on.
        await entries
          .nth(1)
          .getByRole('button', { name: /^Remove this entry: failDependency/ })
          .focus()
        await page.keyboard.press('Enter')
        await page.waitForFunction(() => document.querySelectorAll('.timeline details').length === 1)
        expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY')
        await page.getByRole('tab', { name: 'YAML' }).click()
        const typed = async () =>
          (await page.locator('.cm-line').allTextContents()).map((line) => line.trimEnd()).join('\n')
        expect(await typed()).toBe(before.trimEnd().slice(0, (await typed()).length))
        await page.getByRole('tab', { name: 'Controls' }).click()
        await entries
          .first()
          .getByRole('button', { name: /^Remove this entry: updateModel/ })
          .click()
        await page.waitForFunction(() => document.querySelector('.headline')?.textContent?.includes('No rollout'))
        expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SELECT')
        await page.getByRole('button', { name: 'Undo' }).click()
        await page.waitForFunction(() => document.querySelector('.headline')?.textContent?.includes('6 instances'))
      },
      SLOW,
    )

    it(
      'changes what an update sets by typing it, and does not take what is no YAML',
      async () => {
        await open('#/play')
        await played()
        const set = page.getByRole('textbox', { name: 'set' })
        const path = 'virtualMachineProfile.storageProfile.imageReference.id'
        expect(await set.inputValue()).toBe(`${path}: galProd/ubuntu-app/1.7.0`)
        await set.fill(`${path}: [1`)
        await page.keyboard.press('Tab')
        expect(await page.locator('.typed .failure').textContent()).toMatch(/^line 1, column \d+: /)
        expect(await set.getAttribute('aria-invalid')).toBe('true')
        expect(await headline().textContent()).toContain('6 instances')
        await set.fill(`${path}: galProd/ubuntu-app/1.7.1`)
        await page.keyboard.press('Tab')
        // No defect is known of that one.
        await page.waitForFunction(
          () => document.querySelector('.headline')?.textContent?.includes('6 instances') === false,
        )
      },
      SLOW,
    )

    it(
      'shares everything in a link that opens again',
      async () => {
        await open('#/play')
        await played()
        await page.getByRole('slider', { name: BATCH }).focus()
        for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft')
        await page.waitForFunction(() => document.querySelector('.headline')?.textContent?.includes('3 instances'))
        await page.getByRole('button', { name: 'Compare' }).click()
        await page.getByRole('slider', { name: BATCH }).focus()
        for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowLeft')
        await page.waitForFunction(
          () =>
            document.querySelectorAll('.headline').length === 2 &&
            document.querySelectorAll('.headline')[1]?.textContent?.includes('1 instance '),
        )
        await page.getByRole('button', { name: 'Share' }).click()
        const url = page.url()
        expect(url).toContain('#/share/')
        const hash = url.slice(url.indexOf('#'))
        await page.context().close()
        await open(hash)
        await page.waitForFunction(() => document.querySelectorAll('.headline').length === 2)
        expect(await page.locator('.headline').allTextContents()).toEqual([
          expect.stringContaining('3 instances'),
          expect.stringContaining('1 instance '),
        ])
        await page.context().close()
        await open(`${hash.slice(0, -20)}`)
        expect(await page.getByRole('alert').textContent()).toContain('This link holds no scenario')
      },
      SLOW,
    )

    it(
      'compares two policies on the same luck',
      async () => {
        await open('#/play')
        await played()
        await page.getByRole('button', { name: 'Compare' }).click()
        const table = page.getByRole('region', { name: 'A against B', exact: true })
        await table.waitFor()
        expect(await table.textContent()).toContain('no difference yet')
        await page.getByRole('slider', { name: BATCH }).focus()
        for (let i = 0; i < 10; i++) await page.keyboard.press('ArrowLeft')
        await page.waitForFunction(() => document.querySelector('.compare .turned')?.textContent?.includes('10 %'))
        const rows = await table.locator('tr').allTextContents()
        expect(rows.find((row) => row.includes(BATCH))).toMatch(/20 %.*10 %/)
        expect(rows.find((row) => row.startsWith('Instances harmed'))).toMatch(/6\s*3 better/)
        expect(await page.locator('.knob.differs').count()).toBe(1)
        expect(await page.locator('.side-a .fleet').count()).toBe(1)
        await page.getByRole('button', { name: 'Stop comparing' }).click()
        await page.waitForFunction(() => document.querySelectorAll('.headline').length === 1)
      },
      SLOW,
    )
  })

  describe('from a web server', () => {
    it(
      'works under any path, and asks nothing of anybody else',
      async () => {
        const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
        const context = await browser.newContext()
        page = await context.newPage()
        requests = []
        errors = []
        const asked: string[] = []
        page.on('request', (request) => asked.push(request.url()))
        page.on('pageerror', (error) => errors.push(error.message))
        await page.goto(`${origin}#/play`)
        await played()
        await page.locator('.c-swimlane svg').waitFor()
        expect(asked.filter((url) => !url.startsWith(origin) && !/^(blob|data):/.test(url))).toEqual([])
        expect(asked.filter((url) => url.startsWith(origin)).length).toBeLessThanOrEqual(4)
        // What a scenario says cannot become a script: the policy of the page forbids it, whatever gets in.
        const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content')
        expect(policy).toContain("default-src 'none'")
        expect(policy).not.toMatch(/script-src[^;]*unsafe/)
      },
      SLOW,
    )

    it(
      'shows names that try to be markup as the text they are',
      async () => {
        await open('#/play')
        await played()
        const evil = '<img src=x onerror=alert(1)>'
        const text = FILES['scenarios/bad-image.yaml']!.replace(/^title: .*$/m, `title: "${evil}"`)
          .replaceAll('firewall tightened', evil)
          .replaceAll('vmss-authz', "'<b>v'")
        await page
          .locator('input[type=file]')
          .setInputFiles([{ name: 'evil.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text) }])
        await page.waitForFunction(
          (title) => document.querySelector('.scenario-title')?.textContent?.includes(title),
          evil,
        )
        await page.locator('.story').first().waitFor()
        expect(await page.locator('img').count()).toBe(0)
        expect(await page.locator('#app b').count()).toBe(0)
      },
      SLOW,
    )
  })

  /** Presses Tab until the focus is on an element that fits; the way a keyboard user goes. */
  async function tabTo(selector: string): Promise<void> {
    const TABS_MAX = 120
    for (let i = 0; i < TABS_MAX; i++) {
      await page.keyboard.press('Tab')
      if (await page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) return
    }
    throw new Error(`no ${selector} within ${TABS_MAX} presses of Tab on ${page.url()}`)
  }

  const title = () => page.locator('h1').textContent()

  async function nextStep(): Promise<void> {
    const before = await title()
    await tabTo('.step-buttons .primary')
    await page.keyboard.press('Enter')
    await page.waitForFunction((text) => document.querySelector('h1')?.textContent !== text, before)
  }

  async function guess(): Promise<void> {
    const before = await title()
    await tabTo('.ask input')
    const type = await page.evaluate(() => document.activeElement?.getAttribute('type'))
    if (type === 'radio') await page.keyboard.press('Space')
    else if (type === 'range') await page.keyboard.press('ArrowRight')
    else await page.keyboard.type((await page.evaluate(() => document.activeElement?.getAttribute('min'))) ?? '0')
    await tabTo('.ask button')
    await page.keyboard.press('Enter')
    await page.waitForFunction((text) => document.querySelector('h1')?.textContent !== text, before)
  }

  /** A whole lesson with nothing but the keyboard; gives the code at its end. */
  async function finish(): Promise<string> {
    await page.locator('.step-buttons .primary').waitFor()
    await nextStep()
    await guess()
    await nextStep()
    await page.locator('.gap').waitFor()
    await nextStep()
    await guess()
    await page.locator('.gap').waitFor()
    await nextStep()
    await page.locator('.sandbox .headline').waitFor()
    await nextStep()
    return (await page.locator('.class-code').textContent()) ?? ''
  }

  describe('a lesson', () => {
    it(
      'asks before it shows, draws the gap, and names the inequality',
      async () => {
        const first = LESSONS[0]!
        await open(`#/lesson/${lessonName(first)}`)
        await page.locator('.hook').waitFor()
        expect(await page.locator('.gap, .fleet, .reveal').count()).toBe(0)
        await nextStep()
        expect(await page.locator('.gap, .fleet, .reveal').count()).toBe(0)
        // No way on but a guess.
        expect(await page.locator('.step-buttons .primary').count()).toBe(0)
        await guess()
        expect(await page.locator('.fleet').count()).toBe(1)
        expect(await page.locator('.gap').count()).toBe(0)
        await nextStep()
        expect(await page.locator('.gap-words').textContent()).toMatch(
          /6 instances.*you said 16 instances: 10 instances too high/,
        )
        expect(await page.locator('.decided').textContent()).toContain('100 % > 20 %')
        expect(await page.locator('.reveal strong').count()).toBeGreaterThan(2)
        await nextStep()
        expect(await page.locator('.change').textContent()).toContain('20 → 10')
        await guess()
        expect(await page.locator('.two .fleet').count()).toBe(2)
      },
      SLOW,
    )

    it(
      'lets the sandbox be turned and played at once',
      async () => {
        await open(`#/lesson/${lessonName(LESSONS[0]!)}`)
        await page.locator('.step-buttons .primary').waitFor()
        await nextStep()
        await guess()
        await nextStep()
        await nextStep()
        await guess()
        await nextStep()
        const said = page.locator('.sandbox .headline')
        await said.waitFor()
        const before = await said.textContent()
        await page.locator('.sandbox input[type=range]').first().focus()
        await page.keyboard.press('Home')
        await page.waitForFunction((text) => document.querySelector('.sandbox .headline')?.textContent !== text, before)
      },
      SLOW,
    )

    it(
      'shows the moment that decided, also when it comes hours after the rollout',
      async () => {
        await open('#/lesson/18-the-kill-switch')
        await page.locator('.step-buttons .primary').waitFor()
        await nextStep()
        await guess()
        await nextStep()
        expect(await page.locator('.live').textContent()).toContain('03:00:00')
        expect(await page.locator('.live').textContent()).toContain('vmss-web/15 is made from galProd/web/1.1.0')
        expect(await page.locator('.live').textContent()).toContain('6 being created')
      },
      SLOW,
    )

    it(
      "of somebody's own is played from its address, for a learner and for a class, and is not kept in the list",
      async () => {
        const file = LESSONS[0]!.file
        const yaml = FILES[file]!.replace('title: How far does a bad image get?', 'title: A lesson of my own').replace(
          'order: 1\n',
          'order: 28\n',
        )
        await open(`#/own-lesson/${encodeShared({ yaml, file })}`)
        await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'A lesson of my own')
        const code = await finish()
        expect(readClassCode(code)).toMatchObject({ ok: { order: 28 } })
        expect(await page.locator('.after').textContent()).not.toContain('last lesson')
        await page.getByRole('link', { name: 'Show it to a class' }).click()
        await page.locator('.trainer .hook').waitFor()
        expect(await title()).toBe('A lesson of my own')
        for (let i = 0; i < 8; i++) await page.getByRole('button', { name: 'Next', exact: true }).click()
        await page.getByRole('textbox').fill(code)
        await page.getByText('16 instances ×1').first().waitFor()
        expect(await page.locator('.class-score tbody').textContent()).toContain('A lesson of my own')
        await page.getByRole('link', { name: 'Lessons', exact: true }).click()
        await page.locator('.lessons').first().waitFor()
        expect(await page.locator('.lessons .right').count()).toBe(0)
        await page.goto(`${page.url().replace(/#.*/, '')}#/own-lesson/nonsense`)
        await page.getByText('This link holds no lesson').waitFor()
      },
      SLOW,
    )

    it('can be finished with the keyboard alone, every one of them, and is remembered', async () => {
      expect(LESSONS.length).toBeGreaterThanOrEqual(20)
      await open('#/lessons')
      for (const entry of LESSONS) {
        await page.goto(`${page.url().replace(/#.*/, '')}#/lesson/${lessonName(entry)}`)
        await page.waitForFunction((text) => document.querySelector('h1')?.textContent === text, entry.title)
        const doubts = lessonDoubts(
          loadScenarios(FILES[entry.file]!, entry.file, { readFile: () => undefined })[0]!.lesson!,
        ).length
        const read = readClassCode(await finish())
        expect(read, entry.title).toMatchObject({ ok: { order: entry.lesson.order } })
        expect(await page.locator('.keep li').count(), entry.title).toBe(3)
        expect(await page.locator('.doubts li').count(), entry.title).toBe(doubts)
        expect(await page.locator('.failure').count(), entry.title).toBe(0)
      }
      await page.goto(`${page.url().replace(/#.*/, '')}#/lessons`)
      await page.locator('.lessons').first().waitFor()
      expect(await page.locator('.lessons .right').count()).toBe(LESSONS.length)
    }, 1_800_000)
  })

  describe('with a class', () => {
    it(
      'goes step by step with the answers hidden, counts hands, and sums up codes',
      async () => {
        const first = LESSONS[0]!
        await open(`#/class/${lessonName(first)}`)
        await page.locator('.hook').waitFor()
        await page.keyboard.press('ArrowRight')
        await page.waitForFunction(() => document.querySelector('h1')?.textContent === 'What do you think?')
        expect(await page.locator('.gap, .fleet, .reveal').count()).toBe(0)
        // Who is to guess needs the numbers of the situation on the wall.
        expect(await page.locator('.hook').textContent()).toContain('20 %')
        await page.getByRole('textbox').fill('6 12, 30')
        await page.getByRole('textbox').fill('6 12, 30 300')
        expect(await page.locator('.ask-class .off').textContent()).toBe('“300” is not from 0 to 30: left out.')
        // In a field the arrow keys stay in the field.
        await page.keyboard.press('ArrowRight')
        expect(await title()).toBe('What do you think?')
        await page.getByRole('button', { name: 'Next', exact: true }).click()
        await page.getByRole('button', { name: 'Next', exact: true }).click()
        expect(await page.locator('.gap-words').textContent()).toMatch(/6 instances.*1 of 3 guesses were right/)
        for (let i = 0; i < 3; i++) await page.getByRole('button', { name: 'Next', exact: true }).click()
        expect(await title()).toBe('What if?')
        const said = page.locator('.sandbox .headline')
        await said.waitFor()
        const before = await said.textContent()
        await page.locator('.sandbox input[type=range]').first().focus()
        await page.keyboard.press('Home')
        await page.waitForFunction((text) => document.querySelector('.sandbox .headline')?.textContent !== text, before)
        // On a slider the arrow keys turn the slider, and not the page.
        await page.keyboard.press('ArrowRight')
        expect(await title()).toBe('What if?')
        for (let i = 0; i < 2; i++) await page.getByRole('button', { name: 'Next', exact: true }).click()
        expect(await title()).toBe('Score of the class')
        expect(await page.locator('.class-score').textContent()).toContain('1 of 3 right')
        await page.context().close()

        await open(`#/lesson/${lessonName(first)}`)
        const code = await finish()
        await page.context().close()
        await open('#/class')
        await page.getByRole('textbox').fill(`${code}\n${code.toLowerCase()}\nnonsense`)
        await page.getByText('from 2 codes').waitFor()
        expect(await page.locator('.class-score').textContent()).toContain('Line 3')
        expect(await page.locator('.class-score tbody').textContent()).toContain(first.title)
        // Guesses are told in the unit of the question, not as places on its scale.
        await page.getByText('16 instances ×2').first().waitFor()
      },
      SLOW,
    )

    it(
      'fills the screen on request, and its button says so however the mode ends',
      async () => {
        // A browser without a screen: what is asked of it is written down, and it answers as a real one does.
        await open('#/lessons')
        await page.addInitScript(() => {
          const asked: string[] = []
          let full: Element | null = null
          const become = (element: Element | null) => {
            full = element
            document.dispatchEvent(new Event('fullscreenchange'))
          }
          Object.defineProperty(document, 'fullscreenElement', { get: () => full })
          Element.prototype.requestFullscreen = async function (this: Element) {
            asked.push(`${this.tagName.toLowerCase()}.${this.className}`)
            become(this)
          }
          document.exitFullscreen = async () => {
            asked.push('exit')
            become(null)
          }
          Object.assign(window, { asked, escape: () => become(null) })
        })
        await page.goto(`${page.url().replace(/#.*/, '')}?full#/class/${lessonName(LESSONS[0]!)}`)
        await page.locator('.hook').waitFor()
        const asked = () => page.evaluate(() => (window as unknown as { asked: string[] }).asked)
        const button = page.getByRole('button', { name: 'Full screen' })
        const isPressed = (value: boolean) =>
          page.waitForFunction(
            (text) => document.querySelector('.trainer-bar [aria-pressed]')?.getAttribute('aria-pressed') === text,
            String(value),
          )
        await isPressed(false)
        await button.click()
        await isPressed(true)
        expect(await asked()).toEqual(['main.trainer'])
        // The lesson goes on as before.
        await page.keyboard.press('ArrowRight')
        expect(await title()).toBe('What do you think?')
        await button.click()
        await isPressed(false)
        expect(await asked()).toEqual(['main.trainer', 'exit'])
        await button.click()
        await isPressed(true)
        // Escape is the browser's own: the page only hears that the mode has ended.
        await page.evaluate(() => (window as unknown as { escape: () => void }).escape())
        await isPressed(false)
        await button.click()
        await isPressed(true)
        expect(await asked()).toEqual(['main.trainer', 'exit', 'main.trainer', 'main.trainer'])
      },
      SLOW,
    )

    it(
      'stays as it is where the browser refuses the full screen, and offers none where there is none',
      async () => {
        await open('#/lessons')
        await page.addInitScript(() => {
          const isNone = location.search === '?none'
          Element.prototype.requestFullscreen = isNone
            ? (undefined as never)
            : () => Promise.reject(new TypeError('Permissions check failed'))
        })
        const at = (query: string) =>
          page.goto(`${page.url().replace(/[?#].*/, '')}${query}#/class/${lessonName(LESSONS[0]!)}`)
        await at('?refused')
        await page.locator('.hook').waitFor()
        const button = page.getByRole('button', { name: 'Full screen' })
        await button.click()
        expect(await button.getAttribute('aria-pressed')).toBe('false')
        await page.keyboard.press('ArrowRight')
        expect(await title()).toBe('What do you think?')
        await at('?none')
        await page.locator('.hook').waitFor()
        expect(await button.count()).toBe(0)
      },
      SLOW,
    )
  })

  describe.each([
    { scheme: 'light' as const, width: 1280 },
    { scheme: 'dark' as const, width: 1280 },
    { scheme: 'light' as const, width: 390 },
    { scheme: 'dark' as const, width: 390 },
  ])('in $scheme, $width px wide', ({ scheme, width }) => {
    const look = { colorScheme: scheme, viewport: { width, height: 844 } }

    async function sound(): Promise<void> {
      expect(await violations()).toEqual([])
      expect(await overflows()).toBeLessThanOrEqual(0)
    }

    it(
      'the playground has nothing that axe objects to, on any of its tabs',
      async () => {
        await open('#/play', look)
        await played()
        await page.locator('.c-swimlane svg').waitFor()
        await page.locator('.story').first().waitFor()
        for (const summary of await page.locator('.controls summary').all())
          if ((await summary.evaluate((one) => (one.parentElement as HTMLDetailsElement).open)) === false)
            await summary.click()
        await sound()
        for (const name of ['What Azure would show', 'Decisions', 'Expectations', 'Batches', /^Findings/]) {
          await page.locator('.below').getByRole('tab', { name }).click()
          await sound()
        }
        await page.getByRole('button', { name: 'Compare' }).click()
        await page.locator('.compare').waitFor()
        await page.getByRole('slider', { name: BATCH }).focus()
        await page.keyboard.press('ArrowLeft')
        await page.locator('.compare .turned').waitFor()
        await sound()
        await page.getByRole('tab', { name: 'YAML' }).click()
        await page.locator('.cm-content').click()
        await page.keyboard.press('Control+Home')
        await page.keyboard.insertText('nmae: x\n')
        await page.getByRole('alert').waitFor()
        await sound()
        await page.locator('.mistakes .rule').first().click()
        await page.getByRole('dialog').waitFor()
        await sound()
      },
      SLOW,
    )

    it('no step of a lesson, nor the lists, nor the class has', async () => {
      await open('#/lessons', look)
      await page.locator('.lessons').first().waitFor()
      await sound()
      const kinds = [
        LESSONS[0]!,
        LESSONS.find(({ file }) => /kind: choice/.test(FILES[file]!)) ?? LESSONS[1]!,
        LESSONS.find(({ file }) => /kind: number/.test(FILES[file]!)) ?? LESSONS[2]!,
      ]
      for (const entry of new Set(kinds)) {
        await page.goto(`${page.url().replace(/#.*/, '')}#/lesson/${lessonName(entry)}`)
        await page.locator('.step-buttons .primary').waitFor()
        await sound()
        await nextStep()
        await sound()
        await guess()
        await nextStep()
        await page.locator('.c-swimlane svg').waitFor()
        await sound()
        await nextStep()
        await sound()
        await guess()
        await page.locator('.c-swimlane svg').waitFor()
        await sound()
        await nextStep()
        await page.locator('.sandbox .headline').waitFor()
        await sound()
        await nextStep()
        await sound()
      }
      await page.goto(`${page.url().replace(/#.*/, '')}#/class/${lessonName(LESSONS[0]!)}`)
      await page.locator('.trainer .hook').waitFor()
      for (let slide = 0; slide < 8; slide++) {
        await sound()
        await page
          .getByRole('button', { name: 'Next', exact: true })
          .click({ force: true, timeout: 5000 })
          .catch(() => {})
      }
      await page.goto(`${page.url().replace(/#.*/, '')}#/class`)
      await page.locator('.class-score').waitFor()
      await sound()
    }, 300_000)
  })
})
