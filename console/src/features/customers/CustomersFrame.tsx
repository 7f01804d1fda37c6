import type { ReactNode } from 'react'
import { paths } from '../../paths'
import { LinkTabs } from '../../shell/LinkTabs'
import { PageFrame } from '../../shell/PageFrame'

const HINTS: Record<string, string> = {
  Customers: 'Who is visited, where they are, and when they are open.',
  'Classes and skills': 'How often customers are visited and for how long, and what a visit may need.',
}

export function CustomersFrame({ title, actions, children }: { title: keyof typeof HINTS & string; actions?: ReactNode; children: ReactNode }) {
  return (
    <PageFrame title={title} hint={HINTS[title]} actions={actions} tabs={<LinkTabs label="Customers" tabs={[{ path: paths.customers, name: 'Customers' }, { path: paths.classes, name: 'Classes and skills' }]} />}>
      {children}
    </PageFrame>
  )
}
