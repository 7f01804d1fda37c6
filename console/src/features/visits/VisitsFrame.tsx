import type { ReactNode } from 'react'
import { useMay } from '../../api/access'
import { paths } from '../../paths'
import { LinkTabs } from '../../shell/LinkTabs'
import { PageFrame } from '../../shell/PageFrame'

const HINTS = {
  Visits: 'What is planned, what came of it, and how far it is proved.',
  Overdue: 'Customers who have not been visited for longer than their class asks.',
  Beats: 'Who is visited on which weekday, over and over; visits are made weeks ahead.',
  Holidays: 'Days that nobody works: visits that beats make there move, as each beat says.',
  Forms: 'What agents are asked at a customer’s.',
  'Visit settings': 'When somebody counts as there, what a visit must show, which reasons there are.',
} as const

export function VisitsFrame({ title, actions, width, children }: { title: keyof typeof HINTS; actions?: ReactNode; width?: 'reading' | 'wide'; children: ReactNode }) {
  const may = useMay()
  const tabs = [
    { path: paths.visits, name: 'Visits' }, { path: paths.overdue, name: 'Overdue' }, { path: paths.beats, name: 'Beats' },
    ...(may('settings') ? [{ path: paths.holidays, name: 'Holidays' }, { path: paths.forms, name: 'Forms' }, { path: paths.visitSettings, name: 'Settings' }] : []),
  ]
  return <PageFrame title={title} hint={HINTS[title]} actions={actions} tabs={<LinkTabs label="Visits" tabs={tabs} />}>{width === 'reading' ? <div className="max-w-3xl space-y-5">{children}</div> : children}</PageFrame>
}
