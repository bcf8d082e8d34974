/** Words as a POSIX shell reads them back: `vmss-twin run a.yaml --set 'expect=[a <= 1]'`. */
export const commandLine = (words: readonly string[]): string => words.map(shellWord).join(' ')

const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)
