-- keys.shown_to: who besides its owner was shown the secret when the key was made, as far as rows tell.
ALTER TABLE keys ADD COLUMN shown_to INTEGER;
UPDATE keys SET shown_to = COALESCE(
    (SELECT m.user_id FROM keys parent JOIN memberships m ON m.id = parent.membership_id WHERE parent.id = keys.parent_id),
    made_by);
UPDATE keys SET shown_to = NULL WHERE shown_to = (SELECT user_id FROM memberships WHERE id = keys.membership_id);
CREATE INDEX keys_shown_to ON keys (org_id, shown_to, id) WHERE deleted_at IS NULL AND shown_to IS NOT NULL;

-- The address that somebody wants, until it is confirmed; it dies with the account's epoch.
CREATE TABLE email_changes (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    email TEXT NOT NULL,
    user_epoch INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX email_changes_by_age ON email_changes (expires_at);

-- What an account is told at its next sign-in.
CREATE TABLE account_news (
    user_id INTEGER NOT NULL REFERENCES users (id),
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    by_name TEXT NOT NULL,
    address TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (user_id, at, kind)
) STRICT, WITHOUT ROWID;

-- The last sign-in of an account, and the one before.
CREATE TABLE sign_ins (
    user_id INTEGER PRIMARY KEY REFERENCES users (id),
    at INTEGER NOT NULL,
    address TEXT NOT NULL,
    earlier_at INTEGER,
    earlier_address TEXT
) STRICT;
