-- secret is encrypted under the installation's secret; last_step is the time step of the last code that was accepted, so that
-- each is good once.
CREATE TABLE two_factors (
    user_id BIGINT PRIMARY KEY REFERENCES users (id),
    secret BYTEA NOT NULL,
    last_step BIGINT NOT NULL,
    enabled_at BIGINT NOT NULL
);

-- those that are left; a code that is used is deleted
CREATE TABLE recovery_codes (
    user_id BIGINT NOT NULL REFERENCES users (id),
    hash BYTEA NOT NULL,
    PRIMARY KEY (user_id, hash)
);

ALTER TABLE orgs ADD COLUMN requires_two_factor BOOLEAN NOT NULL DEFAULT FALSE;
