import { describe, expect, it } from 'vitest'
import { LESSON_TOPICS } from '../../src/model/lesson.ts'
import { catalogueOf, lessonName, lessonsOf } from '../../src/web/catalogue.ts'
import { FILES } from './files.ts'

describe('the catalogue of the page', () => {
  const groups = catalogueOf(FILES)
  const entries = groups.flatMap((group) => group.entries)

  it('has every scenario that is shipped, once, and no template', () => {
    const scenarios = Object.keys(FILES).filter((file) => file.endsWith('.yaml'))
    expect(scenarios.length).toBeGreaterThan(70)
    expect(entries.map(({ file }) => file).sort()).toEqual(scenarios.sort())
  })

  it('has a title for each, and begins with what somebody new would look at', () => {
    expect(groups[0]!.title).toBe('Start here')
    expect(entries.every(({ title }) => title !== '')).toBe(true)
    expect(groups.every((group) => group.entries.length > 0)).toBe(true)
  })

  it('names the cases of a file', () => {
    const example = catalogueOf({
      'scenarios/x.yaml': 'name: x\ncases: [{ name: one, set: { seed: 2 } }, { name: two }]\n',
    })
    expect(example[0]!.entries[0]!.cases).toEqual(['one', 'two'])
  })

  it('survives a file that is no mapping, and puts a folder it does not know at the end', () => {
    const example = catalogueOf({ 'scenarios/other/x.yaml': '- 1\n', 'scenarios/a.yaml': 'title: A\n' })
    expect(example.map(({ title }) => title)).toEqual(['Start here', 'other'])
    expect(example[1]!.entries[0]!.title).toBe('scenarios/other/x.yaml')
  })

  it('lists at least twenty lessons in the order of the course, with a topic each', () => {
    const lessons = lessonsOf(groups)
    expect(lessons.length).toBeGreaterThanOrEqual(20)
    const orders = lessons.map(({ lesson }) => lesson.order)
    expect(orders).toEqual([...orders].sort((a, b) => a - b))
    expect(new Set(orders).size).toBe(orders.length)
    expect(new Set(lessons.map(lessonName)).size).toBe(lessons.length)
    for (const topic of Object.keys(LESSON_TOPICS))
      expect(lessons.some(({ lesson }) => lesson.topic === topic)).toBe(true)
  })
})
