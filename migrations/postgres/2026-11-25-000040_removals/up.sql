-- A removed membership whose keys are still being deleted, in parts by id: those up to after_key are done. deleted_by is the user
-- who removed it. Until the job has reached a key, its row has no deleted_at. Every reader, `audit verify` too, takes such a key
-- as deleted at memberships.removed_at.
CREATE TABLE removals (
    membership_id BIGINT PRIMARY KEY REFERENCES memberships (id),
    org_id BIGINT NOT NULL,
    deleted_by BIGINT,
    after_key BIGINT NOT NULL
);
