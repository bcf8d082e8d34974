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
/** About a file as such. */
const told = (kind: string, args: readonly string[], says: RegExp): Row => ({
  kind,
  args,
  code: 'E0001',
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
  told('missing file', ['run', 'no.yaml'], /^E0001 no\.yaml cannot be read: there is no such file\n/),
  told('misspelt file', ['run', 'scenarios/bad-imge.yaml'], /\n +did you mean scenarios\/bad-image\.yaml\?\n/),
  told('missing folder', ['why', 'nowhere/no.yaml'], /there is no such file\n +there is no folder nowhere either\n/),
  told('a folder', ['run', FOLDER], /cannot be read: it is a folder\n +name the files in it, /),
  told(
    'page into no folder',
    ['run', BAD, '--report', 'nowhere/a.html'],
    /written: there is no folder nowhere\n +make it/,
  ),
  told('trace into no folder', ['run', BAD, '--trace', 'nowhere/a.jsonl'], /there is no folder nowhere\n/),
  told('report into no folder', ['run', BAD, '--reporter', 'junit=nowhere/a.xml'], /there is no folder nowhere\n/),
  told('summary into no folder', ['run', BAD, '--reporter', 'github=nowhere/a.md'], /there is no folder nowhere\n/),
  told('page of check', ['check', BAD, '--reporter', 'sarif=nowhere/a.sarif'], /there is no folder nowhere\n/),
  told('counterexample into no folder', ['fuzz', BAD, '--out', 'nowhere/a.yaml'], /there is no folder nowhere\n/),
  told('page of compare', ['compare', BAD, BAD, '--report', 'nowhere/a.html'], /there is no folder nowhere\n/),
  told('page of sensitivity', ['sensitivity', BAD, '--report', 'nowhere/a.html'], /there is no folder nowhere\n/),
  told('page of tune', ['tune', BAD, '--report', 'nowhere/a.html'], /there is no folder nowhere\n/),
  told('page into a file', ['run', BAD, '--report', 'README.md/a.html'], /written: README\.md is a file\n/),
  told('page that is a folder', ['run', BAD, '--report', FOLDER], /written: it is a folder\n +name a file in it\n/),
  {
    kind: 'missing file to check',
    args: ['check', 'no.json'],
    code: 'E0001',
    at: null,
    says: /no\.json cannot be read/,
  },
  text('empty file', '', 'E0102', '1:1', /azure is missing\n[\s\S]*azure: \{ from: \[vmss\.json\] \}/),
  text('no mapping', 'hello\n', 'E0103', '1:1', /must be a mapping, got "hello"\n[\s\S]*azure: \{ from: /),
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
    /parameter environment has no value\n[\s\S]*check and import take -p environment=…, a scenario azure\.parameters: /,
  ),
  {
    kind: 'template whose name hangs on a parameter: no path is made of it',
    args: ['check', ORDERS],
    code: 'E0303',
    at: `${ORDERS}:55:21`,
    says: /check and import take -p instanceCount=…, a scenario azure\.parameters: \{ instanceCount: … \}\n/,
  },
  {
    kind: 'what az printed, given to run',
    args: ['run', 'vmss.json'],
    files: {
      'vmss.json': '{ "id": "/x", "name": "v", "properties": {}, "type": "Microsoft.Compute/virtualMachineScaleSets" }',
    },
    code: 'E0305',
    at: 'vmss.json:1:1',
    says: /is what Azure holds or prints, and a scenario is to be played\n[\s\S]*vmss-twin import vmss\.json --out release\.yaml/,
  },
  template('malformed JSON', '{ "resources": [ }', 'E0003', '1:18', /./),
  template('trailing text', '{} {}', 'E0003', '1:4', /./),
  template(
    'malformed expression',
    changed(ORDERS, "[parameters('instanceCount')]", "[parameters('instanceCount']"),
    'E0301',
    '',
    /./,
  ),
  template('empty template', ' \n', 'E0003', '1:1', /the file is empty\n[\s\S]*write JSON into it/),
  template(
    'no scale set in the file',
    '{ "properties": {}, "type": "Microsoft.Network/virtualNetworks", "name": "v" }',
    'E0306',
    '1:1',
    /az vmss show -o json/,
  ),
  template(
    'parameter file by itself',
    '{ "$schema": "https://x/deploymentParameters.json#", "parameters": {} }',
    'E0306',
    '1:1',
    /--parameter-file/,
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
  usage('no file', ['run'], /run needs a scenario file after it\n +vmss-twin run --help shows how/),
  usage('no template', ['import'], /import needs a template or what az printed after it\n/),
  usage('no scenario', ['show', 'instances'], /show needs a view and a scenario file after it\n/),
  usage('unknown option before the file', ['run', '--sede', BAD], /unknown option --sede\n +did you mean --seed\?/),
  usage('a dash for standard input', ['run', '-'], /- is no name of a file\n +write \/dev\/stdin/),
  usage('a dash among files', ['check', BAD, '-'], /- is no name of a file\n/),
  usage('a dash to merge', ['merge', '-'], /- is no name of a file\n/),
  usage('a dash to explain', ['explain', '-'], /- is no name of a file\n/),
  usage('unknown case', ['run', 'scenarios/mass-create.yaml', '--case', 'ten replica'], /did you mean ten replicas\?/),
  usage('-p without a template', ['check', BAD, '-p', 'a=1'], /no template to take them\n[\s\S]*azure\.parameters/),
  usage('bad --seed', ['run', BAD, '--seed', 'abc'], /--seed must be a whole number.*"abc"\n +write --seed 42/),
  usage('negative --seed', ['run', BAD, '--seed', '-5'], /--seed must be .*"-5"/),
  usage('--seed too large', ['run', BAD, '--seed', '9007199254740993'], /--seed must be/),
  usage('empty --seed', ['run', BAD, '--seed='], /--seed must be .*""/),
  usage('--seed without value', ['run', BAD, '--seed'], /--seed needs a value/),
  usage('--seed twice', ['run', BAD, '--seed', '1', '--seed', '2'], /--seed may be given once/),
  usage('-o twice', ['run', BAD, '-o', 'json', '-o', 'text'], /--output may be given once/),
  usage('unknown output', ['run', BAD, '-o', 'xml'], /--output cannot be "xml"\n +one of text, json/),
  usage('unknown schema', ['schema', 'results'], /the name after schema cannot be "results"\n +did you mean result\?/),
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
