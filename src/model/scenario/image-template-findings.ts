import type { Finding } from '../finding.ts'
import { type BodyShape, canonicalBody, isMapping, value } from './body.ts'
import type { Path, SourceDocument } from './document.ts'
import { stepName, TEMPLATE_SHAPE } from './image-templates.ts'
import { sameName } from './names.ts'

/**
 * What is worth telling about the templates as written: a Shell customizer that hides a failing command, a build without
 * an identity, and what the twin does not play. Wrong parts are passed over, `buildImageTemplates` reports them.
 */
export function templateFindings(raw: unknown, source: SourceDocument): Finding[] {
  if (!isMapping(raw)) return []
  return Object.entries(raw).flatMap(([name, written]) => {
    const path: Path = ['azure', 'imageTemplates', name]
    if (!isMapping(written)) return []
    const { document, originOf } = canonicalBody(written, path, TEMPLATE_SHAPE)
    return [
      ...identityFinding(name, written, path, source),
      ...customizerFindings(name, document, originOf, source),
      ...unplayedFindings(name, document, originOf, source),
    ]
  })
}

/** Playbook row 1. A template typed by hand says nothing of its identity, and nothing follows from that. */
function identityFinding(name: string, written: Readonly<Record<string, unknown>>, path: Path, source: SourceDocument) {
  const key = Object.keys(written).find((candidate) => sameName(candidate, 'identity'))
  if (key === undefined) return []
  const identity = isMapping(written[key]) ? canonicalBody(written[key], [], IDENTITY_SHAPE).document : {}
  const { type, userAssignedIdentities } = identity
  const ids = Array.isArray(userAssignedIdentities)
    ? userAssignedIdentities
    : Object.keys(isMapping(userAssignedIdentities) ? userAssignedIdentities : {})
  const isNone = typeof type === 'string' && sameName(type, 'None')
  if (ids.length > 0 && !isNone) return []
  const finding: Finding = {
    code: 'BuildIdentityMissing',
    title: 'The image template has no identity to build and publish with',
    severity: 'error',
    where: `${name}: identity`,
    place: source.placeOf([...path, key]),
    evidence: [
      isNone ? 'identity.type is None.' : 'identity names no user-assigned identity.',
      'Image Builder publishes as a user-assigned identity; without one the run fails before anything is built.',
    ],
    rules: ['IB-03'],
    confirm: templateCommand(name, 'identity'),
    fix: 'Assign a managed identity that may write image versions into the gallery, and name it in identity.userAssignedIdentities.',
  }
  return [finding]
}

const IDENTITY_SHAPE: BodyShape = { members: { type: value, userAssignedIdentities: value } }

/** Playbook row 12, IB-03: the first customizer that fails ends the run, so a failure must not be swallowed inside one. */
function customizerFindings(
  name: string,
  document: Readonly<Record<string, unknown>>,
  originOf: (path: Path) => Path,
  source: SourceDocument,
): Finding[] {
  const steps = Array.isArray(document['customize']) ? document['customize'] : []
  return steps.flatMap((step, index) => {
    if (!isMapping(step) || step['type'] !== 'Shell' || !Array.isArray(step['inline'])) return []
    const { stopsOnError, commands } = readShell(step['inline'].filter((line) => typeof line === 'string'))
    const [first] = commands
    if (stopsOnError || first === undefined) return []
    const called = typeof step['name'] === 'string' ? step['name'] : stepName('Shell', index)
    const isSingle = commands.length === 1 && !/[;|]/.test(first)
    const finding: Finding = {
      code: 'CustomizerHidesErrors',
      title: 'A Shell customizer goes on after a command that failed',
      // Of a single command the result is the result of the customizer; the next one that is added changes that.
      severity: isSingle ? 'info' : 'warning',
      where: `${name}: customize[${index}].inline`,
      place: source.placeOf(originOf(['customize', index, 'inline'])),
      evidence: [
        `Customizer ${called} begins with "${first}"; no set -e stands before it.`,
        isSingle
          ? 'It is the only command, so its failure still fails the run; with a second one only the last would count.'
          : 'Only the result of the last command counts: an earlier failure passes, and the run publishes the image as Succeeded.',
      ],
      rules: ['IB-03'],
      confirm: templateCommand(name, '"customize[].{name: name, inline: inline}"'),
      fix: 'Make set -euo pipefail the first line of inline.',
    }
    return [finding]
  })
}

/**
 * Whether errors end the script (`set -e`, `set -euo pipefail`, `set -o errexit`, before the first command), and its lines
 * that are commands. Comments, empty lines and other settings of the shell are none.
 */
function readShell(inline: readonly string[]): {
  readonly stopsOnError: boolean
  readonly commands: readonly string[]
} {
  const lines = inline
    .flatMap((entry) => entry.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
  let stopsOnError = false
  let isPreamble = true
  const commands = lines.filter((line) => {
    let isCommand = false
    for (const part of line.split(/;|&&/).map((piece) => piece.trim())) {
      const [word, ...args] = part.split(/\s+/)
      if (word !== 'set' && word !== 'shopt' && word !== 'trap' && part !== '') {
        isCommand = true
        isPreamble = false
      } else if (word === 'set' && isPreamble && setsErrexit(args)) stopsOnError = true
    }
    return isCommand
  })
  return { stopsOnError, commands }
}

/** `-e`, `-euo pipefail`, `-x -e`, `-o errexit`. */
function setsErrexit(args: readonly string[]): boolean {
  return args.some(
    (arg, index) =>
      /^-[a-zA-Z]*e[a-zA-Z]*$/.test(arg) || (arg === 'errexit' && /^-[a-zA-Z]*o$/.test(args[index - 1] ?? '')),
  )
}

/** Parts of a template that change a run and that no mechanism plays. */
function unplayedFindings(
  name: string,
  document: Readonly<Record<string, unknown>>,
  originOf: (path: Path) => Path,
  source: SourceDocument,
): Finding[] {
  const optimize = isMapping(document['optimize']) ? document['optimize']['vmBoot'] : undefined
  const validate = isMapping(document['validate']) ? document['validate'] : {}
  const declared: readonly (readonly [boolean, Path, string])[] = [
    [
      isMapping(optimize) && optimize['state'] === 'Enabled',
      ['optimize', 'vmBoot'],
      'The time a run takes to optimize the boot of its image is not played, nor is the faster boot.',
    ],
    [
      validate['sourceValidationOnly'] === true,
      ['validate', 'sourceValidationOnly'],
      'The twin plays a whole run; here the source is only validated and nothing is built or distributed.',
    ],
  ]
  return declared.flatMap(([isDeclared, path, evidence]): Finding[] =>
    isDeclared
      ? [
          {
            code: 'NotModelled',
            title: `${path.join('.')} of an image template: declared and not played`,
            severity: 'warning',
            where: `${name}: ${path.join('.')}`,
            place: source.keyPlaceOf(originOf(path)),
            evidence: [evidence],
            rules: [],
            confirm: templateCommand(name, String(path[0])),
          },
        ]
      : [],
  )
}

/** The command that prints what Azure really holds. */
function templateCommand(name: string, query: string): string {
  return `az image builder show --resource-group <resource-group> --name ${name} --query ${query}`
}
