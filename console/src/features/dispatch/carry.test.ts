import { describe, expect, it } from 'vitest'
import { heldOver, neighboursOf, nudged, operationOf, pickedUp, type Carry, type Nudge } from './carry'
import { at, plan } from './samples'

const day = plan()
const held = (visit: string, by: Carry['by'] = 'pointer') => pickedUp(day, visit, by)!
const over = (visit: string, agent: string, clock: string, isPinned = false) => operationOf(heldOver(held(visit), day, agent, at(clock), isPinned))

describe('picking up', () => {
  it('takes what is planned or waits, not what has happened or is gone', () => {
    expect(held('a2').origin).toEqual({ agent: 'ana', position: 1 })
    expect(held('u1').origin).toBeNull()
    expect(pickedUp(day, 'a1', 'pointer')).toBeNull()
    expect(pickedUp(day, 'nobody', 'pointer')).toBeNull()
  })
})

describe('dropping', () => {
  it('moves to another agent in the order of the time under the pointer', () => {
    expect(over('a2', 'ben', '08:00')).toEqual({ kind: 'move', visit: 'a2', agent: 'ben', position: 0 })
    expect(over('a2', 'ben', '10:00')).toEqual({ kind: 'move', visit: 'a2', agent: 'ben', position: 1 })
    expect(over('a2', 'ben', '15:00')).toEqual({ kind: 'move', visit: 'a2', agent: 'ben', position: 2 })
  })

  it('moves within the own route, and asks nothing where nothing changes', () => {
    expect(over('a2', 'ana', '14:00')).toEqual({ kind: 'move', visit: 'a2', agent: 'ana', position: 2 })
    expect(over('a2', 'ana', '09:20')).toBeNull()
    expect(over('a3', 'ana', '06:00')).toEqual({ kind: 'move', visit: 'a3', agent: 'ana', position: 1 })
  })

  it('pins a time when somebody insists', () => {
    expect(over('a2', 'ana', '09:41', true)).toEqual({ kind: 'pin_time', visit: 'a2', start_at: at('09:40') })
    expect(over('a2', 'ben', '09:43', true)).toEqual({ kind: 'assign_at', visit: 'a2', agent: 'ben', start_at: at('09:45') })
  })

  it('assigns what was not planned', () => {
    expect(over('u1', 'ben', '10:00')).toEqual({ kind: 'assign', visit: 'u1', agent: 'ben', position: 1 })
  })

  it('asks nothing beside the lanes', () => {
    expect(over('a2', 'nobody', '10:00')).toBeNull()
    expect(operationOf(held('a2'))).toBeNull()
  })
})

describe('the keyboard', () => {
  const walk = (visit: string, ...steps: Nudge[]) => steps.reduce((carry, step) => nudged(carry, day, step), held(visit, 'keyboard'))

  it('walks the slots of a route, within what can be changed', () => {
    expect(walk('a3', 'earlier').target).toMatchObject({ agent: 'ana', position: 1 })
    expect(walk('a3', 'earlier', 'earlier', 'earlier').target).toMatchObject({ position: 1 })
    expect(walk('a2', 'later', 'later', 'later').target).toMatchObject({ position: 2 })
  })

  it('goes to the lane above or below at about the same time, and no further than the last', () => {
    expect(walk('a3', 'down').target).toMatchObject({ agent: 'ben', position: 2 })
    expect(walk('a2', 'down').target).toMatchObject({ agent: 'ben', position: 1 })
    expect(walk('a2', 'down', 'up').target).toMatchObject({ agent: 'ana', position: 1 })
    expect(walk('b1', 'up').target).toMatchObject({ agent: 'ana' })
    expect(walk('a2', 'down', 'down', 'down').target).toMatchObject({ agent: 'ben' })
  })

  it('comes back to where it began without a change', () => {
    expect(operationOf(walk('a2', 'later', 'earlier'))).toBeNull()
    expect(operationOf(walk('u1', 'later', 'later', 'later'))).toMatchObject({ kind: 'assign', agent: 'ana', position: 3 })
  })

  it('says between whom it stands', () => {
    expect(neighboursOf(walk('a2', 'later'), day)).toEqual({ before: 'Customer a3', after: null, of: 3 })
    expect(neighboursOf(walk('b1', 'later'), day)).toEqual({ before: 'Customer b2', after: null, of: 2 })
  })
})
