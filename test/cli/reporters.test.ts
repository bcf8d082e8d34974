import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commandsIn, githubCommand } from '../report/reporters/agents.ts'
import { changed, cli } from './harness.ts'

const BAD = 'scenarios/bad-image.yaml'
const GOOD = 'scenarios/good-rollout.yaml'
/** Fails one expectation, which stands on line 58. */
const failing = { 'mine.yaml': changed(BAD, 'blastRadius.percent <= 20', 'blastRadius.percent <= 10') }

describe('run --reporter', () => {
  it('writes several at once, each to its file, and leaves stdout and the exit code as they are', async () => {
    const args = [
      'run',
      'mine.yaml',
      '--reporter',
      'junit=out.xml',
      '--reporter',
      'markdown=out.md',
      '--reporter',
      'json=out.json',
    ]
    const { code, stdout, stderr, written } = await cli([...args, '--reporter', 'text=out.txt'], { files: failing })
    const plain = await cli(['run', 'mine.yaml'], { files: failing })
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: plain.stdout, stderr: '' })
    expect([...written.keys()]).toEqual(['out.xml', 'out.md', 'out.json', 'out.txt'])
    expect(written.get('out.xml')).toContain('<testsuites name="vmss-twin" tests="5" failures="1" errors="0" time="0">')
    expect(written.get('out.xml')).toContain('file="mine.yaml" line="58"')
    expect(written.get('out.md')).toContain('| ✗ | blastRadius.percent &#60;= 10 |')
    expect(written.get('out.json')).toBe((await cli(['run', 'mine.yaml', '-o', 'json'], { files: failing })).stdout)
    expect(written.get('out.txt')).toBe(plain.stdout)
  })

  it('a reporter without a file takes stdout; -o json is json', async () => {
    const { stdout } = await cli(['run', BAD, '--reporter', 'json'])
    expect(stdout).toBe((await cli(['run', BAD, '-o', 'json'])).stdout)
    expect((await cli(['run', BAD, '--reporter', 'junit'])).stdout).toMatch(/^<\?xml/)
    expect((await cli(['run', BAD, '--reporter', 'markdown'])).stdout).toMatch(/^## ✓ vmss-twin: PASS/)
    expect((await cli(['run', BAD, '--reporter=text'])).stdout).toBe((await cli(['run', BAD])).stdout)
  })

  it('github: the text, then annotations; the summary is added to what the step has written', async () => {
    const env = { GITHUB_STEP_SUMMARY: 'summary', GITHUB_ACTIONS: 'true' }
    const files = { ...failing, summary: 'before' }
    const { stdout, written } = await cli(['run', 'mine.yaml', '--reporter', 'github'], { files, env })
    const { stdout: text } = await cli(['run', 'mine.yaml'], { files })
    expect(stdout.startsWith(text)).toBe(true)
    const commands = stdout
      .slice(text.length)
      .trimEnd()
      .split('\n')
      .map((line) => githubCommand(line)!)
    expect(commands.map(({ name }) => name)).toEqual(['error', 'warning'])
    expect(commands[0]!.properties).toMatchObject({
      file: 'mine.yaml',
      line: '58',
      title: 'bad-image: blastRadius.percent <= 10',
    })
    expect(commands[0]!.data).toContain('vmss-twin run mine.yaml --seed 7')
    expect(written.get('summary')).toMatch(/^before\n## ✗ vmss-twin: FAIL/)
    const named = await cli(['run', BAD, '--reporter', 'github=own.md'], { env })
    expect([...named.written.keys()]).toEqual(['own.md'])
  })

  it('github: a summary that is full already is not made unreadable', async () => {
    const files = { ...failing, summary: 'x'.repeat(1024 * 1024 - 100) }
    const { written } = await cli(['run', BAD, '--reporter', 'github'], {
      files,
      env: { GITHUB_STEP_SUMMARY: 'summary' },
    })
    expect(Buffer.byteLength(written.get('summary')!)).toBeLessThanOrEqual(1024 * 1024)
  })

  it('azure-pipelines: issues, and the summary as an attachment by its full path', async () => {
    const { stdout, written } = await cli(['run', 'mine.yaml', '-q', '--reporter', 'azure-pipelines=s.md'], {
      files: failing,
    })
    expect(stdout).toContain(
      '##vso[task.logissue type=error;sourcepath=mine.yaml;linenumber=58;columnnumber=5;]bad-image',
    )
    expect(stdout).toContain(`##vso[task.uploadsummary]${resolve('s.md')}\n`)
    expect(written.get('s.md')).toMatch(/^## ✗/)
  })

  it('a campaign is reported as well', async () => {
    const { written, code } = await cli(
      ['run', 'mine.yaml', GOOD, '--runs', '5', '--reporter', 'junit=j.xml', '--reporter', 'markdown=m.md'],
      { files: failing },
    )
    expect(code).toBe(1)
    expect(written.get('j.xml')).toContain('<failure message="held in 0 % (0 % to')
    expect(written.get('j.xml')).toContain('vmss-twin run mine.yaml --seed 7')
    expect(written.get('m.md')).toContain('Faulted 100 %')
  })

  it('cases have lines of their own', async () => {
    const text = 'scenarios/playbook/09-unrelated-unhealthy.yaml'
    const { written } = await cli(['run', text, '--reporter', 'junit=j.xml'])
    const lines = [...written.get('j.xml')!.matchAll(/line="(\d+)"/g)].map((match) => Number(match[1]))
    expect(new Set(lines).size).toBe(lines.length)
    expect(lines.length).toBeGreaterThan(2)
  })

  it('a scenario that is wrong is shown at its line', async () => {
    const files = { 'mine.yaml': changed(BAD, 'pauseTimeBetweenBatches: PT2M', 'pauseTimeBetweenBatches: 2m') }
    const { code, stdout, stderr } = await cli(['run', 'mine.yaml', '--reporter', 'github'], { files })
    expect(code).toBe(2)
    expect(stdout).toMatch(/^::error file=mine\.yaml,line=\d+,col=\d+,title=E\d{4}::.*2m/)
    expect(stderr).toContain('mine.yaml:')
  })

  it('no name in a scenario reaches an agent as a command', async () => {
    const name = '::error file=x::owned ##vso[task.complete result=Succeeded;] ##[error]owned'
    const files = {
      'mine.yaml': changed(BAD, 'name: bad-image', `name: "${name}"\nx-y: 1`).replace(/title: .*/, `title: "${name}"`),
    }
    for (const env of [{ GITHUB_ACTIONS: 'true' }, { TF_BUILD: 'True' }])
      for (const args of [[], ['-q'], ['--reporter', 'markdown'], ['--runs', '3']]) {
        const { stdout, code } = await cli(['run', 'mine.yaml', ...args], { files, env })
        expect(code).toBe(0)
        expect(commandsIn(stdout)).toEqual([])
      }
    const { stdout } = await cli(['run', 'mine.yaml', '--reporter', 'github'], { files })
    expect(commandsIn(stdout).map((line) => githubCommand(line)?.name)).toEqual(['warning'])
  })

  it('nor does one in a mistake, which stands on stderr, or in what other commands print', async () => {
    const name = '##vso[task.complete result=Succeeded;]'
    const env = { TF_BUILD: 'True' }
    const wrong = { 'mine.yaml': changed(BAD, 'duration: PT2H', `duration: "${name}"`) }
    const { stderr, code } = await cli(['check', 'mine.yaml'], { files: wrong, env })
    expect(code).toBe(2)
    expect(stderr).toContain('E0106')
    expect(commandsIn(stderr)).toEqual([])
    const named = {
      'mine.yaml': changed(BAD, 'name: bad-image', `name: "${name}"`).replace(/title: .*/, `title: "${name}"`),
    }
    for (const args of [
      ['compare', 'mine.yaml', BAD, '--runs', '3'],
      ['sensitivity', 'mine.yaml'],
    ])
      expect(commandsIn((await cli(args, { files: named, env })).stdout)).toEqual([])
    expect(commandsIn((await cli(['run', `${name}.yaml`], { env })).stderr)).toEqual([])
  })

  it.each([
    [['--reporter', 'junt'], 'E0194 no reporter junt here', 'did you mean junit?'],
    [['--reporter', 'sarif'], 'E0194 no reporter sarif here', 'text, json, junit'],
    [['--reporter', 'junit='], 'E0194 --reporter junit= needs the name of a file', 'junit=file'],
    [['--reporter', 'junit', '--reporter', 'json'], 'E0195 junit and json cannot both go to stdout', 'json=file'],
    [['-o', 'json', '--reporter', 'junit'], 'E0195 json and junit cannot both go to stdout', 'junit=file'],
    [['-o', 'json', '--reporter', 'github'], 'E0195 github prints its commands on stdout', 'json=file'],
    [
      ['--reporter', 'junit=a', '--reporter', 'json=./a'],
      'E0195 a reporter would overwrite what another one writes',
      'own',
    ],
    [['--reporter', `json=${BAD}`], `E0195 a reporter would overwrite ${BAD} itself`, 'own'],
    [['--trace', 't.jsonl', '--reporter', 'json=t.jsonl'], 'E0195 a reporter would overwrite t.jsonl itself', 'own'],
    [['--reporter', 'github', '--reporter', 'github=x'], 'E0195 --reporter github is given twice', 'leave one'],
    [['--reporter', 'junit=read-only/a.xml', '-q'], 'E0001 read-only/a.xml cannot be written', 'denied'],
    [['--runs', '3', '--shard', '1/3', '--reporter', 'junit=a'], '--shard prints samples for merge', '-o json'],
    [
      ['--runs', '3', '--shard', '1/3', '--reporter', 'json=s', '--reporter', 'junit=a'],
      'nothing to say of a shard',
      'merge',
    ],
  ])('%j is refused', async (args, message, hint) => {
    const { code, stderr } = await cli(['run', BAD, ...args])
    expect(code).toBe(2)
    expect(stderr).toContain(message)
    expect(stderr).toContain(hint)
  })
})

describe('merge --reporter', () => {
  it('has the reporters that a shard has not', async () => {
    const shard = async (k: number) => {
      const { code, stdout, written } = await cli(
        ['run', 'mine.yaml', '--runs', '7', '--shard', `${k}/2`, '--reporter', 'json=s'],
        { files: failing },
      )
      // What the part comes to is no verdict.
      expect({ code, stdout }).toEqual({ code: 0, stdout: '' })
      return written.get('s')!
    }
    const files = { 'a.json': await shard(1), 'b.json': await shard(2) }
    const { code, written, stdout } = await cli(
      ['merge', 'a.json', 'b.json', '--reporter', 'junit=j.xml', '--reporter', 'github=m.md', '-q'],
      { files },
    )
    expect(code).toBe(1)
    expect(written.get('j.xml')).toContain('failures="1"')
    expect(written.get('m.md')).toContain('| ✗ FAIL | bad-image | 7 |')
    expect(stdout).toContain(
      '::error file=mine.yaml,line=58,col=5,title=bad-image%3A blastRadius.percent <= 10::held in 0 %25',
    )
  })
})

describe('check --reporter', () => {
  const wrong = { 'mine.yaml': changed(BAD, 'pauseTimeBetweenBatches: PT2M', 'pauseTimeBetweenBatches: 2m') }
  const conflict = 'scenarios/playbook/06-two-health-sources.yaml'

  it('sarif, markdown, text and json at once; stdout and stderr stay as they are', async () => {
    const names = ['sarif=a.sarif', 'markdown=a.md', 'text=a.txt', 'json=a.json']
    const args = ['check', 'mine.yaml', conflict]
    const one = await cli([...args, ...names.flatMap((name) => ['--reporter', name])], { files: wrong })
    const plain = await cli(args, { files: wrong })
    expect({ ...one, written: 0 }).toEqual({ ...plain, written: 0 })
    expect(one.code).toBe(2)
    const { results } = (JSON.parse(one.written.get('a.sarif')!) as { runs: { results: { ruleId: string }[] }[] })
      .runs[0]!
    expect(results.map(({ ruleId }) => ruleId)).toEqual(expect.arrayContaining(['HealthSourceConflict']))
    expect(one.written.get('a.md')).toContain('## ✗ vmss-twin check: 1 mistake')
    expect(one.written.get('a.txt')).toBe(plain.stderr + plain.stdout)
    expect(one.written.get('a.json')).toBe((await cli([...args, '-o', 'json'], { files: wrong })).stdout)
  })

  it('github and azure-pipelines point at the line', async () => {
    const { stdout } = await cli(['check', conflict, '--reporter', 'github', '--reporter', 'azure-pipelines'])
    expect(stdout).toContain(`::error file=${conflict},line=22,col=40,title=HealthSourceConflict%3A`)
    expect(stdout).toContain(`##vso[task.logissue type=error;sourcepath=${conflict};linenumber=22;`)
  })

  it('junit is for what was played', async () => {
    expect((await cli(['check', BAD, '--reporter', 'junit'])).stderr).toContain('E0194 no reporter junit here')
  })
})
