/** Map labels from woff2 files of our own: MapLibre draws the glyphs from them, so there is no glyph server to be offline. */
import type { FontFacesSpecification } from 'maplibre-gl'
import latin400 from '@fontsource/noto-sans/files/noto-sans-latin-400-normal.woff2?url'
import latin500 from '@fontsource/noto-sans/files/noto-sans-latin-500-normal.woff2?url'
import latin400i from '@fontsource/noto-sans/files/noto-sans-latin-400-italic.woff2?url'
import latinExt400 from '@fontsource/noto-sans/files/noto-sans-latin-ext-400-normal.woff2?url'
import latinExt500 from '@fontsource/noto-sans/files/noto-sans-latin-ext-500-normal.woff2?url'
import cyrillic400 from '@fontsource/noto-sans/files/noto-sans-cyrillic-400-normal.woff2?url'
import cyrillic500 from '@fontsource/noto-sans/files/noto-sans-cyrillic-500-normal.woff2?url'
import greek400 from '@fontsource/noto-sans/files/noto-sans-greek-400-normal.woff2?url'
import greek500 from '@fontsource/noto-sans/files/noto-sans-greek-500-normal.woff2?url'

export const REGULAR = 'Noto Sans Regular'
export const MEDIUM = 'Noto Sans Medium'
export const ITALIC = 'Noto Sans Italic'

const LATIN = ['U+0000-00FF', 'U+0131', 'U+0152-0153', 'U+02BB-02BC', 'U+02C6', 'U+02DA', 'U+02DC', 'U+2000-206F', 'U+20AC', 'U+2122']
const LATIN_EXT = ['U+0100-0130', 'U+0132-0151', 'U+0154-02BA', 'U+1E00-1E9F', 'U+1EF2-1EFF']
const CYRILLIC = ['U+0400-045F', 'U+0490-0491', 'U+04B0-04B1', 'U+2116']
const GREEK = ['U+0370-03FF']

const face = (url: string, range: string[]) => ({ url: new URL(url, location.href).href, 'unicode-range': range })

export const FONT_FACES: FontFacesSpecification = {
  [REGULAR]: [face(latin400, LATIN), face(latinExt400, LATIN_EXT), face(cyrillic400, CYRILLIC), face(greek400, GREEK)],
  [MEDIUM]: [face(latin500, LATIN), face(latinExt500, LATIN_EXT), face(cyrillic500, CYRILLIC), face(greek500, GREEK)],
  [ITALIC]: [face(latin400i, LATIN)],
}
