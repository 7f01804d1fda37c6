// Writes src/api/schema.d.ts from the server's OpenAPI document.
// It lives in a package of its own because openapi-typescript drives the compiler API of TypeScript 5, which TypeScript 7 no longer has.
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import openapiTS, { astToString } from 'openapi-typescript'

// The arguments are for trying it out on another document.
const source = process.argv[2] ? pathToFileURL(process.argv[2]) : new URL('../../../docs/openapi.json', import.meta.url)
const target = process.argv[3] ? pathToFileURL(process.argv[3]) : new URL('../../src/api/schema.d.ts', import.meta.url)

if (!existsSync(source)) {
  console.error(`There is no ${fileURLToPath(source)}: write it with \`salessync openapi\` first.`)
  process.exit(1)
}
const tree = await openapiTS(source, { alphabetize: true })
await writeFile(target, `// Generated from docs/openapi.json by \`npm run codegen\`. Do not edit.\n\n${astToString(tree)}`)
console.log(`wrote ${fileURLToPath(target)}`)
