#!/usr/bin/python3
"""Runs SQL scripts against an Ordinal or a PostgreSQL 15 that it starts itself.

    tests/sql/run.py --server ordinal --store memory tests/sql/any tests/sql/dsql
    tests/sql/run.py --server postgres tests/sql/any

tests/sql/README.md describes the scripts. The last line counts the checks; the exit status is 1 when one failed.
"""

import argparse
import concurrent.futures
import pathlib
import re
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from harness import etcd, pgwire, proxy, servers, sqlscript


class Failure(Exception):
    """Says why one record failed."""


class FileRun:
    """Runs one script in a clean database."""

    def __init__(self, script, server, traits, database):
        self.script = script
        self.server = server
        self.traits = traits
        self.database = database
        self.sessions = {}
        self.current = "main"
        self.variables = {}
        self.states = []   # (record, SQLSTATE) where the script asks for one by `?`
        self.passed = 0
        self.failures = []
        self.actual = []  # (record, lines) of what could be compared

    def run(self):
        for record in self.script.records:
            if not record.runs_on(self.traits):
                continue
            try:
                getattr(self, "run_" + record.kind)(record)
                self.passed += record.kind in ("statement", "query")
            except Failure as failure:
                self.failures.append((record.line, str(failure)))
            except (pgwire.ConnectionClosed, OSError) as error:
                self.sessions.pop(self.current, None)
                self.failures.append((record.line, f"{type(error).__name__}: {error}"))
                if not self.server.is_running():
                    self.failures.append((record.line, f"the server died:\n{self.server.log()[-2000:]}"))
                    return
        for session in self.sessions.values():
            session.close()

    def session(self):
        if self.current not in self.sessions:
            self.sessions[self.current] = self.server.connect(database=self.database)
        return self.sessions[self.current]

    def substitute(self, text):
        return re.sub(r"\$([a-z_]\w*)", lambda m: self.variables.get(m[1], m[0]), text)

    def execute(self, record):
        """Returns (last result, last error report); notices are checked on the way."""
        session = self.session()
        session.notices.clear()
        sql = self.substitute(record.sql)
        result, error = pgwire.Result(), None
        try:
            if "extended" in record.words:
                result = session.execute(sql)
            else:
                results = session.query(sql)
                error = results[-1].error
                result = next((r for r in reversed(results) if r.columns), results[-1])
        except pgwire.DatabaseError as raised:
            error = raised.report
            if error.severity_nonlocalized == "FATAL":
                self.sessions.pop(self.current, None)
        if record.notices is not None:
            got = [(n.sqlstate, n.message) for n in session.notices]
            wanted = [(sqlstate, self.substitute(text)) for sqlstate, text in record.notices]
            if got != wanted:
                raise Failure(f"notices\n  expected {wanted}\n  got      {got}")
        return result, error

    def compare(self, record, lines):
        self.actual.append((record, lines))
        wanted = [self.substitute(line) for line in record.expected]
        if "rowsort" in record.words:
            head = 1 if "header" in record.words else 0
            wanted[head:] = sorted(wanted[head:])
        if wanted != lines:
            raise Failure("different\n  expected:\n" + indent(wanted) + "  got:\n" + indent(lines))

    def run_statement(self, record):
        result, error = self.execute(record)
        if record.words[0] == "ok":
            if error:
                raise Failure(str(error))
            tag = " ".join(word for word in record.words[1:] if word != "extended")
            if tag and tag != result.tag:
                raise Failure(f"tag\n  expected {tag}\n  got      {result.tag}")
            return
        if error is None:
            raise Failure(f"succeeded with {result.tag}, expected an error {record.words[1]}")
        if error.sqlstate != record.words[1]:
            if record.words[1] == "?" and record.expected is not None:
                self.actual.append((record, sqlscript.render_error(error, record.expected)))
                self.states.append((record, error.sqlstate))
            raise Failure(f"expected SQLSTATE {record.words[1]}, got {error}")
        if record.expected is not None:
            self.compare(record, sqlscript.render_error(error, record.expected))

    def run_query(self, record):
        result, error = self.execute(record)
        if error:
            raise Failure(str(error))
        self.compare(record, sqlscript.render_rows(result, record.words))

    def run_let(self, record):
        result, error = self.execute(record)
        if error or not result.rows:
            raise Failure(str(error or "no row"))
        self.variables[record.words[0][1:]] = sqlscript.render_value(result.rows[0][0])

    def run_session(self, record):
        self.current = record.words[0]

    def run_restart(self, record):
        self.sessions.clear()
        if record.words == ["kill"]:
            self.server.kill()
        elif self.server.stop_process() != 0:
            raise Failure(f"exit status {self.server.process.returncode}")
        self.server.start()


def indent(lines):
    return "".join(f"    {line}\n" for line in lines) or "    (nothing)\n"


class Runner:
    def __init__(self, options):
        self.options = options
        self.postgres = None
        self.etcd = None
        self.numbers = iter(range(1, 1_000_000))
        self.lock = threading.Lock()
        self.traits = {"postgres"} if options.server == "postgres" else {"ordinal", options.store}

    def run_file(self, path):
        """Returns (passed, failures of (line, text))."""
        try:
            script = sqlscript.parse_script(str(path), path.read_text())
        except sqlscript.ScriptError as error:
            return 0, [(1, str(error))]
        if not script.runs_on(self.traits):
            return 0, []
        try:
            run = self.run_on_postgres(script) if self.postgres else self.run_on_ordinal(script)
        except (RuntimeError, OSError, pgwire.DatabaseError) as error:
            return 0, [(1, str(error))]
        if self.options.rewrite:
            rewrite(path, script, run)
        return run.passed, run.failures

    def run_on_postgres(self, script):
        with self.lock:
            database = f"script_{next(self.numbers)}"
        with self.postgres.connect() as session:
            session.one(f"CREATE DATABASE {database}")
        run = FileRun(script, self.postgres, self.traits, database)
        run.run()
        return run

    def run_on_ordinal(self, script):
        profile = script.profile or self.options.profile or default_profile(script.path)
        with servers.Ordinal(binary=self.options.binary, store=self.store_of_script(), profile=profile) as server:
            run = FileRun(script, server, self.traits, "postgres")
            run.run()
            status = server.stop_process()
            if status != 0:
                run.failures.append((1, f"the server ended with status {status}:\n{server.log()[-2000:]}"))
            if report := server.sanitizer_report():
                run.failures.append((1, report[:5000]))
            return run

    def store_of_script(self):
        """Every script has a store of its own; in etcd that is a prefix."""
        if not self.etcd:
            return self.options.store
        with self.lock:
            return f"etcd://127.0.0.1:{self.etcd.members[0].client_port}/script{next(self.numbers)}"

    def run(self, paths):
        if self.options.server == "postgres":
            with servers.Postgres() as self.postgres:
                return self.run_files(paths)
        if self.options.store == "etcd":
            with proxy.Network() as network, etcd.Cluster(network, members=1) as self.etcd:
                return self.run_files(paths)
        return self.run_files(paths)

    def run_files(self, paths):
        passed = failed = 0
        with concurrent.futures.ThreadPoolExecutor(self.options.jobs) as pool:
            for path, (good, failures) in zip(paths, pool.map(self.run_file, paths)):
                passed += good
                failed += len(failures)
                for line, text in failures:
                    print(f"FAIL {relative(path)}:{line}: {text}", flush=True)
        return passed, failed


def default_profile(path):
    return "aurora_dsql" if "dsql" in pathlib.Path(path).parts else "postgresql"


def relative(path):
    return path.relative_to(servers.ROOT) if path.is_relative_to(servers.ROOT) else path


def rewrite(path, script, run):
    lines = list(script.lines)
    for record, state in run.states:
        lines[record.line - 1] = lines[record.line - 1].replace("?", state)
    for record, got in sorted(run.actual, key=lambda pair: pair[0].expected_at, reverse=True):
        lines[record.expected_at:record.expected_at + len(record.expected)] = got
    path.write_text("\n".join(lines))


def find_scripts(arguments):
    for argument in arguments:
        path = pathlib.Path(argument).resolve()
        if path.is_dir():
            yield from sorted(path.rglob("*.test"))
        else:
            yield path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--server", choices=["ordinal", "postgres"], default="ordinal")
    parser.add_argument("--store", choices=["memory", "rocksdb", "etcd"], default="memory")
    parser.add_argument("--profile", help="profile of scripts that name none (default: by their folder)")
    parser.add_argument("--binary", help="the ordinal program (default: ORDINAL_BINARY or build/release/ordinal)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--rewrite", action="store_true", help="write what was answered into the scripts")
    parser.add_argument("paths", nargs="+", help="scripts, or folders of them")
    options = parser.parse_args()
    passed, failed = Runner(options).run(list(find_scripts(options.paths)))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
