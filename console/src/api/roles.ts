/** What roles are called for whoever may not read the list of them. */

/** Those that come with the product. */
export const BUILT_IN_ROLES: readonly { name: string; title: string }[] = [
  { name: 'agent', title: 'Agent' }, { name: 'dispatcher', title: 'Dispatcher' }, { name: 'manager', title: 'Manager' }, { name: 'admin', title: 'Administrator' }, { name: 'auditor', title: 'Auditor' },
]

/** `regional_lead` is Regional lead: names are made of titles. */
export function titleOfRole(name: string): string {
  const words = name.replace(/[_-]+/g, ' ')
  return BUILT_IN_ROLES.find((role) => role.name === name)?.title ?? words.charAt(0).toUpperCase() + words.slice(1)
}
