import { expect, it } from 'vitest'
import { authorName, movesInWords, spotName } from './changeWords'

const names = { visit: (id: string) => id.toUpperCase(), lane: (lane: string) => ({ ana: 'Ana', 'ben#1': 'Ben, shift 2' })[lane] ?? lane }
const TODAY = '2026-11-26'
const spot = (agent: string, date = TODAY, part = 0) => ({ agent, date, part, position: 2 })

it('says what moved where', () => {
  expect(movesInWords([{ visit: 'a', from: spot('ben'), to: spot('ana') }, { visit: 'b', from: spot('ana') }], TODAY, names)).toBe('moved A to Ana and took B out')
  expect(movesInWords([{ visit: 'a', to: spot('ben', '2026-11-27', 1) }], TODAY, names)).toBe('planned A for Ben, shift 2 on Fri, 27 Nov')
  expect(movesInWords([{ visit: 'a', from: spot('ana'), to: spot('ana') }], TODAY, names)).toBe('put A elsewhere in the day of Ana')
  expect(movesInWords([], TODAY, names)).toBe('settled or freed visits where they are')
  expect(movesInWords([], TODAY, names, [{ visit: 'a', after: { commitment: 'free', start_at: '2026-11-26T17:00:00Z' } }, { visit: 'b', after: { commitment: 'fixed_agent' } }, { visit: 'c', before: { commitment: 'fixed_agent' } }])).toBe('fixed when A begins and settled B where it is and freed C')
  expect(movesInWords(['a', 'b', 'c', 'd', 'e'].map((visit) => ({ visit })), TODAY, names)).toBe('took A out, took B out, took C out, and 2 more')
})

it('names spots and authors', () => {
  expect([spotName(spot('ana'), TODAY, names), spotName(spot('ben', '2026-11-27', 1), TODAY, names)]).toEqual(['Ana, stop 3', 'Ben, shift 2, stop 3 on Fri, 27 Nov'])
  const name = (kind: string, id?: string) => authorName({ kind, id }, 'me', (one) => (one === 'dana' ? 'Dana' : null))
  expect([name('system'), name('user', 'me'), name('user', 'dana'), name('user', 'x'), name('api_key', 'k')]).toEqual(['The planner', 'You', 'Dana', 'Somebody', 'Another system'])
})
