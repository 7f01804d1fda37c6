/** Labelled controls of a form. What is wrong with one stands under it and is announced; `hint` stands there until then. */
import { useId, useState, type InputHTMLAttributes, type ReactNode, type Ref, type SelectHTMLAttributes } from 'react'
import { IconButton } from './Button'
import { cx } from './cx'
import { CheckIcon, ChevronIcon, EyeIcon, EyeOffIcon, SearchIcon } from './icons'

const BOX =
  'block w-full rounded-lg border border-line-strong bg-surface font-normal text-ink shadow-raised transition-colors placeholder:text-ink-3 hover:border-ink-3 ' +
  'focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30 disabled:opacity-60 aria-invalid:border-danger'
const SIZES = { normal: 'h-9 px-3 text-[13px]', large: 'h-10 px-3 text-sm' } as const
export type FieldSize = keyof typeof SIZES

type Shared = { label: string; hint?: ReactNode; complaint?: string | null; size?: FieldSize; className?: string }
type TextFieldProps = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'size'> & Shared & { onChange: (value: string) => void; inputRef?: Ref<HTMLInputElement> }

export function TextField({ label, hint, complaint = null, size = 'normal', className, onChange, inputRef, ...input }: TextFieldProps) {
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className="block text-[13px] font-medium">{label}</label>
      <input
        {...input} ref={inputRef} id={id} aria-invalid={complaint !== null || undefined} aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.value)} className={cx(BOX, SIZES[size], 'mt-1.5')}
      />
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}

type SelectFieldProps = Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange' | 'size'> & Shared & { onChange: (value: string) => void; children: ReactNode }

export function SelectField({ label, hint, complaint = null, size = 'normal', className, onChange, children, ...select }: SelectFieldProps) {
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className="block text-[13px] font-medium">{label}</label>
      <div className="relative mt-1.5">
        <select
          {...select} id={id} aria-invalid={complaint !== null || undefined} aria-describedby={`${id}-note`}
          onChange={(event) => onChange(event.target.value)} className={cx(BOX, SIZES[size], 'appearance-none pr-8!')}
        >
          {children}
        </select>
        <ChevronIcon className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-3" />
      </div>
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}

/** A select without a label in sight, for toolbars. */
export function CompactSelect({ label, onChange, children, className, ...select }: Omit<SelectHTMLAttributes<HTMLSelectElement>, 'onChange'> & { label: string; onChange: (value: string) => void }) {
  return (
    <div className={cx('relative', className)}>
      <select {...select} aria-label={label} onChange={(event) => onChange(event.target.value)} className={cx(BOX, 'h-9 appearance-none pr-8 pl-3 text-[13px]')}>{children}</select>
      <ChevronIcon className="pointer-events-none absolute top-1/2 right-2.5 size-4 -translate-y-1/2 text-ink-3" />
    </div>
  )
}

export function SearchField({ label, value, onChange, className, inputRef }: { label: string; value: string; onChange: (value: string) => void; className?: string; inputRef?: Ref<HTMLInputElement> }) {
  return (
    <div className={cx('relative', className)}>
      <SearchIcon className="pointer-events-none absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-3" />
      <input ref={inputRef} type="search" aria-label={label} placeholder={label} value={value} onChange={(event) => onChange(event.target.value)} className={cx(BOX, 'h-9 pr-3 pl-8.5 text-[13px]')} />
    </div>
  )
}

export const PASSWORD_LENGTH_MIN = 10
const PASSWORD_LENGTH_GOOD = 16

type PasswordFieldProps = Omit<TextFieldProps, 'type' | 'value'> & { value: string; /** For one that is being chosen. */ isNew?: boolean }

/** Shown on request. For a new one the meter measures what counts: the length. */
export function PasswordField({ label, hint, complaint = null, size = 'normal', className, onChange, isNew = false, value, inputRef, ...input }: PasswordFieldProps) {
  const id = useId()
  const [isShown, setShown] = useState(false)
  return (
    <div className={className}>
      <label htmlFor={id} className="block text-[13px] font-medium">{label}</label>
      <div className="relative mt-1.5">
        <input
          autoComplete={isNew ? 'new-password' : 'current-password'} {...input} ref={inputRef} id={id} type={isShown ? 'text' : 'password'} value={value} spellCheck={false} autoCapitalize="none"
          aria-invalid={complaint !== null || undefined} aria-describedby={`${id}-note`} onChange={(event) => onChange(event.target.value)}
          className={cx(BOX, SIZES[size], 'pr-10!')}
        />
        <IconButton
          label={isShown ? 'Hide what is typed' : 'Show what is typed'} aria-pressed={isShown} onClick={() => setShown(!isShown)}
          className="absolute! top-1/2 right-1 -translate-y-1/2"
        >
          {isShown ? <EyeOffIcon /> : <EyeIcon />}
        </IconButton>
      </div>
      {isNew && <LengthMeter length={[...value].length} />}
      <Note id={`${id}-note`} hint={hint ?? (isNew ? `At least ${PASSWORD_LENGTH_MIN} characters. A few unrelated words are easy to remember and hard to guess.` : undefined)} complaint={complaint} />
    </div>
  )
}

function LengthMeter({ length }: { length: number }) {
  const [word, tone] =
    length === 0 ? ['', ''] : length < PASSWORD_LENGTH_MIN ? [`${PASSWORD_LENGTH_MIN - length} more to go`, 'bg-danger'] : length < PASSWORD_LENGTH_GOOD ? ['Long enough', 'bg-idle'] : ['Good and long', 'bg-moving']
  const filled = length === 0 ? 0 : length < PASSWORD_LENGTH_MIN ? 1 : length < PASSWORD_LENGTH_GOOD ? 2 : 3
  return (
    <div className="mt-2 flex items-center gap-2.5">
      <div aria-hidden="true" className="flex flex-1 gap-1">
        {[1, 2, 3].map((bar) => <span key={bar} className={cx('h-1 flex-1 rounded-full transition-colors', bar <= filled ? tone : 'bg-line')} />)}
      </div>
      <span aria-live="polite" className="tabular min-w-24 text-right text-xs text-ink-3">{word}</span>
    </div>
  )
}

type CheckboxProps = { label: ReactNode; isChecked: boolean; isMixed?: boolean; onChange: (isChecked: boolean) => void; disabled?: boolean; hidesLabel?: boolean; name?: string; className?: string }

export function Checkbox({ label, isChecked, isMixed = false, onChange, disabled, hidesLabel = false, name, className }: CheckboxProps) {
  return (
    <label className={cx('flex items-center gap-2.5 rounded-md text-[13px] has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent', disabled && 'cursor-default opacity-55', className)}>
      <input
        type="checkbox" className="sr-only" checked={isChecked} disabled={disabled} name={name} onChange={(event) => onChange(event.target.checked)}
        ref={(node) => { if (node) node.indeterminate = isMixed }}
      />
      <span
        aria-hidden="true"
        className={cx('grid size-4 shrink-0 place-items-center rounded-[5px] border transition-colors', isChecked || isMixed ? 'border-accent bg-accent text-on-accent' : 'border-line-strong bg-surface')}
      >
        {isMixed ? <span className="h-0.5 w-2 rounded bg-current" /> : isChecked && <CheckIcon className="size-3" />}
      </span>
      <span className={cx('min-w-0', hidesLabel && 'sr-only')}>{label}</span>
    </label>
  )
}

/** A form may be longer than the room it has: what is wrong must not be out of sight. */
const intoSight = (node: Element | null) => void node?.scrollIntoView?.({ block: 'nearest' })

export function Note({ id, hint, complaint }: { id?: string; hint?: ReactNode; complaint: string | null }) {
  return (
    <div id={id}>
      {complaint === null && hint !== undefined && <p className="mt-1.5 text-xs leading-snug text-ink-3">{hint}</p>}
      {complaint !== null && <p ref={intoSight} role="alert" className="mt-1.5 text-xs font-medium text-danger first-letter:uppercase">{complaint}</p>}
    </div>
  )
}
