import { encodeShared } from '../edit/share.ts'
import type { Route } from '../routes.ts'

/** The file that a lesson is played from. */
export interface LessonSource {
  readonly file: string
  readonly text: string
  /** Files it refers to that the page does not have. */
  readonly files?: Readonly<Record<string, string>>
  /** It does not come with the page: addresses carry it whole, and it has no place in the list. */
  readonly isOwn: boolean
}

const dataOf = ({ file, text, files }: LessonSource): string =>
  encodeShared({ yaml: text, file, ...(files === undefined ? {} : { files }) })

/** Where the scenario of the lesson can be turned in every way. */
export const playgroundRoute = (source: LessonSource): Route =>
  source.isOwn ? { kind: 'shared', data: dataOf(source) } : { kind: 'playground', file: source.file }

/** The same lesson of somebody's own, for a learner or for a class. */
export const ownRoute = (kind: 'ownLesson' | 'ownClass', source: LessonSource): Route => ({
  kind,
  data: dataOf(source),
})
