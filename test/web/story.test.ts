import { describe, expect, it } from 'vitest'
import type { RunView } from '../../src/web/engine/protocol.ts'
import { storyOf } from '../../src/web/playground/story.ts'

const MINUTE = 60_000

/** A run of six hours with one rollout of 16 minutes, and nothing else that the story looks at. */
const result = {
  durationMs: 360 * MINUTE,
  rollouts: [{ startedAtMs: 60 * MINUTE, endedAtMs: 76 * MINUTE }],
  lanes: [],
} as unknown as RunView['result']

describe('the stretch of a run that is shown', () => {
  it('goes from shortly before the rollout to shortly after it', () => {
    expect(storyOf(result)).toEqual({ fromMs: 58 * MINUTE, toMs: 78 * MINUTE })
  })

  it('has the moment in it at which a lesson was decided, however long after the rollout', () => {
    expect(storyOf(result, 180 * MINUTE)).toEqual({ fromMs: 45 * MINUTE, toMs: 195 * MINUTE })
    expect(storyOf(result, 70 * MINUTE)).toEqual(storyOf(result))
  })
})
