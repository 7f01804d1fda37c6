import { CheckIcon } from '../../ui/icons'
import { cx } from '../../ui/cx'
import type { Stage } from './figures'

const STEPS: readonly { stage: Stage; name: string }[] = [{ stage: 'choose', name: 'Choose' }, { stage: 'propose', name: 'Propose' }, { stage: 'compare', name: 'Compare' }, { stage: 'apply', name: 'Apply' }]

/** How far one is on the way from a wish to territories that are in force. `isDone`: the last step is behind one too. */
export function Steps({ at, isDone = false }: { at: Stage; isDone?: boolean }) {
  const now = STEPS.findIndex(({ stage }) => stage === at)
  return (
    <ol aria-label="Steps" className="flex items-center gap-1.5 text-xs">
      {STEPS.map(({ stage, name }, step) => {
        const isPast = step < now || isDone
        return (
          <li key={stage} aria-current={step === now && !isDone ? 'step' : undefined} className={cx('flex items-center gap-1.5', step === now ? 'font-semibold text-ink' : isPast ? 'text-ink-2' : 'text-ink-3')}>
            {step > 0 && <span aria-hidden="true" className={cx('h-px w-4 sm:w-7', isPast || step === now ? 'bg-accent' : 'bg-line-strong')} />}
            <span aria-hidden="true" className={cx('grid size-5 place-items-center rounded-full text-[11px] font-semibold', isPast ? 'bg-accent-soft text-accent' : step === now ? 'bg-accent text-on-accent' : 'bg-sunken text-ink-3')}>
              {isPast ? <CheckIcon className="size-3" /> : step + 1}
            </span>
            <span className={cx(step !== now && 'max-[430px]:sr-only')}>{name}</span>
          </li>
        )
      })}
    </ol>
  )
}
