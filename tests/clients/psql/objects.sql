CREATE TABLE t (a int PRIMARY KEY, b text, "C d" numeric(5,2));
CREATE VIEW v AS SELECT a, b AS bb, "C d" FROM t WHERE a > 1 AND b IS NOT NULL;
CREATE VIEW w WITH (security_barrier) AS SELECT t.a, count(*) FROM t JOIN v ON t.a = v.a GROUP BY t.a;
\d v
\d+ v
\d+ w
\dv
\sv v
