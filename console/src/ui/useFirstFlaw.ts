import { useEffect, useRef, type RefObject } from 'react'

/** Goes to the first field that is wrong, each time a form was sent in vain: it may be far above the button. */
export function useFirstFlaw(tries: number, failure: unknown): RefObject<HTMLFormElement | null> {
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    if (tries > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus()
  }, [tries, failure])
  return form
}
