/** What a code of the twin's own diagnostics means. Permanent: a code is never used for something else. */
export interface DiagnosticCode {
  readonly code: string
  readonly title: string
  readonly explanation: string
  readonly fix: string
}

/** Spelling of a code: `E0106`. That it exists is checked by a test over all sources. */
export type DiagnosticId = `E0${number}`

const entry = (code: string, title: string, explanation: string, fix: string): DiagnosticCode => ({
  code,
  title,
  explanation,
  fix,
})

export const DIAGNOSTIC_CODES: readonly DiagnosticCode[] = [
  entry(
    'E0001',
    'The file cannot be read',
    'It does not exist, may not be read, or cannot be written where the command should write.',
    'Check the name and its permissions. Paths inside a scenario count from the folder of the scenario.',
  ),
  entry(
    'E0002',
    'Not valid YAML',
    'The text is not YAML 1.2, so that nothing in it could be looked at.',
    'Mend the place that is shown; mostly an indentation, a tab or a quote.',
  ),
  entry(
    'E0003',
    'Not valid JSON',
    'The text breaks off or holds something that JSON does not know. Comments are fine in templates, trailing commas are not.',
    'Mend the first place that is shown; what follows it was not read.',
  ),
  entry(
    'E0101',
    'Unknown key',
    'There is no such key, or no such parameter, in this place.',
    'Use the nearest name that is suggested. A key that begins with x- is allowed in a scenario and passed over.',
  ),
  entry('E0102', 'A key is missing', 'Something that has no default was left out.', 'Add the key that is named.'),
  entry(
    'E0103',
    'Wrong type',
    'The value is of another kind than is expected here: text for a number, a list for a mapping, and so on.',
    'Write a value of the type that is named.',
  ),
  entry(
    'E0104',
    'Out of range',
    'The number or length lies outside what is allowed here.',
    'Stay within the bounds that the message gives.',
  ),
  entry(
    'E0105',
    'Not one of the allowed values',
    'Only certain words or values are accepted here.',
    'Choose one of those that are listed.',
  ),
  entry(
    'E0106',
    'Not an ISO 8601 duration',
    'Durations are written as in ARM: P, then days, then T and hours, minutes, seconds. Years and months have no fixed length and are not accepted.',
    'Write PT2M for two minutes, PT1H30M for an hour and a half, PT0S for none.',
  ),
  entry(
    'E0107',
    'Not a distribution',
    'A duration that varies has one of a few shapes, and its numbers must fit together.',
    'Write PT50S, { p50: PT50S, p95: PT75S }, { min: …, max: … }, { mean: … }, { samples: […] } or { mixture: […] }.',
  ),
  entry(
    'E0108',
    'Unknown scale set',
    'No set of this name is declared under azure.',
    'Use a declared name, or declare the set.',
  ),
  entry(
    'E0109',
    'Unknown instance',
    'The text names no instance of the set.',
    'Write <set>/<number>; numbers count in order of creation from 0.',
  ),
  entry(
    'E0110',
    'Unknown dependency',
    'Nothing in world needs or checks a dependency of this name, so that failing it would change nothing.',
    'Use a name from world.application.needs or from the checks of an endpoint.',
  ),
  entry(
    'E0111',
    'Unknown assumption',
    'The catalogue holds no assumption (or profile) of this name.',
    'Use the name that is suggested. explain prints what an assumption decides.',
  ),
  entry(
    'E0112',
    'Invalid value of an assumption',
    'The assumption does not take this value.',
    'Use one of those in the message; explain prints what each means.',
  ),
  entry(
    'E0113',
    'The expectation cannot be parsed',
    'A line of expect is: measure operator value, or aggregate(measure) operator value.',
    'Write for example blastRadius.percent <= 20, or p95(timeToHalt) < PT30M.',
  ),
  entry(
    'E0114',
    'Unknown measure',
    'The result has no measure of this name.',
    'Use the name that is suggested; run -o json prints all of them.',
  ),
  entry(
    'E0115',
    'The scale set must be named',
    'Several sets are declared, so that the entry could mean any of them.',
    'Add scaleSet: with the name of one.',
  ),
  entry('E0116', 'Unknown timeline verb', 'No action has this name.', 'Use the verb that is suggested.'),
  entry(
    'E0118',
    'Outside the run',
    'The time lies after the end of the scenario, so that it would never come.',
    'Give an earlier time, or a longer duration.',
  ),
  entry(
    'E0119',
    'Invalid model path',
    'The path does not lead to a property of the scale set that may be changed.',
    'Write a dotted path as declared; a list member goes by name in brackets: virtualMachineProfile.extensionProfile.extensions[health].settings.port.',
  ),
  entry(
    'E0120',
    'Conflicting keys',
    'Two keys were given that exclude each other, or one that is needed with another.',
    'Keep one of them.',
  ),
  entry(
    'E0121',
    'No scale set declared',
    'There is nothing to roll out.',
    'Declare a set under azure.scaleSets, or name a file under azure.from.',
  ),
  entry(
    'E0122',
    'Not exactly one verb',
    'An entry of the timeline has a time and one verb; this one has none, or several.',
    'Keep one verb; write another entry with the same time for the next.',
  ),
  entry(
    'E0123',
    'No scale set in this region',
    'The region is named by the entry, and none of the declared sets is there.',
    'Use the location of a declared set.',
  ),
  entry(
    'E0124',
    'Too many dependencies',
    'The scenario names more dependencies than the engine can follow.',
    'Merge those that always fail together.',
  ),
  entry(
    'E0125',
    'Not an image version',
    'The text does not identify one version of an image.',
    'Write gallery/definition/1.2.3, or publisher:offer:sku:version for a platform image.',
  ),
  entry(
    'E0126',
    'Two demands in one',
    'A demand is either a number or a trace, and either on all scale sets together or on each for itself.',
    'Keep one of the two.',
  ),
  entry(
    'E0127',
    'Not a trace of demand',
    'A line of the CSV file is not a moment and a number of requests, or the lines are out of order.',
    'The first line is time,requestsPerSecond; below it come seconds or ISO 8601 durations, in order, with a number each.',
  ),
  entry(
    'E0128',
    'A demand that cannot be',
    'Points, bounds or periods of the demand contradict each other.',
    'Change the value that is named.',
  ),
  entry(
    'E0129',
    'No demand to shift',
    'shiftDemand finds no demand, or none of that scale set alone.',
    'Write world.demand, or leave scaleSet out.',
  ),
  entry(
    'E0130',
    'Not a version number',
    'Versions of a gallery image are Major.Minor.Patch, three whole numbers up to 2147483647. latest goes by these numbers (GR-1, GA-01).',
    'Write all three: 1.10.0, not 1.10.',
  ),
  entry(
    'E0131',
    'Target regions that do not fit',
    'A version is replicated to each target region once, and its own location is always one of them. A replication status speaks of target regions only.',
    'Name every region once, and the location of the version (the region of the gallery) among them.',
  ),
  entry(
    'E0132',
    'Over a limit of galleries',
    'Replicas are limited for a region (assumption maxReplicasPerRegion) and to 100 for a version (GA-30); galleries, definitions and versions for a subscription in a region (GA-34).',
    'Stay within the number that the message gives.',
  ),
  entry(
    'E0133',
    'Image too large to replicate',
    'A full copy of more than 2 TB fails (GA-26); Shallow allows up to 32 TB (GA-25).',
    'Make the image smaller, or write replicationMode: Shallow.',
  ),
  entry(
    'E0134',
    'Storage type that the region does not have',
    'Zone-redundant replicas need a region with zones.',
    'Write Standard_LRS, or give the region its zones under world.regions.',
  ),
  entry(
    'E0135',
    'Not a date',
    'The value must be an ISO 8601 date that exists. Whether it is past is not judged: a run has no calendar.',
    'Write 2027-01-31, or 2027-01-31T00:00:00Z.',
  ),
  entry(
    'E0136',
    'Not an image of a gallery',
    'The text names no image definition, or one that no gallery declares. Scale sets may use images of galleries that are not declared, but not images that a declared gallery does not have.',
    'Write gallery/definition (and /1.2.3 for one version), or the resource id; declare it under azure.galleries.',
  ),
  entry(
    'E0137',
    'A trigger Image Builder would not take',
    'A template has at most one trigger, of kind SourceImage, and its source must be latest; a region takes 100 of them (IB-06).',
    'Keep one trigger, and let the source follow latest.',
  ),
  entry(
    'E0138',
    'A maintenance window that would not work',
    'Windows for OS image upgrades last at least 5 hours, come back every day or on one day of every week, and govern Uniform sets (AO-20).',
    'Write startDateTime: "2026-01-05 22:00", duration: "05:00", recurEvery: Week Saturday.',
  ),
  entry(
    'E0145',
    'A platform image that nothing takes',
    'The platform publishes a newer version of it, and no scale set (at the start or after an update) and no image template refers to the image, so that nothing would change.',
    'Write publisher:offer:sku as a scale set or the source of a template has it.',
  ),
  entry(
    'E0146',
    'Unknown image version',
    'At that moment the version is neither declared nor published by an earlier entry, and no template that has run by then can have given it this number. The image of a scale set at the start must be declared, where its gallery is.',
    'Use the number that is suggested, declare the version, or publish it earlier.',
  ),
  entry(
    'E0147',
    'The image version exists already',
    'A definition has each number once; leading zeros make no difference.',
    'Publish a higher number, or delete the version first.',
  ),
  entry(
    'E0148',
    'Unknown image template, or part of one',
    'No template of this name is declared, or the template has no customizer or validation of this name.',
    'Use the name that is suggested. A step without a name is called by its type and place, such as Shell 1.',
  ),
  entry(
    'E0149',
    'Paired regions in one phase',
    'The platform never brings an image to both regions of a pair in the same phase (AO-8).',
    'Give one of them a phase of its own.',
  ),
  entry(
    'E0150',
    'Autoscale needs a scale set to act on',
    'targetResourceUri names no scale set of the scenario, or is left out although several are declared; or a metricResourceUri is a name that no declared set has.',
    'Write the name or the resource id of a declared set.',
  ),
  entry(
    'E0151',
    'Two autoscale settings for one scale set',
    'A resource has one autoscale setting; a second one would fight the first.',
    'Keep one, with several profiles if need be.',
  ),
  entry(
    'E0152',
    'Instance counts that do not fit',
    'minimum, maximum and default of a profile are whole numbers from 0 to 1000 (text or number), and minimum <= default <= maximum.',
    'Mend the count that the message names.',
  ),
  entry(
    'E0153',
    'Profiles or rules that do not fit',
    'A setting has up to 20 profiles, each with a name of its own, up to 10 rules, and either a fixed date or a recurrence.',
    'Take away what is too much.',
  ),
  entry(
    'E0154',
    'A metric trigger that does not fit',
    'timeGrain is PT1M to PT12H, timeWindow PT5M to PT12H, no shorter than the grain and longer than the delay of the metric (AS-06), and threshold a number.',
    'Stay within what the message names.',
  ),
  entry(
    'E0155',
    'A scale action that does not fit',
    'value is a whole number from 1, cooldown is PT1M to P7D, direction None goes with ExactCount only, and ServiceAllowedNextValue is not for scale sets.',
    'Stay within what the message names.',
  ),
  entry(
    'E0156',
    'A schedule that does not fit',
    'A recurring profile has frequency Week, weekdays, hours and minutes; a fixed date has a start and a later end within 365 days; time zones go by the names of Windows. A run begins on Monday, 2026-01-05T00:00.',
    'Write for example schedule: { timeZone: UTC, days: [Monday], hours: [8], minutes: [0] }.',
  ),
  entry(
    'E0157',
    'Predictive autoscale that cannot work',
    'It needs a rule that scales out on Percentage CPU by Average (AS-50), and looks ahead PT1M to PT1H.',
    'Add such a rule, or write scaleMode: Disabled.',
  ),
  entry(
    'E0167',
    'A scale set and a region',
    'What happens to hosts is said of one scale set, or of every one in a region; both together contradict each other.',
    'Keep scaleSet or region.',
  ),
  entry(
    'E0168',
    'A zone without instances',
    'No scale set that the entry means has instances in this zone, so that it would hit nobody.',
    'Name a zone of the set, or leave it out for all of them.',
  ),
  entry(
    'E0169',
    'A notice shorter than any',
    'The platform announces a Redeploy ten minutes ahead at least (SE-1); a failure that nobody foresees has no notice.',
    'Write PT10M or more, or leave notice out.',
  ),
  entry(
    'E0170',
    'A freeze longer than any',
    'Memory-preserving maintenance pauses a guest for seconds, about thirty at most (AV-05); the twin plays a pause, not an outage.',
    'Write PT30S or less, or let the guest hang.',
  ),
  entry(
    'E0174',
    'The first fleet does not fit the capacity',
    'world.regions gives a zone, a size or a region less room than the instances take that are there when the run begins.',
    'Write at least the number that is there, or let the room shrink in the timeline with limitCapacity.',
  ),
  entry(
    'E0175',
    'vCPUs of a size not known',
    'A quota of vCPUs counts what each size has, which its name tells; this one tells none.',
    'Write sku.name as Azure spells it (Standard_D4as_v5), or limit quota.instances.',
  ),
  entry(
    'E0176',
    'A standby pool that cannot be',
    'Standby pools are for Flexible sets with one fault domain; beside autoscale they hold deallocated or hibernated machines, and minReadyCapacity lies within maxReadyCapacity.',
    'Change what the message names.',
  ),
  entry(
    'E0177',
    'Automatic zone placement finds no zones',
    'The zones it may use, the share of each or the zones of the capacity do not fit the zones of the region.',
    'Name zones of the region, at least two of them, and a share that finds a place for every instance.',
  ),
  entry(
    'E0178',
    'More scale sets than a region takes',
    'A subscription has at most 2,500 scale sets in a region.',
    'Take sets out, or move them to another region.',
  ),
  entry(
    'E0181',
    'A size without a price',
    'world.prices.instanceHour lists neither the size that instances have, from the start or after a resize of the timeline, nor a default.',
    'Write the size, or default for all sizes that are not listed.',
  ),
  entry(
    'E0182',
    'A price for something that is no size',
    'A key of world.prices.instanceHour or spotHour is the size of an instance as sku.name has it, or default. A size that nobody has is told and does no harm.',
    'Write for example Standard_D2as_v5.',
  ),
  entry(
    'E0183',
    'Spot without a price',
    'A scale set may hold Spot instances, and world.prices gives neither a discount nor a Spot price for each size. How much Spot saves differs a lot (up to 90 %), so there is no default.',
    'Write spotDiscountPercent, or spotHour by size.',
  ),
  entry(
    'E0184',
    'Two prices for one thing',
    'world.prices gives a price of a replica by the hour and another one by the month.',
    'Keep one of them.',
  ),
  entry(
    'E0201',
    'The service would refuse this value',
    'Azure answers InvalidParameter to it, so the set could not exist as declared.',
    'Stay within the values the message names; its rules print the ranges.',
  ),
  entry(
    'E0202',
    'The service would refuse: no health source',
    'Azure answers BadRequest: Rolling mode, automatic OS upgrade and automatic repairs need a health source.',
    'Add the Application Health extension (on Uniform a load-balancer probe does as well).',
  ),
  entry(
    'E0203',
    'Only a part of a scale set',
    'The resource looks like an update of a set that is declared elsewhere; by itself it cannot be played.',
    'Import the file that creates the set as well, or complete it under azure.scaleSets.',
  ),
  entry(
    'E0204',
    'No virtual machine profile',
    'A Flexible set without a profile holds machines that others attach; it has no model to roll out.',
    'Declare virtualMachineProfile, or leave the set out.',
  ),
  entry(
    'E0205',
    'No upgrade policy',
    'Condensed output leaves the policy out, and absent does not mean Manual; how a change would spread is not known.',
    'Write upgradePolicy with its mode, or import az vmss show -o json.',
  ),
  entry(
    'E0206',
    'Capacity not known',
    'The number of instances is missing or depends on something that is not known offline.',
    'Write sku: { capacity: 3 }, or give the parameter.',
  ),
  entry(
    'E0160',
    'Spot prices out of order',
    'The steps of world.spot.price begin at PT0S, and each comes later than the one before.',
    'Write them in order of time, each moment once.',
  ),
  entry(
    'E0161',
    'A scale set that is somewhere else',
    'A reclaim names a region and a scale set that is in another one.',
    'Leave one of the two out.',
  ),
  entry(
    'E0301',
    'Malformed template expression',
    'The text between brackets is not an expression of the ARM template language.',
    'Mend the place that is shown. A text that really begins with a bracket is written [[.',
  ),
  entry(
    'E0302',
    'Unknown template function',
    'The template language, as the twin knows it, has no such function.',
    'Check the name, or write the value by hand under azure.scaleSets.',
  ),
  entry(
    'E0303',
    'A parameter needs a value',
    'An expression cannot be evaluated, mostly because a parameter has neither a default nor a given value.',
    'Give it under azure.parameters, in a parameter file, or with --parameters name=value.',
  ),
  entry(
    'E0304',
    'Cannot be resolved offline',
    'The value exists only in a deployment (a reference, a secret, a key), or the template goes beyond what is followed.',
    'Write the value by hand under azure.scaleSets.',
  ),
  entry(
    'E0305',
    'Not a file the twin understands',
    'It is neither an ARM template nor output of az for a scale set.',
    'Give a template, a parameter file, or what az vmss show -o json prints.',
  ),
  entry(
    'E0306',
    'No scale set in the file',
    'The file was understood and holds neither a scale set, nor a gallery image version, nor an autoscale setting.',
    'Name the file that declares the scale set.',
  ),
  entry(
    'E0401',
    'The run exceeded its event budget',
    'More happened than a run may take; something repeats without end. The message names the cycle.',
    'Look at the cycle: mostly a repair, a probe or a fault with a period far too short. Or shorten duration.',
  ),
  entry(
    'E0402',
    'The run exceeded its budget at one instant',
    'Events keep causing each other without time passing, so that the clock would never move on.',
    'Give one of the steps in the named cycle a duration above PT0S.',
  ),
  entry(
    'E0601',
    'No shard of this campaign',
    'A file to be merged is no shard, comes twice, is missing, or belongs to another campaign.',
    'Play every shard with the same scenario, --set, --seed and --runs, by run --runs N --shard k/n -o json, and name all of them.',
  ),
  entry(
    'E0501',
    'Usage',
    'The command line does not fit: an unknown option, a wrong value, or too many arguments.',
    'vmss-twin --help, or --help after the command, shows what it takes.',
  ),
]

export function findDiagnosticCode(code: string): DiagnosticCode | undefined {
  const wanted = code.toUpperCase()
  return DIAGNOSTIC_CODES.find((one) => one.code === wanted)
}
