-- Who confirmed an account's email address: the host (by is NULL), a super admin (in is NULL), or an admin of the org `in`.
ALTER TABLE users ADD COLUMN email_confirmed_at INTEGER;
ALTER TABLE users ADD COLUMN email_confirmed_by INTEGER;
ALTER TABLE users ADD COLUMN email_confirmed_in INTEGER;

-- What the trail tells of the addresses that are there: setup is the host's, and so are its commands.
UPDATE users SET email_confirmed_at = created.at
FROM audit_events AS created
WHERE created.org_id = (SELECT MIN(id) FROM orgs) AND created.action = 'user.created' AND created.target_id = users.id
    AND instr(created.after, '"email":"' || users.email || '"') > 0
    AND NOT EXISTS (
        SELECT 1 FROM audit_events AS later
        WHERE later.org_id = 0 AND later.target_id = users.id AND later.action = 'user.email_changed'
    );
UPDATE users SET email_confirmed_at = changed.at
FROM audit_events AS changed
WHERE changed.org_id = 0 AND changed.action = 'user.email_changed' AND changed.target_id = users.id
    AND changed.actor_kind = 'host' AND changed.after = '{"email":"' || users.email || '"}'
    AND NOT EXISTS (
        SELECT 1 FROM audit_events AS later
        WHERE later.org_id = 0 AND later.target_id = users.id AND later.action = 'user.email_changed' AND later.seq > changed.seq
    );
UPDATE users SET email_confirmed_at = confirmed.at, email_confirmed_by = confirmed.actor_id,
    email_confirmed_in = CASE WHEN confirmed.actor_kind = 'super_admin' THEN NULL ELSE confirmed.org_id END
FROM audit_events AS changed
JOIN memberships ON memberships.user_id = changed.target_id
JOIN audit_events AS confirmed ON confirmed.org_id = memberships.org_id AND confirmed.target_id = changed.target_id
WHERE changed.org_id = 0 AND changed.action = 'user.email_changed' AND changed.target_id = users.id
    AND changed.after = '{"email":"' || users.email || '"}'
    AND NOT EXISTS (
        SELECT 1 FROM audit_events AS later
        WHERE later.org_id = 0 AND later.target_id = users.id AND later.action = 'user.email_changed' AND later.seq > changed.seq
    )
    AND confirmed.action = 'user.email_change_confirmed' AND confirmed.request_id = changed.request_id
    AND (confirmed.actor_kind = 'super_admin' OR NOT (memberships.admin AND memberships.removed_at IS NULL));

-- Invited users who answered that the account with their address is not theirs.
CREATE TABLE email_reports (
    membership_id INTEGER PRIMARY KEY REFERENCES memberships (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    reported_at INTEGER NOT NULL
) STRICT;
CREATE INDEX email_reports_of_user ON email_reports (user_id);
