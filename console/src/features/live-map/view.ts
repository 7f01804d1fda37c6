/** What the dispatcher has set on this page: kept for the session, not worth an address. */
import { create } from 'zustand'
import type { AgentStatus } from '../../api/types'

export type Order = 'name' | 'recent'

type ViewStore = {
  query: string
  /** Empty means all. */
  statuses: ReadonlySet<AgentStatus>
  order: Order
  showsTrail: boolean
  isFollowing: boolean
  setQuery: (query: string) => void
  toggleStatus: (status: AgentStatus) => void
  setOrder: (order: Order) => void
  setTrail: (showsTrail: boolean) => void
  setFollowing: (isFollowing: boolean) => void
}

export const useView = create<ViewStore>()((set) => ({
  query: '',
  statuses: new Set(),
  order: 'name',
  showsTrail: true,
  isFollowing: false,
  setQuery: (query) => set({ query }),
  toggleStatus: (status) =>
    set(({ statuses }) => {
      const next = new Set(statuses)
      if (!next.delete(status)) next.add(status)
      return { statuses: next }
    }),
  setOrder: (order) => set({ order }),
  setTrail: (showsTrail) => set({ showsTrail }),
  setFollowing: (isFollowing) => set({ isFollowing }),
}))
