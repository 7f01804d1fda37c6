import { useId } from 'react'
import { cx } from '../../ui/cx'
import { LEVELS } from './draft'

type AimFieldProps = { name: string; hint: string; level: number; onChange: (level: number) => void }

/** How much one aim counts, in steps; a group of radio buttons to the keyboard. */
export function AimField({ name, hint, level, onChange }: AimFieldProps) {
  const id = useId()
  return (
    <fieldset className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1.5">
      <legend className="sr-only">{name}</legend>
      <div aria-hidden="true" className="min-w-44 flex-1"><p className="text-[13px] font-medium">{name}</p><p className="text-xs text-ink-3">{hint}</p></div>
      <div className="flex rounded-lg border border-line-strong bg-surface p-0.5 shadow-raised">
        {LEVELS.map((one, at) => (
          <label key={one.name} className={cx('rounded-md px-2.5 py-1 text-xs font-medium transition-colors has-focus-visible:outline-2 has-focus-visible:outline-offset-1 has-focus-visible:outline-accent', at === level ? 'bg-accent text-on-accent' : 'text-ink-2 hover:bg-hover hover:text-ink')}>
            <input type="radio" name={id} className="sr-only" checked={at === level} onChange={() => onChange(at)} />{one.name}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
