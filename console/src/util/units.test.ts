import { describe, expect, it } from 'vitest'
import { accuracy, compass, coordinates, distance, percent, speed } from './units'
import { age, ago, ahead, duration, localMidnight } from './time'

describe('units', () => {
  it('shows speed in km/h, and a dash for an unknown one', () => {
    expect(speed(13.9)).toBe('50 km/h')
    expect(speed(0)).toBe('0 km/h')
    expect(speed(undefined)).toBe('–')
  })

  it('shows distance in metres below a kilometre, then in kilometres', () => {
    expect(distance(0)).toBe('0 m')
    expect(distance(412.4)).toBe('412 m')
    expect(distance(18_432)).toBe('18.4 km')
    expect(distance(214_900)).toBe('215 km')
    expect(distance(12_795_300)).toBe('12,795 km')
    expect(distance(null)).toBe('–')
  })

  it('never promises an accuracy better than a metre', () => {
    expect(accuracy(0.3)).toBe('±1 m')
    expect(accuracy(8)).toBe('±8 m')
    expect(accuracy(1_500)).toBe('±1.5 km')
  })

  it('names eight winds, all the way round', () => {
    expect([0, 44, 90, 181, 337.4, 359.9].map(compass)).toEqual(['N', 'NE', 'E', 'S', 'NW', 'N'])
    expect(compass(undefined)).toBeNull()
  })

  it('rounds battery to whole percents and keeps coordinates lat first', () => {
    expect(percent(0.874)).toBe('87 %')
    expect(coordinates(52.5200066, 13.404954)).toBe('52.520007, 13.404954')
  })
})

describe('time', () => {
  it('tells an age in its largest unit', () => {
    expect([-500, 1_500, 12_000, 61_000, 3 * 3_600_000, 49 * 3_600_000].map(age)).toEqual(['now', 'now', '12 s', '1 min', '3 h', '2 d'])
    expect(ago(500)).toBe('just now')
    expect(ago(12_000)).toBe('12 s ago')
  })

  it('tells what is ahead to the nearest unit', () => {
    const [minute, day] = [60_000, 86_400_000]
    expect([0, 1, 59.6 * minute, 23.7 * 60 * minute, 7 * day - 1, 90 * day - 1].map(ahead)).toEqual(['expired', 'in 1 min', 'in 1 h', 'in 1 d', 'in 7 d', 'in 3 months'])
  })

  it('tells a duration in its two largest units', () => {
    expect([0, 59, 3_600, 98_000].map(duration)).toEqual(['0 s', '59 s', '1 h', '1 d 3 h'])
  })

  it('begins the day at local midnight', () => {
    const midnight = localMidnight(new Date(2026, 10, 23, 14, 5))
    expect([midnight.getHours(), midnight.getMinutes(), midnight.getDate()]).toEqual([0, 0, 23])
  })
})
