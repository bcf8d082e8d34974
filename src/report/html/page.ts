import { chartPatterns } from '../charts/style.ts'
import { type Child, element, fragment, type Markup, ofChart, ownElement } from '../markup.ts'
import { plural } from '../wording.ts'
import { type Article, verdictBadge } from './article.ts'
import { ruleSection } from './parts.ts'
import { REPORT_STYLE } from './style.ts'

/** What a page is made with besides its content. */
export interface PageParts {
  /** The built script of the report, see `client/`. */
  readonly script: string
  /** Digest of a text, base64: the policy of the page lets in what has it, and nothing else. */
  readonly sha256: (text: string) => string
  /** `vmss-twin 0.1.0`. */
  readonly engine: string
}

/**
 * One self-contained page. Nothing in it comes from anywhere else: the policy forbids every request, every script but the
 * page's own and every inline style. Equal input gives equal bytes.
 */
export function htmlPage(title: string, articles: readonly Article[], parts: PageParts): string {
  const several = articles.length > 1
  return document(title, parts, [
    element(
      'header',
      { class: 'top' },
      element('h1', {}, 'vmss-twin report'),
      element('span', { class: 'spacer' }),
      element('button', { type: 'button', id: 'theme', hidden: true }, 'Colours: as the system'),
    ),
    element(
      'main',
      { id: 'main', tabindex: -1 },
      several ? indexOf(articles) : null,
      articles.map(({ markup }) => markup),
      ruleSection(articles.flatMap(({ rules }) => rules)),
    ),
  ])
}

/** With several articles: which ones there are, and what came of each. */
function indexOf(articles: readonly Article[]): Markup {
  const counts = (['fail', 'undecided', 'pass'] as const).flatMap((verdict) => {
    const count = articles.filter((article) => article.verdict === verdict).length
    return count === 0 ? [] : [verdictBadge(verdict), ` ${count} `]
  })
  return element(
    'nav',
    { class: 'index', 'aria-labelledby': 'index' },
    element('h2', { id: 'index' }, plural(articles.length, 'scenario')),
    element('p', {}, counts),
    element(
      'div',
      { class: 'box', tabindex: 0, role: 'region', 'aria-label': 'All scenarios' },
      element(
        'table',
        {},
        element(
          'thead',
          {},
          element(
            'tr',
            {},
            ['Verdict', 'Scenario', 'What happened'].map((text) => element('th', { scope: 'col' }, text)),
          ),
        ),
        element(
          'tbody',
          {},
          articles.map(({ name, verdict, headline }, i) =>
            element(
              'tr',
              { 'data-for': `r${i}` },
              element('td', {}, verdict === null ? '' : verdictBadge(verdict)),
              element('td', {}, element('a', { href: `#run=${encodeURIComponent(name)}`, 'data-open': `r${i}` }, name)),
              element('td', {}, headline),
            ),
          ),
        ),
      ),
    ),
  )
}

function document(title: string, { script, sha256, engine }: PageParts, content: Child): string {
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${sha256(script)}'`,
    `style-src 'sha256-${sha256(REPORT_STYLE)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const head = element(
    'head',
    {},
    element('meta', { charset: 'utf-8' }),
    element('meta', { 'http-equiv': 'Content-Security-Policy', content: policy }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('meta', { name: 'referrer', content: 'no-referrer' }),
    element('meta', { name: 'color-scheme', content: 'light dark' }),
    element('meta', { name: 'generator', content: engine }),
    element('title', {}, `${title} – vmss-twin`),
    // Without it some browsers ask for one beside the file.
    element('link', { rel: 'icon', href: 'data:,' }),
    ownElement('style', REPORT_STYLE),
  )
  const body = element(
    'body',
    {},
    element('a', { class: 'skip', href: '#main' }, 'To the content'),
    ofChart(chartPatterns()),
    content,
    element(
      'footer',
      { class: 'foot' },
      `Made by ${engine}, an offline twin of Azure VM Scale Sets. It tells what the documented rules lead to, not what Azure promises.`,
    ),
    ownElement('script', script),
  )
  return `<!doctype html>\n${fragment(element('html', { lang: 'en' }, head, body)).text}\n`
}
