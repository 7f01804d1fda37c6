import { Dialog } from '../../ui/Dialog'
export function ImportDialog({ onClose }: { onClose: () => void }) { return <Dialog title="Import" onClose={onClose}>…</Dialog> }
