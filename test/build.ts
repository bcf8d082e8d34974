import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

export const MAIN = 'dist/cli/main.js'

const newest = (directory: string) =>
  Math.max(
    ...readdirSync(directory, { recursive: true, encoding: 'utf8' }).map(
      (name) => statSync(join(directory, name)).mtimeMs,
    ),
  )

// Several test files want the build, and run at the same time.
const LOCK = '.cache/build.lock'
const STALE_MS = 180_000

/** Compiles the package where it is older than its sources; waits for whoever is at it. */
export function buildOnce(): void {
  alone(build)
}

/** Builds the script of the report where it is older than its sources. */
export function buildReportClient(): void {
  alone(() => {
    const client = 'dist/report-client/client.js'
    if (existsSync(client) && statSync(client).mtimeMs > newest('src/report')) return
    const vite = ['node_modules/vite/bin/vite.js', 'build', '-c', 'vite.report.config.ts']
    const built = spawnSync(process.execPath, vite, { encoding: 'utf8' })
    if (built.status !== 0) throw new Error(`the script of the report cannot be built:\n${built.stdout}${built.stderr}`)
  })
}

function alone(act: () => void): void {
  mkdirSync('.cache', { recursive: true })
  while (!taken()) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200)
  try {
    act()
  } finally {
    rmSync(LOCK, { recursive: true, force: true })
  }
}

function taken(): boolean {
  try {
    mkdirSync(LOCK)
    return true
  } catch {
    // One that was left behind by a run that was killed.
    const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs
    if (since !== undefined && Date.now() - since > STALE_MS) rmSync(LOCK, { recursive: true, force: true })
    return false
  }
}

function build(): void {
  if (existsSync(MAIN) && statSync(MAIN).mtimeMs > newest('src')) return
  // Through node, not npx: the compiler that is installed here, without a shell.
  const built = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
    encoding: 'utf8',
  })
  if (built.status !== 0) throw new Error(`the build failed:\n${built.stdout}${built.stderr}`)
}
