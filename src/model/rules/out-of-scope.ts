/** One reason and the rules it holds for, separated by blanks. */
type Reason = readonly [reason: string, ids: string]

const SPOT: readonly Reason[] = [
  [
    'It contradicts the fault domains that such a set declares and does not say how; the twin keeps the declared ones.',
    'SP-07',
  ],
  ['It tells what other services have met and describes no behaviour of a scale set.', 'SP-34'],
]

const EVENTS: readonly Reason[] = [
  [
    'The guests of the twin look from the first moment on; the service that wakes with the first look is not played.',
    'SE-7',
  ],
  ['The twin tells an event to the instance it concerns; who else reads it changes nothing.', 'SE-8'],
]

const AVAILABILITY: readonly Reason[] = [
  ['It quotes a contract, and nothing in a run depends on it.', 'AV-01'],
  ['It describes what a zone is; what follows from one is said in rules of its own.', 'AV-02'],
  ['It restates SE-1 and adds nothing of its own to play.', 'AV-07'],
  ['It restates SE-12 and adds nothing of its own to play.', 'AV-08'],
  ['It tells what was found in studies and describes no behaviour.', 'AV-10'],
  [
    'It tells how often disks were replaced in field studies; what a failed disk does to an instance is that of its host.',
    'AV-11',
  ],
]

const PLACEMENT: readonly Reason[] = [['It is advice about clusters, which the twin does not know.', 'PL-61']]

const FACTS: readonly Reason[] = [
  ['Its 50 s for a baked image are the default boot; it describes no behaviour.', 'TM-01'],
  ['It tells what was found elsewhere and describes no behaviour.', 'TM-02 TM-03 TM-04 TM-11'],
  ['Finding a place takes milliseconds, too little to be played.', 'TM-05'],
  ['It orders durations without giving any; one timing holds for every start.', 'TM-08'],
  ['It gives no figures; ephemeral OS disks are told apart from managed ones in what they cost alone.', 'TM-09'],
  ['It restates TH-12 and AO-14 and adds nothing of its own to play.', 'TM-10'],
  ['It tells how long others have waited; the model of the copy is GA-22.', 'GA-21'],
  ['It is advice and describes no behaviour.', 'GA-33'],
  ['The connections of a build machine to its guest are no part of the twin.', 'IB-08'],
]

/**
 * Why a rule is not played, by id: one sentence each. Every other rule has a test whose title names it; `docs/coverage.md` shows
 * both, and a reason for a rule that has a test fails the build.
 */
export const OUT_OF_SCOPE: Readonly<Record<string, string>> = Object.fromEntries(
  [SPOT, EVENTS, AVAILABILITY, PLACEMENT, FACTS]
    .flat()
    .flatMap(([reason, ids]) => ids.split(' ').map((id) => [id, reason])),
)
