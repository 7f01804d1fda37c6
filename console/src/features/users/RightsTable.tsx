import { ACTIONS, MODULES, type Breadth, type Permission } from '../../api/identity'
import { cx } from '../../ui/cx'
import { ACTION_WORDS, cellOf, choicesFor, keyOf, MODULE_WORDS, withCell, wordOf } from './rights'

const TONES: Record<Breadth, string> = {
  own: 'bg-sunken text-ink-2', team: 'bg-warn-soft text-warn', territory: 'bg-accent-soft text-accent', all: 'bg-good-soft text-good',
}

type RightsTableProps = { label: string; permissions: readonly Permission[]; /** `null`: only to be read. */ onChange: ((permissions: Permission[]) => void) | null }

/** Modules down, actions across; each cell says how far it reaches. */
export function RightsTable({ label, permissions, onChange }: RightsTableProps) {
  return (
    <div role="region" aria-label={label} tabIndex={0} className="overflow-x-auto rounded-xl border border-line focus-visible:-outline-offset-2">
      <table className="w-full min-w-[720px] text-[13px]">
        <caption className="sr-only">{label}</caption>
        <thead>
          <tr className="bg-sunken text-xs text-ink-3">
            <th scope="col" className="px-4 py-2 text-left font-medium">What</th>
            {ACTIONS.map((action) => <th key={action} scope="col" className="w-[15%] px-2 py-2 text-left font-medium">{ACTION_WORDS[action]}</th>)}
          </tr>
        </thead>
        <tbody>
          {MODULES.map((module) => (
            <tr key={module} className="border-t border-line">
              <th scope="row" className="px-4 py-2 text-left font-normal">
                <span className="block font-medium">{MODULE_WORDS[module].name}</span>
                <span className="block text-xs text-ink-3">{MODULE_WORDS[module].hint}</span>
              </th>
              {ACTIONS.map((action) => {
                const cell = cellOf(permissions, module, action)
                return (
                  <td key={action} className="px-2 py-2">
                    {onChange === null ? <Reach cell={cell} /> : (
                      <select
                        aria-label={`${ACTION_WORDS[action]} ${MODULE_WORDS[module].name.toLowerCase()}`} value={keyOf(cell)}
                        onChange={(event) => onChange(withCell(permissions, module, action, event.target.value))}
                        className={cx(
                          'chevron h-8 w-full min-w-0 rounded-lg border pr-5 pl-2 text-xs transition-colors',
                          cell.length === 0 ? 'border-line bg-surface text-ink-3 hover:border-line-strong' : cx('border-transparent font-medium', TONES[cell.at(-1)!]),
                        )}
                      >
                        {choicesFor(module, cell).map((choice) => <option key={keyOf(choice)} value={keyOf(choice)}>{wordOf(choice)}</option>)}
                      </select>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Reach({ cell }: { cell: readonly Breadth[] }) {
  if (cell.length === 0) return <span className="text-ink-3"><span aria-hidden="true">–</span><span className="sr-only">no</span></span>
  return <span className={cx('inline-flex h-5.5 items-center rounded-md px-1.5 text-[11.5px] font-medium whitespace-nowrap', TONES[cell.at(-1)!])}>{wordOf(cell)}</span>
}
