/** The part of jstat that is used here; the package brings no types. */
declare module 'jstat' {
  interface Distributions {
    readonly beta: { inv(p: number, alpha: number, beta: number): number }
    readonly binomial: { cdf(k: number, n: number, p: number): number }
    readonly studentt: { inv(p: number, degreesOfFreedom: number): number }
  }
  const jstat: { readonly jStat: Distributions }
  export default jstat
}
