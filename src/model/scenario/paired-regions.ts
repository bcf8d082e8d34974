/**
 * Regions that Azure pairs for disaster recovery. A phase of a platform image release never holds both of a pair (AO-8).
 * Regions without a partner are left out. Pairs of one direction (West US 3 recovers in East US) stand here as well.
 */
const PAIRS: readonly (readonly [string, string])[] = [
  ['eastus', 'westus'],
  ['eastus2', 'centralus'],
  ['westus2', 'westcentralus'],
  ['westus3', 'eastus'],
  ['northcentralus', 'southcentralus'],
  ['canadacentral', 'canadaeast'],
  ['brazilsouth', 'southcentralus'],
  ['northeurope', 'westeurope'],
  ['uksouth', 'ukwest'],
  ['francecentral', 'francesouth'],
  ['germanywestcentral', 'germanynorth'],
  ['norwayeast', 'norwaywest'],
  ['swedencentral', 'swedensouth'],
  ['switzerlandnorth', 'switzerlandwest'],
  ['southeastasia', 'eastasia'],
  ['japaneast', 'japanwest'],
  ['koreacentral', 'koreasouth'],
  ['centralindia', 'southindia'],
  ['australiaeast', 'australiasoutheast'],
  ['southafricanorth', 'southafricawest'],
  ['uaenorth', 'uaecentral'],
]

/** Whether two regions are a pair, in either direction. Names are normalised (`eastus`). */
export function arePaired(a: string, b: string): boolean {
  return PAIRS.some(([one, other]) => (one === a && other === b) || (one === b && other === a))
}
