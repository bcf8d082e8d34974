/** What a browser keeps for this page. Where it keeps nothing (blocked, full, from disk), this forgets with the page. */
export interface Memory {
  get(key: string): string | undefined
  set(key: string, value: string): void
}

export function browserMemory(prefix: string): Memory {
  const forgotten = new Map<string, string>()
  return {
    get: (key) => {
      try {
        return localStorage.getItem(`${prefix}${key}`) ?? forgotten.get(key)
      } catch {
        return forgotten.get(key)
      }
    },
    set: (key, value) => {
      forgotten.set(key, value)
      try {
        localStorage.setItem(`${prefix}${key}`, value)
      } catch {
        // Kept until the page is closed.
      }
    },
  }
}
