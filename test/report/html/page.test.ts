import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Decision } from '../../../src/report/decision-text.ts'
import { shownDecisions } from '../../../src/report/html/decision-timeline.ts'
import { buildReportClient } from '../../build.ts'
import { cli } from '../../cli/harness.ts'
import { hostileScenario } from '../hostile.ts'

const BAD = 'scenarios/bad-image.yaml'

async function pageOf(args: readonly string[], files: Readonly<Record<string, string>> = {}): Promise<string> {
  const { written, stderr } = await cli([...args, '--report', 'out.html'], { files })
  expect(stderr).toBe('')
  return written.get('out.html')!
}

beforeAll(buildReportClient, 300_000)

describe('the page of --report', () => {
  it('equal input gives equal bytes', async () => {
    expect(await pageOf(['run', BAD])).toBe(await pageOf(['run', BAD]))
    const campaign = ['run', BAD, '--runs', '20']
    expect(await pageOf(campaign)).toBe(await pageOf(campaign))
  })

  it('its policy lets in its own style and script by their digests, and nothing else', async () => {
    const page = await pageOf(['run', BAD])
    const digest = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
    const [style] = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text]) => text!)
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, text]) => text!)
    expect(scripts).toHaveLength(1)
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!.replaceAll('&#39;', "'")
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      `script-src ${digest(scripts[0]!)}`,
      `style-src ${digest(style!)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
    ])
    // What the policy would refuse, and what would lead elsewhere.
    expect(page).not.toMatch(/<[^>]*\s(?:style|on\w+)=/)
    expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(
      /(?:href|src)="(?!#|data:)|url\((?!#)|@import/,
    )
  })

  it('every link inside the page has its target, every id stands once', async () => {
    const page = await pageOf(['run', 'scenarios/payments-after.yaml'])
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id!)
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([])
    const links = [...page.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id!)
    expect(links.filter((id) => !/^(?:t|run)=/.test(id) && !ids.includes(id))).toEqual([])
    const referred = [...page.matchAll(/aria-(?:labelledby|controls)="([^"]*)"|\sfor="([^"]*)"/g)]
    expect(referred.map(([, a, b]) => a ?? b!).filter((id) => !ids.includes(id))).toEqual([])
  })

  it('many rollouts: those that went badly stand open, all of them in a fold', async () => {
    const page = await pageOf(['run', 'many.yaml'], { 'many.yaml': manyRollouts(8) })
    const [, open] = /<ul class="why">(.*?)<\/ul>/.exec(page)!
    expect(open!.match(/<li>/g)).toHaveLength(1)
    expect(open).toContain('Rollout 1: Completed at')
    const [, folded] = /<summary>All 8 rollouts<\/summary><ul class="why">(.*?)<\/ul>/.exec(page)!
    expect(folded!.match(/<li>Rollout \d: Completed at/g)).toHaveLength(8)
  })

  it('a long timeline keeps its whole length: the ends of rollouts stay, lines about single instances go first', () => {
    const line = (atMs: number, subject: string, tone: Decision['tone']): Decision => ({
      atMs,
      subject,
      text: `${atMs}`,
      rule: null,
      tone,
      entries: [],
    })
    const decisions = Array.from({ length: 100 }, (_, i) => [
      line(i * 10, `web/${i}`, 'bad'),
      line(i * 10 + 1, `web/${i}`, 'plain'),
      line(i * 10 + 2, 'web', 'plain'),
    ]).flat()
    const faulted = line(1000, 'web', 'bad')
    const shown = shownDecisions([...decisions, faulted], 120)
    expect(shown).toHaveLength(120)
    expect(shown.at(-1)).toBe(faulted)
    expect(shown.filter(({ subject }) => subject === 'web')).toHaveLength(101)
    expect(shown.filter(({ subject, tone }) => subject !== 'web' && tone === 'bad').map(({ atMs }) => atMs)).toEqual(
      expect.arrayContaining([0, 990]),
    )
    expect(shown.map(({ atMs }) => atMs)).toEqual(shown.map(({ atMs }) => atMs).sort((a, b) => a - b))
    expect(shownDecisions(decisions, 1000)).toBe(decisions)
    // Too many of the most important kind: evenly as well, to the end.
    expect(
      shownDecisions(
        decisions.filter(({ subject }) => subject === 'web'),
        10,
      ).at(-1)!.atMs,
    ).toBe(992)
  })

  it('a scenario without a title is named once; a legend has what the chart has; no decision is said in words', async () => {
    const page = await pageOf(['run', 'many.yaml'], { 'many.yaml': manyRollouts(0) })
    // Not the page itself: it is too long to be read where this fails.
    const has = (text: string, where = page) => where.includes(text)
    expect(/<p class="eyebrow">.*?<\/p>/.exec(page)![0]).toBe('<p class="eyebrow">many</p>')
    expect(has(' one batch')).toBe(false)
    expect(has(' one batch', await pageOf(['run', BAD]))).toBe(true)
    expect(has('Nobody decided anything in this run.')).toBe(true)
    expect(/<dt>Harmed<\/dt>.*?<\/dd>/.exec(page)![0]).toContain(
      '<strong>–</strong><span class="quiet">nothing was rolled out',
    )
  })

  it('hostile names make no element of their own', async () => {
    const page = await pageOf(['run', 'hostile.yaml'], { 'hostile.yaml': hostileScenario() })
    const tagsOf = (text: string) =>
      new Set(
        [...text.replace(/<(style|script)>[\s\S]*?<\/\1>/g, '').matchAll(/<\/?([a-z][\w-]*)/gi)].map(([, tag]) => tag!),
      )
    const plain = tagsOf(await pageOf(['run', BAD]))
    expect([...tagsOf(page)].filter((tag) => !plain.has(tag))).toEqual([])
    expect(page).not.toContain('<img')
    expect(page).not.toMatch(/[\u2028\u2029\u202e]/)
  })

  it.each([
    {
      args: ['run', BAD, '--runs', '30'],
      says: [
        'FAULTED in 100 % of 30 runs',
        'class="chart dots"',
        'class="chart ribbon"',
        'class="chart time-ribbon"',
        'Of all 30 runs: the line',
        'All 5 expectations of the scenario hold over 30 runs, seeds 7 to 36.',
        '>How the rollouts ended<',
        'Measures with their intervals',
      ],
    },
    {
      args: ['compare', BAD, '--set-b', 'assumptions.healthWait=PT10M', '--runs', '5'],
      says: ['class="chart intervals"', 'timeToHalt'],
    },
    { args: ['sensitivity', BAD], says: ['Verdicts hang on upgradedDenominator.', 'class="chart effects"'] },
  ])('$args.0 shows what it has found', async ({ args, says }) => {
    const page = await pageOf(args)
    for (const text of says) expect(page).toContain(text)
  })

  it('tune shows the front, the recommendation and how to apply it', async () => {
    const page = await pageOf(['tune', 'scenarios/tuning/30-instances.yaml', '--policies', '6', '--runs', '2'])
    expect(page).toContain('class="chart pareto"')
    expect(page).toMatch(/<h2[^>]*>Recommended: maxBatchInstancePercent /)
  })

  it('a campaign of one run has no bands to explain', async () => {
    const page = await pageOf(['run', BAD, '--runs', '1'])
    expect(/Of the [^<]*/.exec(page)?.[0]).toBe('Of the only run: with one run every percentile is the same.')
    expect(page.includes('seeds 7 · runs 1')).toBe(true)
    expect(page.includes('Measures with their intervals')).toBe(false)
  })

  it('a campaign without a rollout, an expectation or anything that differs has no empty table', async () => {
    const page = await pageOf(['run', 'none.yaml', '--runs', '3'], { 'none.yaml': setOf(2) })
    const has = (text: string) => page.includes(text)
    expect(has('The scenario expects nothing in particular.')).toBe(true)
    expect(has('>How the rollouts ended<')).toBe(false)
    expect(page).not.toMatch(/<tbody>\s*<\/tbody>/)
    const empty = await pageOf(['run', 'none.yaml', '--runs', '3'], { 'none.yaml': setOf(0) })
    expect(empty.includes('In none of them did an instance serve, turn unhealthy or take another version.')).toBe(true)
  })

  it('a campaign that was interrupted says which charts are not there, and how to make them', async () => {
    const file = { 'none.yaml': setOf(2) }
    const args = ['run', 'none.yaml', '--runs', '100', '--workers', '1', '--report', 'out.html']
    const said = new Set<string>()
    for (const interruptAtBreath of [1, 8]) {
      const { code, written } = await cli(args, { files: file, interruptAtBreath })
      expect(code).toBe(130)
      const [, text] = /<h3>Over time<\/h3>(.*?)<\/section>/s.exec(written.get('out.html')!)!
      said.add(text!.replace(/<svg.*/s, '').replace(/<[^>]+>/g, ''))
    }
    expect([...said]).toMatchInlineSnapshot(`
      [
        "The campaign was interrupted before these charts were made. This draws the course of the runs:vmss-twin run none.yaml --seed 1 --runs 100 --report out.html",
        "Of the first 5 runs: the line is the median at each moment, the darker band holds half of the runs, the paler one 90 of 100. No single run need follow a line.Serving instances",
      ]
    `)
  })

  it('merge says how to draw what shards do not hold', async () => {
    const { stdout } = await cli(['run', BAD, '--runs', '4', '--shard', '1/1', '-o', 'json'])
    const page = await pageOf(['merge', '1.json'], { '1.json': stdout })
    expect(page).not.toContain('class="chart time-ribbon"')
    expect(page).toContain(`vmss-twin run ${BAD} --seed 7 --runs 4 --report out.html`)
  })

  it('the same scenario twice stands under two names', async () => {
    const page = await pageOf(['run', BAD, BAD])
    expect([...page.matchAll(/data-run="([^"]*)"/g)].map(([, name]) => name)).toEqual(['bad-image', 'bad-image (2)'])
  })
})

const setOf = (capacity: number) => `
name: none
duration: PT1H
azure:
  scaleSets:
    web: { location: eastus, sku: { name: Standard_D2as_v5, capacity: ${capacity} }, orchestrationMode: Uniform,
      upgradePolicy: { mode: Manual },
      virtualMachineProfile: { storageProfile: { imageReference: { id: gal/app/1.0.0 } } } }
`

describe('--report on the command line', () => {
  it.each([
    { args: ['run', BAD, '--report', ''], says: '--report needs the name of a file' },
    { args: ['run', BAD, '--report', BAD], says: `--report ${BAD} would overwrite ${BAD}` },
    { args: ['run', BAD, '--trace', 'a', '--report', 'a'], says: '--report a would overwrite a' },
    {
      args: ['run', BAD, '--runs', '9', '--shard', '1/3', '-o', 'json', '--report', 'a'],
      says: '--report has nothing to show of a shard',
    },
    { args: ['run', BAD, '--reporter', 'json=a', '--report', 'a'], says: 'a reporter would overwrite a itself' },
    {
      args: ['run', BAD, '--report', 'read-only/out.html'],
      says: 'read-only/out.html cannot be written: permission denied',
    },
    { args: ['compare', BAD, BAD, '--report', BAD], says: `would overwrite ${BAD}` },
    { args: ['sensitivity', BAD, '--report', BAD], says: `would overwrite ${BAD}` },
    { args: ['tune', BAD, '--report', BAD], says: `would overwrite ${BAD}` },
  ])('refuses: $says', async ({ args, says }) => {
    const { code, stderr, written } = await cli(args)
    expect(stderr).toContain(says)
    expect({ code, written: [...written.keys()].filter((name) => name !== 'a') }).toEqual({ code: 2, written: [] })
  })

  it('leaves stdout and the exit code as they are', async () => {
    const args = ['run', BAD, '--set', 'expect[+]=blastRadius.instances == 0']
    const [plain, reported] = [await cli(args), await cli([...args, '--report', 'out.html'])]
    expect({ code: reported.code, stdout: reported.stdout }).toEqual({ code: plain.code, stdout: plain.stdout })
    expect(reported.written.get('out.html')).toContain('✗ FAIL')
  })
})

/** Two instances, and an update every half hour. */
function manyRollouts(count: number): string {
  const updates = Array.from(
    { length: count },
    (_, i) =>
      `  - { at: PT${30 * (i + 1)}M, updateModel: { set: { virtualMachineProfile.storageProfile.imageReference.id: gal/app/${i + 2}.0.0 } } }`,
  )
  return `name: many
duration: PT6H
azure:
  scaleSets:
    web:
      location: eastus
      sku: { name: Standard_D2as_v5, capacity: 2 }
      upgradePolicy: { mode: Automatic }
      virtualMachineProfile: { storageProfile: { imageReference: { id: gal/app/1.0.0 } } }
${count === 0 ? '' : `timeline:\n${updates.join('\n')}\n`}`
}
