#!/usr/bin/env python3
"""Measures single long statements over a million rows, on Ordinal and PostgreSQL side by side. See README.md."""

import argparse
import random
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import report
import servers

BEGIN = "<!-- queries: begin -->"
END = "<!-- queries: end -->"
GROUPS = 1_000
PAYLOAD_BYTES = 40
STATEMENT_SECONDS = 300
# What Ordinal keeps for a row of `big`: its key with the prefix of the table, and the encoded columns.
KEY_BYTES = 18
VALUE_BYTES = 60
WALKS = 3  # of the iterator in a round


@dataclass(frozen=True)
class Query:
    """One statement. `rows` that it reads are what its speed is counted in."""

    name: str
    title: str
    sql: str
    tables: int = 1
    ratio: float = 0  # to PostgreSQL, that the project aims at
    scan: float = 0   # to a bare iterator over as many entries, that the project aims at


def all_queries(rows: int) -> list[Query]:
    tenth = rows // 10
    return [
        Query("copy", "COPY FROM STDIN, text", "", 1, 0.8),
        Query("count", "count(*)", "SELECT count(*) FROM big", 1, 0, 0.6),
        Query("sum", "sum of a column", "SELECT sum(amount) FROM big", 1, 0, 0.6),
        Query("filter", "count with a condition", "SELECT count(*) FROM big WHERE amount % 7 = 3", 1, 0, 0.6),
        Query("group", f"GROUP BY, {GROUPS} groups", "SELECT grp, count(*), sum(amount) FROM big GROUP BY grp", 1, 0, 0.6),
        Query("minmax", "min, max, avg", "SELECT min(amount), max(amount), avg(amount) FROM big", 1, 0, 0.6),
        Query("range", "a tenth by key range", f"SELECT * FROM big WHERE id BETWEEN {tenth} AND {2 * tenth - 1}"),
        Query("top", "ORDER BY ... LIMIT 10", "SELECT * FROM big ORDER BY amount, id LIMIT 10"),
        Query("sort", "ORDER BY of all", "SELECT id FROM big ORDER BY amount OFFSET " + str(rows - 1)),
        Query("join-small", f"join with {GROUPS} rows", "SELECT count(*) FROM big JOIN small ON small.id = big.grp WHERE small.kind = 1"),
        Query("join-big", "join of a million with itself", "SELECT sum(a.amount + b.amount) FROM big a JOIN big b ON b.id = a.id", 2),
        Query("join-group", "join and GROUP BY", "SELECT small.kind, sum(big.amount) FROM big JOIN small ON small.id = big.grp GROUP BY small.kind"),
        Query("exists", "EXISTS, correlated", "SELECT count(*) FROM small WHERE EXISTS (SELECT FROM big WHERE big.grp = small.id AND big.amount > 999000)"),
        Query("window", "window over partitions", "SELECT count(r) FROM (SELECT rank() OVER (PARTITION BY grp ORDER BY amount) AS r FROM big) ranked WHERE r = 1"),
    ]


TABLES = (
    "DROP TABLE IF EXISTS big",
    "CREATE TABLE big (id bigint PRIMARY KEY, grp integer NOT NULL, amount bigint NOT NULL, payload text)",
)
SMALL = (
    "CREATE TABLE small (id integer PRIMARY KEY, kind integer NOT NULL)",
    f"INSERT INTO small SELECT g, g % 10 FROM generate_series(0, {GROUPS - 1}) AS g",
    "ANALYZE small",
)


def write_rows(path: Path, rows: int) -> None:
    """The same rows for both servers; half of the payload compresses."""
    numbers = random.Random(1)
    with path.open("w") as file:
        for i in range(rows):
            payload = f"{numbers.getrandbits(80):020x}" + "x" * (PAYLOAD_BYTES - 20)
            file.write(f"{i}\t{numbers.randrange(GROUPS)}\t{numbers.randrange(rows)}\t{payload}\n")


def timed(server: servers.Server, sql: str, source: Path | None = None) -> float:
    """Seconds that psql waits for the statement, its start and its connection not counted."""
    command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", *server.address("unix"), "postgres"]
    text = f"\\timing on\n{sql};\n" if source is None else f"\\timing on\n\\copy big FROM '{source}'\n"
    result = subprocess.run(command, input=text, env=servers.CLIENT_ENVIRONMENT, capture_output=True, text=True,
                            timeout=STATEMENT_SECONDS)
    times = re.findall(r"^Time: ([\d.]+) ms", result.stdout, re.MULTILINE)
    if result.returncode != 0 or not times:
        raise SystemExit(f"{server.name}: {sql}: {result.stderr.strip()}")
    return float(times[-1]) / 1000


def iterate(options: argparse.Namespace, directory: Path) -> float:
    """Entries a second of a bare iterator over rows of the same size."""
    target = directory / "iterated"
    result = subprocess.run(
        [options.iterate, "--directory", target, "--rows", str(options.rows), "--key-bytes", str(KEY_BYTES)]
        + ["--value-bytes", str(VALUE_BYTES), "--walks", str(WALKS)],
        check=True, capture_output=True, text=True, timeout=STATEMENT_SECONDS)
    servers.remove(target)
    return median(float(line) for line in result.stdout.split())


def measure(options: argparse.Namespace, pair: list, queries: list[Query], source: Path,
            directory: Path) -> tuple[dict, list[float]]:
    """Seconds of each statement, and entries a second of the bare iterator, by round."""
    times = {query.name: {server.name: [] for server in pair} for query in queries}
    bare = []
    for turn in range(options.rounds):
        bare.append(iterate(options, directory))
        for query in queries:
            for server in pair if turn % 2 == 0 else reversed(pair):
                if query.name == "copy":
                    server.execute(list(TABLES))
                    took = timed(server, "", source)
                    server.execute(["VACUUM ANALYZE big", "CHECKPOINT"] if server.name == "PostgreSQL" else
                                   ["ANALYZE big"])
                else:
                    took = timed(server, query.sql)
                times[query.name][server.name].append(took)
                print(turn + 1, query.name, server.name, f"{took:.3f} s", file=sys.stderr, flush=True)
    return times, bare


def target(query: Query, to_postgres: float, to_iterator: float) -> str:
    if query.ratio:
        return f"{query.ratio} of PostgreSQL {'met' if to_postgres >= query.ratio else 'missed'}"
    if query.scan:
        return f"{query.scan} of the iterator {'met' if to_iterator >= query.scan else 'missed'}"
    return ""


def table(options: argparse.Namespace, times: dict, queries: list[Query], bare: list[float]) -> str:
    lines = ["| statement | Ordinal s | PostgreSQL s | ratio (rounds) | Ordinal rows/s | by the iterator | target |",
             "|---|--:|--:|--:|--:|--:|---|"]
    for query in queries:
        own, other = times[query.name]["Ordinal"], times[query.name]["PostgreSQL"]
        ratio = median(other) / median(own)
        rounds = [theirs / ours for ours, theirs in zip(own, other)]
        speed = options.rows * query.tables / median(own)
        shares = [options.rows * query.tables / ours / entries for ours, entries in zip(own, bare)]
        share = median(shares) if query.name != "copy" else 0
        lines.append(
            f"| {query.title} | {median(own):.3f} | {median(other):.3f} | {ratio:.2f} ({min(rounds):.2f}-{max(rounds):.2f}) "
            f"| {report.number(speed)} | {f'{share:.2f}' if share else ''} | {target(query, ratio, share)} |")
    return "\n".join(lines)


def compare(options: argparse.Namespace, directory: Path) -> str:
    queries = [query for query in all_queries(options.rows) if query.name in options.cases]
    library = servers.build_sync_counter(directory)
    source = directory / "rows.tsv"
    write_rows(source, options.rows)
    facts = report.machine(options.ordinal, options.postgres, directory)
    facts["Rounds"] = str(options.rounds)
    pair = []
    try:
        pair.append(servers.start_ordinal(options.ordinal.resolve(), directory / "ordinal", library))
        pair.append(servers.start_postgres(options.postgres, directory / "postgres", library))
        for server in pair:
            server.execute([*SMALL, *TABLES])
            timed(server, "", source)
        pair[1].execute(["VACUUM ANALYZE", "CHECKPOINT"])
        times, bare = measure(options, pair, queries, source, directory)
    finally:
        for server in pair:
            server.stop()
    facts["A bare RocksDB iterator"] = f"{report.number(median(bare))} entries/s ({report.number(min(bare))}-{report.number(max(bare))})"
    heads = "\n".join(f"- {name}: {value}" for name, value in facts.items())
    return f"{heads}\n\n{table(options, times, queries, bare)}"


def main() -> None:
    tree = Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    names = ",".join(query.name for query in all_queries(1))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", default=names)
    parser.add_argument("--ordinal", type=Path, default=tree / "build/release/ordinal", help="server binary")
    parser.add_argument("--iterate", type=Path, default=tree / "build/release/rocksdb_iterate", help="the bare iterator")
    parser.add_argument("--postgres", type=Path, default=Path("/usr/lib/postgresql/15/bin"), help="its programs")
    parser.add_argument("--directory", type=Path, help="where the data goes, for a choice of disk")
    parser.add_argument("--write", action="store_true", help="put the table into README.md")
    options = parser.parse_args()
    options.cases = options.cases.split(",")
    with servers.scratch(options.directory) as directory:
        text = compare(options, directory)
    print(text)
    if options.write:
        report.write(text, BEGIN, END)


if __name__ == "__main__":
    main()
