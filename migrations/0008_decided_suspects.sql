-- What a decided fix was suspected of: once a person has decided, the derivation does not look at the fix any more, and people still want
-- to know why it was on the list.
alter table fix_decisions add column was jsonb;
comment on column fix_decisions.was is 'reason and evidence when it was decided; null where nothing was suspected, or the verdict at receipt speaks';
