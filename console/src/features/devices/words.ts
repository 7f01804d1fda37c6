/** What a phone last said of itself, in words for a dispatcher: first what may make it fall silent. */
import type { Words } from '../../api/types'
import { percent } from '../../util/units'

export type Remark = { text: string; isWorrying: boolean }

const LOW_BATTERY = 0.15

export function remarks(words: Words): Remark[] {
  const worry = (text: string): Remark => ({ text, isWorrying: true })
  const plain = (text: string): Remark => ({ text, isWorrying: false })
  const said: (Remark | null)[] = [
    words.alarm ? worry(`Alarm: ${words.alarm}`) : null,
    words.has_location_service === false ? worry('Location is switched off on the phone') : null,
    words.permission === 'denied' || words.permission === 'restricted' ? worry('The app may not use the location') : null,
    words.permission === 'while_in_use' ? worry('Location only while the app is open') : null,
    words.permission === 'not_asked' ? worry('The app has not asked for the location yet') : null,
    words.may_be_stopped === true ? worry('The system may stop the app') : null,
    words.saves_power === true ? worry('Saves power') : null,
    words.network === 'offline' ? worry('Offline') : null,
    words.monitoring === 'quiet' || words.monitoring === 'manual' ? worry('Reports only by hand') : null,
    words.event === 'connection_lost' ? worry('Lost its connection') : null,
    words.battery == null ? null : battery(words.battery, words.is_charging === true),
    words.network === 'wifi' ? plain('Wi-Fi') : null,
    words.network === 'mobile' ? plain('Mobile data') : null,
    words.activity ? plain(words.activity) : null,
  ]
  return said.filter((remark) => remark !== null)
}

function battery(charge: number, isCharging: boolean): Remark {
  return { text: `Battery ${percent(charge)}${isCharging ? ', charging' : ''}`, isWorrying: charge <= LOW_BATTERY && !isCharging }
}
