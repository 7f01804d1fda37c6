/** One design: how it comes about, what it changes, and what is decided of it. */
import { useMemo, useRef, useState } from 'react'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { Map as MapLibreMap } from 'maplibre-gl'
import { Link, useNavigate, useParams } from 'react-router'
import { useMay } from '../../api/access'
import { designMovesQuery, designQuery } from '../../api/designQueries'
import type { Design, Proposal } from '../../api/designs'
import { ApiError } from '../../api/problem'
import { useSession } from '../../api/session'
import { serverNow } from '../../live/live'
import { cellAt } from '../../map/hexagons'
import type { MovedPlace } from '../../map/layers/MovesLayer'
import { paths } from '../../paths'
import { NotFoundPage } from '../../shell/Gate'
import { Loadable } from '../../shell/Loadable'
import { PageFrame } from '../../shell/PageFrame'
import { SplitFrame } from '../../shell/SplitFrame'
import { Badge } from '../../ui/Badge'
import { Button } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { BackIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'
import { ago } from '../../util/time'
import { count, distance } from '../../util/units'
import { useNow } from '../../util/useNow'
import { groundOf, picked as pickedNow } from './cells'
import { DecisionDialog, type Decision } from './Decisions'
import { DesignMap } from './DesignMap'
import { coloursOf, figuresOf, stageOf } from './figures'
import { Making } from './Making'
import { MovesList, type TerritoryNames } from './MovesList'
import { PickPanel } from './PickPanel'
import { Steps } from './Steps'
import { Summary } from './Summary'
import { TerritoryTable } from './TerritoryTable'
import { STATES } from './words'

export function DesignPage() {
  const { id = '' } = useParams()
  const query = useQuery(designQuery(id))
  if (query.error instanceof ApiError && query.error.status === 404) return <NotFoundPage />
  return (
    <Loadable what="The design" query={query} skeleton={<div role="status" aria-label="Loading the design" className="space-y-4 p-8"><div className="skeleton h-7 w-64" /><div className="skeleton h-28" /><div className="skeleton h-52" /></div>}>
      {query.data && (query.data.proposal ? <Compared key={id} design={query.data} proposal={query.data.proposal} /> : <Unmade design={query.data} />)}
    </Loadable>
  )
}

const BACK = { path: paths.designs, name: 'Territory designs' }

/** Nothing to look at yet, or nothing that ever will be. */
function Unmade({ design }: { design: Design }) {
  const canMake = useMay()('territories', 'update')
  const navigate = useNavigate()
  const [decision, setDecision] = useState<Decision | null>(null)
  const again = () => void navigate(paths.newDesignFrom(design.id))
  return (
    <PageFrame title={design.name} width="reading" back={BACK} tabs={<div className="mt-4 flex flex-wrap items-center gap-x-5 gap-y-2"><Badge tone={STATES[design.state].tone}>{STATES[design.state].name}</Badge><Steps at={stageOf(design.state)} /></div>}>
      {design.state === 'computing' && <Making design={design} onDiscard={canMake ? () => setDecision('discard') : null} />}
      {design.state === 'failed' && (
        <Notice tone="danger" title="There is no proposal" action={canMake ? <Button onClick={again}>Change and propose again</Button> : undefined}><span className="inline-block first-letter:uppercase">{design.failure ?? 'It could not be made'}.</span></Notice>
      )}
      {design.state === 'discarded' && <Notice title="It was discarded before it was made" action={canMake ? <Button onClick={again}>Propose again</Button> : undefined} />}
      {decision && <DecisionDialog decision={decision} design={design} figures={[]} onAgain={again} onClose={() => setDecision(null)} />}
    </PageFrame>
  )
}

const NO_MOVES = [] as const

function Compared({ design, proposal }: { design: Design; proposal: Proposal }) {
  const may = useMay()
  const navigate = useNavigate()
  const canDecide = may('territories', 'update')
  const { state, before, after, request } = design
  const days = request.days ?? 20
  const colours = useMemo(() => coloursOf(proposal.territories), [proposal])
  const figures = useMemo(() => figuresOf(proposal, days, colours), [proposal, days, colours])
  const ground = useMemo(() => groundOf(proposal), [proposal])
  const holders = useMemo(() => new Map(ground.map(({ cell, territory }) => [cell, territory])), [ground])
  const names = useMemo((): TerritoryNames => {
    const byId = new Map(figures.map(({ id, name }) => [id, name]))
    return { name: (id) => (id == null ? 'No territory' : (byId.get(id) ?? 'elsewhere')), colour: (id) => (id == null ? '#8a94a6' : (colours.get(id) ?? '#8a94a6')) }
  }, [figures, colours])
  const moves = useQuery({ ...designMovesQuery(design.id, design.version), placeholderData: keepPreviousData, enabled: proposal.moved > 0 })
  const [chosen, setChosen] = useState<string | null>(null)
  const places = useMemo(() => (moves.data ?? NO_MOVES).filter(({ from, to }) => chosen === null || from === chosen || to === chosen).map(({ customer_id, name, lat, lon, from, to }): MovedPlace => ({
    id: customer_id, lat, lon, from: names.colour(from), to: names.colour(to), tip: `${name}: ${names.name(from)} → ${names.name(to)}`,
  })), [moves.data, names, chosen])
  const [look, setLook] = useState<MovedPlace | null>(null)
  const [kept, setKept] = useState<ReadonlySet<string>>(new Set())
  const [decision, setDecision] = useState<Decision | null>(null)
  const [target, setTarget] = useState<string | null>(null)
  const [picked, setPicked] = useState<ReadonlySet<string>>(new Set())
  /** What came of picking without the pointer. */
  const [pickNote, setPickNote] = useState('')
  const map = useRef<MapLibreMap | null>(null)

  const again = () => void navigate(paths.newDesignFrom(design.id), { state: { keep: [...kept] } })
  const pick = (cell: string, note = '') => {
    setPickNote(note)
    if (target !== null) setPicked((now) => pickedNow(now, cell, holders, target))
  }
  const pickMiddle = () => {
    const at = map.current?.getCenter()
    const like = ground[0]?.cell
    if (!at || like === undefined || target === null) return setPickNote('The map is not there yet.')
    const cell = cellAt(at.lat, at.lng, like)
    const holder = holders.get(cell)
    if (holder === undefined) return setPickNote('The cross is outside of the ground.')
    if (holder === target) return setPickNote(`${names.name(target)} holds that cell already.`)
    pick(cell, picked.has(cell) ? `Let go; ${count(picked.size - 1)} picked.` : `Picked from ${names.name(holder)}; ${count(picked.size + 1)} picked.`)
  }
  const isEditing = state === 'ready' && target !== null
  const stopEditing = () => {
    setTarget(null)
    setPicked(new Set())
  }
  return (
    <SplitFrame
      title={design.name} text="wide"
      map={(
        <DesignMap
          proposal={proposal} ground={ground} colours={colours} chosen={isEditing ? null : chosen} onChoose={setChosen} moves={places} look={look}
          picking={isEditing ? { picked, colour: colours.get(target) ?? '', onCell: (cell) => pick(cell) } : null} onMap={(made) => { map.current = made }}
        />
      )}
    >
      <div className="flex min-h-full flex-col">
        <div className="flex-1 space-y-5 px-4 py-6 sm:px-5">
          <Heading design={design} />
          {state === 'applied' && <Notice title="This design is in force">Customers and areas are as proposed. It can be taken back as long as none of them has changed since.</Notice>}
          {state === 'reverted' && <Notice title="This design was taken back">Customers and areas are again as they were before it.</Notice>}
          {state === 'discarded' && <Notice title="This design was discarded">It cannot be applied any more.</Notice>}
          {isEditing && <PickPanel design={design} figures={figures} target={target} onTarget={setTarget} picked={picked} onPicked={(next) => { setPickNote(''); setPicked(next) }} note={pickNote} onMiddle={pickMiddle} onClose={stopEditing} />}
          {before && after && <Summary proposal={proposal} before={before} after={after} figures={figures} days={days} />}
          <Warnings proposal={proposal} />
          <TerritoryTable figures={figures} chosen={chosen} onChoose={setChosen} />
          <Card title={`${count(proposal.moved)} moved ${proposal.moved === 1 ? 'customer' : 'customers'}`} hint={chosen === null ? undefined : <>Only those to or from {names.name(chosen)}. <button type="button" className="rounded font-medium text-accent hover:underline" onClick={() => setChosen(null)}>Show all</button></>}>
            {proposal.moved === 0 ? <p className="text-[13px] text-ink-2">Nobody changes their territory.</p> : (
              <Loadable what="The moved customers" query={moves} skeleton={<div role="status" aria-label="Loading the moved customers" className="space-y-3">{[0, 1, 2, 3].map((at) => <div key={at} className="skeleton h-8" />)}</div>}>
                <MovesList
                  moves={moves.data ?? NO_MOVES} names={names} chosen={chosen} days={days} canOpen={may('customers')} look={look?.id ?? null} onLook={(customer) => setLook(places.find(({ id }) => id === customer) ?? null)}
                  keep={canDecide && state !== 'applied' ? { kept, onKeep: setKept } : null}
                />
              </Loadable>
            )}
          </Card>
        </div>
        {canDecide ? (
          <footer className="sticky bottom-0 z-10 flex flex-wrap items-center justify-end gap-2 border-t border-line bg-surface px-4 py-3 max-sm:grid max-sm:grid-cols-2 sm:px-5">
            {state === 'ready' && <Button look="quiet" className="sm:mr-auto sm:-ml-2" onClick={() => setDecision('discard')}>Discard…</Button>}
            {state === 'ready' && !isEditing && <Button onClick={() => setTarget(chosen ?? figures[0]!.id)}>Change by hand</Button>}
            {state !== 'applied' && <Button look={kept.size > 0 ? 'primary' : 'secondary'} onClick={again}>{kept.size > 0 ? `Propose again, keeping ${count(kept.size)}` : 'Propose again'}</Button>}
            {state === 'ready' && <Button look={kept.size > 0 ? 'secondary' : 'primary'} disabled={isEditing && picked.size > 0} onClick={() => setDecision('apply')}>Apply…</Button>}
            {state === 'applied' && <Button onClick={() => setDecision('revert')}>Take it back…</Button>}
          </footer>
        ) : <p className="sticky bottom-0 z-10 border-t border-line bg-surface px-5 py-3 text-xs text-ink-2">You can look at this design. Applying it needs the right to change territories.</p>}
      </div>
      {decision && <DecisionDialog decision={decision} design={design} figures={figures} onAgain={again} onClose={() => setDecision(null)} />}
    </SplitFrame>
  )
}

function Heading({ design }: { design: Design }) {
  useNow()
  const me = useSession((session) => session.me)
  const { name, state, request, created_at, made_by } = design
  const facts = [
    `Made ${ago(serverNow() - Date.parse(created_at))}${made_by != null && made_by === me?.id ? ' by you' : ''}`, `measured over ${count(request.days ?? 20)} working days`, `${count(request.speed_kmh ?? 30)} km/h`,
    ...(request.locked && request.locked.length > 0 ? [`${count(request.locked.length)} kept in place`] : []),
  ]
  return (
    <header>
      <Link to={paths.designs} className="inline-flex items-center gap-1 rounded text-xs font-medium text-ink-3 hover:text-ink"><BackIcon className="size-3.5" />Territory designs</Link>
      <div className="mt-1.5 flex flex-wrap items-center gap-x-3 gap-y-1"><h1 className="min-w-0 text-xl font-semibold tracking-[-0.018em] break-words">{name}</h1><Badge tone={STATES[state].tone}>{STATES[state].name}</Badge></div>
      <p className="mt-0.5 text-[13px] text-ink-2">{facts.join(' · ')}</p>
      {state !== 'discarded' && <div className="mt-3"><Steps at={stageOf(state)} isDone={state === 'applied'} /></div>}
    </header>
  )
}

function Warnings({ proposal: { unplaced, links } }: { proposal: Proposal }) {
  const longest_m = Math.max(0, ...links.map(({ distance_m }) => distance_m))
  return (
    <>
      {unplaced > 0 && <Notice tone="warn" title={`${count(unplaced)} ${unplaced === 1 ? 'customer has' : 'customers have'} no place on the map`}>Their work is not counted, and they stay in their territories.</Notice>}
      {links.length > 0 && <Notice title={`The ground has ${links.length === 1 ? 'a gap' : `${count(links.length)} gaps`} of up to ${distance(longest_m)}`}>Nobody works there, so a territory that reaches across counts as one piece although it is in parts on the map.</Notice>}
    </>
  )
}
