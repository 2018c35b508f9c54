DROP TABLE sign_ins;
DROP TABLE account_news;
DROP TABLE email_changes;
DROP INDEX keys_shown_to;
ALTER TABLE keys DROP COLUMN shown_to;
