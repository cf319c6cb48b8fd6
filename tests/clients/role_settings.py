#!/usr/bin/python3
"""What sessions begin with: ALTER ROLE ... SET, ALTER DATABASE ... SET, and how many a role may have.

A PostgreSQL 15 is asked the same. The last line counts checks.
"""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from harness import pgwire, servers  # noqa: E402
from harness.checks import Checks  # noqa: E402

LEFT_SECONDS = 60


def values(session, *names):
    return [session.value(f"SHOW {name}") for name in names]


def refusal(server, user):
    """The error that a client hears who logs in; None when it may."""
    try:
        server.connect(user=user).close()
    except pgwire.DatabaseError as error:
        return error
    return None


def settings(checks, server):
    names = ("timezone", "datestyle", "application_name", "search_path")
    with server.connect() as admin:
        for statement in (
                "CREATE ROLE set_one LOGIN", "CREATE ROLE set_two LOGIN", "CREATE ROLE set_group",
                "GRANT set_group TO set_two",
                "ALTER ROLE ALL SET timezone = 'Asia/Tokyo'", "ALTER ROLE ALL SET application_name = 'all'",
                "ALTER DATABASE postgres SET timezone = 'Europe/Paris'",
                "ALTER DATABASE postgres SET datestyle = 'SQL, DMY'",
                "ALTER ROLE set_one SET timezone = 'America/New_York'",
                "ALTER ROLE set_one SET search_path = a, public",
                "ALTER ROLE set_one IN DATABASE postgres SET timezone = 'Asia/Kolkata'",
                "ALTER ROLE set_two SET role = 'set_group'"):
            admin.one(statement)
        with server.connect(user="set_one") as one:
            checks.expect("the narrowest setting counts", values(one, *names) ==
                          ["Asia/Kolkata", "SQL, DMY", "all", "a, public"], str(values(one, *names)))
            one.one("SET timezone = 'UTC'")
            one.one("RESET timezone")
            checks.expect("RESET returns to it", values(one, "timezone") == ["Asia/Kolkata"])
        with server.connect(user="set_one", parameters={"TimeZone": "UTC"}) as one:
            checks.expect("the client says more", values(one, "timezone") == ["UTC"])
        with server.connect(user="set_two") as two:
            checks.expect("a role may be set", two.value("SELECT current_user") == "set_group")
        admin.one("DROP ROLE set_group")
        with server.connect(user="set_two") as two:
            checks.expect("what has lost its meaning keeps nobody out", two.value("SELECT current_user") == "set_two")
        for statement in ("ALTER ROLE set_one RESET ALL", "ALTER ROLE set_one IN DATABASE postgres RESET timezone",
                          "ALTER ROLE ALL RESET ALL", "ALTER DATABASE postgres RESET ALL"):
            admin.one(statement)
        checks.expect("nothing is left but what was not reset",
                      admin.one("SELECT setrole::regrole::text, setconfig::text FROM pg_db_role_setting").rows ==
                      [["set_two", "{role=set_group}"]])
        admin.one("DROP ROLE set_one, set_two")


def limits(checks, server):
    with server.connect() as admin:
        admin.one("CREATE ROLE few LOGIN CONNECTION LIMIT 2")
        with server.connect(user="few"):
            with server.connect(user="few"):
                error = refusal(server, "few")
                checks.expect("a third is too many", error is not None and error.sqlstate == "53300", str(error))
                checks.expect("the error names the role",
                              error is not None and "too many connections for role \"few\"" in str(error), str(error))
            deadline = time.monotonic() + LEFT_SECONDS
            error = refusal(server, "few")
            while error is not None and time.monotonic() < deadline:
                time.sleep(0.02)
                error = refusal(server, "few")
            checks.expect("one that ended makes room", error is None, str(error))
        admin.one("ALTER ROLE few SUPERUSER CONNECTION LIMIT 0")
        checks.expect("a superuser has no limit", refusal(server, "few") is None)
        admin.one("ALTER ROLE few NOSUPERUSER")
        error = refusal(server, "few")
        checks.expect("none may be said", error is not None and error.sqlstate == "53300", str(error))
        admin.one("DROP ROLE few")


def main():
    checks = Checks()
    with servers.Ordinal(store="rocksdb", profile="postgresql") as server:
        settings(checks, server)
        limits(checks, server)
        with server.connect() as admin:
            admin.one("CREATE ROLE stays LOGIN")
            admin.one("ALTER ROLE stays SET timezone = 'Asia/Tokyo'")
        server.kill()
        server.start()
        with server.connect(user="stays") as stays:
            checks.expect("a restart keeps settings", values(stays, "timezone") == ["Asia/Tokyo"])
    with servers.Postgres() as server:
        settings(checks, server)
        limits(checks, server)
    print(f"{checks.passed} passed, {checks.failed} failed")
    return checks.failed > 0


if __name__ == "__main__":
    sys.exit(main())
