/** Where in the page somebody is, as its address says it after the #. */
export type Route =
  | { readonly kind: 'playground'; readonly file?: string; readonly case?: string }
  | { readonly kind: 'shared'; readonly data: string }
  | { readonly kind: 'lessons' }
  | { readonly kind: 'lesson'; readonly name: string }
  /** A lesson of somebody's own, in the address as a shared scenario is: for a learner, or in the trainer's mode. */
  | { readonly kind: 'ownLesson' | 'ownClass'; readonly data: string }
  /** The trainer's mode: of one lesson, or the choice of one. */
  | { readonly kind: 'class'; readonly name?: string }

/** `#/lesson/pinned-version` -> that lesson. What cannot be read is the playground. */
export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [kind, ...rest] = path.split('/')
  const name = decoded(rest.join('/'))
  switch (kind) {
    case 'share':
      return { kind: 'shared', data: name }
    case 'own-lesson':
      return { kind: 'ownLesson', data: name }
    case 'own-class':
      return { kind: 'ownClass', data: name }
    case 'lessons':
      return { kind: 'lessons' }
    case 'lesson':
      return name === '' ? { kind: 'lessons' } : { kind: 'lesson', name }
    case 'class':
      return name === '' ? { kind: 'class' } : { kind: 'class', name }
    case 'play': {
      const chosen = new URLSearchParams(query).get('case')
      return {
        kind: 'playground',
        ...(name === '' ? {} : { file: name }),
        ...(chosen === null ? {} : { case: chosen }),
      }
    }
    default:
      return { kind: 'playground' }
  }
}

/** The address of a route, with the #. */
export function writeRoute(route: Route): string {
  switch (route.kind) {
    case 'playground': {
      if (route.file === undefined) return '#/play'
      return `#/play/${encodeURI(route.file)}${route.case === undefined ? '' : `?${new URLSearchParams({ case: route.case })}`}`
    }
    case 'shared':
      return `#/share/${route.data}`
    case 'ownLesson':
      return `#/own-lesson/${route.data}`
    case 'ownClass':
      return `#/own-class/${route.data}`
    case 'lessons':
      return '#/lessons'
    case 'lesson':
      return `#/lesson/${encodeURIComponent(route.name)}`
    case 'class':
      return route.name === undefined ? '#/class' : `#/class/${encodeURIComponent(route.name)}`
    default:
      return route satisfies never
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
