-- One id names one thing: users, orgs, memberships, keys and audit events draw from here, and no id is used twice.
CREATE TABLE ids (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    last BIGINT NOT NULL
);
INSERT INTO ids (one, last) VALUES (1, 100);

CREATE TABLE installation (
    one BIGINT PRIMARY KEY CHECK (one = 1),
    demo BOOLEAN NOT NULL
);
INSERT INTO installation (one, demo) VALUES (1, FALSE);

CREATE TABLE users (
    id BIGINT PRIMARY KEY,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT COLLATE "C" NOT NULL UNIQUE,
    password_hash TEXT,
    enabled BOOLEAN NOT NULL,
    super_admin BOOLEAN NOT NULL,
    session_epoch BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX users_super_admin ON users (super_admin, id);

CREATE TABLE orgs (
    id BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    slug TEXT COLLATE "C" NOT NULL UNIQUE,
    enabled BOOLEAN NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- first_name, last_name and email are what the admin typed; pages show them until the person accepts.
CREATE TABLE memberships (
    id BIGINT PRIMARY KEY,
    org_id BIGINT NOT NULL REFERENCES orgs (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    email TEXT NOT NULL,
    sort_name TEXT COLLATE "C" NOT NULL,
    enabled BOOLEAN NOT NULL,
    admin BOOLEAN NOT NULL,
    accepted_at BIGINT,
    last_seen_at BIGINT,
    removed_at BIGINT,
    keys_count BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX memberships_once ON memberships (org_id, user_id) WHERE removed_at IS NULL;
CREATE INDEX memberships_of_user ON memberships (user_id, id);
CREATE INDEX memberships_by_name ON memberships (org_id, sort_name, id) WHERE removed_at IS NULL;
CREATE INDEX memberships_by_enabled ON memberships (org_id, enabled, sort_name, id) WHERE removed_at IS NULL;
CREATE INDEX memberships_by_keys ON memberships (org_id, keys_count, sort_name, id) WHERE removed_at IS NULL;
CREATE INDEX memberships_admins ON memberships (org_id, admin, id) WHERE removed_at IS NULL;

CREATE TABLE keys (
    id BIGINT PRIMARY KEY,
    org_id BIGINT NOT NULL REFERENCES orgs (id),
    membership_id BIGINT NOT NULL REFERENCES memberships (id),
    name TEXT NOT NULL,
    access_key TEXT COLLATE "C" NOT NULL UNIQUE,
    hash BYTEA NOT NULL,
    can_impersonate BOOLEAN NOT NULL,
    admin_when_made BOOLEAN NOT NULL,
    made_by BIGINT,
    parent_id BIGINT,
    expires_at BIGINT,
    disabled_at BIGINT,
    deleted_at BIGINT,
    deleted_by BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX keys_of_org ON keys (org_id, id) WHERE deleted_at IS NULL;
CREATE INDEX keys_of_membership ON keys (membership_id, id) WHERE deleted_at IS NULL;

CREATE TABLE key_usage (
    key_id BIGINT PRIMARY KEY REFERENCES keys (id),
    org_id BIGINT NOT NULL,
    last_used BIGINT
);
CREATE INDEX key_usage_last ON key_usage (org_id, last_used, key_id);

-- kind 1: membership, 2: key; terms are folded in the program, so that both databases compare alike
CREATE TABLE search_terms (
    org_id BIGINT NOT NULL,
    kind BIGINT NOT NULL,
    term TEXT COLLATE "C" NOT NULL,
    id BIGINT NOT NULL,
    PRIMARY KEY (org_id, kind, term, id)
);
CREATE INDEX search_terms_of ON search_terms (id, term);

CREATE TABLE sessions (
    hash BYTEA PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id),
    epoch BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_age ON sessions (seen_at);

-- kind: setup, invitation, password; a link dies with what it was issued upon (the epoch and version columns)
CREATE TABLE links (
    hash BYTEA PRIMARY KEY,
    kind TEXT NOT NULL,
    user_id BIGINT,
    membership_id BIGINT,
    issuer_id BIGINT,
    issuer_org_id BIGINT,
    user_epoch BIGINT NOT NULL,
    membership_version BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX links_of_user ON links (user_id, kind);

CREATE TABLE sign_in_failures (
    subject TEXT COLLATE "C" PRIMARY KEY,
    failures BIGINT NOT NULL,
    last_at BIGINT NOT NULL
);
CREATE INDEX sign_in_failures_by_age ON sign_in_failures (last_at);

CREATE TABLE operations (
    actor_id BIGINT NOT NULL,
    operation_id TEXT COLLATE "C" NOT NULL,
    outcome TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (actor_id, operation_id)
);
CREATE INDEX operations_by_age ON operations (created_at);

CREATE TABLE audit_events (
    id BIGINT PRIMARY KEY,
    org_id BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id BIGINT,
    actor_name TEXT NOT NULL,
    as_id BIGINT,
    as_name TEXT,
    action TEXT NOT NULL,
    target_kind TEXT NOT NULL,
    target_id BIGINT,
    target_name TEXT NOT NULL,
    before TEXT,
    after TEXT,
    address TEXT NOT NULL,
    request_id TEXT NOT NULL,
    via TEXT NOT NULL,
    operation_id TEXT COLLATE "C",
    format BIGINT NOT NULL,
    hash BYTEA NOT NULL,
    UNIQUE (org_id, seq)
);

CREATE TABLE audit_heads (
    org_id BIGINT PRIMARY KEY,
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);

CREATE TABLE org_counts (
    org_id BIGINT PRIMARY KEY,
    users BIGINT NOT NULL,
    disabled_users BIGINT NOT NULL,
    keyless_users BIGINT NOT NULL,
    admins BIGINT NOT NULL,
    keys BIGINT NOT NULL
);

CREATE FUNCTION audit_events_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit events are never changed or deleted';
END $$;
CREATE TRIGGER audit_events_stay BEFORE UPDATE OR DELETE ON audit_events
FOR EACH ROW EXECUTE FUNCTION audit_events_stay();
CREATE TRIGGER audit_events_stay_whole BEFORE TRUNCATE ON audit_events
FOR EACH STATEMENT EXECUTE FUNCTION audit_events_stay();

CREATE FUNCTION orgs_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO org_counts (org_id, users, disabled_users, keyless_users, admins, keys) VALUES (NEW.id, 0, 0, 0, 0, 0);
    RETURN NULL;
END $$;
CREATE TRIGGER orgs_counted AFTER INSERT ON orgs FOR EACH ROW EXECUTE FUNCTION orgs_counted();

CREATE FUNCTION memberships_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE org_counts SET users = users + 1, disabled_users = disabled_users + (NOT NEW.enabled)::INT,
        keyless_users = keyless_users + (NEW.keys_count = 0)::INT, admins = admins + NEW.admin::INT
    WHERE org_id = NEW.org_id;
    RETURN NULL;
END $$;
CREATE TRIGGER memberships_counted AFTER INSERT ON memberships
FOR EACH ROW WHEN (NEW.removed_at IS NULL) EXECUTE FUNCTION memberships_counted();

CREATE FUNCTION memberships_recounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE org_counts SET
        users = users + (NEW.removed_at IS NULL)::INT - (OLD.removed_at IS NULL)::INT,
        disabled_users = disabled_users + (NEW.removed_at IS NULL AND NOT NEW.enabled)::INT - (OLD.removed_at IS NULL AND NOT OLD.enabled)::INT,
        keyless_users = keyless_users + (NEW.removed_at IS NULL AND NEW.keys_count = 0)::INT - (OLD.removed_at IS NULL AND OLD.keys_count = 0)::INT,
        admins = admins + (NEW.removed_at IS NULL AND NEW.admin)::INT - (OLD.removed_at IS NULL AND OLD.admin)::INT
    WHERE org_id = NEW.org_id;
    RETURN NULL;
END $$;
CREATE TRIGGER memberships_recounted AFTER UPDATE OF enabled, admin, removed_at, keys_count ON memberships
FOR EACH ROW EXECUTE FUNCTION memberships_recounted();

CREATE FUNCTION keys_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE memberships SET keys_count = keys_count + 1 WHERE id = NEW.membership_id;
    UPDATE org_counts SET keys = keys + 1 WHERE org_id = NEW.org_id;
    RETURN NULL;
END $$;
CREATE TRIGGER keys_counted AFTER INSERT ON keys
FOR EACH ROW WHEN (NEW.deleted_at IS NULL) EXECUTE FUNCTION keys_counted();

CREATE FUNCTION keys_recounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE memberships SET keys_count = keys_count + (NEW.deleted_at IS NULL)::INT - (OLD.deleted_at IS NULL)::INT WHERE id = NEW.membership_id;
    UPDATE org_counts SET keys = keys + (NEW.deleted_at IS NULL)::INT - (OLD.deleted_at IS NULL)::INT WHERE org_id = NEW.org_id;
    RETURN NULL;
END $$;
CREATE TRIGGER keys_recounted AFTER UPDATE OF deleted_at ON keys
FOR EACH ROW WHEN ((NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL)) EXECUTE FUNCTION keys_recounted();
