-- Several servers on one database have folders of their own: a backup tells an archive that lies elsewhere from one that is lost.

alter table uploads add column folder_id text;
comment on column uploads.folder_id is 'The DATA_DIR/uploads that holds the archive, by the id that is kept in it; null: of before there were ids, or of a restore.';
