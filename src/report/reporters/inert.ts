/**
 * Text that a build agent only shows. GitHub and Azure Pipelines read commands from what a step prints: GitHub where a line
 * begins with `::`, both where `##[` stands anywhere, Azure Pipelines where `##vso[` does. A blank takes them apart, so that no
 * name in a scenario can give an order.
 */
export function inert(text: string): string {
  return text.replace(/##(?=[a-z]*\[)/gi, '# #').replace(/^([^\S\n]*):(?=:)/gm, '$1: ')
}

/** The agents whose steps may print commands, by the variable each of them sets. */
export function isBuildAgent(env: Readonly<Record<string, string | undefined>>): boolean {
  return env['GITHUB_ACTIONS'] === 'true' || /^true$/i.test(env['TF_BUILD'] ?? '')
}
