/** A share as text with one decimal where it needs one: `33.3 %`, `20 %`. Integer arithmetic, half up. */
export function percentText(count: number, total: number): string {
  if (total === 0) return '0 %'
  const tenths = Math.floor((count * 2000 + total) / (2 * total))
  return tenths % 10 === 0 ? `${tenths / 10} %` : `${Math.floor(tenths / 10)}.${tenths % 10} %`
}
