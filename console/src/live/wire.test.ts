import { describe, expect, it } from 'vitest'
import { parseServerFrame } from './wire'

const parse = (frame: unknown) => parseServerFrame(JSON.stringify(frame))
const row = { agent: 'a', at: 1763884800000, lat: 52.5, lon: 13.4, speed_mps: 1.4, bearing_deg: 87.5, accuracy_m: 8, battery: 0.87, status: 'moving' }

describe('reading frames', () => {
  it('reads a snapshot as the protocol shows it', () => {
    expect(parse({ type: 'snapshot', topic: 'territory:x', epoch: 'e', rev: 7, partial: false, rows: [row] }))
      .toEqual({ type: 'snapshot', topic: 'territory:x', epoch: 'e', rev: 7, partial: false, rows: [row] })
  })

  it('leaves absent readings unknown instead of zero', () => {
    const frame = parse({ type: 'delta', topic: 'territory:x', since: 7, rev: 9, gone: [], rows: [{ agent: 'a', at: 1, lat: 1, lon: 2, status: 'idle' }] })
    expect(frame).toMatchObject({ rows: [{ agent: 'a', speed_mps: undefined, battery: undefined }] })
  })

  it('drops a bad row and keeps the others', () => {
    const frame = parse({ type: 'delta', topic: 'territory:x', since: 7, rev: 9, gone: [], rows: [{ ...row, lat: 'north' }, { ...row, status: 'flying' }, row] })
    expect(frame).toMatchObject({ rows: [row] })
  })

  it('reads the server time in either notation', () => {
    expect(parse({ type: 'welcome', epoch: 'e', server_time: '2026-11-23T08:00:00Z', tick_ms: 200 })).toMatchObject({ server_time: 1795420800000 })
    expect(parse({ type: 'welcome', epoch: 'e', server_time: 5, tick_ms: 200 })).toMatchObject({ server_time: 5 })
  })

  it('reads until when the connection is good', () => {
    expect(parse({ type: 'welcome', epoch: 'e', server_time: 5, tick_ms: 200, expires_at: '2026-11-23T08:15:00Z' })).toMatchObject({ expires_at: 1795421700000 })
    expect(parse({ type: 'welcome', epoch: 'e', server_time: 5, tick_ms: 200 })).toMatchObject({ expires_at: null })
    expect(parse({ type: 'refreshed', expires_at: 7 })).toEqual({ type: 'refreshed', expires_at: 7 })
  })

  it.each([['not JSON', '{'], ['not an object', '[]'], ['an unknown type', '{"type":"party"}'], ['no topic', '{"type":"snapshot","epoch":"e","rev":1}']])(
    'ignores %s', (_, text) => expect(parseServerFrame(text)).toBeNull(),
  )
})
