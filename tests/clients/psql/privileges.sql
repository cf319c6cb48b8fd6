CREATE ROLE dp_reader LOGIN VALID UNTIL '2030-01-01 00:00:00+00';
CREATE ROLE dp_group;
GRANT dp_group TO dp_reader;
CREATE TABLE dp_table (a int, b int);
CREATE VIEW dp_view AS SELECT a FROM dp_table;
CREATE SEQUENCE dp_sequence;
GRANT SELECT, INSERT ON dp_table TO dp_reader WITH GRANT OPTION;
GRANT UPDATE (a, b) ON dp_table TO dp_group;
GRANT SELECT ON dp_view TO PUBLIC;
GRANT USAGE ON SEQUENCE dp_sequence TO "dp_group";
\dp dp_*
\z dp_table
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO dp_reader;
\ddp
\du dp_*
\dg+ dp_*
DROP OWNED BY dp_reader, dp_group;
DROP TABLE dp_table CASCADE;
DROP SEQUENCE dp_sequence;
DROP ROLE dp_reader, dp_group;
