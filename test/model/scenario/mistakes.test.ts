import { describe, expect, it } from 'vitest'
import { BEGINNER, mistakes } from './fixtures.ts'

const UPDATE = 'updateModel: { set: { sku.name: Standard_D4as_v5 } }'

/** The beginner's scenario with one passage replaced, or with lines added at the end. */
const replaced = (from: string, to: string) => {
  expect(BEGINNER).toContain(from)
  return BEGINNER.replace(from, to)
}
const action = (text: string) => replaced(UPDATE, text)
const added = (text: string) => `${BEGINNER}${text}\n`

describe('a mistake is told with its place, the value and what to write instead', () => {
  it.each<[what: string, text: string, expected: string[]]>([
    ['a syntax error', replaced('name: first', 'name: "a'), ['1:7 E0002 not valid YAML: Missing closing "quote']],
    [
      'a bracketed path between braces without quotes',
      action('updateModel: { set: { virtualMachineProfile.extensionProfile.extensions[health].settings.port: 3 } }'),
      [
        '10:96 E0002 not valid YAML: Missing , or : between flow map items | between braces a key with brackets needs quotes: "virtualMachineProfile.extensionProfile.extensions[health].settings.port"',
      ],
    ],
    [
      'a key twice',
      replaced('name: first', 'name: first\nname: b'),
      ['2:1 E0120 the key name stands twice in the same mapping | keep one of them'],
    ],
    [
      'an alias inside its anchor',
      'x-a: &a [*a]\nworld: *a\n',
      ['1:10 E0002 the alias *a stands inside what it refers to'],
    ],
    ['an unknown key', replaced('name: first', 'nmae: first'), ['1:1 E0101 unknown key nmae | did you mean name?']],
    [
      'a misspelt section, told once',
      replaced('azure:', 'azurre:'),
      ['2:1 E0101 unknown key azurre | did you mean azure?'],
    ],
    [
      'an unknown key in the world',
      added('world: { regions: { eastus: { zone: [1] } } }'),
      ['11:31 E0101 unknown key zone in world.regions.eastus | did you mean zones?'],
    ],
    [
      'an unknown property of a scale set',
      replaced('mode: Rolling', 'mode: Rolling, rollingUpgradPolicy: {}'),
      [
        '8:39 E0101 unknown property upgradePolicy.rollingUpgradPolicy in azure.scaleSets.web | did you mean rollingUpgradePolicy?',
      ],
    ],
    [
      'a misspelt part of a scale set, told once',
      replaced('upgradePolicy:', 'upgradPolicy:'),
      ['8:7 E0101 unknown property upgradPolicy in azure.scaleSets.web | did you mean upgradePolicy?'],
    ],
    ['something missing', replaced('at: PT10M, ', ''), ['10:12 E0102 at is missing | it is an ISO 8601 duration']],
    [
      'a number in quotes',
      replaced('name: first', 'seed: "7"'),
      ['1:7 E0103 seed must be a number, got "7" | without quotes: 7'],
    ],
    [
      'a section without content',
      added('world:'),
      ['11:7 E0103 world must be a mapping, got nothing | leave the key out, or give it a value'],
    ],
    [
      'a list instead of the scenario',
      '- a',
      [
        '1:1 E0103 the scenario must be a mapping, got ["a"] | a scenario says what Azure holds: azure: { from: [vmss.json] }, a template or what az vmss show printed, or azure: { scaleSets: … }',
      ],
    ],
    [
      'a duration as people say it',
      replaced('name: first', 'duration: 2h'),
      ['1:11 E0106 duration must be an ISO 8601 duration, got "2h" | write PT2H'],
    ],
    [
      'a duration in small letters',
      replaced('at: PT10M', 'at: pt10m'),
      ['10:18 E0106 at must be an ISO 8601 duration, got "pt10m" | write PT10M'],
    ],
    [
      'a duration in seconds',
      replaced('name: first', 'duration: 3600'),
      ['1:11 E0106 duration must be an ISO 8601 duration, got 3600 | write PT1H if seconds are meant'],
    ],
    [
      'a duration the clock cannot hold',
      replaced('name: first', 'duration: P30D'),
      ['1:11 E0106 duration must be an ISO 8601 duration, got "P30D" | it must be below P24DT20H'],
    ],
    [
      'a fault that lasts 5m',
      added('world: { application: { needs: [hsm] } }').replace(UPDATE, 'failDependency: { dependency: hsm, for: 5m }'),
      ['10:65 E0106 for must be an ISO 8601 duration, got "5m" | write PT5M'],
    ],
    [
      'half a lognormal',
      added('world: { images: { a/b/1: { boot: { p50: PT1M } } } }'),
      ['11:29 E0102 p95 is missing | it is an ISO 8601 duration'],
    ],
    [
      'a lognormal upside down',
      added('world: { images: { a/b/1: { boot: { p50: PT1M, p95: PT1S } } } }'),
      ['11:53 E0107 p95 (PT1S) must not be below p50 (PT1M) | swap them'],
    ],
    [
      'no distribution at all',
      added('world: { timings: { restart: [1] } }'),
      [
        '11:30 E0106 restart must be a duration or a distribution: PT50S, { p50, p95 }, { min, max }, { mean }, { samples: [...] } or { mixture: [{ weight, ... }] }, got [1] | write for example PT2M',
      ],
    ],
    [
      'a weight of nothing in a mixture',
      added('world: { timings: { restart: { mixture: [{ weight: 0, mean: PT1S }] } } }'),
      ['11:52 E0104 weight must be above 0, got 0'],
    ],
    ['a negative seed', replaced('name: first', 'seed: -1'), ['1:7 E0104 seed must be at least 0, got -1']],
    [
      'a share above everything',
      added('world: { images: { a/b/1: { defects: [{ share: 120 }] } } }'),
      ['11:48 E0104 share must be at most 100, got 120'],
    ],
    [
      'a probe path that is none',
      added('world: { application: { endpoints: { ready: {} } } }'),
      ['11:45 E0105 world.application.endpoints.ready: "ready" is not a request path that begins with /, or tcp'],
    ],
    [
      'a misspelt answer',
      added('world: { application: { endpoints: { /ready: { answers: rihc } } } }'),
      ['11:57 E0105 answers must be plain, rich, honest or { status, body }, got "rihc" | did you mean rich?'],
    ],
    [
      'an unknown scale set',
      action('updateModel: { scaleSet: wbe, set: { sku.name: x } }'),
      ['10:50 E0108 no scale set wbe is declared | did you mean web?'],
    ],
    [
      'an unknown scale set before the slash',
      action('restart: { instance: wbe/0 }'),
      ['10:46 E0108 no scale set wbe is declared | did you mean web?'],
    ],
    [
      'an unknown scale set in an expectation',
      added('expect: ["perScaleSet.wbe.timeToHalt == null"]'),
      ['11:23 E0108 no scale set wbe is declared | did you mean web?'],
    ],
    [
      'an instance that is none',
      action('restart: { instance: web/x }'),
      [
        '10:46 E0109 "web/x" does not name an instance: after the slash stands its number, in order of creation from 0 | write web/0',
      ],
    ],
    [
      'no instance',
      action('restart: {}'),
      ['10:34 E0102 restart needs the instance it acts on | give instance: web/0'],
    ],
    [
      'a protection without a flag',
      action('protectInstance: { instance: web/0 }'),
      ['10:42 E0102 protectInstance sets no flag | give protectFromScaleIn or protectFromScaleSetActions'],
    ],
    [
      'an unknown dependency in a defect',
      added('world: { application: { needs: [hsm] }, images: { a/b/1: { defects: [{ breaks: [hms] }] } } }'),
      ['11:81 E0110 hms is no dependency of the application | did you mean hsm?'],
    ],
    [
      'a dependency that fails and nobody needs',
      action('failDependency: { dependency: hsm }'),
      ['10:55 E0110 hsm is no dependency of the application | add it to world.application.needs'],
    ],
    [
      'an unknown assumption',
      added('assumptions: { shrinkWlk: scan }'),
      ['11:16 E0111 there is no assumption `shrinkWlk` | did you mean `shrinkWalk`?'],
    ],
    [
      'a value an assumption does not take',
      added('assumptions: { shrinkWalk: sacn }'),
      ['11:28 E0112 `shrinkWalk` must be scan or window, got "sacn" | did you mean scan?'],
    ],
    [
      'an unknown profile',
      added('assumptions: { profile: artcle }'),
      ['11:25 E0105 profile must be one of documentation, article, got "artcle" | did you mean article?'],
    ],
    [
      'an unknown measure',
      added('expect:\n  - blastRadius.percnt <= 20'),
      ['12:5 E0114 unknown measure blastRadius.percnt | did you mean blastRadius.percent?'],
    ],
    [
      'a duration measure against a number',
      added('expect:\n  - "timeToHalt <= 5"'),
      ['12:20 E0113 timeToHalt is compared with an ISO 8601 duration, got 5 | for example PT5M'],
    ],
    [
      'an unknown verb',
      action(UPDATE.replace('updateModel', 'updateModle')),
      ['10:25 E0116 unknown verb updateModle | did you mean updateModel?'],
    ],
    [
      'a freeze that is too long',
      action('freezeHosts: { for: PT1M }'),
      [
        '10:45 E0170 a freeze lasts PT30S at most, not PT1M | for a guest that stands still for longer write hangInstance',
      ],
    ],
    [
      'a scale set and a region',
      action('freezeHosts: { scaleSet: web, region: eastus }'),
      ['10:63 E0167 freezeHosts names a scale set and a region | keep one of them'],
    ],
    [
      'a zone that the set is not in',
      action('failFaultDomain: { faultDomain: 0, zone: "7" }'),
      ['10:66 E0168 web has no instances in a zone 7 | a regional set has no zones: leave it out'],
    ],
    [
      'a notice that is too short',
      action('failHost: { instance: web/0, notice: PT5M }'),
      [
        '10:62 E0169 a Redeploy is announced PT10M before or earlier, not PT5M | write PT10M or more, or leave it out for a failure that nobody foresees',
      ],
    ],
    [
      'a rate that is none',
      added('world: { faults: { hosts: { percentPerVmYear: -1 } } }'),
      ['11:47 E0104 percentPerVmYear must be above 0, got -1'],
    ],
    [
      'a fault that is neither true nor a rate',
      added('world: { faults: { racks: often } }'),
      ['11:27 E0103 racks must be true, or { percentPerFdYear, recovery }, got "often"'],
    ],
    [
      'a moment after the end',
      replaced('at: PT10M', 'at: PT10H'),
      [
        '10:18 E0118 at PT10H lies beyond the duration of the scenario | make the duration longer, or the moment earlier',
      ],
    ],
    [
      'a path into nothing',
      action('updateModel: { set: { skuu.name: x } }'),
      ['10:47 E0119 a scale set has no property skuu | did you mean sku?'],
    ],
    [
      'a path with a misspelt end',
      action('updateModel: { set: { upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercnt: 3 } }'),
      [
        '10:82 E0119 upgradePolicy.rollingUpgradePolicy has no property maxBatchInstancePercnt | did you mean upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent?',
      ],
    ],
    [
      'a list without a member named',
      action('updateModel: { set: { virtualMachineProfile.extensionProfile.extensions.settings: 3 } }'),
      [
        '10:97 E0119 virtualMachineProfile.extensionProfile.extensions is a list and has no settings | name the member in brackets: virtualMachineProfile.extensionProfile.extensions[name].settings',
      ],
    ],
    [
      'an update to a value nobody accepts',
      action('updateModel: { set: { upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent: 300 } }'),
      [
        '10:40 E0201 upgradePolicy.rollingUpgradePolicy.maxBatchInstancePercent must be a whole number from 5 to 100, got 300; the service answers InvalidParameter',
      ],
    ],
    [
      'a declared value nobody accepts',
      replaced('capacity: 10', 'capacity: lots'),
      [
        '6:48 E0201 sku.capacity must be a whole number from 0 to 1000, got "lots"; the service answers InvalidParameter',
      ],
    ],
    [
      'a model that cannot be true',
      added('world: { models: [{ name: big, when: { skuu.name: x }, defects: [{}] }] }'),
      ['11:40 E0119 a scale set has no property skuu | did you mean sku?'],
    ],
    [
      'an entry with two verbs',
      action(`reapply: {}, ${UPDATE}`),
      ['10:38 E0122 timeline[0] has 2 verbs: reapply, updateModel | write one entry for each, with the same at'],
    ],
    [
      'an entry without a verb',
      replaced(`at: PT10M, ${UPDATE}`, 'at: PT10M'),
      ['10:12 E0122 timeline[0] has no verb | for example { at: PT10M, startOSUpgrade: {} }'],
    ],
    [
      'a region nobody is in',
      action('limitCapacity: { region: estus, instances: 3 }'),
      ['10:50 E0123 no scale set is in the region estus | did you mean eastus?'],
    ],
    [
      'an approval for instances of nowhere',
      action('approveRollingUpgrade: { instances: [api/0] }'),
      ['10:62 E0108 no scale set api is declared | known: web'],
    ],
    [
      'a service and a state that do not exist, told together',
      action('setOrchestrationServiceState: { serviceName: Repairs, action: Suspnd }'),
      [
        '10:70 E0105 serviceName must be one of AutomaticRepairs, got "Repairs"',
        '10:87 E0105 action must be one of Suspend, Resume, got "Suspnd" | did you mean Suspend?',
      ],
    ],
    [
      'an eviction of nothing',
      action('simulateEviction: {}'),
      ['10:43 E0102 simulateEviction needs the instance it acts on | give instance: web/0'],
    ],
    [
      'more Spot capacity than there is',
      action('reclaimSpot: { percent: 120 }'),
      ['10:49 E0104 percent must be at most 100, got 120'],
    ],
    ['a zone that is none', action('failZone: { zone: 4 }'), ['10:43 E0105 eastus has no zone 4 | known: 1, 2, 3']],
    [
      'a zone in a region nobody is in',
      action('failZone: { zone: 1, region: westus }'),
      ['10:54 E0123 no scale set is in the region westus | did you mean eastus?'],
    ],
    [
      'a fault of a zone that names none',
      action('failZone: { for: 3m }'),
      [
        '10:25 E0102 zone is missing | it is a zone such as "1"',
        '10:42 E0106 for must be an ISO 8601 duration, got "3m" | write PT3M',
      ],
    ],
    [
      'the region of a gallery that is not declared',
      action('failGalleryRegion: { region: eastus }'),
      ['10:54 E0105 no declared gallery lives in eastus | declare it under azure.galleries'],
    ],
    [
      'a demand with one number',
      added('world: { demand: { requestsPerSecond: 100 } }'),
      ['11:10 E0102 perInstance is missing | how many requests in a second one instance can take: perInstance: 60'],
    ],
    [
      'a demand with a misspelt number and a negative one',
      added('world: { demand: { requestPerSecond: 100, perInstance: 3 } }'),
      ['11:20 E0101 unknown key requestPerSecond in world.demand | did you mean requestsPerSecond?'],
    ],
    [
      'a demand of nothing',
      added('world: { demand: { requestsPerSecond: 0, perInstance: -1 } }'),
      ['11:39 E0104 requestsPerSecond must be above 0, got 0', '11:55 E0104 perInstance must be above 0, got -1'],
    ],
    [
      'an empty demand',
      added('world: { demand: {} }'),
      [
        '11:10 E0102 requestsPerSecond is missing | a demand has requestsPerSecond (or a trace) and perInstance',
        '11:10 E0102 perInstance is missing | how many requests in a second one instance can take: perInstance: 60',
      ],
    ],
    [
      'a replication that is none, and one that stands twice',
      added('world: { images: { a/b/1: { replication: { eastus: { take: PT5M }, westus: {}, West US: {} } } } }'),
      ['11:54 E0101 unknown key take in world.images[a/b/1].replication.eastus | did you mean takes?'],
    ],
    [
      'a region of a replication twice',
      added(
        'world: { images: { a/b/1: { replication: { westus: {}, West US: { takes: { min: PT2M, max: PT1M } } } } } }',
      ),
      ['11:56 E0120 the region westus stands twice in world.images[a/b/1].replication | keep one of them'],
    ],
    [
      'an approval that takes no duration',
      added('world: { application: { approvesEventsAfter: 5m } }'),
      ['11:46 E0106 approvesEventsAfter must be an ISO 8601 duration, got "5m" | write PT5M'],
    ],
    [
      'an image that is none',
      added('world: { images: { ubuntu: {} } }'),
      [
        '11:20 E0125 ubuntu does not name an image | write gallery/definition/version, a resource id, or publisher:offer:sku:version',
      ],
    ],
    [
      'nothing declared',
      'name: x\nazure: {}',
      ['2:8 E0121 the scenario declares no scale set | write azure.scaleSets, or name a template in azure.from'],
    ],
    [
      'an empty file',
      '',
      [
        '1:1 E0102 azure is missing | a scenario says what Azure holds: azure: { from: [vmss.json] }, a template or what az vmss show printed, or azure: { scaleSets: … }',
      ],
    ],
  ])('%s', (_, text, expected) => {
    expect(mistakes(text)).toEqual(expected)
  })

  it('needs to know which of two scale sets is meant', () => {
    const second = BEGINNER.match(/ {4}web:\n(?: {6}.*\n)+/)![0].replace('web:', 'api:')
    const two = BEGINNER.replace('timeline:', `${second}timeline:`)
    expect(mistakes(two)).toEqual([
      '16:25 E0115 updateModel does not say which scale set it acts on | give scaleSet: one of web, api',
    ])
    expect(mistakes(two.replace(UPDATE, 'restart: { instance: 3 }'))).toEqual([
      '16:46 E0115 3 is an instance of which scale set? | write web/3',
    ])
    expect(mistakes(two.replace(UPDATE, 'manualUpgrade: { instances: [api/0, web/1] }'))).toEqual([
      '16:61 E0109 web/1 is not an instance of api | write one entry for each scale set',
    ])
    expect(mistakes(two.replace(UPDATE, 'manualUpgrade: { instances: [api/0] }'))).toEqual([])
  })

  it('needs to know which of two regions is meant', () => {
    const second = BEGINNER.match(/ {4}web:\n(?: {6}.*\n)+/)![0]
      .replace('web:', 'api:')
      .replace('eastus', 'West US 3')
    const two = BEGINNER.replace('timeline:', `${second}timeline:`)
    expect(mistakes(two.replace(UPDATE, 'failZone: { zone: 1 }'))).toEqual([
      '16:25 E0102 failZone does not say which region it means | give region: one of eastus, westus3',
    ])
    expect(mistakes(two.replace(UPDATE, 'failZone: { zone: 1, region: westus3 }'))).toEqual([])
  })

  it('says how many dependencies can be followed', () => {
    const needs = Array.from({ length: 28 }, (_, index) => `d${index}`).join(', ')
    expect(mistakes(added(`world: { application: { needs: [${needs}] } }`))).toEqual([
      '11:23 E0124 28 dependencies are named, at most 27 can be followed',
    ])
  })

  it('tells all mistakes of a file at once, in order of the file', () => {
    const text = `name: many
duration: 2h
azure:
  scaleSets:
    web:
      location: eastus
      sku: { name: Standard_D2as_v5, capacity: -1 }
      upgradePolicy: { mode: Rollin }
      virtualMachineProfile: {}
world:
  application: { needs: [hsm] }
  images: { g/i/1.0.0: { boot: 5s, defects: [{ breaks: [hms] }] }, g/i/2.0.0: { defects: [{ breaks: [hms] }] } }
timeline:
  - { at: PT1M, scaleTo: { capacity: 3, scaleSet: wbe } }
  - { at: 1m, reapply: }
expect: [blastRadius.percent < 20 percent]
assumptions: { batchRoundin: floor }
`
    expect(mistakes(text).map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '2:11 E0106',
      '7:48 E0201',
      '8:30 E0201',
      '12:32 E0106',
      '12:102 E0110',
      '14:51 E0108',
      '15:11 E0106',
      '16:35 E0113',
      '17:16 E0111',
    ])
  })

  it('never answers with anything but located mistakes, whatever is cut off', () => {
    const text = `${BEGINNER}world: { application: { needs: [a] } }\nexpect: [blastRadius.percent <= 20]\n`
    for (let length = 0; length < text.length; length += 7) {
      for (const line of mistakes(text.slice(0, length))) expect(line).toMatch(/^\d+:\d+ E0\d{3} /)
    }
  })
})
