-- A removed membership whose keys are still being deleted, in parts by id: those up to after_key are done. deleted_by is the user
-- who removed it. Until the job has reached a key, its row has no deleted_at. Every reader, `audit verify` too, takes such a key
-- as deleted at memberships.removed_at.
CREATE TABLE removals (
    membership_id INTEGER PRIMARY KEY REFERENCES memberships (id),
    org_id INTEGER NOT NULL,
    deleted_by INTEGER,
    after_key INTEGER NOT NULL
) STRICT;
