/** Frames of plain ASCII, for when there is no colour and perhaps no terminal that knows box drawing. */
const ASCII = {
  top: '-',
  'top-mid': '+',
  'top-left': '+',
  'top-right': '+',
  bottom: '-',
  'bottom-mid': '+',
  'bottom-left': '+',
  'bottom-right': '+',
  left: '|',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '|',
  'right-mid': '',
  middle: '|',
} as const
const BOX = {
  ...ASCII,
  top: '─',
  'top-mid': '┬',
  'top-left': '┌',
  'top-right': '┐',
  bottom: '─',
  'bottom-mid': '┴',
  'bottom-left': '└',
  'bottom-right': '┘',
  left: '│',
  right: '│',
  middle: '│',
} as const

/** The frame of a table for this screen. */
export function frameOf(color: boolean): Readonly<Record<string, string>> {
  return color ? BOX : ASCII
}
