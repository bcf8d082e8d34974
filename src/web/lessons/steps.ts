/** The steps of a lesson, in order. The first of each pair asks, the second shows. */
export const STEPS = ['hook', 'predict', 'run', 'reveal', 'change', 'changed', 'sandbox', 'keep'] as const

export type StepName = (typeof STEPS)[number]

export const STEP_TITLES: Readonly<Record<StepName, string>> = {
  hook: 'The situation',
  predict: 'Your guess',
  run: 'The run',
  reveal: 'What happened',
  change: 'One thing is changed',
  changed: 'What happened now',
  sandbox: 'Try it yourself',
  keep: 'To keep',
}
