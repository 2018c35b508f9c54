-- keys.shown_to: who besides its owner was shown the secret when the key was made, as far as rows tell.
ALTER TABLE keys ADD COLUMN shown_to BIGINT;
UPDATE keys SET shown_to = COALESCE(
    (SELECT m.user_id FROM keys parent JOIN memberships m ON m.id = parent.membership_id WHERE parent.id = keys.parent_id),
    made_by);
UPDATE keys SET shown_to = NULL WHERE shown_to = (SELECT user_id FROM memberships WHERE id = keys.membership_id);
CREATE INDEX keys_shown_to ON keys (org_id, shown_to, id) WHERE deleted_at IS NULL AND shown_to IS NOT NULL;

-- The address that somebody wants, until it is confirmed; it dies with the account's epoch.
CREATE TABLE email_changes (
    user_id BIGINT PRIMARY KEY REFERENCES users (id),
    email TEXT COLLATE "C" NOT NULL,
    user_epoch BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX email_changes_by_age ON email_changes (expires_at);

-- What an account is told at its next sign-in.
CREATE TABLE account_news (
    user_id BIGINT NOT NULL REFERENCES users (id),
    kind TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    address TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (user_id, at, kind)
);

-- The last sign-in of an account, and the one before.
CREATE TABLE sign_ins (
    user_id BIGINT PRIMARY KEY REFERENCES users (id),
    at BIGINT NOT NULL,
    address TEXT NOT NULL,
    earlier_at BIGINT,
    earlier_address TEXT
);

-- Counting row by row made each of thousands of keys wait for the versions that the ones before it had left of the same counter.
DROP TRIGGER keys_recounted ON keys;
CREATE OR REPLACE FUNCTION keys_recounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE memberships SET keys_count = keys_count + change.by FROM (
        SELECT membership_id, SUM(one) AS by FROM (
            SELECT membership_id, 1 AS one FROM after_it WHERE deleted_at IS NULL
            UNION ALL SELECT membership_id, -1 FROM before_it WHERE deleted_at IS NULL
        ) AS ones GROUP BY membership_id HAVING SUM(one) <> 0
    ) AS change WHERE memberships.id = change.membership_id;
    UPDATE org_counts SET keys = keys + change.by FROM (
        SELECT org_id, SUM(one) AS by FROM (
            SELECT org_id, 1 AS one FROM after_it WHERE deleted_at IS NULL
            UNION ALL SELECT org_id, -1 FROM before_it WHERE deleted_at IS NULL
        ) AS ones GROUP BY org_id HAVING SUM(one) <> 0
    ) AS change WHERE org_counts.org_id = change.org_id;
    RETURN NULL;
END $$;
CREATE TRIGGER keys_recounted AFTER UPDATE ON keys
REFERENCING OLD TABLE AS before_it NEW TABLE AS after_it
FOR EACH STATEMENT EXECUTE FUNCTION keys_recounted();
