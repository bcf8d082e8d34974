import { stringify } from 'yaml'
import type { ChangedValue } from '../../model/lesson.ts'
import { plain } from '../edit/knob.ts'
import { entryLabel } from '../edit/timeline.ts'

/** One change of a lesson in words: `upgradePolicy.mode`, `Rolling`, `Manual`. */
export interface ChangeText {
  readonly name: string
  /** What was there, or that there was nothing. */
  readonly before: string
  readonly after: string
}

export function changeText({ path, before, after }: ChangedValue): ChangeText {
  if (path === 'timeline[+]') {
    const entry = plain(after)
    return { name: 'timeline', before: 'one more entry', after: `${String(entry['at'])} ${entryLabel(entry)}` }
  }
  return {
    name: shortPath(path),
    before: before === undefined ? 'not set' : valueText(before),
    after: valueText(after),
  }
}

/** The last two names of a path say enough beside the sentence that explains it. */
function shortPath(path: string): string {
  const names = path.match(/\[[^\]]*\]|[^.[\]]+/g) ?? [path]
  const NAMES = 2
  const isIndex = (name: string | undefined) => name?.startsWith('[') === true
  // An index alone would not say of what.
  const from = names.length - (isIndex(names.at(-NAMES)) ? NAMES + 1 : NAMES)
  return names.slice(Math.max(0, from)).join('.').replaceAll('.[', '[')
}

/** As a scenario has it, on one line. */
function valueText(value: unknown): string {
  if (value === null) return 'nothing'
  if (typeof value !== 'object') return String(value)
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, version: '1.2' }).trim()
}
