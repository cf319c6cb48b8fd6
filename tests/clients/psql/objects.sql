CREATE TABLE t (a int PRIMARY KEY, b text, "C d" numeric(5,2));
CREATE VIEW v AS SELECT a, b AS bb, "C d" FROM t WHERE a > 1 AND b IS NOT NULL;
CREATE VIEW w WITH (security_barrier) AS SELECT t.a, count(*) FROM t JOIN v ON t.a = v.a GROUP BY t.a;
\d v
\d+ v
\d+ w
\dv
\sv v
CREATE TABLE g (a int PRIMARY KEY, b int GENERATED ALWAYS AS (a * 2) STORED, c text);
ALTER TABLE g ADD CONSTRAINT short CHECK (length(c) < 9) NOT VALID;
COMMENT ON TABLE g IS 'computes';
COMMENT ON COLUMN g.b IS 'twice a';
COMMENT ON CONSTRAINT short ON g IS 'a check';
COMMENT ON INDEX g_pkey IS 'an index';
COMMENT ON VIEW v IS 'a view';
\d g
\d+ g
\dd
CREATE UNIQUE INDEX g_part ON g (b DESC, c) INCLUDE (a) WHERE c IS NOT NULL AND b > 3;
CREATE UNIQUE INDEX g_none ON g (c) NULLS NOT DISTINCT;
\d g
\d g_part
\d+ g_none
CREATE TABLE referred (id int PRIMARY KEY, code text CONSTRAINT referred_code UNIQUE);
CREATE TABLE referring (id int PRIMARY KEY, r_id int REFERENCES referred ON UPDATE CASCADE, code text CONSTRAINT by_code REFERENCES referred (code) MATCH FULL ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED, up int);
ALTER TABLE referring ADD CONSTRAINT "Up" FOREIGN KEY (up) REFERENCES referring NOT VALID;
\d referred
\d referring
\d+ referred
