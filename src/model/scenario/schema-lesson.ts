import { z } from 'zod'
import { LESSON_TOPICS, type LessonTopic } from '../lesson.ts'
import { rangeSchema, valuesSchema } from './schema-vary.ts'

const text = z.string().min(1)
const template = text.describe(
  'Shown after the guess. {measure} is filled from the run, {base.measure} from the run before the change, {decided.count} from the trace entry that decided.',
)

const measure = text.describe('A measure of the run, as expect names it: blastRadius.instances.')

const scaled = {
  ask: text.describe('The question.'),
  measure,
  min: z.number().optional().describe('Least answer. Default 0.'),
  max: z.number().describe('Greatest answer.'),
  step: z.number().positive().optional().describe('Distance of two answers. Default 1.'),
  unit: z
    .string()
    .optional()
    .describe(
      'What is counted: instances. Of a duration s, min or h, in which min, max, step and tolerance are given.',
    ),
  tolerance: z.number().min(0).optional().describe('How far off still counts as right. Default 0.'),
}

const numberSchema = z.strictObject({ kind: z.literal('number').describe('A number is typed in.'), ...scaled })
const dragSchema = z.strictObject({ kind: z.literal('drag').describe('A mark is dragged along a scale.'), ...scaled })

const when = text.describe('measure operator value, as in expect. In change the value may be base: the run before it.')
const choiceSchema = z.strictObject({
  kind: z.literal('choice').describe('One of several statements.'),
  ask: text.describe('The question.'),
  choices: z
    .array(
      z.strictObject({
        label: text.describe('What the learner reads.'),
        when: z
          .union([when, z.array(when).min(1)], { error: 'an expectation or a list of them' })
          .describe('When this one is right; of a list all must hold.'),
      }),
    )
    .min(2)
    .max(8)
    .describe('Exactly one of them holds when the lesson is played.'),
})

const questionSchema = z
  .discriminatedUnion('kind', [numberSchema, dragSchema, choiceSchema], {
    error: ({ code }) => (code === 'invalid_union' ? 'number, drag or choice' : undefined),
  })
  .describe('Asked before the run is shown. The answer is never written down; the run has it.')

const decidedSchema = z
  .union(
    [
      text,
      z.strictObject({
        rule: text.describe('Id of the rule.'),
        entry: text.optional().describe('Name of the trace entry: repair.started.'),
        where: z
          .record(text, z.union([z.string(), z.number(), z.boolean()]))
          .optional()
          .describe('Numbers of the entry that must be these.'),
        which: z
          .enum(['first', 'last'])
          .optional()
          .describe('Of several. Left out with entry and where: the threshold test that was breached or came nearest.'),
      }),
    ],
    { error: 'the id of a rule, or { rule, entry, where, which }' },
  )
  .describe('The rule that decided. Its numbers come from the trace of the run.')

const changeSchema = z.strictObject({
  set: z
    .record(text, z.unknown())
    .refine((set) => Object.keys(set).length > 0, { error: 'at least one path: value' })
    .describe('The one thing that is changed: path -> value, as --set takes it.'),
  why: text.describe('What is changed, and what for. Shown before the second guess.'),
  predict: questionSchema,
  reveal: template,
  decided: decidedSchema,
  same: z.boolean().optional().describe('True: the point is that the answer stays what it was.'),
})

const label = text.optional().describe('What the learner reads. Default: the last name of the path.')
const labels = z
  .array(text)
  .min(1)
  .optional()
  .describe('What the learner reads for each of the values, in their order.')
const knobSchema = z.union([rangeSchema.extend({ label }), valuesSchema.extend({ label, labels })], {
  error: '{ path, from, to } or { path, values }',
})

const topics = Object.keys(LESSON_TOPICS) as [LessonTopic, ...LessonTopic[]]

/** What a value means beyond its shape is judged by `readLesson`. */
export const lessonSchema = z
  .strictObject({
    order: z.number().int().min(1).max(99).describe('Place in the course.'),
    minutes: z.number().int().min(1).max(60).describe('How long it takes with a class.'),
    topic: z.enum(topics).describe('Where it stands in the menu.'),
    hook: text.describe('What the situation is, and why anyone should care.'),
    predict: questionSchema,
    reveal: template,
    decided: decidedSchema,
    change: changeSchema.describe('One thing is changed and predicted again.'),
    sandbox: z.array(knobSchema).min(1).describe('What the learner may turn afterwards, with bounds.'),
    keep: z
      .array(
        z.strictObject({
          text: text.describe('One line to keep.'),
          rules: z.array(text).min(1).describe('Ids of the rules it rests on.'),
        }),
      )
      .length(3, { error: 'three lines' })
      .describe('Three lines to keep.'),
  })
  .meta({ description: 'Makes the scenario a lesson: a question before the run, the answer from it, and one change.' })

export type RawLesson = z.infer<typeof lessonSchema>
export type RawQuestion = z.infer<typeof questionSchema>
export type RawDecided = z.infer<typeof decidedSchema>
export type RawKnob = z.infer<typeof knobSchema>
