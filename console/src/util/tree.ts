/** Flat rows with parents, as a tree that can be listed. */

export type Node<Item> = { item: Item; id: string; depth: number; children: Node<Item>[] }

type Row = { id: string; name: string; parent_id?: string | null }

/** Siblings by name. Whoever's parent is unknown here, or is below itself, stands at the top: nobody is lost. */
export function treeOf<Item extends Row>(items: readonly Item[]): Node<Item>[] {
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
  const byId = new Map(items.map((item) => [item.id, item]))
  const below = new Map<string | null, Item[]>()
  for (const item of items) {
    const parent = item.parent_id != null && byId.has(item.parent_id) && !isBelow(byId, item.parent_id, item.id) ? item.parent_id : null
    below.set(parent, [...(below.get(parent) ?? []), item])
  }
  const grow = (parent: string | null, depth: number): Node<Item>[] =>
    (below.get(parent) ?? []).sort((a, b) => collator.compare(a.name, b.name)).map((item) => ({ item, id: item.id, depth, children: grow(item.id, depth + 1) }))
  return grow(null, 0)
}

/** Depth first, without what lies under a closed one. */
export function listed<Item>(nodes: readonly Node<Item>[], isOpen: (id: string) => boolean = () => true): Node<Item>[] {
  return nodes.flatMap((node) => [node, ...(isOpen(node.id) ? listed(node.children, isOpen) : [])])
}

/** Ids of everything under `id`, itself included. */
export function under<Item>(nodes: readonly Node<Item>[], id: string): Set<string> {
  const found = listed(nodes).find((node) => node.id === id)
  return new Set(found ? listed([found]).map((node) => node.id) : [])
}

function isBelow(byId: ReadonlyMap<string, Row>, from: string, ancestor: string): boolean {
  const seen = new Set<string>()
  for (let at: string | null | undefined = from; at != null && !seen.has(at); at = byId.get(at)?.parent_id) {
    if (at === ancestor) return true
    seen.add(at)
  }
  return false
}
