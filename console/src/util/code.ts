/** Reasons, purposes and the like go by codes: `customer_closed` is “Customer closed”. */
export function inWords(code: string): string {
  const words = code.replaceAll('_', ' ').trim()
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`
}
