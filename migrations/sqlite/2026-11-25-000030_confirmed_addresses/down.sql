DROP TABLE email_reports;
ALTER TABLE users DROP COLUMN email_confirmed_in;
ALTER TABLE users DROP COLUMN email_confirmed_by;
ALTER TABLE users DROP COLUMN email_confirmed_at;
