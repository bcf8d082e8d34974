import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { LESSON_TOPICS } from '../src/model/lesson.ts'
import { loadScenario } from '../src/model/scenario/load.ts'
import type { RawLesson } from '../src/model/scenario/schema-lesson.ts'
import { lessonSchema } from '../src/model/scenario/schema-lesson.ts'

const GUIDE = 'docs/trainers-guide.md'
const text = readFileSync(GUIDE, 'utf8')

const lessons = readdirSync('scenarios/lessons')
  .sort()
  .map((name) => {
    const file = `scenarios/lessons/${name}`
    const { title, lesson } = loadScenario(readFileSync(file, 'utf8'), file, { readFile: () => undefined })
    return { file, title: title!, lesson: lesson! }
  })

/** What stands between two marks of the guide. */
const between = (mark: string, end: string) => text.split(`<!-- ${mark} -->\n`)[1]!.split(`<!-- /${end} -->`)[0]!

function table(): string {
  const rows = lessons.map(({ file, title, lesson }) => {
    const rules = [...new Set(lesson.keep.flatMap((line) => line.rules))].join(', ')
    const name = `[${title}](../${file})`
    return `| ${lesson.order} | ${name} | ${LESSON_TOPICS[lesson.topic]} | ${lesson.minutes} | ${rules} |`
  })
  const head = ['| | lesson | topic | minutes | rules to keep |', '|---|---|---|---|---|']
  return [...head, ...rows, ''].join('\n')
}

describe("the trainer's guide", () => {
  it('lists the lessons as they are (UPDATE=1 writes the table)', () => {
    if (process.env['UPDATE'] === '1') writeFileSync(GUIDE, text.replace(between('lessons', 'lessons'), table()))
    else expect(between('lessons', 'lessons')).toBe(table())
  })

  it.each([45, 90])('plans %i minutes that add up, with lessons that are called so and take so long', (minutes) => {
    let clock = 0
    for (const row of between(`plan:${minutes}`, 'plan').split('\n').slice(2).filter(Boolean)) {
      const [at, what, takes] = row
        .split('|')
        .slice(1, 4)
        .map((cell) => cell.trim()) as [string, string, string]
      expect(at, row).toBe(`${Math.floor(clock / 60)}:${String(clock % 60).padStart(2, '0')}`)
      clock += Number(takes)
      const order = /^\d+/.exec(what)?.[0]
      if (order === undefined) continue
      const { title, lesson } = lessons.find((one) => one.lesson.order === Number(order))!
      expect(`${lesson.order} ${title}, ${lesson.minutes}`).toBe(`${what}, ${takes}`)
    }
    expect(clock).toBe(minutes)
  })

  it('shows a lesson block of the right shape', () => {
    const block = /```yaml\n(lesson:[\s\S]*?)```/.exec(text)![1]!
    const { lesson } = parse(block) as { lesson: RawLesson }
    expect(lessonSchema.safeParse(lesson).error?.issues ?? []).toEqual([])
  })
})
