/**
 * exp, log and the normal quantile from + - * / and sqrt alone. IEEE 754 fixes these five to the last bit, while
 * engines may round `Math.exp`, `Math.log` and `Math.pow` as they like; with these, a run is the same everywhere.
 */

// ln 2 in two parts. The first has 21 trailing zero bits, so a whole multiple of it is exact.
const ln2High = 0.6931471803691238
const ln2Low = 1.9082149292705877e-10

const two32 = 4294967296

/** 2^k at index k + 1000, for k from -1000 to 1000. */
const powersOfTwo = new Float64Array(2001).fill(1)
for (let k = 1; k <= 1000; k++) {
  powersOfTwo[1000 + k] = 2 * powersOfTwo[999 + k]!
  powersOfTwo[1000 - k] = powersOfTwo[1001 - k]! / 2
}

/** 1/0!, 1/1!, … 1/13! */
const inverseFactorials = [1]
for (let n = 1; n <= 13; n++) inverseFactorials.push(inverseFactorials[n - 1]! / n)

/** 1, 1/3, 1/5, … 1/21 */
const inverseOdds = Array.from({ length: 11 }, (_, i) => 1 / (2 * i + 1))

/** e^x, relative error below 1e-15. Infinity above 709.78, 0 below -745.13. */
export function exp(x: number): number {
  if (Number.isNaN(x)) return NaN
  if (x > 709.782712893384) return Infinity
  if (x < -745.1332191019412) return 0
  // x = k ln 2 + r with |r| <= ln 2 / 2; then the series of e^r, whose 14th term lies below 2^-57.
  const k = Math.floor(x * Math.LOG2E + 0.5)
  const r = x - k * ln2High - k * ln2Low
  const sum = polynomial(inverseFactorials, r)
  // In two steps, because 2^1024 is no double and neither is 2^-1075.
  if (k > 1000) return sum * powerOfTwo(1000) * powerOfTwo(k - 1000)
  if (k < -1000) return sum * powerOfTwo(-1000) * powerOfTwo(k + 1000)
  return sum * powerOfTwo(k)
}

/** Natural logarithm, relative error below 1e-15. -Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x >= 0)) return NaN
  if (x === 0) return -Infinity
  if (x === Infinity) return x
  // x = m 2^e with m near 1. Scaling by powers of two is exact.
  let m = x
  let e = 0
  while (m >= two32) {
    m /= two32
    e += 32
  }
  while (m < 1 / two32) {
    m *= two32
    e -= 32
  }
  for (let step = 16; step >= 1; step /= 2) {
    const power = powerOfTwo(step)
    if (m >= power) {
      m /= power
      e += step
    } else if (m < 1 / power) {
      m *= power
      e -= step
    }
  }
  if (m > Math.SQRT2) {
    m /= 2
    e += 1
  } else if (m < Math.SQRT1_2) {
    m *= 2
    e -= 1
  }
  // ln m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.172: the term of s^23 lies below 2^-60.
  const s = (m - 1) / (m + 1)
  return e * ln2High + (2 * s * polynomial(inverseOdds, s * s) + e * ln2Low)
}

// Coefficients of AS 241, lowest power first: numerator and denominator for the middle and the two parts of the tail.
// biome-ignore-start format: one row each
const middleUp = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987, 67265.7709270087,
  33430.57558358813, 2509.0809287301227,
] as const
const middleDown = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271, 28729.085735721943,
  5226.495278852854,
] as const
const tailUp = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684, 0.2417807251774506,
  0.022723844989269184, 0.0007745450142783414,
] as const
const tailDown = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
] as const
const farUp = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
] as const
const farDown = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133, 1.8463183175100548e-5,
  1.421511758316446e-7, 2.0442631033899397e-15,
] as const
// biome-ignore-end format: one row each

/**
 * The x below which a standard normal value falls with probability p; -Infinity at 0, Infinity at 1, NaN outside.
 * Wichura's algorithm AS 241 (PPND16, Applied Statistics 37, 1988), relative error near 1e-16.
 */
export function inverseNormal(p: number): number {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : NaN
  const q = p - 0.5
  if (q >= -0.425 && q <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(middleUp, r)) / polynomial(middleDown, r)
  }
  const t = Math.sqrt(-log(q < 0 ? p : 1 - p))
  const x =
    t <= 5
      ? polynomial(tailUp, t - 1.6) / polynomial(tailDown, t - 1.6)
      : polynomial(farUp, t - 5) / polynomial(farDown, t - 5)
  return q < 0 ? -x : x
}

/** Lowest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (let power = coefficients.length - 1; power >= 0; power--) sum = sum * x + coefficients[power]!
  return sum
}

function powerOfTwo(k: number): number {
  return powersOfTwo[1000 + k]!
}
