/** What is being drawn, in words and numbers: for those who would rather type, and for what the map cannot say. */
import { Button } from '../ui/Button'
import { Note, TextField } from '../ui/fields'
import { cornerTakenBack, drawnAgain, finished, HALF_WIDTH_M, isEnough, placed, RADIUS_M, sized, type Ground } from './ground'

export function GroundField({ ground, onChange, complaint }: { ground: Ground; onChange: (ground: Ground) => void; complaint: string | null }) {
  switch (ground.kind) {
    case 'circle': {
      const [lon, lat] = ground.centre ?? [Number.NaN, Number.NaN]
      const move = (lon: number, lat: number) => onChange(placed(ground, [lon, lat]))
      return (
        <fieldset className="space-y-3">
          <legend className="text-[13px] text-ink-2">Click the centre on the map and drag the knob on its edge, or type.</legend>
          <div className="grid grid-cols-2 gap-2">
            <Coordinate label="Latitude" limit={90} value={lat!} onChange={(lat) => move(lon!, lat)} />
            <Coordinate label="Longitude" limit={180} value={lon!} onChange={(lon) => move(lon, lat!)} />
          </div>
          <TextField
            label="Radius (metres)" type="number" min={RADIUS_M.min} max={RADIUS_M.max} value={Number.isNaN(ground.radius_m) ? '' : String(ground.radius_m)}
            complaint={complaint} onChange={(text) => onChange(sized(ground, metres(text)))}
          />
        </fieldset>
      )
    }
    case 'polygon':
    case 'corridor': {
      const isPolygon = ground.kind === 'polygon'
      const n = ground.corners.length
      const way = isPolygon ? 'Click its corners on the map; Enter closes it,' : 'Click its way on the map, point by point; Enter ends it,'
      return (
        <div className="space-y-3">
          <div className="space-y-2.5 rounded-lg bg-sunken px-3 py-2.5 text-[13px]">
            <p aria-live="polite" className="text-ink-2">
              {ground.isDone ? `A ${ground.kind} of ${n} ${isPolygon ? 'corners' : 'points'}.` : `${way} Backspace takes one back. ${n} so far.`}
            </p>
            <div className="flex gap-2">
              {!ground.isDone && <Button onClick={() => onChange(finished(ground))} disabled={!isEnough(ground)}>{isPolygon ? 'Close polygon' : 'End corridor'}</Button>}
              <Button look="quiet" onClick={() => onChange(cornerTakenBack(ground))} disabled={n === 0}>{ground.isDone ? 'Go on drawing' : 'Take back'}</Button>
              {ground.isDone && <Button look="quiet" onClick={() => onChange(drawnAgain(ground))}>Draw again</Button>}
            </div>
            <Note complaint={ground.kind === 'polygon' || !ground.isDone ? complaint : null} />
          </div>
          {ground.kind === 'corridor' && (
            <TextField
              label="To either side (metres)" type="number" min={HALF_WIDTH_M.min} max={HALF_WIDTH_M.max} value={Number.isNaN(ground.half_width_m) ? '' : String(ground.half_width_m)}
              complaint={ground.isDone ? complaint : null} onChange={(text) => onChange(sized(ground, metres(text)))}
            />
          )}
        </div>
      )
    }
    case 'kept':
      return (
        <div className="space-y-2.5 rounded-lg bg-sunken px-3 py-2.5 text-[13px]">
          <p className="text-ink-2">The shape has several parts or holes, and stays as it is.</p>
          <Button look="quiet" onClick={() => onChange(drawnAgain(ground))}>Draw a polygon instead</Button>
        </div>
      )
  }
}

const metres = (text: string): number => (text === '' ? Number.NaN : Number(text))

function Coordinate({ label, limit, value, onChange }: { label: string; limit: number; value: number; onChange: (degrees: number) => void }) {
  const change = (text: string) => {
    const degrees = text === '' ? Number.NaN : Number(text)
    if (!(Math.abs(degrees) > limit)) onChange(degrees)
  }
  return <TextField label={label} type="number" step="any" min={-limit} max={limit} value={Number.isNaN(value) ? '' : String(Math.round(value * 1e6) / 1e6)} onChange={change} />
}
