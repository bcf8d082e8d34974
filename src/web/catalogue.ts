import { parse } from 'yaml'
import { LESSON_TOPICS, type LessonTopic } from '../model/lesson.ts'

/** A scenario that comes with the product. */
export interface CatalogueEntry {
  /** Path as in the repository: `scenarios/conformance/w01-good-image.yaml`. */
  readonly file: string
  readonly title: string
  readonly description: string
  /** Names of its cases, without the base. */
  readonly cases: readonly string[]
  /** Of a scenario that teaches. */
  readonly lesson?: LessonEntry
}

export interface LessonEntry {
  /** Place in the course. */
  readonly order: number
  readonly minutes: number
  readonly topic: LessonTopic
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

/** @throws when the text is no YAML */
export function entryOf(file: string, text: string): CatalogueEntry {
  const value: unknown = parse(text)
  const top = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  const textOf = (key: string) => (typeof top[key] === 'string' ? (top[key] as string).trim() : '')
  const cases = Array.isArray(top['cases']) ? (top['cases'] as { name?: unknown }[]) : []
  return {
    file,
    title: textOf('title') || textOf('name') || file,
    description: textOf('description'),
    cases: cases.flatMap(({ name }) => (typeof name === 'string' ? [name] : [])),
    ...lessonOf(top['lesson']),
  }
}

function lessonOf(value: unknown): { lesson?: LessonEntry } {
  if (typeof value !== 'object' || value === null) return {}
  const { order, minutes, topic } = value as Record<string, unknown>
  if (typeof order !== 'number' || typeof minutes !== 'number' || typeof topic !== 'string') return {}
  if (!Object.hasOwn(LESSON_TOPICS, topic)) return {}
  return { lesson: { order, minutes, topic: topic as LessonTopic } }
}

/** All lessons in the order of the course. */
export function lessonsOf(groups: readonly CatalogueGroup[]): (CatalogueEntry & { readonly lesson: LessonEntry })[] {
  return groups
    .flatMap(({ entries }) => entries)
    .flatMap((entry) => (entry.lesson === undefined ? [] : [{ ...entry, lesson: entry.lesson }]))
    .sort((a, b) => a.lesson.order - b.lesson.order)
}

/** `scenarios/lessons/01-first-batch.yaml` -> `01-first-batch`: how an address names it. */
export const lessonName = ({ file }: Pick<CatalogueEntry, 'file'>): string =>
  file.slice(file.lastIndexOf('/') + 1).replace(/\.ya?ml$/, '')
