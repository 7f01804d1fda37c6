import { useState, type FormEvent } from 'react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { customerContactsQuery, customerQuery } from '../../api/customerQueries'
import { customers, type Customer, type CustomerContact } from '../../api/customers'
import { complaintOf, explain, unsaid } from '../../api/problem'
import { tell } from '../../shell/toasts'
import { Avatar } from '../../ui/Avatar'
import { Button, IconButton } from '../../ui/Button'
import { Card } from '../../ui/Card'
import { ConfirmDialog } from '../../ui/ConfirmDialog'
import { Dialog } from '../../ui/Dialog'
import { TextField } from '../../ui/fields'
import { EditIcon, PlusIcon, TrashIcon } from '../../ui/icons'
import { Contact } from '../../ui/Masked'
import { Notice } from '../../ui/Notice'

/** Whom one asks for: as given out, masked where this person's role does not include contacts. */
export function ContactsCard({ customer, canEdit }: { customer: Customer; canEdit: boolean }) {
  const { data: contacts, error } = useQuery(customerContactsQuery(customer.id))
  const [edited, setEdited] = useState<CustomerContact | 'new' | null>(null)
  const [erased, setErased] = useState<CustomerContact | null>(null)
  return (
    <Card title="Contacts" aside={canEdit && <Button look="quiet" onClick={() => setEdited('new')}><PlusIcon />Add</Button>}>
      {error && <Notice tone="danger" title="The contacts could not be loaded">{explain(error)}</Notice>}
      {contacts === undefined && !error && <div role="status" aria-label="Loading the contacts" className="skeleton h-12" />}
      {contacts?.length === 0 && <p className="text-[13px] text-ink-3">Nobody is named yet.</p>}
      <ul className="divide-y divide-line">
        {contacts?.map((contact) => (
          <li key={contact.id} className="flex items-center gap-3 py-2 first:pt-0 last:pb-0">
            <Avatar name={contact.name} />
            <div className="min-w-0 flex-1 text-[13px]">
              <p className="truncate font-medium"><Contact text={contact.name} masked={contact.masked} />{contact.role !== '' && <span className="font-normal text-ink-3"> · {contact.role}</span>}</p>
              <p className="flex flex-wrap gap-x-3 text-xs text-ink-2">
                {contact.phone != null && <Contact text={contact.phone} masked={contact.masked} className="tabular" />}
                {contact.email != null && <Contact text={contact.email} masked={contact.masked} className="truncate" />}
              </p>
            </div>
            {canEdit && !contact.masked && <IconButton label={`Change ${contact.name}`} onClick={() => setEdited(contact)}><EditIcon /></IconButton>}
            {canEdit && <IconButton label={`Erase ${contact.name}`} onClick={() => setErased(contact)}><TrashIcon /></IconButton>}
          </li>
        ))}
      </ul>
      {edited !== null && <ContactDialog customer={customer} contact={edited === 'new' ? null : edited} onClose={() => setEdited(null)} />}
      {erased && <EraseDialog customer={customer} contact={erased} onClose={() => setErased(null)} />}
    </Card>
  )
}

const FIELDS = ['name', 'role', 'phone', 'email']

function ContactDialog({ customer, contact, onClose }: { customer: Customer; contact: CustomerContact | null; onClose: () => void }) {
  const [id] = useState(() => contact?.id ?? crypto.randomUUID())
  const [name, setName] = useState(contact?.name ?? '')
  const [role, setRole] = useState(contact?.role ?? '')
  const [phone, setPhone] = useState(contact?.phone ?? '')
  const [email, setEmail] = useState(contact?.email ?? '')
  const settle = useSettled(customer.id)
  const save = useMutation({
    mutationFn: () => customers.putContact(customer.id, id, { name: name.trim(), role: role.trim(), phone: phone.trim() || null, email: email.trim() || null, version: customer.version }),
    onSuccess: (after) => {
      settle(after)
      tell('Saved.')
      onClose()
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const rest = unsaid(save.error, FIELDS)
  return (
    <Dialog
      title={contact === null ? 'New contact' : `Change ${contact.name}`} width="narrow" onClose={onClose} isHeld={save.isPending}
      footer={<><Button onClick={onClose}>Cancel</Button><Button type="submit" form="contact" look="primary" isBusy={save.isPending} disabled={name.trim() === ''}>{save.isPending ? 'Saving…' : 'Save'}</Button></>}
    >
      <form id="contact" onSubmit={submit} className="space-y-4">
        <TextField label="Name" value={name} onChange={setName} maxLength={120} autoFocus complaint={complaintOf(save.error, 'name')} />
        <TextField label="What they do" value={role} onChange={setRole} maxLength={60} placeholder="Buyer" complaint={complaintOf(save.error, 'role')} />
        <TextField label="Telephone" type="tel" value={phone} onChange={setPhone} placeholder="+49 30 1234567" complaint={complaintOf(save.error, 'phone')} />
        <TextField label="E-mail" type="email" value={email} onChange={setEmail} complaint={complaintOf(save.error, 'email')} />
        {rest !== null && <Notice tone="danger" title="Not saved">{rest}</Notice>}
      </form>
    </Dialog>
  )
}

function EraseDialog({ customer, contact, onClose }: { customer: Customer; contact: CustomerContact; onClose: () => void }) {
  const settle = useSettled(customer.id)
  const erase = useMutation({
    mutationFn: () => customers.eraseContact(customer.id, customer.version, contact.id),
    onSuccess: (after) => {
      settle(after)
      tell('Erased.')
      onClose()
    },
  })
  return (
    <ConfirmDialog title={`Erase ${contact.name}?`} action="Erase for good" busy="Erasing…" isBusy={erase.isPending} failure={erase.error && explain(erase.error)} onConfirm={() => erase.mutate()} onClose={onClose}>
      <p>Name, telephone and e-mail go, also from the backups: the key to them is destroyed. It cannot be undone.</p>
    </ConfirmDialog>
  )
}

/** Takes the customer as answered, and asks for the contacts anew. */
export function useSettled(customer: string): (after: Customer) => void {
  const client = useQueryClient()
  return (after) => {
    client.setQueryData(customerQuery(customer).queryKey, after)
    void client.invalidateQueries({ queryKey: customerContactsQuery(customer).queryKey })
    void client.invalidateQueries({ queryKey: ['customers', 'list'] })
  }
}
