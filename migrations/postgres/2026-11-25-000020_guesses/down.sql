DROP TABLE sign_in_guesses;
DELETE FROM sign_in_failures WHERE subject LIKE 'account:%';
