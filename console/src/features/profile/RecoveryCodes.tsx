import { useState } from 'react'
import { Button } from '../../ui/Button'
import { Checkbox } from '../../ui/fields'
import { CheckIcon, CopyIcon, DownloadIcon } from '../../ui/icons'
import { Notice } from '../../ui/Notice'

/** Shown once; whoever leaves says that they are kept. */
export function RecoveryCodes({ codes, email, onDone }: { codes: readonly string[]; email: string; onDone: () => void }) {
  const [isKept, setKept] = useState(false)
  const [isCopied, setCopied] = useState(false)
  const text = `SalesSync recovery codes for ${email}\nEach works once.\n\n${codes.join('\n')}\n`
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setCopied(true)
    } catch {
      setCopied(false)
    }
  }
  const download = () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
    const link = document.createElement('a')
    link.href = url
    link.download = 'salessync-recovery-codes.txt'
    link.click()
    URL.revokeObjectURL(url)
  }
  return (
    <div className="space-y-4">
      <Notice tone="warn" title="These are shown only now">Keep them where you would keep a spare key. Each lets you sign in once when the authenticator app is not at hand.</Notice>
      <ol aria-label="Recovery codes" className="grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-xl border border-line bg-sunken px-5 py-4 font-mono text-[13px] tracking-wide select-all">
        {codes.map((code) => <li key={code}>{code}</li>)}
      </ol>
      <div className="flex flex-wrap gap-2">
        <Button onClick={() => void copy()}>{isCopied ? <CheckIcon className="size-4 text-moving" /> : <CopyIcon />}{isCopied ? 'Copied' : 'Copy all'}</Button>
        <Button onClick={download}><DownloadIcon />Download</Button>
      </div>
      <span role="status" className="sr-only">{isCopied ? 'Recovery codes copied' : ''}</span>
      <Checkbox label="I have kept these codes" isChecked={isKept} onChange={setKept} />
      <div className="flex justify-end"><Button look="primary" disabled={!isKept} onClick={onDone}>Done</Button></div>
    </div>
  )
}
