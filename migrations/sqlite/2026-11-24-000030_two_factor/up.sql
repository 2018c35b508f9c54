-- secret is encrypted under the installation's secret; last_step is the time step of the last code that was accepted, so that
-- each is good once.
CREATE TABLE two_factors (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    secret BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    enabled_at INTEGER NOT NULL
) STRICT;

-- those that are left; a code that is used is deleted
CREATE TABLE recovery_codes (
    user_id INTEGER NOT NULL REFERENCES users (id),
    hash BLOB NOT NULL,
    PRIMARY KEY (user_id, hash)
) STRICT, WITHOUT ROWID;

ALTER TABLE orgs ADD COLUMN requires_two_factor INTEGER NOT NULL DEFAULT 0 CHECK (requires_two_factor IN (0, 1));
