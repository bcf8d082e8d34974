/** Texts that try to leave the place they are put in: an element, an attribute, a script, a style, a line. */
export const HOSTILE = [
  '</script><script>window.pwned=1</script>',
  '"><img src=x onerror="window.pwned=1">',
  "' onload='window.pwned=1",
  '<!--',
  ']]>',
  '\u2028window.pwned=1\u2029',
  '</style><style>*{display:none}',
  '&lt;b&gt;',
  '\u202egnp.exe',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: an attack on whoever would take it for a template
  '${window.pwned=1}',
].join(' ')

const quoted = (text: string) => JSON.stringify(text)

/** A scenario in which every text that may be chosen freely is hostile. */
export function hostileScenario(): string {
  const text = quoted(HOSTILE)
  return `name: ${text}
title: ${text}
description: ${text}
duration: PT1H
azure:
  scaleSets:
    vmss-a:
      location: eastus
      zones: ["1", "2"]
      sku: { name: Standard_D2as_v5, capacity: 4 }
      orchestrationMode: Flexible
      upgradePolicy: { mode: Rolling }
      tags: { ${text}: ${text} }
      virtualMachineProfile:
        storageProfile: { imageReference: { id: gal/app/1.0.0 } }
        extensionProfile:
          extensions:
            - { name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux, typeHandlerVersion: "2.0",
                settings: { protocol: http, port: 80, requestPath: ${text}, intervalInSeconds: 5, numberOfProbes: 1 } }
world:
  images:
    gal/app/1.0.0: { boot: PT50S }
    gal/app/2.0.0: { boot: PT50S, defects: [{ name: ${text}, breaks: [process] }] }
timeline:
  - { at: PT10M, updateModel: { set: { virtualMachineProfile.storageProfile.imageReference.id: gal/app/2.0.0 } } }
`
}
