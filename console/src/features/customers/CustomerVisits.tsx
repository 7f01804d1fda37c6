export function CustomerVisits(_: { customer: string }) {
  return null
}
