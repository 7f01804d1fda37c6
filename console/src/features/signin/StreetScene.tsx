/** A stylised town at night, for the empty half of a wide sign-in page. */
const STREETS = [
  'M-20 150C160 120 300 190 470 160S760 90 940 130', 'M-20 330C180 300 330 360 520 330S780 280 940 310', 'M-20 520C140 500 340 560 540 520S800 470 940 500',
  'M-20 690C200 660 380 720 560 690S800 650 940 680', 'M120 -20C110 180 170 380 130 560S150 780 140 920', 'M300 -20C310 160 270 360 310 540S290 780 300 920',
  'M500 -20C480 180 540 340 500 540S520 760 500 920', 'M690 -20C700 200 650 360 700 560S680 780 690 920',
]
const LANES = [
  'M120 240C200 230 250 250 300 242', 'M310 430C380 420 450 440 505 428', 'M500 230C570 240 630 210 690 222', 'M140 610C200 600 250 622 302 610',
  'M505 600C580 590 640 612 695 600', 'M210 130C215 220 205 270 212 325', 'M400 345C405 430 395 480 402 540', 'M600 120C605 200 592 260 600 318', 'M598 520C602 590 594 640 600 686',
]
const AGENTS = [
  { x: 300, y: 338, turn: 95, colour: '#2fc48d' }, { x: 690, y: 222, turn: 20, colour: '#2fc48d' }, { x: 132, y: 560, turn: 180, colour: '#f2a93b' },
  { x: 505, y: 690, turn: 262, colour: '#2fc48d' }, { x: 212, y: 240, turn: 0, colour: '#a18be6' },
]

export function StreetScene() {
  return (
    <div aria-hidden="true" className="relative hidden overflow-hidden bg-[#10151d] lg:block">
      <svg viewBox="0 0 900 900" preserveAspectRatio="xMidYMid slice" className="absolute inset-0 size-full" fill="none" strokeLinecap="round">
        <defs>
          <radialGradient id="glow" cx="58%" cy="46%" r="62%"><stop stopColor="#2f54eb" stopOpacity=".34" /><stop offset="1" stopColor="#2f54eb" stopOpacity="0" /></radialGradient>
        </defs>
        <path d="M720 -20C780 180 730 330 800 480S860 760 800 920H940V-20Z" fill="#0d2438" />
        <path d="M330 362q80 12 165-10v140q-80 18-170 6Z" fill="#16281f" />
        {LANES.map((d) => <path key={d} d={d} stroke="#212a36" strokeWidth="5" />)}
        {STREETS.map((d) => <path key={d} d={d} stroke="#2a3442" strokeWidth="11" />)}
        <rect width="900" height="900" fill="url(#glow)" />
        <path d="M140 700C160 640 142 600 131 545C120 480 140 420 135 335C190 318 240 322 300 338C380 356 440 345 512 331C525 270 505 220 491 160C560 150 630 118 694 112" stroke="#10151d" strokeWidth="10" />
        <path d="M140 700C160 640 142 600 131 545C120 480 140 420 135 335C190 318 240 322 300 338C380 356 440 345 512 331C525 270 505 220 491 160C560 150 630 118 694 112" stroke="#7b96ff" strokeWidth="5" />
        <circle cx="140" cy="700" r="7" fill="#10151d" stroke="#7b96ff" strokeWidth="4" />
        {AGENTS.map(({ x, y, turn, colour }) => <Marker key={`${x}-${y}`} x={x} y={y} turn={turn} colour={colour} />)}
        <circle cx="694" cy="112" r="34" fill="#7b96ff" fillOpacity=".2" stroke="#7b96ff" strokeWidth="2.5" />
        <Marker x={694} y={112} turn={82} colour="#2fc48d" />
      </svg>
    </div>
  )
}

function Marker({ x, y, turn, colour }: { x: number; y: number; turn: number; colour: string }) {
  return (
    <g transform={`translate(${x} ${y}) rotate(${turn})`}>
      <path d="M0 -24 10.4 -6.9A12.5 12.5 0 1 1 -10.4 -6.9Z" fill={colour} stroke="#10151d" strokeWidth="3.5" strokeLinejoin="round" />
      <circle r="4.2" fill="#10151d" />
    </g>
  )
}
