/** Several words: typed one after the other, taken away by their cross; or picked from a list where there is one. */
import { useId, useState, type KeyboardEvent } from 'react'
import { Note } from './fields'
import { CloseIcon } from './icons'

type TagsFieldProps = {
  label: string
  tags: readonly string[]
  onChange: (tags: string[]) => void
  /** With a list nothing else can be typed. */
  options?: readonly { id: string; name: string }[]
  hint?: string
  complaint?: string | null
  placeholder?: string
  max?: number
}

export function TagsField({ label, tags, onChange, options, hint, complaint = null, placeholder = 'Add…', max = 50 }: TagsFieldProps) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const nameOf = (tag: string) => options?.find((option) => option.id === tag)?.name ?? tag
  const add = (tag: string) => {
    const text = tag.trim()
    if (text !== '' && !tags.includes(text) && tags.length < max) onChange([...tags, text])
    setTyped('')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if ((event.key === 'Enter' || event.key === ',') && typed.trim() !== '') {
      event.preventDefault()
      add(typed)
    } else if (event.key === 'Backspace' && typed === '' && tags.length > 0) onChange(tags.slice(0, -1))
  }
  const left = options?.filter((option) => !tags.includes(option.id)) ?? []
  return (
    <div>
      <label htmlFor={id} className="block text-[13px] font-medium">{label}</label>
      <div className="mt-1.5 flex min-h-9 flex-wrap items-center gap-1.5 rounded-lg border border-line-strong bg-surface px-1.5 py-1 shadow-raised focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/30">
        {tags.map((tag) => (
          <span key={tag} className="inline-flex h-6 items-center gap-1 rounded-md bg-sunken pr-1 pl-2 text-xs font-medium">
            {nameOf(tag)}
            <button type="button" aria-label={`Remove ${nameOf(tag)}`} onClick={() => onChange(tags.filter((other) => other !== tag))} className="grid size-4 place-items-center rounded text-ink-3 hover:bg-hover hover:text-ink"><CloseIcon className="size-3" /></button>
          </span>
        ))}
        {options === undefined
          ? <input id={id} value={typed} placeholder={tags.length === 0 ? placeholder : ''} aria-describedby={`${id}-note`} onChange={({ target }) => setTyped(target.value)} onKeyDown={onKeyDown} onBlur={() => add(typed)} className="h-6 min-w-20 flex-1 bg-transparent px-1.5 text-[13px] outline-none placeholder:text-ink-3" />
          : (
            <select id={id} value="" disabled={left.length === 0} aria-describedby={`${id}-note`} onChange={({ target }) => add(target.value)} className="h-6 min-w-20 flex-1 bg-transparent px-1 text-[13px] text-ink-3 outline-none">
              <option value="">{options.length === 0 ? 'There are none yet' : left.length === 0 ? 'All of them' : placeholder}</option>
              {left.map((option) => <option key={option.id} value={option.id}>{option.name}</option>)}
            </select>
          )}
      </div>
      <Note id={`${id}-note`} hint={hint} complaint={complaint} />
    </div>
  )
}
