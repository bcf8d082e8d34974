import { formatClock } from '../../../model/duration.ts'
import { lastAt } from '../../charts/steps.ts'
import { letterOf } from '../../charts/zone-grid.ts'
import { signOf } from '../../lane-states.ts'
import { type InstanceData, type RunData, SLIDER_STEPS, STATES } from '../data.ts'
import type { Place } from './address.ts'
import { readingText } from './readings.ts'

const SVG = 'http://www.w3.org/2000/svg'
/** Row height and the distance from its top to the base line of its label, see `charts/swimlane.ts`. */
const ROW = 14
const LABEL_BASE = 11

/** One run on the page: the slider moves a line through all charts; list, swimlane and grid choose an instance together. */
export class RunView {
  private readonly root: HTMLElement
  private readonly data: RunData
  private readonly remember: (place: Place) => void
  private readonly slider: HTMLInputElement
  private readonly options: HTMLElement[] = []
  private readonly squares = new Map<number, { readonly group: Element; readonly letter: Element }>()
  private readonly lines: SVGLineElement[] = []
  private readonly rowLabels: SVGTextElement[]
  private readonly rowOf = new Map<number, number>()
  private readonly states: number[] = []
  /** Lines of the timeline, their times, those of the present moment. */
  private readonly timeline: HTMLTableRowElement[]
  private readonly times: number[]
  /** The timeline has every line: what its last one says still holds. */
  private readonly isWhole: boolean
  private at: HTMLTableRowElement[] = []
  private decision = -2
  private atMs = -1
  private chosen = -1
  private pendingFrame = 0

  constructor(root: HTMLElement, data: RunData, remember: (place: Place) => void) {
    this.root = root
    this.data = data
    this.remember = remember
    this.slider = this.find<HTMLInputElement>('input[type=range]')
    this.rowLabels = [...root.querySelectorAll<SVGTextElement>('.swimlane .gutter .row')]
    data.rows.forEach((indices, row) => {
      for (const index of indices) this.rowOf.set(index, row)
    })
    for (const group of root.querySelectorAll('.zones .i'))
      this.squares.set(Number(group.getAttribute('data-i')), { group, letter: group.querySelector('text')! })
    this.timeline = [...root.querySelectorAll<HTMLTableRowElement>('.timeline tbody tr')]
    this.isWhole = root.querySelector('[data-left]') === null
    this.times = this.timeline.map((row) => Number(row.querySelector<HTMLElement>('[data-t]')?.dataset['t']))
    this.fillList()
    this.prepareCharts()
    this.prepareControls()
    this.find('.cursor-bar').hidden = false
  }

  /** Shows a moment and an instance; null: the moment that tells most, and none. */
  show(atMs: number | null, instance: string | null): void {
    this.moveTo(atMs ?? (this.atMs < 0 ? this.data.startMs : this.atMs), false)
    this.choose(
      this.data.instances.findIndex(([name]) => name === instance),
      false,
    )
  }

  /** Where the plot begins, and how wide it is. */
  private get left(): number {
    return this.data.x[0]!
  }

  private get room(): number {
    return this.data.x.at(-1)! - this.left
  }

  private find<T extends HTMLElement = HTMLElement>(selector: string): T {
    return this.root.querySelector<T>(selector)!
  }

  private fillList(): void {
    const list = this.find('.instances')
    const pieces = document.createDocumentFragment()
    this.data.instances.forEach(([name], index) => {
      const option = document.createElement('div')
      option.className = 'option'
      option.id = `${this.root.id}-option${index}`
      option.setAttribute('role', 'option')
      option.setAttribute('aria-selected', 'false')
      const part = (className: string, text = '') => {
        const span = document.createElement('span')
        span.className = className
        span.textContent = text
        return span
      }
      option.append(part('sign'), part('name', name), part('state'))
      option.firstElementChild!.setAttribute('aria-hidden', 'true')
      option.addEventListener('click', () => this.choose(index))
      this.options.push(option)
      pieces.append(option)
    })
    list.append(pieces)
    this.find('.list').hidden = false
    list.addEventListener('keydown', (event) => this.walk(event))
  }

  private walk(event: KeyboardEvent): void {
    const last = this.options.length - 1
    const page = 10
    const to: Readonly<Record<string, number>> = {
      ArrowDown: this.chosen + 1,
      ArrowUp: this.chosen < 0 ? last : this.chosen - 1,
      Home: 0,
      End: last,
      PageDown: this.chosen + page,
      PageUp: this.chosen - page,
      Escape: -1,
    }
    const index = to[event.key]
    if (index === undefined) return
    event.preventDefault()
    this.choose(event.key === 'Escape' ? -1 : Math.max(0, Math.min(last, index)))
  }

  private prepareCharts(): void {
    // The swatches of a legend are drawn with the style of charts as well; time runs only through those in a box of a figure.
    for (const svg of this.root.querySelectorAll<SVGSVGElement>('.plot > svg.chart:not(.zones)')) {
      const height = svg.viewBox.baseVal.height
      const line = document.createElementNS(SVG, 'line')
      line.setAttribute('class', 'cursor')
      line.setAttribute('y1', '18')
      line.setAttribute('y2', String(height))
      svg.insertBefore(line, svg.querySelector('.gutter'))
      this.lines.push(line)
      const box = svg.parentElement!
      box.classList.add('time')
      this.scrubOn(svg)
      this.keepInSight(svg, box)
    }
    this.root.querySelector('svg.zones')?.addEventListener('click', (event) => {
      const group = (event.target as Element).closest('.i')
      if (group !== null) this.choose(Number(group.getAttribute('data-i')))
    })
    for (const link of this.root.querySelectorAll<HTMLElement>('a[data-t]'))
      link.addEventListener('click', (event) => {
        event.preventDefault()
        this.moveTo(Number(link.dataset['t']))
      })
  }

  /** Pressing and dragging on a chart moves the time; in the swimlane it chooses the instance as well. */
  private scrubOn(svg: SVGSVGElement): void {
    const place = (event: PointerEvent) => {
      const bounds = svg.getBoundingClientRect()
      const scale = svg.viewBox.baseVal.width / bounds.width
      return { x: (event.clientX - bounds.left) * scale, y: (event.clientY - bounds.top) * scale }
    }
    svg.addEventListener('pointerdown', (event) => {
      if (event.button !== 0) return
      const { x, y } = place(event)
      if (svg.classList.contains('swimlane')) this.chooseRowAt(y)
      // A finger scrolls the chart; a tap on it moves the time.
      if (event.pointerType === 'mouse') svg.setPointerCapture(event.pointerId)
      this.moveTo(this.msAt(x))
    })
    svg.addEventListener('pointermove', (event) => {
      if (svg.hasPointerCapture(event.pointerId)) this.moveTo(this.msAt(place(event).x))
    })
  }

  private chooseRowAt(y: number): void {
    const axis = Number(
      /translate\(0 (\d+)\)/.exec(this.rowLabels[0]?.closest('[transform]')?.getAttribute('transform') ?? '')?.[1] ?? 0,
    )
    const row = this.rowLabels.findIndex((label) => {
      const top = Number(label.getAttribute('y')) - LABEL_BASE + axis
      return y >= top - 1 && y < top + ROW + 1
    })
    const index = this.data.rows[row]?.[0]
    if (index !== undefined) this.choose(index)
  }

  /** Labels at the left and times at the top stay while the chart scrolls. */
  private keepInSight(svg: SVGSVGElement, box: HTMLElement): void {
    const gutter = svg.querySelector('.gutter')
    const axis = svg.querySelector('.axis')
    box.addEventListener(
      'scroll',
      () => {
        gutter?.setAttribute('transform', `translate(${box.scrollLeft} 0)`)
        axis?.setAttribute('transform', `translate(0 ${box.scrollTop})`)
        for (const other of this.root.querySelectorAll<HTMLElement>('.time'))
          if (other !== box && other.scrollLeft !== box.scrollLeft) other.scrollLeft = box.scrollLeft
      },
      { passive: true },
    )
  }

  private prepareControls(): void {
    const { slider, data } = this
    slider.addEventListener('input', () =>
      this.moveTo(this.msAt(this.left + (Number(slider.value) / SLIDER_STEPS) * this.room)),
    )
    slider.addEventListener('keydown', (event) => {
      const step = fineStep(data.durationMs)
      const by: Readonly<Record<string, number>> = {
        ArrowRight: step,
        ArrowUp: step,
        ArrowLeft: -step,
        ArrowDown: -step,
        PageUp: step * 10,
        PageDown: -step * 10,
        Home: -data.durationMs,
        End: data.durationMs,
      }
      const change = by[event.key]
      if (change === undefined) return
      event.preventDefault()
      if (event.shiftKey && event.key.startsWith('Arrow')) this.toDecision(change > 0 ? 1 : -1)
      else this.moveTo((change > 0 ? Math.floor : Math.ceil)(this.atMs / step) * step + change)
    })
    const actions: Readonly<Record<string, (button: HTMLElement) => void>> = {
      previous: () => this.toDecision(-1),
      next: () => this.toDecision(1),
      clear: () => this.choose(-1),
      link: (button) => this.copyLink(button),
    }
    for (const button of this.root.querySelectorAll<HTMLElement>('[data-do]'))
      button.addEventListener('click', () => actions[button.dataset['do']!]?.(button))
  }

  private toDecision(direction: 1 | -1): void {
    const { moments } = this.data
    const index = direction > 0 ? lastAt(moments, this.atMs) + 1 : lastAt(moments, this.atMs - 1)
    const to = moments[index]
    if (to !== undefined) this.moveTo(to)
  }

  private copyLink(button: HTMLElement): void {
    const said = button.textContent
    const tell = (text: string) => {
      button.textContent = text
      setTimeout(() => {
        button.textContent = said
      }, 1500)
    }
    // Not every browser lets a file do that; the address bar has the link all the same.
    if (navigator.clipboard === undefined) tell('See address')
    else
      navigator.clipboard.writeText(location.href).then(
        () => tell('Copied'),
        () => tell('See address'),
      )
  }

  private msAt(x: number): number {
    // A px is longer than a second in nearly every run: what one points at is a round time.
    return Math.round(along(this.data.x, this.data.ms, x) / 1000) * 1000
  }

  private moveTo(wishMs: number, isToRemember = true): void {
    const atMs = Math.max(0, Math.min(this.data.durationMs, wishMs))
    if (atMs !== this.atMs) {
      this.atMs = atMs
      // Many moves within one frame are drawn once.
      if (this.pendingFrame === 0)
        this.pendingFrame = requestAnimationFrame(() => {
          this.pendingFrame = 0
          this.draw()
        })
    }
    if (isToRemember) this.tell()
  }

  /** Puts into the address what is shown. */
  tell(): void {
    this.remember({ run: this.data.name, atMs: this.atMs, instance: this.data.instances[this.chosen]?.[0] ?? null })
  }

  private draw(): void {
    const { atMs, data } = this
    const clock = formatClock(atMs)
    this.slider.setAttribute('aria-valuetext', clock)
    this.find('.now').textContent = clock
    for (const at of this.root.querySelectorAll('.at')) if (at.tagName === 'SPAN') at.textContent = clock
    const place = along(data.ms, data.x, atMs)
    this.slider.value = String(Math.round(((place - this.left) / this.room) * SLIDER_STEPS))
    const x = String(Math.round(place * 10) / 10)
    for (const line of this.lines) {
      line.setAttribute('x1', x)
      line.setAttribute('x2', x)
    }
    this.bringIntoSight(place)
    data.instances.forEach(([, , , , lane], index) => {
      this.drawInstance(index, stateIn(lane, atMs))
    })
    for (const [id, reading] of Object.entries(data.readings)) {
      const output = document.getElementById(id)?.querySelector<HTMLElement>('output')
      if (output === null || output === undefined) continue
      output.hidden = false
      output.textContent = readingText(reading, atMs)
      // On paper there is no clock beside it.
      output.dataset['at'] = clock
    }
    this.drawDecision()
    this.drawChosen()
  }

  /** Where a chart is wider than its box, it is scrolled to the line. */
  private bringIntoSight(place: number): void {
    const svg = this.lines[0]?.ownerSVGElement
    const scroller = svg?.parentElement
    if (!svg || !scroller || scroller.scrollWidth <= scroller.clientWidth) return
    const px = place * (svg.getBoundingClientRect().width / svg.viewBox.baseVal.width)
    const covered = this.left
    const room = scroller.clientWidth - covered
    // To the middle: what came before and what comes after is seen as well.
    if (px < scroller.scrollLeft + covered - 2 || px > scroller.scrollLeft + scroller.clientWidth)
      scroller.scrollLeft = px - covered - room / 2
  }

  private drawInstance(index: number, state: number): void {
    if (this.states[index] === state) return
    this.states[index] = state
    const name = STATES[state]!
    const square = this.squares.get(index)
    if (square !== undefined) {
      square.group.setAttribute('class', `i s-${name}`)
      square.letter.setAttribute('class', `letter l-${name}`)
      square.letter.textContent = letterOf(name)
    }
    const [sign, , text] = this.options[index]?.children ?? []
    if (!sign || !text) return
    sign.className = `sign s-${name}`
    sign.textContent = letterOf(name)
    text.textContent = signOf(name).meaning
  }

  /** The line of the timeline that holds at this moment, and its words beside the clock. */
  private drawDecision(): void {
    const index = lastAt(this.times, this.atMs)
    if (index === this.decision) return
    for (const row of this.at) row.classList.remove('at')
    this.decision = index
    this.at = this.times[index] === undefined ? [] : this.timeline.filter((_, i) => this.times[i] === this.times[index])
    for (const row of this.at) row.classList.add('at')
    const row = this.timeline[index]
    const [when, of, what] = row === undefined ? [] : [...row.cells].map((cell) => cell.textContent)
    this.find('.moment-text').textContent =
      row === undefined ? '' : `${this.isWhole ? 'since' : 'after'} ${when} · ${of}: ${what}`
    if (row !== undefined) {
      const box = row.closest<HTMLElement>('.timeline')!
      box.scrollTop = Math.max(0, row.offsetTop - box.clientHeight / 2)
    }
  }

  private choose(index: number, isToRemember = true): void {
    const before = this.options[this.chosen]
    if (before !== undefined) before.setAttribute('aria-selected', 'false')
    this.chosen = index
    const list = this.find('.instances')
    const option = this.options[index]
    if (option === undefined) list.removeAttribute('aria-activedescendant')
    else {
      option.setAttribute('aria-selected', 'true')
      list.setAttribute('aria-activedescendant', option.id)
      list.scrollTop += scrollBy(list, option)
    }
    this.drawChosen()
    if (isToRemember) this.tell()
  }

  private drawChosen(): void {
    const instance = this.data.instances[this.chosen]
    for (const old of this.root.querySelectorAll('.picked')) old.remove()
    const text = this.find('.chosen-text')
    this.find('[data-do=clear]').hidden = instance === undefined
    text.textContent = instance === undefined ? '' : `${instance[0]}: ${stateText(instance, this.atMs)}`
    if (instance === undefined) return
    const square = this.squares.get(this.chosen)?.group
    if (square) square.append(box(-1.5, -1.5, 18, 18))
    const row = this.rowOf.get(this.chosen)
    const label = row === undefined ? undefined : this.rowLabels[row]
    const svg = label?.closest('svg')
    if (!label || !svg) return
    const y = Number(label.getAttribute('y')) - LABEL_BASE
    const plot = svg.querySelector('.gutter > g')!
    const width = svg.viewBox.baseVal.width
    plot.append(box(0, y - 1.5, width - 2, ROW + 3))
    const scroller = svg.parentElement!
    const top = y + 22
    if (top < scroller.scrollTop + 30 || top > scroller.scrollTop + scroller.clientHeight - 30)
      scroller.scrollTop = top - scroller.clientHeight / 2
  }
}

/** Piecewise linear. */
function along(from: readonly number[], to: readonly number[], value: number): number {
  const i = Math.max(0, Math.min(from.length - 2, lastAt(from, value)))
  const [a, b] = [from[i]!, from[i + 1]!]
  const share = Math.max(0, Math.min(1, (value - a) / (b - a)))
  return to[i]! + share * (to[i + 1]! - to[i]!)
}

/** Number of the state at a moment; before its first span it is not there. */
function stateIn(lane: readonly number[], atMs: number): number {
  let state = STATES.indexOf('absent')
  for (let i = 0; i < lane.length && lane[i + 1]! <= atMs; i += 2) state = lane[i]!
  return state
}

function stateText([, zone, faultDomain, harmed, lane]: InstanceData, atMs: number): string {
  const where = `${zone === null ? '' : `zone ${zone}, `}fault domain ${faultDomain}`
  return `${signOf(STATES[stateIn(lane, atMs)]!).meaning} (${where}${harmed === 1 ? ', harmed in this run' : ''})`
}

/** A key press moves by so much: about a thousandth of the run, in round numbers. */
function fineStep(durationMs: number): number {
  const steps = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600].map((seconds) => seconds * 1000)
  return steps.find((step) => step * 1500 >= durationMs) ?? 3_600_000
}

function box(x: number, y: number, width: number, height: number): SVGRectElement {
  const rect = document.createElementNS(SVG, 'rect')
  rect.setAttribute('class', 'picked')
  for (const [name, value] of Object.entries({ x, y, width, height })) rect.setAttribute(name, String(value))
  return rect
}

/** How far the list must scroll for the option to be seen. */
function scrollBy(list: HTMLElement, option: HTMLElement): number {
  const outer = list.getBoundingClientRect()
  const inner = option.getBoundingClientRect()
  if (inner.top < outer.top) return inner.top - outer.top
  return inner.bottom > outer.bottom ? inner.bottom - outer.bottom : 0
}
