/** Controls for answers, a thumb high. What is wrong with one stands under it and is announced. */
import { useId, type InputHTMLAttributes } from 'react'
import { cx } from '../../ui/cx'
import { Note } from '../../ui/fields'
import { CheckIcon } from '../../ui/icons'

const BOX = 'block w-full rounded-2xl border border-line-strong bg-surface px-4 text-ink placeholder:text-ink-3 focus:border-accent focus:outline-2 focus:outline-accent/30 aria-invalid:border-danger'

type Shared = { label: string; complaint?: string | null; hint?: string | undefined; isRequired?: boolean }

export function Label({ htmlFor, id, children, isRequired }: { htmlFor?: string; id?: string; children: string; isRequired?: boolean }) {
  const inside = <>{children}{isRequired === true && <span aria-hidden="true" className="text-danger"> *</span>}</>
  return htmlFor === undefined ? <span id={id} className="block text-[15px] font-medium">{inside}</span> : <label htmlFor={htmlFor} className="block text-[15px] font-medium">{inside}</label>
}

type LineProps = Shared & Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> & { value: string; onChange: (value: string) => void; unit?: string | null }

export function Line({ label, value, onChange, complaint = null, hint, isRequired, unit = null, ...input }: LineProps) {
  const id = useId()
  return (
    <div>
      <Label htmlFor={id} isRequired={isRequired}>{label}</Label>
      <div className="relative mt-2">
        <input {...input} id={id} value={value} aria-required={isRequired} aria-invalid={complaint !== null || undefined} aria-describedby={`${id}-note`} onChange={(event) => onChange(event.target.value)} className={cx(BOX, 'h-13', unit !== null && 'pr-16')} />
        {unit !== null && <span className="pointer-events-none absolute top-1/2 right-4 -translate-y-1/2 text-ink-3">{unit}</span>}
      </div>
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}

export function TextArea({ label, value, onChange, complaint = null, hint, isRequired, max }: Shared & { value: string; onChange: (value: string) => void; max?: number | null }) {
  const id = useId()
  return (
    <div>
      <Label htmlFor={id} isRequired={isRequired}>{label}</Label>
      <textarea id={id} rows={3} value={value} maxLength={max ?? undefined} aria-required={isRequired} aria-invalid={complaint !== null || undefined} aria-describedby={`${id}-note`} onChange={(event) => onChange(event.target.value)} className={cx(BOX, 'mt-2 min-h-24 resize-none py-3 leading-snug [field-sizing:content]')} />
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}

type Option = { value: string; label: string }

/** One of several: as buttons, because a thumb finds them; with nothing to choose from, in words. */
export function Choice({ label, choices, value, onChange, complaint = null, hint, isRequired }: Shared & { choices: readonly Option[]; value: string; onChange: (value: string) => void }) {
  const id = useId()
  if (choices.length === 0) return <Line label={label} value={value} onChange={onChange} complaint={complaint} hint={hint} isRequired={isRequired} maxLength={120} />
  return (
    <div role="radiogroup" aria-labelledby={`${id}-label`} aria-required={isRequired} aria-describedby={`${id}-note`}>
      <Label id={`${id}-label`} isRequired={isRequired}>{label}</Label>
      <div className="mt-2 grid gap-2">{choices.map((choice) => <Pick key={choice.value} kind="radio" name={id} choice={choice} isChosen={value === choice.value} onPick={() => onChange(choice.value)} />)}</div>
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}

export function Choices({ label, choices, value, onChange, complaint = null, hint, isRequired }: Shared & { choices: readonly Option[]; value: readonly string[]; onChange: (value: readonly string[]) => void }) {
  const id = useId()
  const turn = (one: string) => onChange(value.includes(one) ? value.filter((held) => held !== one) : [...value, one])
  return (
    <div role="group" aria-labelledby={`${id}-label`} aria-describedby={`${id}-note`}>
      <Label id={`${id}-label`} isRequired={isRequired}>{label}</Label>
      <div className="mt-2 grid gap-2">{choices.map((choice) => <Pick key={choice.value} kind="checkbox" name={id} choice={choice} isChosen={value.includes(choice.value)} onPick={() => turn(choice.value)} />)}</div>
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}

function Pick({ kind, name, choice, isChosen, onPick }: { kind: 'radio' | 'checkbox'; name: string; choice: Option; isChosen: boolean; onPick: () => void }) {
  return (
    <label className={cx('flex min-h-13 items-center gap-3 rounded-2xl border px-4 py-2 text-[16px] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent', isChosen ? 'border-accent bg-accent-soft font-medium' : 'border-line-strong bg-surface')}>
      <input type={kind} name={name} checked={isChosen} onChange={onPick} className="sr-only" />
      <span aria-hidden="true" className={cx('grid size-6 shrink-0 place-items-center border-2', kind === 'radio' ? 'rounded-full' : 'rounded-lg', isChosen ? 'border-accent bg-accent text-on-accent' : 'border-ink-3')}>{isChosen && <CheckIcon className="size-4.5" />}</span>
      {choice.label}
    </label>
  )
}

export function YesNo({ label, value, onChange, complaint = null, hint, isRequired }: Shared & { value: boolean | null; onChange: (value: boolean) => void }) {
  const id = useId()
  return (
    <div role="radiogroup" aria-labelledby={`${id}-label`} aria-required={isRequired}>
      <Label id={`${id}-label`} isRequired={isRequired}>{label}</Label>
      <div className="mt-2 grid grid-cols-2 gap-2">
        {[true, false].map((answer) => <Pick key={String(answer)} kind="radio" name={id} choice={{ value: String(answer), label: answer ? 'Yes' : 'No' }} isChosen={value === answer} onPick={() => onChange(answer)} />)}
      </div>
      <Note hint={hint} complaint={complaint} />
    </div>
  )
}
