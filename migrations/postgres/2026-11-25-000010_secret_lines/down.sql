ALTER TABLE audit_heads DROP COLUMN seal;
ALTER TABLE installation DROP COLUMN secret_line;
