-- Sessions are short-lived: everybody signs in once more. id names a session to its person; confirmed_at is when the person last
-- showed their password; second_factor tells whether the sign-in had one.
DROP TABLE sessions;
CREATE TABLE sessions (
    hash BYTEA PRIMARY KEY,
    id BIGINT NOT NULL UNIQUE,
    user_id BIGINT NOT NULL REFERENCES users (id),
    epoch BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    second_factor BOOLEAN NOT NULL,
    address TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id, created_at);
CREATE INDEX sessions_by_age ON sessions (seen_at);
