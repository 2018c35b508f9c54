-- The wrong passwords and codes of an account within the last minute, by the lane that each was judged in.
CREATE TABLE sign_in_guesses (
    account TEXT COLLATE "C" NOT NULL,
    at BIGINT NOT NULL,
    lane BIGINT NOT NULL,
    PRIMARY KEY (account, at)
);
CREATE INDEX sign_in_guesses_by_age ON sign_in_guesses (at);

-- Failures count for an account and a network together: those of an account alone say nothing of the network.
DELETE FROM sign_in_failures WHERE subject LIKE 'account:%';
