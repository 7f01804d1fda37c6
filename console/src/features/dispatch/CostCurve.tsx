/** How the cost of a plan fell while it was improved. */
export type CurvePoint = { at_s: number; cost: number }

const [WIDTH, HEIGHT, PAD] = [440, 96, 6]

export function CostCurve({ points, seconds }: { points: readonly CurvePoint[]; seconds: number }) {
  if (points.length === 0) return <div className="skeleton h-24" role="img" aria-label="The search has not found anything yet" />
  const costs = points.map(({ cost }) => cost)
  const [least, most] = [Math.min(...costs), Math.max(...costs)]
  const x = (at_s: number) => PAD + (Math.min(at_s, seconds) / Math.max(1e-9, seconds)) * (WIDTH - 2 * PAD)
  const y = (cost: number) => PAD + (most === least ? 0.5 : (most - cost) / (most - least)) * (HEIGHT - 2 * PAD)
  // It stays as low as it is until something better is found, and to the end of the search after that.
  const last = points.at(-1)!
  const path = `${points.map(({ at_s, cost }, at) => (at === 0 ? `M${x(0)},${y(cost)}` : `H${x(at_s)}V${y(cost)}`)).join('')}H${x(seconds)}`
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className="h-24 w-full" role="img" aria-label={`The cost fell from ${Math.round(most)} to ${Math.round(last.cost)}`}>
      <path d={`${path}V${HEIGHT - 1}H${x(0)}Z`} fill="var(--accent-soft)" />
      <path d={path} fill="none" stroke="var(--accent)" strokeWidth="2" strokeLinejoin="round" />
      <circle cx={x(last.at_s)} cy={y(last.cost)} r="3.4" fill="var(--accent)" />
    </svg>
  )
}
