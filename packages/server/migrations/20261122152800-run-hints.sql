-- What to do about a failed run, where its error had words for this very case; else the list of errors has them.
alter table runs add column error_hint text;
