import { describe, expect, it } from 'vitest'
import type { DesignMeasure, DesignMove, Proposal } from '../../api/designs'
import { coloursOf, figuresOf, hours, hoursAWeek, range, routesOf, stageOf, verdictOf } from './figures'

const measure = (over: Partial<DesignMeasure>): DesignMeasure => ({ accounts: 0, visits: 0, service_s: 0, travel_s: 0, load: 1, roundness: 1, area_km2: 1, newcomers: 0, ...over })
const area = { type: 'Polygon' as const, coordinates: [] }
const territory = (id: string, name: string, before: Partial<DesignMeasure>, after: Partial<DesignMeasure>) => ({ territory_id: id, name, colour: '#2563eb', cells: [], area, area_today: area, before: measure(before), after: measure(after) })
const proposal = { territories: [territory('b', 'South 10', { accounts: 100 }, { accounts: 70, newcomers: 5 }), territory('a', 'South 9', { accounts: 40, service_s: 36_000 }, { accounts: 70, newcomers: 30, service_s: 72_000, travel_s: 36_000 })] } as unknown as Proposal

describe('figures', () => {
  it('are hours of work in a week of five days', () => {
    expect(hoursAWeek({ service_s: 100 * 3_600, travel_s: 20 * 3_600 }, 20)).toBe(30)
    expect([hours(9.96), hours(99.9), hours(1_234.5)]).toEqual(['10.0 h', '99.9 h', '1,235 h'])
  })

  it('count who comes and who goes, by name', () => {
    const figures = figuresOf(proposal, 5, new Map([['a', '#123456']]))
    expect(figures.map(({ name, comeIn, goOut, colour }) => [name, comeIn, goOut, colour])).toEqual([['South 9', 30, 0, '#123456'], ['South 10', 5, 35, '#2563eb']])
    expect(figures[0]).toMatchObject({ hours: { today: 10, proposed: 30 }, customers: { today: 40, proposed: 70 } })
    expect(range(figures, 'proposed')).toEqual({ least: 0, greatest: 30 })
  })

  it('say whether a change is for the better, unless it cannot be seen', () => {
    expect(verdictOf({ today: 0.9, proposed: 0.1 }, 'less', 0.005)).toBe('better')
    expect(verdictOf({ today: 0.9, proposed: 0.1 }, 'more', 0.005)).toBe('worse')
    expect(verdictOf({ today: 0.9, proposed: 0.902 }, 'less', 0.005)).toBe('same')
  })
})

describe('ways', () => {
  const move = (from: string | null, to: string): DesignMove => ({ customer_id: `${from}${to}`, name: '', lat: 0, lon: 0, from, to, visits: 1 })
  it('are counted by where from and where to, the most travelled first', () => {
    expect(routesOf([move('a', 'b'), move(null, 'b'), move('a', 'b'), move('b', 'a')])).toEqual([{ from: 'a', to: 'b', customers: 2 }, { from: null, to: 'b', customers: 1 }, { from: 'b', to: 'a', customers: 1 }])
  })
})

describe('colours', () => {
  it('are the territories’ own, unless two would be the same', () => {
    const given = coloursOf([{ territory_id: 'a', colour: '#2563EB' }, { territory_id: 'b', colour: '#2563eb' }, { territory_id: 'c', colour: '#d97706' }, { territory_id: 'd', colour: '#2563eb' }])
    expect([given.get('a'), given.get('c')]).toEqual(['#2563eb', '#d97706'])
    expect(new Set(given.values()).size).toBe(4)
  })

  it('never run out', () => {
    const many = Array.from({ length: 200 }, (_, at) => ({ territory_id: String(at), colour: '#2563eb' }))
    expect([...coloursOf(many).values()].every((colour) => /^#[0-9a-f]{6}$/.test(colour))).toBe(true)
  })
})

it('a design stands at one of the steps, whatever has become of it', () => {
  expect((['computing', 'failed', 'ready', 'discarded', 'applied', 'reverted'] as const).map(stageOf)).toEqual(['propose', 'propose', 'compare', 'compare', 'apply', 'apply'])
})
