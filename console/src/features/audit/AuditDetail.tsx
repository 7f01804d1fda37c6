import { useState, type ReactNode } from 'react'
import type { AuditEntry, AuditParty } from '../../api/auditEntry'
import { Badge } from '../../ui/Badge'
import { CopyField } from '../../ui/CopyField'
import { cx } from '../../ui/cx'
import { Dialog } from '../../ui/Dialog'
import { LinkIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { count } from '../../util/units'
import { differences, type Difference } from './diff'
import type { Filters } from './filters'
import type { Names } from './names'
import { inWords, lookOfOutcome, nameOf, nameOfField, nameOfKind, nameOfParty } from './words'

type AuditDetailProps = { entry: AuditEntry; names: Names; onClose: () => void; onFilter: (change: Partial<Filters>) => void }

/** One entry whole: the circumstances, what changed, and its place in the chain. */
export function AuditDetail({ entry, names, onClose, onFilter }: AuditDetailProps) {
  const { name, tone } = lookOfOutcome(entry.outcome)
  const changes = differences(entry.before, entry.after)
  return (
    <Dialog title={nameOfKind(entry.kind)} place="drawer" onClose={onClose} subtitle={<time dateTime={entry.at} className="tabular">{new Date(entry.at).toLocaleString('en-GB', { dateStyle: 'full', timeStyle: 'medium' })}</time>}>
      <div className="space-y-6">
        <dl className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-4 gap-y-2.5 text-[13px]">
          <Said name="Outcome"><Badge tone={tone}>{name}</Badge></Said>
          <Said name="Who"><Party party={entry.actor} names={names} onPick={(actor) => onFilter({ actor })} /></Said>
          {entry.on_behalf_of !== null && <Said name="In place of">{nameOf({ kind: 'user', id: entry.on_behalf_of, name: null }, names)}</Said>}
          {entry.object && <Said name="To what"><Party party={entry.object} names={names} onPick={(id) => onFilter({ object: `${entry.object!.kind}:${id}`, actor: '' })} /></Said>}
          {entry.count > 1 && <Said name="How often"><span className="tabular">{count(entry.count)} times</span></Said>}
          <Said name="From">{entry.address === null ? <span className="text-ink-3">Not known</span> : <code className="font-mono text-xs">{entry.address}</code>}</Said>
          {entry.request_id !== null && <Said name="Request"><code className="font-mono text-xs break-all">{entry.request_id}</code></Said>}
        </dl>
        {changes.length > 0 && <Changes changes={changes} names={names} hasBefore={entry.before !== null} hasAfter={entry.after !== null} />}
        <section aria-label="Integrity" className="border-t border-line pt-5">
          <h3 className="flex items-center gap-1.5 text-[13px] font-semibold"><LinkIcon className="size-4 text-ink-3" />Integrity</h3>
          {entry.seq === null ? (
            <div className="mt-2"><Notice title="Not sealed yet">Entries are sealed into the chain a moment after they are written.</Notice></div>
          ) : (
            <div className="mt-2 space-y-3 text-[13px] text-ink-2">
              <p>Sealed as number <span className="tabular font-medium text-ink">{count(entry.seq)}</span>. The hash covers this entry and every one before it: <code className="font-mono text-xs">salessync audit verify</code> recomputes the chain and finds what was altered, removed or cut off.</p>
              {entry.hash !== null && <CopyField label="Hash of the chain up to here" text={entry.hash} />}
            </div>
          )}
        </section>
      </div>
    </Dialog>
  )
}

function Said({ name, children }: { name: string; children: ReactNode }) {
  return <><dt className="text-ink-3">{name}</dt><dd className="min-w-0">{children}</dd></>
}

function Party({ party, names, onPick }: { party: AuditParty; names: Names; onPick: (id: string) => void }) {
  const { id } = party
  return (
    <div className="min-w-0">
      <p className="flex items-baseline gap-3">
        <span className="min-w-0 truncate font-medium">{nameOf(party, names)}</span>
        {id !== null && <button type="button" className="ml-auto shrink-0 rounded text-xs font-medium text-accent hover:underline" onClick={() => onPick(id)}>Show all</button>}
      </p>
      {id !== null && isSomething(party) && <p className="mt-0.5 text-xs text-ink-3">{nameOfParty(party.kind)} <code className="font-mono break-all">{id}</code></p>}
    </div>
  )
}

/** As many fields that stay what they were are shown around those that changed. */
const SAME_MAX = 4

/** Its id says more than its name: `agents` is named by how many they were, an operation by itself. */
const isSomething = ({ kind }: AuditParty): boolean => kind !== 'agents' && kind !== 'operation'

const LOOKS: Record<Difference['change'], { mark: string; word: string; look: string }> = {
  same: { mark: '', word: 'unchanged', look: 'text-ink-3' },
  changed: { mark: '~', word: 'changed', look: 'text-ink' },
  added: { mark: '+', word: 'new', look: 'text-good' },
  removed: { mark: '−', word: 'gone', look: 'text-danger' },
}

function Changes({ changes, names, hasBefore, hasAfter }: { changes: readonly Difference[]; names: Names; hasBefore: boolean; hasAfter: boolean }) {
  const isBoth = hasBefore && hasAfter
  const [isWhole, setWhole] = useState(false)
  const same = isBoth ? changes.filter(({ change }) => change === 'same').length : 0
  const isCut = same > SAME_MAX && !isWhole
  const shown = isCut ? changes.filter(({ change }) => change !== 'same') : changes
  const words = (path: string, value: string | null) => (value === null ? '' : inWords(path, value, names))
  return (
    <section aria-label="What changed" className="border-t border-line pt-5">
      <h3 className="text-[13px] font-semibold">{isBoth ? 'What changed' : hasAfter ? 'What was set' : 'What was there'}</h3>
      {shown.length > 0 && (
        <div className="mt-2 overflow-x-auto rounded-xl border border-line">
          <table className="w-full text-xs">
            <thead className="bg-sunken text-left text-ink-3">
              <tr>
                <th scope="col" className="px-3 py-1.5 font-medium">Field</th>
                {hasBefore && <th scope="col" className="px-3 py-1.5 font-medium">{isBoth ? 'Before' : 'Value'}</th>}
                {hasAfter && <th scope="col" className="px-3 py-1.5 font-medium">{isBoth ? 'After' : 'Value'}</th>}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ path, change, before, after }) => (
                <tr key={path} className={cx('border-t border-line align-top', isBoth && change === 'same' && 'text-ink-3')}>
                  <th scope="row" className="px-3 py-1.5 text-left font-normal text-ink-2">
                    {isBoth && <span aria-hidden="true" className={cx('mr-1.5 inline-block w-2 font-mono', LOOKS[change].look)}>{LOOKS[change].mark}</span>}
                    {nameOfField(path)}{isBoth && <span className="sr-only"> ({LOOKS[change].word})</span>}
                  </th>
                  {hasBefore && <td className={cx('px-3 py-1.5 wrap-anywhere', isBoth && (change === 'changed' || change === 'removed') && 'bg-danger-soft text-danger')}>{words(path, before)}</td>}
                  {hasAfter && <td className={cx('px-3 py-1.5 wrap-anywhere', isBoth && (change === 'changed' || change === 'added') && 'bg-good-soft text-good')}>{words(path, after)}</td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {same > SAME_MAX && <button type="button" aria-expanded={isWhole} className="mt-2 rounded text-xs font-medium text-accent hover:underline" onClick={() => setWhole(!isWhole)}>{isWhole ? 'Show only what changed' : `Show ${count(same)} more that stay`}</button>}
    </section>
  )
}
