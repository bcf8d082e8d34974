import { parse } from 'yaml'

/** A scenario that comes with the product. */
export interface CatalogueEntry {
  /** Path as in the repository: `scenarios/conformance/w01-good-image.yaml`. */
  readonly file: string
  readonly title: string
  readonly description: string
  /** Names of its cases, without the base. */
  readonly cases: readonly string[]
  readonly isLesson: boolean
}

export interface CatalogueGroup {
  readonly title: string
  readonly entries: readonly CatalogueEntry[]
}

/** Headings by folder, in the order in which somebody new would want them. */
const GROUPS: readonly (readonly [folder: string, title: string])[] = [
  ['', 'Start here'],
  ['playbook', 'Symptoms and their causes'],
  ['quick-check', 'Quick checks'],
  ['lab', 'Hands-on lab'],
  ['living', 'A fleet that lives: autoscale, Spot, zones, hosts'],
  ['conformance', 'One rule at a time'],
  ['tuning', 'For fuzz and tune'],
  ['lessons', 'Lessons'],
]

/** The scenarios among these files (path -> text), in groups; files that only others refer to are left out. */
export function catalogueOf(files: Readonly<Record<string, string>>): CatalogueGroup[] {
  const entries = Object.keys(files)
    .filter((file) => /\.ya?ml$/.test(file))
    .sort()
    .map((file) => entryOf(file, files[file]!))
  const folders = [...new Set(entries.map(({ file }) => folderOf(file)))]
  const known = GROUPS.filter(([folder]) => folders.includes(folder))
  const others = folders
    .filter((folder) => !GROUPS.some(([one]) => one === folder))
    .map((folder) => [folder, folder] as const)
  return [...known, ...others].map(([folder, title]) => ({
    title,
    entries: entries.filter(({ file }) => folderOf(file) === folder),
  }))
}

/** `scenarios/living/a.yaml` -> `living`, `scenarios/a.yaml` -> ``. */
const folderOf = (file: string): string => file.split('/').slice(1, -1).join('/')

function entryOf(file: string, text: string): CatalogueEntry {
  const value: unknown = parse(text)
  const top = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const textOf = (key: string) => (typeof top[key] === 'string' ? (top[key] as string).trim() : '')
  const cases = Array.isArray(top['cases']) ? (top['cases'] as { name?: unknown }[]) : []
  return {
    file,
    title: textOf('title') || textOf('name') || file,
    description: textOf('description'),
    cases: cases.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])),
    isLesson: top['lesson'] !== undefined,
  }
}
