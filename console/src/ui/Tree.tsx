/** A tree as screen readers and keyboards know it: arrows walk, open and close; Enter takes; letters jump. */
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { listed, type Node } from '../util/tree'
import { IconButton } from './Button'
import { cx } from './cx'
import { ChevronIcon } from './icons'

type TreeProps<Item> = {
  label: string
  nodes: readonly Node<Item>[]
  nameOf: (item: Item) => string
  selected: string | null
  onSelect: (id: string) => void
  row: (item: Item) => ReactNode
}

export function Tree<Item>({ label, nodes, nameOf, selected, onSelect, row }: TreeProps<Item>) {
  const id = useId()
  const root = useRef<HTMLUListElement>(null)
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const shown = listed(nodes, (node) => !closed.has(node))
  const isFlat = nodes.every(({ children }) => children.length === 0)
  const [focused, setFocused] = useState<string | null>(null)
  const current = shown.find((node) => node.id === (focused ?? selected)) ?? shown[0]

  const go = (to: Node<Item> | undefined) => {
    if (!to) return
    setFocused(to.id)
    root.current?.querySelector<HTMLElement>(`[data-node="${CSS.escape(to.id)}"]`)?.focus()
  }
  const fold = (node: string, isClosed: boolean) => setClosed((before) => {
    const after = new Set(before)
    if (isClosed) after.add(node)
    else after.delete(node)
    return after
  })
  const onKeyDown = (event: KeyboardEvent) => {
    if (!current) return
    const at = shown.indexOf(current)
    const isOpen = current.children.length > 0 && !closed.has(current.id)
    const act = (): boolean => {
      switch (event.key) {
        case 'ArrowDown': go(shown[at + 1]); return true
        case 'ArrowUp': go(shown[at - 1]); return true
        case 'Home': go(shown[0]); return true
        case 'End': go(shown.at(-1)); return true
        case 'ArrowRight':
          if (isOpen) go(shown[at + 1])
          else if (current.children.length > 0) fold(current.id, false)
          return true
        case 'ArrowLeft':
          if (isOpen) fold(current.id, true)
          else go(shown.slice(0, at).findLast(({ depth }) => depth < current.depth))
          return true
        case 'Enter':
        case ' ': onSelect(current.id); return true
        default: {
          if (event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return false
          const rest = [...shown.slice(at + 1), ...shown.slice(0, at + 1)]
          go(rest.find(({ item }) => nameOf(item).toLowerCase().startsWith(event.key.toLowerCase())))
          return true
        }
      }
    }
    if (act()) event.preventDefault()
  }
  return (
    <ul ref={root} id={id} role="tree" aria-label={label} onKeyDown={onKeyDown}>
      {shown.map((node) => {
        const isParent = node.children.length > 0
        const isOpen = isParent && !closed.has(node.id)
        return (
          <li
            key={node.id} role="treeitem" data-node={node.id} aria-level={node.depth + 1} aria-selected={node.id === selected} aria-expanded={isParent ? isOpen : undefined}
            aria-label={nameOf(node.item)} tabIndex={node === current ? 0 : -1} onFocus={() => setFocused(node.id)}
            onClick={() => onSelect(node.id)} style={{ paddingLeft: isFlat ? 10 : 6 + node.depth * 18 }}
            className={cx('flex min-h-8 cursor-pointer items-center gap-1 rounded-lg py-0.5 pr-2.5 text-[13px] focus-visible:-outline-offset-2', node.id === selected ? 'bg-accent-soft font-medium' : 'hover:bg-hover')}
          >
            {isParent ? (
              <IconButton label={`${isOpen ? 'Close' : 'Open'} ${nameOf(node.item)}`} tabIndex={-1} className="size-7! hover:bg-transparent!" onClick={(event) => { event.stopPropagation(); fold(node.id, isOpen) }}>
                <ChevronIcon className={cx('size-3.5 transition-transform', !isOpen && '-rotate-90')} />
              </IconButton>
            ) : !isFlat && <span aria-hidden="true" className="size-7 shrink-0" />}
            {row(node.item)}
          </li>
        )
      })}
    </ul>
  )
}
