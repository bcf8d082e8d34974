import type { ScaleSetModel } from '../scale-set.ts'
import { complain, INVALID_VALUE, REFUSED, type Report, showCommand, tell } from './context.ts'
import { isSpot } from './priority-mix.ts'
import { lookUp } from './values.ts'

const MAX_PRICE = ['virtualMachineProfile', 'billingProfile', 'maxPrice'] as const
const OPTION = ['virtualMachineProfile', 'storageProfile', 'osDisk', 'diffDiskSettings', 'option'] as const

/** Values of a Spot set that the service does not take. Fleet 5.1, SP-11. */
export function checkSpotValues(model: ScaleSetModel, report: Report): void {
  const maxPrice = lookUp(model, [...MAX_PRICE]).value
  if (typeof maxPrice === 'number' && !isMaxPrice(maxPrice))
    complain(
      report,
      INVALID_VALUE,
      MAX_PRICE,
      `maxPrice must be -1 or a price above 0 with at most five decimals, got ${maxPrice}; the service answers MaxPriceValueInvalid`,
      'write -1 to pay up to the price of a regular machine',
      'SP-01',
    )
  if (model.virtualMachineProfile['evictionPolicy'] !== 'Delete' && lookUp(model, [...OPTION]).value === 'Local')
    complain(
      report,
      REFUSED,
      OPTION,
      'an ephemeral OS disk cannot be deallocated (SP-11), and evictionPolicy is Deallocate; the service answers OperationNotAllowed',
      'write evictionPolicy: Delete, or take a managed OS disk',
      'SP-11',
    )
}

/** -1, or above 0 with up to five decimals: 0.01234 yes, 0.012345 no. */
function isMaxPrice(price: number): boolean {
  return price === -1 || (price > 0 && Math.abs(price * 1e5 - Math.round(price * 1e5)) < 1e-6)
}

/** Sizes that are not, or maybe not, to be had as Spot: promotional ones, and by one of two pages the B series. SP-12. */
export function tellSpotSize(model: ScaleSetModel, report: Report): void {
  if (!isSpot(model)) return
  const { name = '' } = model.sku
  const isPromo = /_promo$/i.test(name)
  if (!isPromo && !/^(standard_|basic_)?b\d/i.test(name)) return
  tell(report, ['sku', 'name'], {
    code: 'SpotSize',
    title: isPromo ? 'A promotional size is not offered as Spot' : 'The B series may not be offered as Spot',
    severity: 'warning',
    evidence: [
      isPromo
        ? `${name} is a promotional size, and those cannot be Spot.`
        : `${name} is of the B series. The page about scale sets excludes it, the one about virtual machines does not.`,
      'The run goes on as if it were offered.',
    ],
    rules: ['SP-12'],
    confirm: showCommand(report.name, 'sku.name'),
    fix: 'Choose another size.',
  })
}
