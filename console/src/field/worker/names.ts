/** What the page asks to be woken for. */
export const UPLOAD = 'salessync-field-upload'
