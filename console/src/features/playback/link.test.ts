import { describe, expect, it } from 'vitest'
import { isWithin, readAddress, toQuery, writeAddress } from './link'

const NOW = Date.parse('2026-11-23T23:30:00Z')
const read = (query: string) => readAddress(new URLSearchParams(query), 'Europe/Berlin', NOW)
const write = (query: string, change: Parameters<typeof writeAddress>[1]) => toQuery(writeAddress(new URLSearchParams(query), change))

describe('the address of a playback', () => {
  it('is read', () => {
    expect(read('agents=a,b&date=2026-11-20&at=2026-11-20T09:00:00Z&speed=300'))
      .toEqual({ agents: ['a', 'b'], date: '2026-11-20', at: Date.parse('2026-11-20T09:00:00Z'), speed: 300 })
  })

  it("means today in the organisation's zone where it says nothing, or nonsense", () => {
    const usual = { agents: [], date: '2026-11-24', at: null, speed: 60 }
    expect(read('')).toEqual(usual)
    expect(read('agents=,&date=2026-02-30&at=noon&speed=7')).toEqual(usual)
  })

  it('takes six agents at most, and each once', () => {
    expect(read('agents=a,b,a,c,d,e,f,g').agents).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })

  it('is written so that it can be read by people, and read back', () => {
    const query = write('', { agents: ['a', 'b'], date: '2026-11-23', at: NOW, speed: 10 })
    expect(query).toBe('agents=a,b&date=2026-11-23&speed=10&at=2026-11-23T23:30:00.000Z')
    expect(read(query)).toEqual({ agents: ['a', 'b'], date: '2026-11-23', at: NOW, speed: 10 })
  })

  it('forgets the instant with the day, and with the last agent', () => {
    expect(write('agents=a&date=2026-11-23&at=2026-11-23T09:00:00Z', { date: '2026-11-22' })).toBe('agents=a&date=2026-11-22')
    expect(write('agents=a&at=2026-11-23T09:00:00Z', { agents: [] })).toBe('')
    expect(write('agents=a&at=2026-11-23T09:00:00Z', { agents: ['a', 'b'] })).toBe('agents=a,b&at=2026-11-23T09:00:00Z')
  })
})

it('keeps an instant only within its day', () => {
  const day = { from: 10, to: 20 }
  expect([isWithin(10, day), isWithin(20, day), isWithin(9, day), isWithin(21, day), isWithin(null, day)]).toEqual([true, true, false, false, false])
})
