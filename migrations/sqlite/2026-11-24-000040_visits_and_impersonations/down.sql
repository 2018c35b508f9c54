DROP TABLE impersonations;
DROP TABLE visits;
