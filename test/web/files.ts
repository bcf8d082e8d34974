import { readdirSync, readFileSync } from 'node:fs'

/** Everything under `scenarios/`, as the page takes it in. */
export const FILES: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync('scenarios', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ya?ml|json|csv)$/.test(name))
    .map((name) => [`scenarios/${name.replaceAll('\\', '/')}`, readFileSync(`scenarios/${name}`, 'utf8')]),
)
