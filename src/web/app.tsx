import { useEffect, useMemo, useState } from 'preact/hooks'
import { chartPatterns } from '../report/charts/style.ts'
import { type CatalogueEntry, catalogueOf, entryOf, lessonName, lessonsOf } from './catalogue.ts'
import { decodeShared } from './edit/share.ts'
import type { Engine } from './engine/client.ts'
import { LessonList } from './lessons/list.tsx'
import { LessonPlayer } from './lessons/player.tsx'
import type { LessonSource } from './lessons/source.ts'
import { ClassScore, Trainer } from './lessons/trainer.tsx'
import { Svg } from './playground/charts.tsx'
import { Playground } from './playground/playground.tsx'
import type { Work } from './playground/work.ts'
import { type Route, readRoute, writeRoute } from './routes.ts'
import { RuleProvider } from './ui/rule.tsx'
import { browserMemory } from './ui/storage.ts'

const MEMORY = browserMemory('vmss-twin/')
const PATTERNS = chartPatterns()
const FIRST = 'scenarios/bad-image.yaml'

export function App({ engine, files }: { readonly engine: Engine; readonly files: Readonly<Record<string, string>> }) {
  const [route, setRoute] = useState<Route>(() => readRoute(location.hash))
  const catalogue = useMemo(() => catalogueOf(files), [files])
  useEffect(() => {
    const onHash = () => setRoute(readRoute(location.hash))
    addEventListener('hashchange', onHash)
    return () => removeEventListener('hashchange', onHash)
  }, [])
  return (
    <RuleProvider engine={engine}>
      <Svg text={PATTERNS} />
      <header class="top">
        <a class="brand" href={writeRoute({ kind: 'playground' })}>
          vmss-twin
        </a>
        <nav aria-label="Main">
          <NavLink to={{ kind: 'playground' }} isCurrent={route.kind === 'playground' || route.kind === 'shared'}>
            Playground
          </NavLink>
          <NavLink to={{ kind: 'lessons' }} isCurrent={LESSON_ROUTES.includes(route.kind)}>
            Lessons
          </NavLink>
          <NavLink to={{ kind: 'class' }} isCurrent={route.kind === 'class' || route.kind === 'ownClass'}>
            Class
          </NavLink>
        </nav>
        <p class="tagline">Rollouts of Azure VM Scale Sets, played in this page. Nothing is sent anywhere.</p>
      </header>
      <Screen route={route} engine={engine} files={files} catalogue={catalogue} />
    </RuleProvider>
  )
}

const LESSON_ROUTES: readonly Route['kind'][] = ['lessons', 'lesson', 'ownLesson']

function NavLink({ to, isCurrent, children }: { to: Route; isCurrent: boolean; children: string }) {
  return (
    <a href={writeRoute(to)} {...(isCurrent ? { 'aria-current': 'page' as const } : {})}>
      {children}
    </a>
  )
}

interface ScreenProps {
  readonly route: Route
  readonly engine: Engine
  readonly files: Readonly<Record<string, string>>
  readonly catalogue: ReturnType<typeof catalogueOf>
}

function Screen({ route, engine, files, catalogue }: ScreenProps) {
  switch (route.kind) {
    case 'shared': {
      const shared = decodeShared(route.data)
      if (shared === undefined)
        return <Broken text="This link holds no scenario: it was cut off or changed on its way." />
      const { yaml, file, pinned, atMs } = shared
      const start: Work = {
        file,
        text: yaml,
        ...(shared.files === undefined ? {} : { files: shared.files }),
        ...(shared.case === undefined ? {} : { case: shared.case }),
      }
      return (
        <Playground
          key={route.data}
          engine={engine}
          catalogue={catalogue}
          files={files}
          start={start}
          {...(pinned === undefined ? {} : { startPinned: pinned })}
          {...(atMs === undefined ? {} : { startAtMs: atMs })}
        />
      )
    }
    case 'playground': {
      const file = route.file ?? FIRST
      const text = files[file]
      if (text === undefined) return <Broken text={`There is no scenario ${file} in this page.`} />
      const start: Work = { file, text, ...(route.case === undefined ? {} : { case: route.case }) }
      return (
        <Playground
          key={`${file}?${route.case ?? ''}`}
          engine={engine}
          catalogue={catalogue}
          files={files}
          start={start}
        />
      )
    }
    case 'lessons':
      return (
        <main class="page">
          <h1>Lessons</h1>
          <LessonList catalogue={catalogue} memory={MEMORY} kind="lesson" />
        </main>
      )
    case 'lesson': {
      const lessons = lessonsOf(catalogue)
      const at = lessons.findIndex((entry) => lessonName(entry) === route.name)
      const entry = lessons[at]
      if (entry === undefined) return <Broken text={`There is no lesson ${route.name}.`} />
      return (
        <LessonPlayer
          key={entry.file}
          engine={engine}
          entry={entry}
          source={shipped(files, entry)}
          next={lessons[at + 1]}
          memory={MEMORY}
        />
      )
    }
    case 'ownLesson':
    case 'ownClass': {
      const own = ownLesson(route.data)
      if (own === undefined)
        return <Broken text="This link holds no lesson: it was cut off or changed on its way, or the file has none." />
      const { entry, source } = own
      return route.kind === 'ownLesson' ? (
        <LessonPlayer key={route.data} engine={engine} entry={entry} source={source} next={undefined} memory={MEMORY} />
      ) : (
        <Trainer key={route.data} engine={engine} entry={entry} source={source} catalogue={catalogue} />
      )
    }
    case 'class': {
      const entry = lessonsOf(catalogue).find((one) => lessonName(one) === route.name)
      if (entry !== undefined)
        return (
          <Trainer
            key={entry.file}
            engine={engine}
            entry={entry}
            source={shipped(files, entry)}
            catalogue={catalogue}
          />
        )
      if (route.name !== undefined) return <Broken text={`There is no lesson ${route.name}.`} />
      return (
        <main class="page">
          <h1>With a class</h1>
          <p>
            Choose a lesson to show it step by step, with every answer hidden until its turn. Learners play the same
            lesson on their own and show the code at its end, or hands are counted. No server is involved.
          </p>
          <h2>Score of the class</h2>
          <ClassScore engine={engine} catalogue={catalogue} byHand={[]} />
          <LessonList catalogue={catalogue} memory={MEMORY} kind="class" />
        </main>
      )
    }
    default:
      return route satisfies never
  }
}

/** One object for one lesson, so that it is played once however often the page is drawn. */
const SOURCES = new Map<string, LessonSource>()

function shipped(files: Readonly<Record<string, string>>, { file }: CatalogueEntry): LessonSource {
  const source = SOURCES.get(file) ?? { file, text: files[file]!, isOwn: false }
  SOURCES.set(file, source)
  return source
}

let lastOwn: { readonly data: string; readonly own: { entry: CatalogueEntry; source: LessonSource } } | null = null

/** The lesson that an address carries; undefined: it carries none. */
function ownLesson(data: string): { readonly entry: CatalogueEntry; readonly source: LessonSource } | undefined {
  if (lastOwn?.data === data) return lastOwn.own
  const shared = decodeShared(data)
  if (shared === undefined) return undefined
  const { file, yaml: text, files } = shared
  try {
    const entry = entryOf(file, text)
    if (entry.lesson === undefined) return undefined
    const own = { entry, source: { file, text, ...(files === undefined ? {} : { files }), isOwn: true } }
    lastOwn = { data, own }
    return own
  } catch {
    return undefined
  }
}

function Broken({ text }: { readonly text: string }) {
  return (
    <main class="broken">
      <p role="alert">{text}</p>
      <p>
        <a href={writeRoute({ kind: 'playground' })}>To the playground</a>
      </p>
    </main>
  )
}
