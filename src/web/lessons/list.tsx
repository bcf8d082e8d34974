import { LESSON_TOPICS, type LessonTopic } from '../../model/lesson.ts'
import { plural } from '../../report/wording.ts'
import { type CatalogueGroup, lessonName, lessonsOf } from '../catalogue.ts'
import { type Route, writeRoute } from '../routes.ts'
import type { Memory } from '../ui/storage.ts'
import { readProgress } from './progress.ts'

/** All lessons by topic, with what has been reached in each. */
export function LessonList({
  catalogue,
  memory,
  kind,
}: {
  readonly catalogue: readonly CatalogueGroup[]
  readonly memory: Memory
  /** Where a lesson of the list leads: to the player, or to the trainer's mode. */
  readonly kind: 'lesson' | 'class'
}) {
  const lessons = lessonsOf(catalogue)
  const progress = readProgress(memory)
  const done = lessons.filter((entry) => progress[lessonName(entry)] !== undefined).length
  const minutes = lessons.reduce((sum, { lesson }) => sum + lesson.minutes, 0)
  const routeOf = (name: string): Route => ({ kind, name })
  return (
    <>
      <p class="quiet">
        {plural(lessons.length, 'lesson')}, about {minutes} minutes in all
        {kind === 'lesson' && `; ${done} finished in this browser`}. Each asks before it shows.
      </p>
      {(Object.keys(LESSON_TOPICS) as LessonTopic[]).map((topic) => {
        const own = lessons.filter(({ lesson }) => lesson.topic === topic)
        if (own.length === 0) return null
        return (
          <section key={topic} class="topic" aria-label={LESSON_TOPICS[topic]}>
            <h2>{LESSON_TOPICS[topic]}</h2>
            <ul class="lessons">
              {own.map((entry) => {
                const reached = progress[lessonName(entry)]
                return (
                  <li key={entry.file} class="card">
                    <a href={writeRoute(routeOf(lessonName(entry)))}>
                      <span class="quiet">{entry.lesson.order}</span> {entry.title}
                    </a>
                    <span class="quiet">
                      {entry.lesson.minutes} min
                      {kind === 'lesson' && reached !== undefined && (
                        <>
                          {' '}
                          · <span class="right">✓ {reached.points} points</span>
                        </>
                      )}
                    </span>
                  </li>
                )
              })}
            </ul>
          </section>
        )
      })}
    </>
  )
}
