import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findDiagnosticCode } from '../../src/model/diagnostic-codes.ts'
import { changed, cli } from './harness.ts'

const BAD = 'scenarios/bad-image.yaml'
const MINE = 'scenarios/mine.yaml'
const TEMPLATE = 'scenarios/templates/mine.json'
const FOLDER = mkdtempSync(join(tmpdir(), 'vmss-twin-'))
afterAll(() => rmSync(FOLDER, { recursive: true }))

interface Row {
  readonly kind: string
  readonly args: readonly string[]
  readonly files?: Readonly<Record<string, string>>
  readonly code: string
  /** Where: `file:line:column`, or the option; null when it is not about a place. */
  readonly at: string | null
  /** What else must be said. */
  readonly says: RegExp
}

/** The bad-image scenario with one passage changed. `at`: line and column of the mistake. */
const scenario = (kind: string, from: string, to: string, code: string, at: string, says: RegExp): Row => ({
  kind,
  args: ['run', MINE],
  files: { [MINE]: changed(BAD, from, to) },
  code,
  at: `${MINE}:${at}`,
  says,
})
const text = (kind: string, content: string, code: string, at: string, says: RegExp): Row => ({
  kind,
  args: ['run', MINE],
  files: { [MINE]: content },
  code,
  at: `${MINE}:${at}`,
  says,
})
const usage = (kind: string, args: readonly string[], says: RegExp): Row => ({
  kind,
  args,
  code: 'E0501',
  at: null,
  says,
})
const template = (kind: string, content: string, code: string, at: string | null, says: RegExp): Row => ({
  kind,
  args: ['check', TEMPLATE],
  files: { [TEMPLATE]: content },
  code,
  at: at && `${TEMPLATE}:${at}`,
  says,
})

const EVENT = '  - at: PT10M\n    updateModel: {'
const ORDERS = 'scenarios/templates/orders-fleet.json'

const rows: readonly Row[] = [
  { kind: 'missing file', args: ['run', 'no.yaml'], code: 'E0001', at: null, says: /no\.yaml cannot be read/ },
  { kind: 'a directory', args: ['run', FOLDER], code: 'E0001', at: null, says: /cannot be read/ },
  {
    kind: 'missing file to check',
    args: ['check', 'no.json'],
    code: 'E0001',
    at: null,
    says: /no\.json cannot be read/,
  },
  text('empty file', '', 'E0102', '1:1', /azure/),
  text('broken YAML', 'name: [a, b\nduration: PT1H\n', 'E0002', '2:', /YAML|flow|\]/),
  text('tabs', 'azure:\n\tscaleSets: {}\n', 'E0002', '2:1', /tab/i),
  text('binary junk', '\u0000\u0001\u007fELF\ufffd\u0002\u0000', 'E0103', '1:1', /./),
  scenario(
    'unknown key',
    'pauseTimeBetweenBatches',
    'pauseTimeBetweenBatch',
    'E0101',
    '25:11',
    /did you mean pauseTimeBetweenBatches/,
  ),
  scenario('wrong type', 'capacity: 30', 'capacity: many', 'E0201', '16:48', /many/),
  scenario('duration 2m', 'PT2M', '2m', 'E0201', '25:36', /2m/),
  scenario('duration of the scenario 2h', 'duration: PT2H', 'duration: 2h', 'E0106', '9:11', /write PT2H/),
  scenario('kind of a value', 'seed: 7', 'seed: many', 'E0103', '8:7', /many/),
  scenario(
    'percent out of range',
    'maxBatchInstancePercent: 20',
    'maxBatchInstancePercent: 120',
    'E0201',
    '22:36',
    /120/,
  ),
  scenario('unknown scale set', EVENT, `${EVENT} scaleSet: vmss-auth,`, 'E0108', '52:30', /did you mean vmss-authz/),
  scenario(
    'unknown instance form',
    EVENT,
    `  - { at: PT5M, breakInstance: { instance: vmss-authz/seven } }\n${EVENT}`,
    'E0109',
    '51:',
    /seven/,
  ),
  scenario(
    'unknown dependency',
    EVENT,
    `  - { at: PT5M, failDependency: { dependency: hms } }\n${EVENT}`,
    'E0110',
    '51:47',
    /did you mean hsm/,
  ),
  scenario(
    'unknown assumption',
    'seed: 7',
    'assumptions: { upgradedDenominatr: total }',
    'E0111',
    '8:16',
    /upgradedDenominator/,
  ),
  scenario('assumption value', 'seed: 7', 'assumptions: { upgradedDenominator: half }', 'E0112', '8:37', /half/),
  scenario('bad expectation', 'percent <= 20', 'percent at most 20', 'E0113', '58:25', /write <=/),
  scenario(
    'unknown measure',
    'blastRadius.zones',
    'blastRadius.zone',
    'E0114',
    '59:5',
    /did you mean blastRadius.zones/,
  ),
  scenario('unknown verb', 'updateModel:', 'updateModl:', 'E0116', '52:5', /did you mean updateModel/),
  scenario('at beyond duration', 'at: PT10M', 'at: PT10H', 'E0118', '51:9', /PT10H/),
  scenario('no verb', EVENT, `  - { at: PT5M }\n${EVENT}`, 'E0122', '51:5', /verb/),
  text('no scale set', 'name: x\nazure: { scaleSets: {} }\n', 'E0121', '2:', /no scale set/),
  text('azure.from missing file', 'azure: { from: [gone.json] }\n', 'E0001', '1:17', /gone\.json/),
  scenario('Rolling without a health source', 'extensionProfile:', 'x-extensionProfile:', 'E0202', '', /health/),
  template(
    'template with a missing parameter',
    changed(ORDERS, '"defaultValue": "orders"', '"metadata": {}'),
    'E0303',
    '',
    /namePrefix/,
  ),
  template('malformed JSON', '{ "resources": [ }', 'E0003', '1:18', /./),
  template('trailing text', '{} {}', 'E0003', '1:4', /./),
  template(
    'malformed expression',
    changed(ORDERS, "[parameters('instanceCount')]", "[parameters('instanceCount']"),
    'E0301',
    '',
    /./,
  ),
  template('binary junk as JSON', '\u0000\u0001\u0002', 'E0003', '1:1', /./),
  template('not a template', '{ "hello": 1 }', 'E0305', null, /./),
  {
    kind: 'bad --set path',
    args: ['run', BAD, '--set', 'azure.scaleSetz.x=1'],
    code: 'E0101',
    at: '--set',
    says: /scaleSets/,
  },
  {
    kind: '--set without a value',
    args: ['run', BAD, '--set', 'seed'],
    code: 'E0119',
    at: '--set seed',
    says: /path=value/,
  },
  {
    kind: '--set through a number',
    args: ['run', BAD, '--set', 'seed.x=1'],
    code: 'E0119',
    at: '--set seed',
    says: /seed/,
  },
  usage('no command', [], /a command is missing\n.*run/),
  usage('unknown command', ['rnu', BAD], /unknown command rnu\n +did you mean run\?/),
  usage('unknown command, nothing near', ['qwertyuiop'], /unknown command qwertyuiop\n +one of run/),
  usage('unknown option', ['run', BAD, '--sed', '3'], /unknown option --sed\n +did you mean --seed\?/),
  usage('unknown long option', ['run', BAD, '--foo-bar=3'], /unknown option --foo-bar\n/),
  usage('unknown short option', ['run', BAD, '-x'], /unknown option -x\n/),
  usage('unknown option alone', ['--sed'], /unknown option --sed\n/),
  usage('too many names', ['schema', 'scenario', 'extra'], /schema does not take extra\n/),
  usage('no file', ['run'], /run needs at least one name/),
  usage('bad --seed', ['run', BAD, '--seed', 'abc'], /--seed must be a whole number.*"abc"\n +write --seed 42/),
  usage('negative --seed', ['run', BAD, '--seed', '-5'], /--seed must be .*"-5"/),
  usage('--seed too large', ['run', BAD, '--seed', '9007199254740993'], /--seed must be/),
  usage('empty --seed', ['run', BAD, '--seed='], /--seed must be .*""/),
  usage('--seed without value', ['run', BAD, '--seed'], /--seed needs a value/),
  usage('--seed twice', ['run', BAD, '--seed', '1', '--seed', '2'], /--seed may be given once/),
  usage('-o twice', ['run', BAD, '-o', 'json', '-o', 'text'], /--output may be given once/),
  usage('unknown output', ['run', BAD, '-o', 'xml'], /--output cannot be "xml"\n +one of text, json/),
  usage('unknown schema', ['schema', 'results'], /of cannot be "results"\n +one of scenario, result/),
  usage('--trace with two scenarios', ['run', BAD, BAD, '--trace', 'x'], /--trace takes one scenario/),
  usage('-p without =', ['check', ORDERS, '-p', 'instanceCount'], /name=value/),
  usage('unknown id', ['explain', 'TH-66'], /TH-66\n +did you mean TH-6/),
]

describe('bad input', () => {
  it.each(rows)('$kind: $code', async ({ args, files, code, at, says }) => {
    const outcome = await cli(args, files === undefined ? {} : { files })
    expect(outcome.stderr).toMatch(new RegExp(`(^|\\s)${code} `))
    expect(outcome.stderr).toMatch(says)
    if (at !== null) {
      expect(outcome.stderr).toContain(at)
      expect(outcome.stderr).toMatch(/^\S.*:\d+:\d+ {2}E\d{4} /m)
    }
    expect(outcome.stderr).not.toMatch(/^\s+at .*[:(]|internal error|\[object|undefined/m)
    expect(outcome.stdout).toBe('')
    expect(outcome.code).toBe(2)
    for (const [said] of outcome.stderr.matchAll(/\bE\d{4}\b/g)) expect(findDiagnosticCode(said), said).toBeDefined()
  })

  it('tells the mistakes of all files at once, before anything is played', async () => {
    const outcome = await cli(['run', BAD, 'no.yaml', MINE], { files: { [MINE]: changed(BAD, 'PT2H', '2h') } })
    expect(outcome).toMatchObject({ code: 2, stdout: '' })
    expect(outcome.stderr).toMatch(/E0001 no\.yaml/)
    expect(outcome.stderr).toMatch(/E0106/)
  })
})
