import { describe, expect, it } from 'vitest'
import { boundsOf, formatCamera, parseCamera } from './camera'
import { isWithin, labelPoint } from './geometry'

describe('the camera in the hash', () => {
  it('comes back as it was written', () => {
    const camera = { zoom: 13.25, lat: 52.52001, lon: -13.40495 }
    expect(parseCamera(formatCamera(camera))).toEqual(camera)
  })

  it.each(['', '#', '#13/52', '#a/b/c', '#13/91/0', '#13/0/181', '#//', '#99/1/1'])('ignores %j', (hash) => {
    expect(parseCamera(hash)).toBeNull()
  })
})

describe('geometry', () => {
  it('finds the box around points, and none around nothing', () => {
    expect(boundsOf([{ lat: 1, lon: 5 }, { lat: -2, lon: 9 }])).toEqual({ south: -2, west: 5, north: 1, east: 9 })
    expect(boundsOf([])).toBeNull()
  })

  it('puts the label into the largest part of a territory', () => {
    const square = (x: number, y: number, size: number) => [[[x, y], [x + size, y], [x + size, y + size], [x, y + size], [x, y]]]
    const [lon, lat] = labelPoint({ type: 'MultiPolygon', coordinates: [square(0, 0, 1), square(10, 20, 4)] })
    expect([lon, lat]).toEqual([12, 22])
  })

  it('knows what lies in an area, and what in a hole of it or beside it', () => {
    const square = (from: number, to: number) => [[from, from], [to, from], [to, to], [from, to], [from, from]]
    const ring = { type: 'Polygon' as const, coordinates: [square(0, 9), square(3, 6)] }
    expect([[1, 1], [4, 4], [8, 2], [10, 4], [4, -1]].map((point) => isWithin(point, ring))).toEqual([true, false, true, false, false])
    expect(isWithin([11, 11], { type: 'MultiPolygon', coordinates: [ring.coordinates, [square(10, 12)]] })).toBe(true)
  })
})
