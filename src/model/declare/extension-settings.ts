import { complain, type DocumentPath, INVALID_VALUE, type Report, showCommand, tell } from './context.ts'
import { isHealthExtension, isRich } from './health-source.ts'
import { isPlain } from './shape.ts'
import { isSymbolic } from './symbolic.ts'
import { EXTENSION_RANGES, extensionRange } from './value-rules.ts'
import { reportSymbolic, show } from './values.ts'

const EXTENSIONS = 'virtualMachineProfile.extensionProfile.extensions'
const PROTOCOLS: readonly unknown[] = ['http', 'https', 'tcp']
/** `intervalInSeconds` x `numberOfProbes` may not take longer than this, seconds. */
const SETTLE_SECONDS_MAX = 240

/**
 * Settings of the Application Health extension, rollouts 1.4. The set itself is accepted with wrong settings; the extension
 * then fails on every instance, so the twin refuses to play it.
 */
export function checkHealthExtensions(document: Readonly<Record<string, unknown>>, report: Report): void {
  const profile = document['virtualMachineProfile']
  const extensionProfile = isPlain(profile) ? profile['extensionProfile'] : undefined
  const extensions = isPlain(extensionProfile) ? extensionProfile['extensions'] : undefined
  if (!Array.isArray(extensions)) return
  for (const [index, extension] of extensions.entries()) {
    // It may be the health source, so it cannot be left open.
    if (isSymbolic(extension)) reportSymbolic(`${EXTENSIONS}[${index}]`, extension, true, new Set(), report)
    if (!isPlain(extension) || !isHealthExtension(extension)) continue
    const path = ['virtualMachineProfile', 'extensionProfile', 'extensions', index, 'settings']
    const settings = extension['settings']
    if (isSymbolic(settings)) reportSymbolic(`${EXTENSIONS}[${index}].settings`, settings, true, new Set(), report)
    else checkSettings(isPlain(settings) ? settings : {}, path, isRich({ name: '', ...extension }), report)
  }
}

function checkSettings(settings: Record<string, unknown>, path: DocumentPath, rich: boolean, report: Report): void {
  const seen = new Set<unknown>()
  const fail = (name: string, what: string, hint?: string) =>
    complain(
      report,
      INVALID_VALUE,
      [...path, name],
      `${what}; provisioning the Application Health extension fails with it`,
      hint,
    )
  const protocol = settings['protocol']
  if (isSymbolic(protocol)) reportSymbolic('protocol', protocol, true, seen, report)
  else if (protocol !== undefined && !PROTOCOLS.includes(protocol))
    fail('protocol', `protocol must be http, https or tcp, got ${show(protocol)}`)
  for (const { name, min, max, decisive } of EXTENSION_RANGES) {
    const value = settings[name]
    if (value === undefined) continue
    if (isSymbolic(value)) reportSymbolic(name, value, decisive, seen, report)
    else if (!Number.isInteger(value) || (value as number) < min || (value as number) > max)
      fail(name, `${name} must be a whole number from ${min} to ${max}, got ${show(value)}`)
  }
  if (protocol === 'tcp' && settings['port'] === undefined) fail('port', 'tcp needs a port')
  if (protocol === 'tcp' && settings['requestPath'] !== undefined)
    fail(
      'requestPath',
      `a requestPath is not allowed with tcp, got ${show(settings['requestPath'])}`,
      'remove requestPath',
    )
  if ((protocol === 'http' || protocol === 'https') && settings['requestPath'] === undefined)
    fail('requestPath', `${protocol} needs a requestPath`, 'write requestPath: /ready')
  const interval = settings['intervalInSeconds'] ?? extensionRange('intervalInSeconds').preset
  const probes = settings['numberOfProbes'] ?? extensionRange('numberOfProbes').preset
  if (typeof interval === 'number' && typeof probes === 'number' && interval * probes > SETTLE_SECONDS_MAX)
    fail(
      'numberOfProbes',
      `intervalInSeconds x numberOfProbes must not exceed ${SETTLE_SECONDS_MAX} seconds, got ${interval} x ${probes} = ${interval * probes}`,
    )
  if (!rich && settings['gracePeriod'] !== undefined)
    // HE-7: Binary Health States know no grace period.
    tell(report, [...path, 'gracePeriod'], {
      code: 'UnknownProperty',
      title: 'gracePeriod has no effect with version 1.0 of the Application Health extension',
      severity: 'warning',
      evidence: [
        `gracePeriod is ${show(settings['gracePeriod'])}, but a grace period exists with Rich Health States (2.0) only.`,
      ],
      rules: ['HE-7'],
      confirm: showCommand(report.name, 'virtualMachineProfile.extensionProfile.extensions'),
      fix: 'Set typeHandlerVersion to 2.0 and answer with ApplicationHealthState, or remove gracePeriod.',
    })
}
