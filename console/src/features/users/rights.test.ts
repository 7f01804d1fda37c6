import { describe, expect, it } from 'vitest'
import type { Person, Team } from '../../api/identity'
import { RIGHTS } from '../../test/people'
import { cellOf, choicesFor, include, isRoleName, keyOf, nameFromTitle, withCell, wordOf } from './rights'
import { patchOf, teamChanges } from './PersonDrawer'

describe('a cell', () => {
  it('holds what is allowed, as far as it reaches', () => {
    expect(cellOf(RIGHTS.manager, 'agents', 'read')).toEqual(['team', 'territory'])
    expect(wordOf(cellOf(RIGHTS.manager, 'agents', 'read'))).toBe('Team + Territory')
    expect(wordOf(cellOf(RIGHTS.manager, 'audit', 'read'))).toBe('–')
  })

  it('is changed without touching the others', () => {
    const after = withCell(RIGHTS.dispatcher, 'agents', 'read', 'team+territory')
    expect(cellOf(after, 'agents', 'read')).toEqual(['team', 'territory'])
    expect(after.length).toBe(RIGHTS.dispatcher.length + 1)
    expect(withCell(after, 'agents', 'read', '').length).toBe(RIGHTS.dispatcher.length - 1)
  })

  it('offers nothing narrower than all where nothing is', () => {
    expect(choicesFor('users', []).map(keyOf)).toEqual(['', 'all'])
    expect(choicesFor('agents', ['own', 'team']).map(keyOf)).toContain('own+team')
  })
})

describe('rights', () => {
  it.each([
    ['admin', 'manager', true], ['manager', 'admin', false], ['manager', 'dispatcher', true], ['dispatcher', 'manager', false], ['manager', 'agent', false], ['admin', 'admin', true], ['auditor', 'dispatcher', false],
  ] as const)('of %s include those of %s: %s', (ours, theirs, isSo) => expect(include(RIGHTS[ours], RIGHTS[theirs])).toBe(isSo))

  it('all is broader than anything, the others only than nothing', () => {
    const [own, team, all] = (['own', 'team', 'all'] as const).map((scope) => [{ module: 'agents', action: 'read', scope } as const])
    expect(include(all!, team!)).toBe(true)
    expect(include(team!, own!)).toBe(false)
    expect(include(own!, [])).toBe(true)
  })
})

describe('the name of a role', () => {
  it.each([['Regional lead (north)', 'regional_lead_north'], ['  Älteste  ', 'alteste'], ['7 days', 'days'], ['—', '']])('is made of %j', (title, name) => expect(nameFromTitle(title)).toBe(name))
  it('has a form', () => {
    expect(['lead', 'a-1', 'x'.repeat(40)].every(isRoleName)).toBe(true)
    expect(['a', '1a', 'Lead', 'x'.repeat(41), ''].some(isRoleName)).toBe(false)
  })
})

describe('what changed of a person', () => {
  const person = { id: 'p', name: 'Ben', role: 'dispatcher', agent_id: null, territories: ['a', 'b'] } as unknown as Person
  const same = { name: 'Ben ', role: 'dispatcher', agent: null, territories: new Set(['b', 'a']) }

  it('is nothing, or just that', () => {
    expect(patchOf(person, same)).toEqual({})
    expect(patchOf(person, { ...same, territories: new Set(['a']) })).toEqual({ territories: ['a'] })
    expect(patchOf(person, { ...same, role: 'manager', agent: 'x' })).toEqual({ role: 'manager', agent_id: 'x' })
  })

  it('writes only the teams whose leads change', () => {
    const team = (id: string, leads: string[]): Team => ({ id, name: '', agents: [], leads, created_at: '' })
    const teams = [team('1', ['p', 'q']), team('2', ['q']), team('3', ['p'])]
    expect(teamChanges('p', teams, new Set(['2', '3']))).toEqual([{ team: '1', leads: ['q'] }, { team: '2', leads: ['q', 'p'] }])
  })
})
