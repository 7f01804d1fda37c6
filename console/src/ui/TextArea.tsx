import { useId, type TextareaHTMLAttributes } from 'react'
import { Note } from './fields'

type TextAreaProps = Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange'> & { label: string; hint?: string; complaint?: string | null; onChange: (value: string) => void }

export function TextArea({ label, hint, complaint = null, onChange, className, ...area }: TextAreaProps) {
  const id = useId()
  return (
    <div className={className}>
      <label htmlFor={id} className="block text-[13px] font-medium">{label}</label>
      <textarea
        rows={3} {...area} id={id} aria-invalid={complaint !== null || undefined} aria-describedby={`${id}-note`} onChange={(event) => onChange(event.target.value)}
        className="mt-1.5 block w-full rounded-lg border border-line-strong bg-surface px-3 py-2 text-[13px] shadow-raised transition-colors placeholder:text-ink-3 hover:border-ink-3 focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/30 disabled:opacity-60 aria-invalid:border-danger"
      />
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}
