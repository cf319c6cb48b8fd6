#!/usr/bin/env python3
"""Runs psql's meta-commands and compares what it shows.

Each tests/clients/psql/*.sql has its output beside it, in *.out. describe.sql must show the same on Ordinal, under both
profiles, and on a PostgreSQL 15; objects.sql and privileges.sql hold what only the profile postgresql has of it;
ordinal.sql shows what is Ordinal's own. `--rewrite` writes what was shown: that of PostgreSQL for all but ordinal.sql.
"""
import difflib
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness.servers import Ordinal, Postgres  # noqa: E402

SCRIPTS = pathlib.Path(__file__).resolve().parent / "psql"


def run_psql(server, script):
    command = [Postgres.programs() / "psql", "-X", "-q", "-h", "127.0.0.1", "-p", str(server.port), "-U", "admin", "-d",
               "postgres", "-f", script.name]
    environment = {**os.environ, "PGOPTIONS": "", "PGCLIENTENCODING": "UTF8", "LC_ALL": "C"}
    ran = subprocess.run(command, cwd=SCRIPTS, env=environment, text=True, stdout=subprocess.PIPE,
                         stderr=subprocess.STDOUT, timeout=60, check=False)
    return ran.stdout


def main():
    if not Postgres.is_available():
        print("psql is not installed\n0 passed, 0 failed")
        return 0
    rewrite = "--rewrite" in sys.argv[1:]
    ordinal = {f"ordinal, {profile}": lambda profile=profile: Ordinal(profile=profile)
               for profile in ("postgresql", "aurora_dsql")}
    open_profile = "ordinal, postgresql"
    runs = {
        "describe.sql": {"postgres": Postgres, **ordinal},
        "objects.sql": {"postgres": Postgres, open_profile: ordinal[open_profile]},
        "privileges.sql": {"postgres": Postgres, open_profile: ordinal[open_profile]},
        "ordinal.sql": ordinal,
    }
    passed = failed = 0
    for name, servers in runs.items():
        script = SCRIPTS / name
        expected = script.with_suffix(".out")
        for number, (title, make) in enumerate(servers.items()):
            with make() as server:
                shown = run_psql(server, script)
            if rewrite and number == 0:
                expected.write_text(shown, encoding="utf-8")
            wanted = expected.read_text(encoding="utf-8")
            if shown == wanted:
                passed += 1
                continue
            failed += 1
            print(f"FAIL {name} on {title}")
            sys.stdout.writelines(difflib.unified_diff(wanted.splitlines(True), shown.splitlines(True), "expected", "shown"))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
