import { expect, it } from 'vitest'
import { frequency, locatedBy } from './words'

it('tells how often in words', () => {
  const tell = (interval_days: number | null, visits_per_cycle: number | null = null, cycle_weeks: number | null = null) => frequency({ interval_days, visits_per_cycle, cycle_weeks })
  expect([tell(1), tell(14), tell(null, 1, 1), tell(null, 3, 4), tell(null)]).toEqual(['every day', 'every 14 days', 'once a week', '3 times in 4 weeks', 'when there is a reason'])
})

it('tells who put the pin there', () => {
  const point = { lat: 1, lon: 2 }
  expect(locatedBy({ point: null })).toContain('Not located')
  expect(locatedBy({ point, located_by: 'geocoded', location_quality: 0.834 })).toBe('Found by its address, 83 % sure')
  expect(locatedBy({ point, located_by: 'pinned' })).toBe('Pin set by hand')
})
