import { describe, expect, it } from 'vitest'
import type { CustomerPlace } from '../../api/customers'
import { finished } from '../../map/ground'
import { bodyOf, clicked, draftOf, fenceOf, flawOf, found, isOutdated, newPlace, patchOf, pinned, resized, type PlaceDraft } from './placeDraft'

const PLACE: CustomerPlace = {
  id: 'p', label: '', is_primary: true, address: 'Hauptstraße 1', point: { lat: 52.5, lon: 13.4 }, located_by: 'geocoded', location_quality: 0.8,
  fence: { radius_m: 100, shape: null, dwell_s: 300 }, hours: null, visit_duration_s: null, access_notes: '',
}
const draft = (over: Partial<PlaceDraft> = {}): PlaceDraft => ({ ...draftOf(PLACE), ...over })

describe('a place', () => {
  it('is changed by nothing when nothing was changed', () => {
    expect(patchOf(PLACE, draft())).toEqual({})
  })

  it('is corrected by dragging its pin, which a person did then', () => {
    expect(patchOf(PLACE, pinned(draft(), { lat: 52.6, lon: 13.5 }))).toEqual({ point: { lat: 52.6, lon: 13.5 }, located_by: 'pinned' })
  })

  it('is found by a geocoder, which says how sure it is', () => {
    const answer = { point: { lat: 1, lon: 2 }, address: 'Elsewhere 3', quality: 0.6 }
    expect(patchOf(PLACE, found(draft(), answer))).toEqual({ address: 'Elsewhere 3', point: { lat: 1, lon: 2 }, located_by: 'geocoded', location_quality: 0.6 })
    expect(patchOf(PLACE, found(draft(), { ...answer, point: PLACE.point! })), 'the same point by another address').toMatchObject({ address: 'Elsewhere 3', point: PLACE.point, located_by: 'geocoded' })
  })

  it('lets the server look for an address that was typed over the one the pin was found by', () => {
    const typed = { ...draft(), address: 'Hauptstraße 99' }
    expect([isOutdated(typed), isOutdated(draft())]).toEqual([true, false])
    expect(patchOf(PLACE, typed)).toEqual({ address: 'Hauptstraße 99', point: null })
    expect(bodyOf({ ...found(newPlace(true), { point: { lat: 1, lon: 2 }, address: 'Elsewhere 3', quality: 0.6 }), address: 'Elsewhere 4' })).toMatchObject({ address: 'Elsewhere 4', point: null })
    expect(patchOf({ ...PLACE, located_by: 'pinned' }, { ...draftOf({ ...PLACE, located_by: 'pinned' }), address: 'Hauptstraße 99' }), 'somebody knew where').toEqual({ address: 'Hauptstraße 99' })
  })

  it('sends minutes as seconds, and nothing for what the class has', () => {
    expect(bodyOf(draft({ dwell: '2.5', duration: '20' }))).toMatchObject({ fence: { dwell_s: 150 }, visit_duration_s: 1_200 })
    expect(bodyOf(draft({ duration: ' ' })).visit_duration_s).toBeNull()
  })

  it('says what is wrong with it', () => {
    const flaw = (over: Partial<PlaceDraft>) => flawOf(draft(over))?.field ?? null
    expect(flaw({})).toBeNull()
    expect(flaw({ address: ' ', point: null })).toBe('address')
    expect(flaw({ address: 'Somewhere', point: null })).toBeNull()
    expect([flaw({ radius: '9' }), flaw({ radius: '5001' }), flaw({ radius: '' }), flaw({ radius: '10' })]).toEqual(['radius', 'radius', 'radius', null])
    expect([flaw({ dwell: '0' }), flaw({ dwell: '1441' }), flaw({ duration: '0' }), flaw({ duration: 'x' })]).toEqual(['dwell', 'dwell', 'duration', 'duration'])
    expect(flaw({ hours: { zone: 'UTC', weekly: [], exceptions: [] } })).toBe('hours')
  })
})

describe('its fence', () => {
  it('is a circle around the pin, sized by its knob within the limits', () => {
    expect(fenceOf(draft())).toEqual({ type: 'Circle', coordinates: [13.4, 52.5], radius_m: 100 })
    expect([resized(draft(), 3.2).radius, resized(draft(), 250.4).radius, resized(draft(), 9_999).radius]).toEqual(['10', '250', '5000'])
    expect(fenceOf({ ...newPlace(true) })).toBeNull()
  })

  it('is drawn corner by corner, and the pin stays', () => {
    const corners = [[0, 0], [1, 0], [1, 1]].reduce(clicked, draft({ drawn: { kind: 'polygon', corners: [], isDone: false } }))
    expect(flawOf(corners)?.field).toBe('shape')
    const closed = { ...corners, drawn: finished(corners.drawn!) }
    expect(closed.point).toEqual(PLACE.point)
    expect(patchOf(PLACE, closed)).toMatchObject({ fence: { shape: { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] } } })
  })

  it('becomes a circle again', () => {
    const shaped = { ...PLACE, fence: { ...PLACE.fence, shape: { type: 'Polygon' as const, coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] } } }
    expect(patchOf(shaped, draftOf(shaped))).toEqual({})
    expect(patchOf(shaped, { ...draftOf(shaped), drawn: null })).toMatchObject({ fence: { shape: null, radius_m: 100 } })
  })
})

it('puts the pin where the map is clicked', () => {
  expect(clicked(newPlace(true), [13, 52]).point).toEqual({ lat: 52, lon: 13 })
})
