import { describe, expect, it } from 'vitest'
import { type Route, readRoute, writeRoute } from '../../src/web/routes.ts'

describe('an address of the page', () => {
  const routes: readonly Route[] = [
    { kind: 'playground' },
    { kind: 'playground', file: 'scenarios/bad-image.yaml', case: 'strict & slow' },
    { kind: 'shared', data: 'abc-_1' },
    { kind: 'lessons' },
    { kind: 'lesson', name: '01-first-batch' },
    { kind: 'ownLesson', data: 'abc-_1' },
    { kind: 'class' },
    { kind: 'class', name: '01-first-batch' },
    { kind: 'ownClass', data: 'abc-_1' },
  ]

  it.each(routes)('leads where it was written for: $kind', (route) => {
    expect(readRoute(writeRoute(route))).toEqual(route)
  })
})
