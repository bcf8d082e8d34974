import type { RunData } from '../data.ts'
import { hashOf, type Place, placeOf } from './address.ts'
import { RunView } from './run-view.ts'

/**
 * Brings the articles of a page to life, one at a time: of several only the chosen one is shown. The address always names
 * the moment that is shown, so that it can be passed on.
 */
export function openArticles(): void {
  const articles = [...document.querySelectorAll<HTMLElement>('article')]
  const views = new Map<HTMLElement, RunView>()
  const several = articles.length > 1
  let shown: HTMLElement | undefined

  const remember = (place: Place) => {
    history.replaceState(null, '', hashOf({ ...place, run: several ? place.run : null }))
  }
  const open = (article: HTMLElement): RunView | undefined => {
    for (const other of articles) other.hidden = other !== article
    for (const row of document.querySelectorAll<HTMLElement>('[data-for]'))
      row.classList.toggle('here', row.dataset['for'] === article.id)
    shown = article
    const known = views.get(article)
    if (known !== undefined) return known
    const data = article.querySelector('script[type="application/json"]')?.textContent
    if (!article.classList.contains('run') || data === null || data === undefined) return undefined
    const view = new RunView(article, JSON.parse(data) as RunData, remember)
    views.set(article, view)
    return view
  }
  const follow = (isFirst: boolean) => {
    const place = placeOf(location.hash)
    if (place === null && !isFirst) return
    const named = articles.find((article) => article.dataset['run'] === place?.run)
    const article = named ?? shown ?? articles[0]
    if (article === undefined) return
    const view = open(article)
    view?.show(place?.atMs ?? null, place?.instance ?? null)
    if (!isFirst) view?.tell()
    // Who follows a link to a moment sees the moment, not the headline above it.
    if (isFirst && place?.atMs != null) article.querySelector('.cursor-bar')?.scrollIntoView()
    if (!isFirst && named !== undefined && several && place?.atMs === null) article.scrollIntoView()
  }
  addEventListener('hashchange', () => follow(false))
  follow(true)
}
