/** Everything about the selected agent that a dispatcher asks on the phone: where, since when, how far today. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from 'react-router'
import { useMay } from '../../api/access'
import { api } from '../../api/client'
import { ApiError, explain } from '../../api/problem'
import { agentsQuery, contactsQuery, positionQuery, systemQuery } from '../../api/queries'
import type { Agent, AgentPosition, Territory } from '../../api/types'
import { serverNow, useLivePosition } from '../../live/live'
import type { Row } from '../../live/wire'
import { paths } from '../../paths'
import { Button, IconButton } from '../../ui/Button'
import { CalendarIcon, CloseIcon, PhoneIcon, PlaybackIcon, RouteIcon, TargetIcon } from '../../ui/icons'
import { Contact } from '../../ui/Masked'
import { Notice } from '../../ui/Notice'
import { StatusDot } from '../../ui/StatusDot'
import { Switch } from '../../ui/Switch'
import { ago, clock } from '../../util/time'
import { useNow } from '../../util/useNow'
import { Coordinates, Readings, Today } from './AgentReadings'
import { PRESENCE } from './AgentRow'
import { EraseAgent } from './EraseAgent'
import { useView } from './view'

type AgentPanelProps = { id: string; agent: Agent | null; territory: Territory | null; isDirectoryRead: boolean; onClose: () => void }

export function AgentPanel({ id, agent, territory, isDirectoryRead, onClose }: AgentPanelProps) {
  const may = useMay()
  const livePosition = useLivePosition(id)
  const stored = useQuery(positionQuery(id))
  const position = livePosition ?? (stored.data ? fromStored(stored.data) : null)
  const isUnknown = isDirectoryRead && agent === null && position === null
  const hasNone = position === null && stored.error instanceof ApiError && stored.error.code === 'no_position'
  return (
    <aside
      aria-label={agent ? `Agent ${agent.name}` : 'Agent'}
      className="appear absolute inset-x-0 bottom-0 z-20 flex max-h-[64%] flex-col overflow-hidden rounded-t-2xl border-t border-line bg-surface shadow-panel min-[820px]:inset-x-auto min-[820px]:top-3 min-[820px]:right-3 min-[820px]:bottom-auto min-[820px]:max-h-[calc(100%-1.5rem)] min-[820px]:w-[348px] min-[820px]:rounded-2xl min-[820px]:border"
    >
      <header className="flex items-start gap-3 px-4 pt-4 pb-3">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-[17px] leading-6 font-semibold tracking-[-0.015em]">{agent?.name ?? (isUnknown ? 'Unknown agent' : 'Loading…')}</h2>
          <p className="mt-1 flex flex-wrap items-center gap-x-3 gap-y-1 text-[13px] text-ink-2">
            <span className="inline-flex items-center gap-1.5"><StatusDot tone={position?.status ?? 'unseen'} className="size-2" />{PRESENCE[position?.status ?? 'unseen']}</span>
            {agent && (
              <span className="inline-flex min-w-0 items-center gap-1.5">
                <span aria-hidden="true" className="size-2 rounded-[3px]" style={{ background: territory?.colour ?? 'var(--line-strong)' }} />
                <span className="truncate">{territory?.name ?? 'Without a territory'}</span>
              </span>
            )}
          </p>
        </div>
        <IconButton label="Close (Esc)" onClick={onClose} className="-mt-1 -mr-1.5"><CloseIcon /></IconButton>
      </header>
      <div className="min-h-0 overflow-y-auto overscroll-contain">
        {agent?.state === 'halted' && <Halted agent={agent} />}
        {isUnknown && <div className="px-4 pb-4"><Notice tone="warn" title="There is no such agent">The link may be old, or the agent is not in a territory you may see.</Notice></div>}
        {hasNone && !isUnknown && <div className="px-4 pb-4"><Notice title="No fix yet">This agent's phone has not sent a position so far.</Notice></div>}
        {position && (
          <>
            <LastUpdate at={position.at} />
            <Readings position={position} />
            <Today day={stored.data?.day ?? null} isPending={stored.isPending} error={stored.data ? null : stored.error} />
            <Toggles id={id} />
            <Coordinates lat={position.lat} lon={position.lon} device={stored.data?.device ?? null} source={stored.data?.source ?? null} />
            {!may('precise_location') && <p className="px-4 pb-3 text-xs text-ink-3">Places are shown to some 200 m: your role does not include them to the metre.</p>}
          </>
        )}
        {agent && <Contacts agent={agent.id} />}
        {agent && (
          <>
            {may('devices') && <Link to={paths.agentDevices(id)} className="mx-2 my-1.5 flex items-center gap-3 rounded-lg px-2 py-2 text-[13px] font-medium hover:bg-hover">
              <PhoneIcon className="size-4.5 text-ink-3" />Phones
            </Link>}
            <Link to={paths.agentWork(id)} className="mx-2 my-1.5 flex items-center gap-3 rounded-lg px-2 py-2 text-[13px] font-medium hover:bg-hover">
              <CalendarIcon className="size-4.5 text-ink-3" />Shifts and planning
            </Link>
            {may('tracks') && <Link to={paths.playbackOf(id)} className="mx-2 my-1.5 flex items-center gap-3 rounded-lg px-2 py-2 text-[13px] font-medium hover:bg-hover">
              <PlaybackIcon className="size-4.5 text-ink-3" />Playback
            </Link>}
            {may('agents', 'delete') && <EraseAgent agent={agent} onErased={onClose} />}
          </>
        )}
      </div>
    </aside>
  )
}

function fromStored(stored: AgentPosition): Row {
  return {
    agent: stored.agent, at: Date.parse(stored.recorded_at), lat: stored.lat, lon: stored.lon, status: stored.status,
    speed_mps: stored.speed_mps ?? undefined, bearing_deg: stored.bearing_deg ?? undefined,
    accuracy_m: stored.accuracy_m ?? undefined, battery: stored.battery ?? undefined,
  }
}

function LastUpdate({ at }: { at: number }) {
  useNow()
  const now = serverNow()
  return (
    <p className="tabular px-4 pb-3 text-[13px] text-ink-2">
      Updated <span className="font-medium text-ink">{ago(now - at)}</span>
      <span className="text-ink-3"> · <time dateTime={new Date(at).toISOString()}>{clock(new Date(at), new Date(now))}</time></span>
    </p>
  )
}

/** As given out; masked where this person's role does not include contacts. */
function Contacts({ agent }: { agent: string }) {
  const { data: contacts } = useQuery(contactsQuery(agent))
  if (!contacts || (contacts.email == null && contacts.phone == null)) return null
  const { email, phone, masked } = contacts
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 border-t border-line px-4 py-3 text-[13px]">
      {phone != null && <><dt className="text-ink-3">Telephone</dt><dd className="tabular truncate text-right"><Contact text={phone} masked={masked} /></dd></>}
      {email != null && <><dt className="text-ink-3">E-mail</dt><dd className="truncate text-right"><Contact text={email} masked={masked} /></dd></>}
    </dl>
  )
}

function Toggles({ id }: { id: string }) {
  const { showsTrail, setTrail, isFollowing, setFollowing } = useView()
  return (
    <div key={id} className="border-t border-line px-2 py-1.5">
      <Switch isOn={isFollowing} onChange={setFollowing} icon={<TargetIcon className="size-4.5" />} label="Follow" hint="Keep this agent in the middle of the map" />
      <Switch isOn={showsTrail} onChange={setTrail} icon={<RouteIcon className="size-4.5" />} label="Today's trail" hint="The way travelled since midnight" />
    </div>
  )
}

function Halted({ agent }: { agent: Agent }) {
  const may = useMay()
  const client = useQueryClient()
  const resume = useMutation({
    mutationFn: () => api.resume(agent.id),
    onSuccess: () => Promise.all([
      client.invalidateQueries({ queryKey: agentsQuery.queryKey }),
      client.invalidateQueries({ queryKey: systemQuery.queryKey }),
    ]),
  })
  return (
    <div className="px-4 pb-4">
      <Notice
        tone="danger" title="Halted"
        action={may('agents', 'update')
          ? <Button look="danger" isBusy={resume.isPending} onClick={() => resume.mutate()}>{resume.isPending ? 'Resuming…' : 'Resume'}</Button>
          : <p className="text-xs text-ink-2">An administrator can resume it.</p>}
      >
        <p>The server gave up restarting this agent's process after repeated failures. The phone keeps its fixes and sends them once it is resumed.</p>
        {resume.isError && <p className="mt-2 font-medium text-danger">{explain(resume.error)}</p>}
      </Notice>
    </div>
  )
}
