-- What a session has entered, beside what its person belongs to; both end with the session at the latest.
-- A visit: a super admin in an org without a membership of their own.
CREATE TABLE visits (
    session_hash BYTEA NOT NULL REFERENCES sessions (hash) ON DELETE CASCADE,
    org_id BIGINT NOT NULL REFERENCES orgs (id),
    started_at BIGINT NOT NULL,
    PRIMARY KEY (session_hash, org_id)
);
-- An impersonation: an admin who acts as somebody else of their org, whose membership this is.
CREATE TABLE impersonations (
    session_hash BYTEA PRIMARY KEY REFERENCES sessions (hash) ON DELETE CASCADE,
    membership_id BIGINT NOT NULL REFERENCES memberships (id),
    started_at BIGINT NOT NULL
);
