import { describe, expect, it } from 'vitest'
import type { Words } from '../../api/types'
import { remarks } from './words'

const at = '2026-11-23T08:00:00.000Z'
const worries = (words: Partial<Words>) => remarks({ at, ...words }).filter(({ isWorrying }) => isWorrying).map(({ text }) => text)
const plain = (words: Partial<Words>) => remarks({ at, ...words }).filter(({ isWorrying }) => !isWorrying).map(({ text }) => text)

describe('what a phone last said', () => {
  it('says first what may make it silent', () => {
    expect(worries({ permission: 'denied', has_location_service: false, saves_power: true, network: 'offline' })).toEqual([
      'Location is switched off on the phone', 'The app may not use the location', 'Saves power', 'Offline',
    ])
    expect(worries({ alarm: 'sos', event: 'connection_lost', monitoring: 'quiet' })).toEqual(['Alarm: sos', 'Reports only by hand', 'Lost its connection'])
  })

  it('worries about a low battery only while it is not charging', () => {
    expect(worries({ battery: 0.07 })).toEqual(['Battery 7 %'])
    expect(plain({ battery: 0.07, is_charging: true })).toEqual(['Battery 7 %, charging'])
    expect(plain({ battery: 0.8, network: 'wifi', activity: 'walking' })).toEqual(['Battery 80 %', 'Wi-Fi', 'walking'])
  })

  it('says nothing of what was never said', () => {
    expect(remarks({ at })).toEqual([])
  })
})
