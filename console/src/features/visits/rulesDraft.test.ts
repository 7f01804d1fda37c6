import { expect, it } from 'vitest'
import type { VisitRules } from '../../api/visits'
import { draftOf, flawsOf, rulesOf, type RulesDraft } from './rulesDraft'

const RULES: VisitRules = {
  radius_m: 100, outside_check_in: 'flag', outside_check_out: 'flag', accuracy_max_m: 100, dwell_min_s: 300, drive_by_s: 120, arrival_dwell_s: 300, stay_gap_s: 1_800, cool_down_s: 120, overlap_min_pct: 50,
  gap_max_s: 600, near_s: 300, mismatch_m: 200, photo_apart_s: 900, photo_apart_m: 300, missed_after_s: 7_200, unproductive_reasons: ['closed'], cancel_reasons: [], abandon_reasons: [], requirements: [], classes: { A: { radius_m: 50, dwell_min_s: null, arrival_dwell_s: null } },
}
const typed = (over: Partial<RulesDraft['typed']>): RulesDraft => ({ ...draftOf(RULES), typed: { ...draftOf(RULES).typed, ...over } })

it('come back as they were, whatever units they are typed in', () => {
  expect(draftOf(RULES).typed).toMatchObject({ radius_m: '100', dwell_min_s: '5', missed_after_s: '2', cool_down_s: '120' })
  expect(rulesOf(draftOf(RULES))).toEqual(RULES)
  expect(rulesOf(typed({ dwell_min_s: '7.5' })).dwell_min_s).toBe(450)
})

it('say what is wrong', () => {
  expect(flawsOf(draftOf(RULES))).toEqual([])
  expect(flawsOf(typed({ radius_m: '9', overlap_min_pct: '101', near_s: '' })).map(({ key }) => key)).toEqual(['radius_m', 'overlap_min_pct', 'near_s'])
  expect(flawsOf(typed({ drive_by_s: '6' })).map(({ key }) => key)).toEqual(['drive_by_s'])
})
