DROP TRIGGER keys_recounted ON keys;
CREATE OR REPLACE FUNCTION keys_recounted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE memberships SET keys_count = keys_count + (NEW.deleted_at IS NULL)::INT - (OLD.deleted_at IS NULL)::INT WHERE id = NEW.membership_id;
    UPDATE org_counts SET keys = keys + (NEW.deleted_at IS NULL)::INT - (OLD.deleted_at IS NULL)::INT WHERE org_id = NEW.org_id;
    RETURN NULL;
END $$;
CREATE TRIGGER keys_recounted AFTER UPDATE OF deleted_at ON keys
FOR EACH ROW WHEN ((NEW.deleted_at IS NULL) <> (OLD.deleted_at IS NULL)) EXECUTE FUNCTION keys_recounted();
DROP TABLE sign_ins;
DROP TABLE account_news;
DROP TABLE email_changes;
DROP INDEX keys_shown_to;
ALTER TABLE keys DROP COLUMN shown_to;
