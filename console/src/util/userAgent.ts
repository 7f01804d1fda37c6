/** What a browser calls itself, in words: `Firefox on Windows`. A guess for people, never a decision. */
export function nameOfUserAgent(text: string | null | undefined): string | null {
  if (!text) return null
  const browser =
    /Edg\//.test(text) ? 'Edge' : /OPR\//.test(text) ? 'Opera' : /SamsungBrowser/.test(text) ? 'Samsung Internet' : /(Headless)?Chrome\//.test(text) ? 'Chrome'
    : /Firefox\//.test(text) ? 'Firefox' : /Safari\//.test(text) ? 'Safari' : /okhttp|Dalvik/.test(text) ? 'App' : null
  const system =
    /iPhone|iPad/.test(text) ? 'iOS' : /Android/.test(text) ? 'Android' : /Windows/.test(text) ? 'Windows' : /Mac OS X|Macintosh/.test(text) ? 'macOS' : /CrOS/.test(text) ? 'ChromeOS'
    : /Linux|X11/.test(text) ? 'Linux' : null
  if (browser === null && system === null) return text.split(' ')[0]?.slice(0, 40) ?? null
  return [browser ?? 'A browser', system === null ? null : `on ${system}`].filter((part) => part !== null).join(' ')
}
