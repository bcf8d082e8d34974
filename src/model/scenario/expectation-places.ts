import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import type { SourcePlace } from '../diagnostic.ts'

/**
 * Where the expectations of a scenario file stand, by case (undefined: the base) and index. For a text that was loaded; null for
 * an expectation that stands nowhere in it because an option added it.
 */
export function expectationPlaces(
  text: string,
  file: string,
): (caseName: string | undefined, index: number) => SourcePlace | null {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const cases = document.get('cases')
  return (caseName, index) => {
    const owner =
      caseName === undefined
        ? document.contents
        : isSeq(cases)
          ? cases.items.find((one) => isMap(one) && one.get('name') === caseName)
          : undefined
    const expect = isMap(owner) ? owner.get('expect') : undefined
    const item = isSeq(expect) ? (expect.items[index] as Node | undefined) : undefined
    if (item?.range == null) return null
    const { line, col } = lines.linePos(item.range[0])
    return { file, line, column: col }
  }
}
