import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { EXIT } from '../src/cli/exit-codes.ts'
import { buildOnce, MAIN } from './build.ts'
import { changed } from './cli/harness.ts'

const RUNS = 22
const SHARDS = 4
const folder = mkdtempSync(join(tmpdir(), 'vmss-twin-deploy-'))
const isWindows = process.platform === 'win32'

const text = (name: string) => readFileSync(join('deploy', name), 'utf8')

interface Step {
  readonly name?: string
  readonly displayName?: string
  readonly run?: string
  readonly script?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
}
interface GitHubJob {
  readonly needs?: string
  readonly strategy?: { readonly 'fail-fast': boolean; readonly matrix: { readonly k: readonly number[] } }
  readonly steps: readonly Step[]
}
interface AzureJob {
  readonly job: string
  readonly dependsOn?: string
  readonly strategy?: { readonly parallel: number }
  readonly steps: readonly Step[]
}
interface Container {
  readonly name: string
  readonly command: readonly string[]
  readonly args: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
}
interface Job {
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec: {
    readonly completionMode?: string
    readonly completions?: number
    readonly parallelism?: number
    readonly backoffLimit?: number
    readonly backoffLimitPerIndex?: number
    readonly podFailurePolicy?: {
      readonly rules: readonly { readonly action: string; readonly onExitCodes?: object }[]
    }
    readonly template: {
      readonly spec: { readonly restartPolicy: string; readonly containers: readonly [Container] }
    }
  }
}
interface BatchTask {
  readonly id: string
  readonly commandLine: string
  readonly dependsOn?: { readonly taskIds: readonly string[] }
  readonly outputFiles: readonly { readonly filePattern: string }[]
  readonly constraints: { readonly maxTaskRetryCount: number }
  readonly exitConditions?: {
    readonly exitCodes?: readonly { readonly code: number }[]
    readonly default: { readonly jobAction: string }
  }
}

const github = parse(text('github-actions.yml')) as {
  readonly env: Readonly<Record<string, string>>
  readonly jobs: { readonly shard: GitHubJob; readonly merge: GitHubJob }
}
const azure = parse(text('azure-pipelines.yml')) as {
  readonly variables: Readonly<Record<string, string>>
  readonly jobs: readonly [AzureJob, AzureJob]
}
const documents = (name: string) => parseAllDocuments(text(name)).map((one) => one.toJS() as Job)
const jobOf = (name: string) => documents(name).find(({ kind }) => kind === 'Job')!
const kubernetes = { shard: jobOf('kubernetes.yaml'), merge: jobOf('kubernetes-merge.yaml') }
const batch = JSON.parse(text('azure-batch-tasks.json')) as readonly BatchTask[]

/** A command line with the environment its platform gives it. */
interface Command {
  readonly line: string
  readonly env: Readonly<Record<string, string>>
}
interface Platform {
  readonly shards: readonly Command[]
  readonly merge: Command
}

const ks = Array.from({ length: SHARDS }, (_, index) => index + 1)
const fill = (line: string, values: Readonly<Record<string, string>>) =>
  Object.entries(values).reduce((done, [name, value]) => done.replaceAll(name, value), line)
const stepOf = (steps: readonly Step[], name: string) => {
  const step = steps.find((one) => (one.name ?? one.displayName) === name)!
  return (step.run ?? step.script)!
}
const local = (line: string, root: string) =>
  line.replaceAll('/shards', `${root}/shards`).replaceAll('/scenario/', `${root}/scenario/`)

/** Every platform's commands as they stand in its file, with fewer runs. Paths at the root are moved into `root`. */
const PLATFORMS: Readonly<Record<string, (root: string) => Platform>> = {
  'github-actions.yml': () => {
    const { shard, merge } = github.jobs
    const env = { ...github.env, RUNS: String(RUNS) }
    const line = stepOf(shard.steps, 'Play')
    return {
      shards: shard.strategy!.matrix.k.map((k) => ({
        line: fill(line, {
          '${{ matrix.k }}': String(k),
          '${{ strategy.job-total }}': String(shard.strategy!.matrix.k.length),
        }),
        env,
      })),
      merge: { line: `mkdir -p shards && cp shard-*.json shards && ${stepOf(merge.steps, 'Merge')}`, env },
    }
  },
  'azure-pipelines.yml': (root) => {
    const [shard, merge] = azure.jobs
    const values = { '$(scenario)': azure.variables['scenario']!, '$(runs)': String(RUNS) }
    // Every artifact is downloaded into a folder of its own name.
    const download = ks.map((k) => `mkdir -p shard-${k} && cp shard-${k}.json shard-${k}`).join(' && ')
    return {
      shards: Array.from({ length: shard.strategy!.parallel }, (_, index) => ({
        line: fill(stepOf(shard.steps, 'Play'), {
          ...values,
          '$(System.JobPositionInPhase)': String(index + 1),
          '$(System.TotalJobsInPhase)': String(shard.strategy!.parallel),
        }),
        env: {},
      })),
      merge: {
        line: `${download} && ${fill(stepOf(merge.steps, 'Merge'), { '$(Pipeline.Workspace)': root })}`,
        env: {},
      },
    }
  },
  'kubernetes.yaml': (root) => {
    const [shard] = kubernetes.shard.spec.template.spec.containers
    const [merge] = kubernetes.merge.spec.template.spec.containers
    const own = Object.fromEntries(shard.env!.map(({ name, value }) => [name, local(value, root)]))
    return {
      shards: Array.from({ length: kubernetes.shard.spec.completions! }, (_, index) => ({
        line: local(shard.args[0]!, root),
        env: { ...own, RUNS: String(RUNS), JOB_COMPLETION_INDEX: String(index) },
      })),
      merge: { line: `(${local(merge.args[0]!, root)}); code=$?; cp shards/result.json .; exit $code`, env: {} },
    }
  },
  'azure-batch-tasks.json': () => {
    const command = ({ commandLine }: BatchTask): Command => ({
      line: commandLine.replace('--runs 10000', `--runs ${RUNS}`),
      env: {},
    })
    return {
      shards: batch.slice(0, -1).map(command),
      merge: {
        ...command(batch.at(-1)!),
        line: `mkdir -p shards && cp shard-*.json shards && ${command(batch.at(-1)!).line}`,
      },
    }
  },
}

function environment(more: Readonly<Record<string, string>>) {
  return { ...process.env, PATH: `${folder}/bin:${process.env['PATH']}`, ...more }
}

function started({ line, env }: Command, cwd: string): Promise<{ code: number | null; stderr: string }> {
  return new Promise((done) => {
    const child = spawn('/bin/sh', ['-c', line], { cwd, env: environment(env), stdio: ['ignore', 'ignore', 'pipe'] })
    let stderr = ''
    child.stderr.on('data', (piece) => {
      stderr += piece
    })
    child.on('close', (code) => done({ code, stderr }))
  })
}

beforeAll(() => {
  buildOnce()
  mkdirSync(join(folder, 'bin'))
  // What an installation puts on the path, and what npx --no finds in a project.
  const twin = `#!/bin/sh\nexec "${process.execPath}" "${resolve(MAIN)}" "$@"\n`
  writeFileSync(join(folder, 'bin/vmss-twin'), twin)
  writeFileSync(join(folder, 'bin/npx'), '#!/bin/sh\n[ "$1" = --no ] || exit 9\nshift\nexec "$@"\n')
  for (const name of ['vmss-twin', 'npx']) chmodSync(join(folder, 'bin', name), 0o755)
}, 180_000)

afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(isWindows)(
  'the commands of deploy/ as they stand',
  () => {
    // An expectation that fails in the whole: no shard may end with it, and the merge must.
    const scenario = changed('scenarios/bad-image.yaml', 'blastRadius.percent <= 20', 'p50(timeToHalt) <= PT1M')

    it.each(Object.keys(PLATFORMS))(
      '%s: its shards in processes of their own, then its merge, are the whole',
      async (name) => {
        const root = join(folder, name)
        for (const place of ['scenarios/bad-image.yaml', 'scenario.yaml', 'scenario/scenario.yaml', 'shards/keep']) {
          mkdirSync(dirname(join(root, place)), { recursive: true })
          if (place !== 'shards/keep') writeFileSync(join(root, place), scenario)
        }
        const { shards, merge } = PLATFORMS[name]!(root)
        expect(shards).toHaveLength(SHARDS)
        const ended = await Promise.all(shards.map((shard) => started(shard, root)))
        expect(ended).toEqual(shards.map(() => ({ code: EXIT.holds, stderr: '' })))
        expect(await started(merge, root)).toEqual({ code: EXIT.failed, stderr: '' })

        const merged = JSON.parse(readFileSync(join(root, 'result.json'), 'utf8')) as { results: { file: string }[] }
        const whole = spawnSync(
          process.execPath,
          [resolve(MAIN), 'run', merged.results[0]!.file, '--runs', String(RUNS), '-o', 'json'],
          {
            cwd: root,
            encoding: 'utf8',
          },
        )
        expect(readFileSync(join(root, 'result.json'), 'utf8')).toBe(whole.stdout)
      },
    )
  },
  180_000,
)

describe('what the files of deploy/ hold', () => {
  it('GitHub: a matrix from 1, the merge after all of it, one permission', () => {
    const { shard, merge } = github.jobs
    expect(shard.strategy!.matrix.k).toEqual(ks)
    expect(merge.needs).toBe('shard')
    expect(stepOf(merge.steps, 'Merge')).toContain('--reporter github')
    const [up, down] = [shard, merge].map(({ steps }) => steps.find(({ uses }) => /-artifact@/.test(uses ?? ''))!)
    // biome-ignore lint/suspicious/noTemplateCurlyInString: an expression of GitHub
    expect(up!.with).toMatchObject({ 'if-no-files-found': 'error', path: 'shard-${{ matrix.k }}.json' })
    expect(down!.with).toMatchObject({ pattern: 'shard-*', 'merge-multiple': true, path: 'shards' })
    expect(parse(text('github-actions.yml'))).toMatchObject({ permissions: { contents: 'read' } })
  })

  it('Azure Pipelines: slices that the agent counts, the merge after all of them', () => {
    const [shard, merge] = azure.jobs
    expect(shard.strategy!.parallel).toBe(SHARDS)
    expect(merge.dependsOn).toBe(shard.job)
    expect(stepOf(merge.steps, 'Merge')).toContain('--reporter azure-pipelines=')
  })

  it('Kubernetes: an Indexed Job whose k is the index + 1, and that gives up on 2 and 70 only', () => {
    const { spec } = kubernetes.shard
    expect(spec).toMatchObject({ completionMode: 'Indexed', completions: SHARDS, parallelism: SHARDS })
    expect(spec.backoffLimitPerIndex).toBeGreaterThan(0)
    const [container] = spec.template.spec.containers
    expect(container.args[0]).toContain('--shard "$((JOB_COMPLETION_INDEX + 1))/$SHARDS"')
    expect(container.env).toContainEqual({ name: 'SHARDS', value: String(spec.completions) })
    expect(spec.podFailurePolicy!.rules[0]).toEqual({
      action: 'FailJob',
      onExitCodes: { containerName: container.name, operator: 'In', values: [EXIT.invalid, EXIT.internal] },
    })
    expect(kubernetes.merge.spec.backoffLimit).toBe(0)
    for (const { spec: own } of Object.values(kubernetes)) expect(own.template.spec.restartPolicy).toBe('Never')
    const claims = documents('kubernetes.yaml').filter(({ kind }) => kind === 'PersistentVolumeClaim')
    for (const job of Object.values(kubernetes))
      expect(JSON.stringify(job)).toContain(`"claimName":"${claims[0]!.metadata.name}"`)
  })

  it('Azure Batch: a task for each k, and one that depends on all of them', () => {
    const shards = batch.slice(0, -1)
    const merge = batch.at(-1)!
    expect(shards.map(({ commandLine }) => /--shard (\S+)/.exec(commandLine)?.[1])).toEqual(
      ks.map((k) => `${k}/${SHARDS}`),
    )
    expect(merge.dependsOn!.taskIds).toEqual(shards.map(({ id }) => id))
    expect(merge.constraints.maxTaskRetryCount).toBe(0)
    for (const { commandLine, outputFiles, exitConditions } of shards) {
      expect(commandLine).toContain(`json=${outputFiles[0]!.filePattern}`)
      expect(exitConditions!.exitCodes!.map(({ code }) => code)).toEqual([EXIT.invalid, EXIT.internal])
    }
    // A job that does not say so refuses every task with a jobAction, and one that does ends at any other exit code but 0
    // unless the task says otherwise: a verdict of 1 is no reason, nor is a shard that is to be played again.
    const job = JSON.parse(text('azure-batch-job.json')) as object
    expect(job).toMatchObject({ usesTaskDependencies: true, onTaskFailure: 'performexitoptionsjobaction' })
    for (const { exitConditions } of batch) expect(exitConditions!.default.jobAction).toBe('none')
  })

  it('the page tells every exit code', () => {
    const page = readFileSync('docs/scale-out.md', 'utf8')
    const told = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code))
    expect(told).toEqual(Object.values(EXIT).sort((a, b) => a - b))
    for (const [, file] of page.matchAll(/\]\(\.\.\/([^)]+)\)/g)) expect(readFileSync(file!, 'utf8')).not.toBe('')
  })

  it('every file is shipped', () => {
    const { files } = JSON.parse(readFileSync('package.json', 'utf8')) as { files: string[] }
    expect(files).toEqual(expect.arrayContaining(['deploy', 'docs', 'dist', 'scenarios']))
  })
})
