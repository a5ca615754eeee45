-- Which request it was that did it: leads from an entry to the server's log, and from an error that a user reports to the entry.

alter table audit_log add column request_id text;
