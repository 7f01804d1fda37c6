/** A file is chosen and looked at; every bad row is shown; then it is imported, whole or not at all. */
import { useId, useState, type DragEvent } from 'react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { bring, FILE_BYTES_MAX, type Encoding, type ImportFlaw, type ImportKind, type ImportMode, type ImportReport, type ImportRow } from '../../api/imports'
import { ApiError, complaintOf, explain } from '../../api/problem'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { cx } from '../../ui/cx'
import { Dialog } from '../../ui/Dialog'
import { CheckIcon, DownloadIcon, ListIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { Below, TD, Th, TR, WIDE } from '../../ui/table'
import { count } from '../../util/units'
import { changing, COLUMNS, EXAMPLES, flawsAsCsv, NOUNS, OUTCOMES, remarks, rowsOf, unreadable } from './words'

type ImportDialogProps = { kind: ImportKind; onClose: () => void }
type Chosen = { name: string; bytes: ArrayBuffer; encoding: Encoding | null }

/** Nobody reads more in a dialog; all of them are in the file that can be saved. */
const SHOWN_MAX = 200

export function ImportDialog({ kind, onClose }: ImportDialogProps) {
  const client = useQueryClient()
  const noun = NOUNS[kind]
  const [chosen, setChosen] = useState<Chosen | null>(null)
  const [tooLarge, setTooLarge] = useState<string | null>(null)
  const look = useMutation({ mutationFn: ({ bytes, encoding }: Chosen) => bring(kind, bytes, 'dry', encoding) })
  const run = useMutation({
    mutationFn: (mode: ImportMode) => bring(kind, chosen!.bytes, mode, chosen!.encoding),
    onSuccess: () => void Promise.all([[kind], ['visits'], ['plans']].map((queryKey) => client.invalidateQueries({ queryKey }))),
  })
  const isBusy = look.isPending || run.isPending
  const take = async (file: File | undefined) => {
    if (!file) return
    run.reset()
    look.reset()
    if (file.size > FILE_BYTES_MAX) return setTooLarge(file.name)
    setTooLarge(null)
    const next = { name: file.name, bytes: await file.arrayBuffer(), encoding: null }
    setChosen(next)
    look.mutate(next)
  }
  const readAs = (encoding: Encoding) => {
    const next = { ...chosen!, encoding }
    setChosen(next)
    look.mutate(next)
  }
  const again = () => {
    setChosen(null)
    look.reset()
    run.reset()
  }
  // Somebody else changed something since the file was looked at: it is looked at once more.
  const isOvertaken = run.error instanceof ApiError && run.error.code === 'bad_rows'
  const report = look.data ?? null
  const done = run.data ?? null

  return (
    <Dialog
      title={noun.title} subtitle={chosen?.name ?? 'From a CSV file, as spreadsheets save it'} width="wide" onClose={onClose} isHeld={run.isPending}
      footer={
        done ? <><Button onClick={again}>Another file</Button><Button look="primary" onClick={onClose}>Done</Button></>
        : report ? (
          <>
            <Button onClick={again} disabled={isBusy}>Another file</Button>
            {report.bad_rows > 0 && changing(report) > 0 && <Button isBusy={run.isPending} onClick={() => run.mutate('good')}>Import only the {changing(report) === 1 ? 'one row that is good' : `${rowsOf(changing(report))} that are good`}</Button>}
            {changing(report) === 0 ? <Button look="primary" onClick={onClose}>Done</Button> : <Button look="primary" disabled={report.bad_rows > 0} isBusy={run.isPending} onClick={() => run.mutate('all')}>{run.isPending ? 'Importing…' : `Import ${rowsOf(changing(report))}`}</Button>}
          </>
        ) : <>{look.error && <Button onClick={again}>Another file</Button>}<Button onClick={onClose}>Cancel</Button></>
      }
    >
      <div className="space-y-4">
        {chosen === null && <FileChooser kind={kind} onFile={(file) => void take(file)} />}
        {tooLarge !== null && <Notice tone="danger" title={`${tooLarge} is too large`}>At most 16 MB and 10,000 rows at once.</Notice>}
        {look.isPending && <div role="status" aria-label="Reading the file" className="space-y-3"><div className="skeleton h-16" /><div className="skeleton h-32" /></div>}
        {look.error && (
          <Notice
            tone="danger" title="The file cannot be read"
            action={complaintOf(look.error, 'encoding') === null ? undefined : <Button onClick={() => readAs('windows-1252')}>Read it as an older Excel file</Button>}
          >
            {unreadable(look.error)}
          </Notice>
        )}
        {run.error && <Notice tone="danger" title="Nothing was imported" action={isOvertaken ? <Button onClick={() => { run.reset(); look.mutate(chosen!) }}>Look again</Button> : undefined}>{explain(run.error)}</Notice>}
        {done ? <Done kind={kind} report={done} /> : report && !look.isPending && <Looked report={report} />}
      </div>
    </Dialog>
  )
}

function FileChooser({ kind, onFile }: { kind: ImportKind; onFile: (file: File | undefined) => void }) {
  const id = useId()
  const [isOver, setOver] = useState(false)
  const drop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    onFile(event.dataTransfer.files[0])
  }
  return (
    <>
      <label
        htmlFor={id} onDragOver={(event) => { event.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={drop}
        className={cx('flex cursor-pointer flex-col items-center gap-2 rounded-2xl border-2 border-dashed px-6 py-9 text-center transition-colors has-focus-visible:outline-2 has-focus-visible:outline-accent', isOver ? 'border-accent bg-accent-soft' : 'border-line-strong hover:bg-hover')}
      >
        <ListIcon className="size-7 text-ink-3" />
        <span className="text-sm font-medium">Drop a CSV file here, or <span className="text-accent">choose one</span></span>
        <span className="text-xs text-ink-3">Commas, semicolons or tabs; nothing is changed before you have seen what it would do.</span>
        <input id={id} type="file" accept=".csv,.tsv,.txt,text/csv,text/tab-separated-values,text/plain" aria-label="CSV file" onChange={({ target }) => { onFile(target.files?.[0]); target.value = '' }} className="sr-only" />
      </label>
      <section aria-label="Columns" className="rounded-xl border border-line p-4">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h3 className="text-[13px] font-medium">Columns</h3>
          <SaveLink name={`${kind}-example.csv`} text={EXAMPLES[kind]}>An example to fill in</SaveLink>
        </div>
        <dl className="mt-2.5 grid gap-x-6 gap-y-1.5 text-xs sm:grid-cols-2">
          {COLUMNS[kind].map(({ name, says, isRequired }) => (
            <div key={name} className="flex flex-wrap gap-x-2"><dt className="font-medium">{name}{isRequired && <span className="font-normal text-danger"> needed</span>}</dt><dd className="text-ink-3">{says}</dd></div>
          ))}
        </dl>
        <p className="mt-2.5 text-xs text-ink-3">Other columns are left out. {kind === 'customers' ? 'An empty cell leaves what is there.' : 'A visit that is there already stays as it is.'}</p>
      </section>
    </>
  )
}

function Looked({ report }: { report: ImportReport }) {
  const said = remarks(report)
  const isBad = report.bad_rows > 0
  return (
    <>
      <Counts report={report} />
      {said.length > 0 && <ul className="list-disc space-y-0.5 pl-5 text-[13px] text-ink-2">{said.map((text) => <li key={text}>{text}</li>)}</ul>}
      {isBad && <BadRows flaws={report.flaws} />}
      {!isBad && report.rows === 0 && <Notice title="There is nothing in it">The file has a head and no rows.</Notice>}
      {!isBad && report.rows > 0 && <GoodRows rows={report.outcomes} />}
    </>
  )
}

function Counts({ report }: { report: ImportReport }) {
  const { created, updated, unchanged, kept, bad_rows } = report
  const tiles = [
    { name: 'New', n: created, look: 'text-good' }, { name: 'Changed', n: updated, look: 'text-accent' }, { name: 'As they are', n: unchanged + kept, look: 'text-ink-2' },
    { name: bad_rows === 1 ? 'Bad row' : 'Bad rows', n: bad_rows, look: bad_rows > 0 ? 'text-danger' : 'text-ink-3' },
  ]
  return (
    <dl aria-label="What the file would do" className="grid grid-cols-2 gap-2 sm:grid-cols-4">
      {tiles.map(({ name, n, look }) => (
        <div key={name} className="flex flex-col-reverse rounded-xl bg-sunken px-3.5 py-2.5"><dt className="text-xs text-ink-3">{name}</dt><dd className={cx('tabular text-xl font-semibold', look)}>{count(n)}</dd></div>
      ))}
    </dl>
  )
}

function BadRows({ flaws }: { flaws: readonly ImportFlaw[] }) {
  return (
    <section aria-label="Bad rows">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-[13px] text-ink-2">These keep the whole file out. Mend them in the file, then choose it again.</p>
        <SaveLink name="bad-rows.csv" text={flawsAsCsv(flaws)}>Save the list</SaveLink>
      </div>
      <div role="region" aria-label="Bad rows, a table" tabIndex={0} className="max-h-[45vh] overflow-auto rounded-xl border border-line">
        <table className="w-full text-[13px]">
          <caption className="sr-only">What is wrong, by line and column of the file</caption>
          <thead className="sticky top-0 bg-surface"><tr><Th>Line</Th><Th>Column</Th><Th className={WIDE}>Says</Th><Th className={WIDE}>What is wrong</Th></tr></thead>
          <tbody>
            {flaws.slice(0, SHOWN_MAX).map(({ line, field, column, value, limit }, at) => (
              <tr key={at} className={TR}>
                <td className={`${TD} tabular max-sm:align-top`}>{line}</td>
                <td className={TD}>{column ?? field}<Below>{value !== '' && <span className="mb-0.5 block font-mono break-all text-ink-2">{value}</span>}<span className="text-danger">{limit}</span></Below></td>
                <td className={`${TD} ${WIDE} max-w-56 truncate font-mono text-xs`} title={value}>{value === '' ? <span className="font-sans text-ink-3">nothing</span> : value}</td>
                <td className={`${TD} ${WIDE} min-w-48 text-danger`}>{limit}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {flaws.length > SHOWN_MAX && <p className="mt-2 text-xs text-ink-3">And {count(flaws.length - SHOWN_MAX)} more: save the list to see all.</p>}
    </section>
  )
}

const PLACES: Record<NonNullable<ImportRow['place']>, string> = { to_locate: 'looked for by its address', not_located: 'not on the map' }

function GoodRows({ rows }: { rows: readonly ImportRow[] }) {
  const shown = [...rows].sort((a, b) => Number(a.outcome === 'unchanged') - Number(b.outcome === 'unchanged')).slice(0, SHOWN_MAX)
  return (
    <section aria-label="Rows">
      <div role="region" aria-label="Rows, a table" tabIndex={0} className="max-h-[45vh] overflow-auto rounded-xl border border-line">
        <table className="w-full text-[13px]">
          <caption className="sr-only">What becomes of each row</caption>
          <thead className="sticky top-0 bg-surface"><tr><Th>Line</Th><Th>Code</Th><Th>Becomes</Th><Th>What changes</Th></tr></thead>
          <tbody>
            {shown.map(({ line, ref, outcome, fields = [], place }) => (
              <tr key={line} className={TR}>
                <td className={`${TD} tabular`}>{line}</td>
                <td className={`${TD} max-w-48 truncate`}>{ref}</td>
                <td className={TD}><Badge tone={OUTCOMES[outcome].tone}>{OUTCOMES[outcome].name}</Badge></td>
                <td className={`${TD} text-ink-2`}>{[fields.map((field) => field.replaceAll('_', ' ')).join(', '), place != null ? PLACES[place] : ''].filter(Boolean).join(' · ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > SHOWN_MAX && <p className="mt-2 text-xs text-ink-3">And {count(rows.length - SHOWN_MAX)} more.</p>}
    </section>
  )
}

function Done({ kind, report }: { kind: ImportKind; report: ImportReport }) {
  const noun = NOUNS[kind]
  return (
    <div role="status" className="space-y-4">
      <p className="flex items-center gap-2 text-sm font-medium"><CheckIcon className="size-5 text-good" />Imported: {count(report.created)} new {report.created === 1 ? noun.one : noun.many}{report.updated > 0 && `, ${count(report.updated)} changed`}.</p>
      <ul className="list-disc space-y-0.5 pl-5 text-[13px] text-ink-2">
        {remarks(report).map((text) => <li key={text}>{text}</li>)}
        {report.bad_rows > 0 && <li>{rowsOf(report.bad_rows)} left out. <SaveLink name="bad-rows.csv" text={flawsAsCsv(report.flaws)}>Save the list</SaveLink></li>}
      </ul>
    </div>
  )
}

function SaveLink({ name, text, children }: { name: string; text: string; children: string }) {
  const save = () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
    const link = Object.assign(document.createElement('a'), { href: url, download: name })
    link.click()
    URL.revokeObjectURL(url)
  }
  return <button type="button" onClick={save} className="inline-flex items-center gap-1.5 rounded text-xs font-medium text-accent hover:underline"><DownloadIcon className="size-3.5" />{children}</button>
}
