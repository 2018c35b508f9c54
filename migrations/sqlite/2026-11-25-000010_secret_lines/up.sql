-- secret_line is the public name of the first line of the secret file: the newest line that any node has started with.
ALTER TABLE installation ADD COLUMN secret_line TEXT;
-- seal is an HMAC over the head under that line, so that nobody with an older line can move a head.
ALTER TABLE audit_heads ADD COLUMN seal BLOB;
