-- One id names one thing: users, orgs, memberships, keys and audit events draw from here, and no id is used twice.
CREATE TABLE ids (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    last INTEGER NOT NULL
) STRICT;
INSERT INTO ids (one, last) VALUES (1, 100);

CREATE TABLE installation (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    demo INTEGER NOT NULL CHECK (demo IN (0, 1))
) STRICT;
INSERT INTO installation (one, demo) VALUES (1, 0);

CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    password_hash TEXT,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    super_admin INTEGER NOT NULL CHECK (super_admin IN (0, 1)),
    session_epoch INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX users_super_admin ON users (super_admin, id);

CREATE TABLE orgs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT NOT NULL UNIQUE,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- first_name, last_name and email are what the admin typed; pages show them until the person accepts.
CREATE TABLE memberships (
    id INTEGER PRIMARY KEY,
    org_id INTEGER NOT NULL REFERENCES orgs (id),
    user_id INTEGER NOT NULL REFERENCES users (id),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    sort_name TEXT NOT NULL,
    enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    admin INTEGER NOT NULL CHECK (admin IN (0, 1)),
    accepted_at INTEGER,
    last_seen_at INTEGER,
    removed_at INTEGER,
    keys_count INTEGER NOT NULL DEFAULT 0,
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX memberships_once ON memberships (org_id, user_id) WHERE removed_at IS NULL;
CREATE INDEX memberships_of_user ON memberships (user_id, id);
CREATE INDEX memberships_by_name ON memberships (org_id, sort_name, id) WHERE removed_at IS NULL;
CREATE INDEX memberships_by_enabled ON memberships (org_id, enabled, sort_name, id) WHERE removed_at IS NULL;
CREATE INDEX memberships_by_keys ON memberships (org_id, keys_count, sort_name, id) WHERE removed_at IS NULL;
CREATE INDEX memberships_admins ON memberships (org_id, admin, id) WHERE removed_at IS NULL;

CREATE TABLE keys (
    id INTEGER PRIMARY KEY,
    org_id INTEGER NOT NULL REFERENCES orgs (id),
    membership_id INTEGER NOT NULL REFERENCES memberships (id),
    name TEXT NOT NULL,
    access_key TEXT NOT NULL UNIQUE,
    hash BLOB NOT NULL,
    can_impersonate INTEGER NOT NULL CHECK (can_impersonate IN (0, 1)),
    admin_when_made INTEGER NOT NULL CHECK (admin_when_made IN (0, 1)),
    made_by INTEGER,
    parent_id INTEGER,
    expires_at INTEGER,
    disabled_at INTEGER,
    deleted_at INTEGER,
    deleted_by INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX keys_of_org ON keys (org_id, id) WHERE deleted_at IS NULL;
CREATE INDEX keys_of_membership ON keys (membership_id, id) WHERE deleted_at IS NULL;

CREATE TABLE key_usage (
    key_id INTEGER PRIMARY KEY REFERENCES keys (id),
    org_id INTEGER NOT NULL,
    last_used INTEGER
) STRICT;
CREATE INDEX key_usage_last ON key_usage (org_id, last_used, key_id);

-- kind 1: membership, 2: key; terms are folded in the program, so that both databases compare alike
CREATE TABLE search_terms (
    org_id INTEGER NOT NULL,
    kind INTEGER NOT NULL,
    term TEXT NOT NULL,
    id INTEGER NOT NULL,
    PRIMARY KEY (org_id, kind, term, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX search_terms_of ON search_terms (id, term);

CREATE TABLE sessions (
    hash BLOB PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id),
    epoch INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_of_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_age ON sessions (seen_at);

-- kind: setup, invitation, password; a link dies with what it was issued upon (the epoch and version columns)
CREATE TABLE links (
    hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id INTEGER,
    membership_id INTEGER,
    issuer_id INTEGER,
    issuer_org_id INTEGER,
    user_epoch INTEGER NOT NULL,
    membership_version INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX links_of_user ON links (user_id, kind);

CREATE TABLE sign_in_failures (
    subject TEXT PRIMARY KEY,
    failures INTEGER NOT NULL,
    last_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);

CREATE TABLE operations (
    actor_id INTEGER NOT NULL,
    operation_id TEXT NOT NULL,
    outcome TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (actor_id, operation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX operations_by_age ON operations (created_at);

CREATE TABLE audit_events (
    id INTEGER PRIMARY KEY,
    org_id INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id INTEGER,
    actor_name TEXT NOT NULL,
    as_id INTEGER,
    as_name TEXT,
    action TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id INTEGER,
    target_name TEXT NOT NULL,
    before TEXT,
    after TEXT,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    via TEXT NOT NULL,
    operation_id TEXT,
    format INTEGER NOT NULL,
    hash BLOB NOT NULL,
    UNIQUE (org_id, seq)
) STRICT;

CREATE TABLE audit_heads (
    org_id INTEGER PRIMARY KEY,
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;

CREATE TABLE org_counts (
    org_id INTEGER PRIMARY KEY,
    users INTEGER NOT NULL,
    disabled_users INTEGER NOT NULL,
    keyless_users INTEGER NOT NULL,
    admins INTEGER NOT NULL,
    keys INTEGER NOT NULL
) STRICT;

CREATE TRIGGER audit_events_stay BEFORE UPDATE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are never changed'); END;
CREATE TRIGGER audit_events_stay_whole BEFORE DELETE ON audit_events
BEGIN SELECT RAISE(ABORT, 'audit events are never deleted'); END;

CREATE TRIGGER orgs_counted AFTER INSERT ON orgs
BEGIN INSERT INTO org_counts (org_id, users, disabled_users, keyless_users, admins, keys) VALUES (NEW.id, 0, 0, 0, 0, 0); END;

CREATE TRIGGER memberships_counted AFTER INSERT ON memberships WHEN NEW.removed_at IS NULL
BEGIN
    UPDATE org_counts SET users = users + 1, disabled_users = disabled_users + (NEW.enabled = 0),
        keyless_users = keyless_users + (NEW.keys_count = 0), admins = admins + (NEW.admin = 1)
    WHERE org_id = NEW.org_id;
END;
CREATE TRIGGER memberships_recounted AFTER UPDATE OF enabled, admin, removed_at, keys_count ON memberships
BEGIN
    UPDATE org_counts SET
        users = users + (NEW.removed_at IS NULL) - (OLD.removed_at IS NULL),
        disabled_users = disabled_users + (NEW.removed_at IS NULL AND NEW.enabled = 0) - (OLD.removed_at IS NULL AND OLD.enabled = 0),
        keyless_users = keyless_users + (NEW.removed_at IS NULL AND NEW.keys_count = 0) - (OLD.removed_at IS NULL AND OLD.keys_count = 0),
        admins = admins + (NEW.removed_at IS NULL AND NEW.admin = 1) - (OLD.removed_at IS NULL AND OLD.admin = 1)
    WHERE org_id = NEW.org_id;
END;

CREATE TRIGGER keys_counted AFTER INSERT ON keys WHEN NEW.deleted_at IS NULL
BEGIN
    UPDATE memberships SET keys_count = keys_count + 1 WHERE id = NEW.membership_id;
    UPDATE org_counts SET keys = keys + 1 WHERE org_id = NEW.org_id;
END;
CREATE TRIGGER keys_recounted AFTER UPDATE OF deleted_at ON keys
WHEN (NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL)
BEGIN
    UPDATE memberships SET keys_count = keys_count + (NEW.deleted_at IS NULL) - (OLD.deleted_at IS NULL) WHERE id = NEW.membership_id;
    UPDATE org_counts SET keys = keys + (NEW.deleted_at IS NULL) - (OLD.deleted_at IS NULL) WHERE org_id = NEW.org_id;
END;
