/** Azure prints numbers of a setting as text and takes both; an empty one is none. */
export const numberOf = (written: number | string): number =>
  typeof written === 'number' ? written : written.trim() === '' ? Number.NaN : Number(written)
