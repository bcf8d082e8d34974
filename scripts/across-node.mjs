// Plays every shipped scenario on several Node versions and compares the trace hashes with the golden ones.
// The npm package `node` carries the binaries; usage: node scripts/across-node.mjs [20 22 24]
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const versions = process.argv.slice(2).length > 0 ? process.argv.slice(2) : ['20', '22', '24']
const golden = JSON.parse(readFileSync('test/golden-hashes.json', 'utf8'))
// `file` for the base of a file, `file#case` for a case; a file is played with all its cases.
const plays = Object.keys(golden)
const files = [...new Set(plays.map((play) => play.split('#')[0]))]
const nameOf = (result) => (result.case === null ? result.file : `${result.file}#${result.case}`)
let failed = 0
for (const version of versions) {
  const command = [
    'exec',
    '--yes',
    `--package=node@${version}`,
    '--',
    'node',
    'dist/cli/main.js',
    'run',
    ...files,
    '-o',
    'json',
  ]
  const { stdout, stderr, status } = spawnSync('npm', command, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 })
  if (status !== 0) {
    console.error(`node ${version}: exit ${status}\n${stderr}`)
    failed++
    continue
  }
  const { results } = JSON.parse(stdout)
  const wrong = results.filter((result) => result.traceHash !== golden[nameOf(result)]?.traceHash)
  for (const result of wrong)
    console.error(
      `node ${version}: ${nameOf(result)} ${result.traceHash}, expected ${golden[nameOf(result)]?.traceHash}`,
    )
  console.log(`node ${version}: ${results.length - wrong.length} of ${plays.length} trace hashes as expected`)
  failed += wrong.length
}
process.exitCode = failed > 0 ? 1 : 0
