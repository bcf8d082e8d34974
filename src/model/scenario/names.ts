/** Names of resources are the same in any case. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Region names are compared the way Azure does: `East US` is `eastus`. */
export function regionName(text: string): string {
  return text.toLowerCase().replace(/\s/g, '')
}
