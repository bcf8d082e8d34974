/** The shape every part of the format can have, as the documentation shows it. */
export const EXAMPLE = `
# yaml-language-server: $schema=../schema/scenario.schema.json
name: payments-cve-patch
title: A CVE patch meets a tightened firewall
description: Text.
seed: 1
duration: PT6H
x-owner: platform team
azure:
  scaleSets:
    vmss-authz-eastus:
      location: eastus
      zones: ["1", "2", "3"]
      sku: { name: Standard_D2as_v5, capacity: 30 }
      orchestrationMode: Flexible
      platformFaultDomainCount: 1
      upgradePolicy:
        mode: Rolling
        rollingUpgradePolicy: { maxBatchInstancePercent: 20, maxUnhealthyInstancePercent: 20,
          maxUnhealthyUpgradedInstancePercent: 20, pauseTimeBetweenBatches: PT2M }
        automaticOSUpgradePolicy: { enableAutomaticOSUpgrade: true, useRollingUpgradePolicy: true }
      virtualMachineProfile:
        storageProfile: { imageReference: { id: galProd/ubuntu-app } }
        extensionProfile:
          extensions:
            - { name: health, publisher: Microsoft.ManagedServices, type: ApplicationHealthLinux,
                typeHandlerVersion: "2.0",
                settings: { protocol: https, port: 8443, requestPath: /ready, intervalInSeconds: 5,
                            numberOfProbes: 1, gracePeriod: 900 } }
      automaticRepairsPolicy: { enabled: true, gracePeriod: PT30M, repairAction: Replace }
  autoscaleSettings:
    web:
      profiles:
        - { name: default, capacity: { minimum: "30", maximum: "60", default: "30" } }
  galleries: { galProd: { location: eastus, images: { ubuntu-app: { osType: Linux, versions: { 1.6.2: { replicaCount: 3 } } } } } }
  imageTemplates:
    ubuntu-app:
      source: { type: PlatformImage, publisher: Canonical, offer: ubuntu, sku: 22_04-lts-gen2, version: latest }
      customize: [{ type: Shell, name: harden, inline: [set -euo pipefail, ./harden.sh] }]
      validate: { inVMValidations: [{ type: Shell, name: smoke, inline: [./smoke.sh] }] }
      distribute: [{ type: SharedImage, runOutputName: app, galleryImageId: galProd/ubuntu-app, targetRegions: [eastus] }]
world:
  images:
    galProd/ubuntu-app/1.6.2: { boot: PT50S }
    galProd/ubuntu-app/1.7.0:
      boot: { p50: PT50S, p95: PT75S }
      defects: [{ name: firewall tightened, breaks: [hsm], share: 100, onset: PT0S }]
      replication: { eastus: { takes: PT20M } }
  application:
    needs: [hsm]
    startup: PT10S
    warmup: PT20S
    approvesEventsAfter: PT1M
    endpoints:
      /ready:   { checks: [hsm], answers: rich }
      /healthz: { checks: [], answers: plain }
  demand: { requestsPerSecond: 1200, perInstance: 60 }
  imageTemplates: { ubuntu-app: { customizers: { harden: { fails: silently, runs: [2], defects: [{ breaks: [hsm] }] } } } }
  spot: { evictionRatePercentPerHour: 5 }
  regions: { eastus: { zones: ["1", "2", "3"], faultDomains: 3 } }
  timings: { osDiskSwap: { p50: PT90S, p95: PT240S } }
timeline:
  - { at: PT5M, publishImageVersion: { image: galProd/ubuntu-app, version: 1.7.0, targetRegions: [eastus], replicaCount: 3 } }
  - { at: PT10M, updateModel: { set: { virtualMachineProfile.storageProfile.imageReference.id: galProd/ubuntu-app/1.7.0 } } }
  - { at: PT90M, cancelRollingUpgrade: }
  - { at: PT91M, excludeFromLatest: { image: galProd/ubuntu-app, version: 1.7.0 } }
  - { at: PT100M, failZone: { zone: 1, for: PT10M } }
expect:
  - blastRadius.percent <= 20
  - rollouts[0].errorCode == MaxUnhealthyUpgradedInstancePercentExceededInRollingUpgrade
  - p99(availability.minServingPercent) >= 75
cases:
  - name: large
    title: Twice the size
    set: { azure.scaleSets.vmss-authz-eastus.sku.capacity: 60 }
    expect: [blastRadius.percent <= 10]
vary:
  - { path: azure.scaleSets.vmss-authz-eastus.sku.capacity, from: 2, to: 40 }
  - { faults: { breakInstance: 0..3 } }
properties: [noZoneFullyDown]
assumptions: { upgradedDenominator: upgraded, allocationPartialOutcome: keep }
lesson:
  order: 1
  minutes: 5
  topic: thresholds
  hook: A patched image meets a firewall.
  predict: { ask: How many instances get it?, kind: number, measure: blastRadius.instances, max: 30 }
  reveal: "{blastRadius.instances} instances, since {decided.count} of {decided.total} were unhealthy."
  decided: TH-5
  change:
    set: { azure.scaleSets.vmss-authz-eastus.upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent: 10 }
    why: A smaller batch.
    predict:
      ask: And now?
      kind: choice
      choices:
        - { label: Fewer, when: blastRadius.instances < base }
        - { label: No fewer, when: blastRadius.instances >= base }
    reveal: "{blastRadius.instances} in place of {base.blastRadius.instances}."
    decided: { rule: TH-5, entry: rollout.check, which: first }
  sandbox:
    - { path: azure.scaleSets.vmss-authz-eastus.sku.capacity, label: Instances, from: 2, to: 60 }
  keep:
    - { text: The batch is what a bad version can cost., rules: [BT-1] }
    - { text: The gate looks at those that were upgraded., rules: [TH-5] }
    - { text: It looks when the batch is over., rules: [TH-5, RU-3] }
`.trimStart()
