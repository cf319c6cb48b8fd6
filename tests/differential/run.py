#!/usr/bin/python3
"""Runs generated scripts on Ordinal and on a PostgreSQL 15, and compares every answer.

    tests/differential/run.py --count 3000
    tests/differential/run.py --grammar queries --count 1000
    tests/differential/run.py --seed 4711 --count 1 --show

README.md says what is compared. A difference is printed with its seed and the shortest script that shows it. The last
line counts scripts; the exit status is 1 when one differs.
"""

import argparse
import multiprocessing
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import functions  # noqa: E402
import generate  # noqa: E402
import queries  # noqa: E402
import references  # noqa: E402
import regex  # noqa: E402
from compare import Runner, find_difference, shrink  # noqa: E402
from harness import servers  # noqa: E402

GRAMMARS = {"draws": generate.generate, "queries": queries.generate, "functions": functions.generate,
            "references": references.generate, "regex": regex.generate}
DEFAULT_SEED = 1
SHOWN_MAX = 20
BLOCK = 25


class Worker:
    """One process: an Ordinal of its own, and a database of its own in the PostgreSQL that all share."""

    def __init__(self, options, postgres, number):
        self.options = options
        database = f"worker_{number}"
        with postgres.connect() as session:
            session.one(f"CREATE DATABASE {database}")
        self.ordinal = servers.Ordinal(binary=options.binary, store=options.store, profile="postgresql")
        self.ordinal.start()
        self.theirs = Runner(postgres, database, owned=False)
        self.ours = Runner(self.ordinal, "postgres", owned=True)

    def check(self, seed):
        """Returns None, or the text of a difference."""
        script = GRAMMARS[self.options.grammar](seed)
        if find_difference(script, self.theirs, self.ours) is None:
            return None
        script = shrink(script, self.theirs, self.ours)
        difference = find_difference(script, self.theirs, self.ours)
        lines = [f"DIFFERENT seed {seed}"] + [f"    {step}" for step in script.steps]
        if difference is None:
            return "\n".join(lines + ["  seen once, and not again"])
        lines += [f"  at: {difference.where}", f"    postgres: {difference.theirs}", f"    ordinal:  {difference.ours}"]
        if not self.ordinal.is_running():
            lines.append(f"  the server died:\n{self.ordinal.log()[-2000:]}")
        return "\n".join(lines)

    def stop(self):
        self.ordinal.stop()


def work(options, postgres, number, blocks, results):
    worker = Worker(options, postgres, number)
    try:
        while (block := blocks.get()) is not None:
            for seed in block:
                results.put((seed, worker.check(seed)))
    except BaseException as error:
        results.put((None, f"worker {number} failed: {type(error).__name__}: {error}"))
        raise
    finally:
        worker.stop()


def run(options):
    passed = failed = 0
    with servers.Postgres() as postgres:
        blocks, results = multiprocessing.Queue(), multiprocessing.Queue()
        seeds = range(options.seed, options.seed + options.count)
        for begin in range(0, len(seeds), BLOCK):
            blocks.put(seeds[begin:begin + BLOCK])
        workers = []
        for number in range(options.jobs):
            blocks.put(None)
            workers.append(multiprocessing.Process(target=work, args=(options, postgres, number, blocks, results)))
            workers[-1].start()
        for _ in seeds:
            seed, difference = results.get()
            if difference is None:
                passed += 1
                continue
            failed += 1
            if failed <= SHOWN_MAX:
                print(difference, flush=True)
            if seed is None:
                break
        for worker in workers:
            if passed + failed < len(seeds):
                worker.terminate()
            worker.join()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--grammar", choices=GRAMMARS, default="draws", help="what the scripts are about")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="of the first script; the others count up")
    parser.add_argument("--count", type=int, default=3000)
    parser.add_argument("--store", choices=["memory", "rocksdb"], default="memory")
    parser.add_argument("--binary", help="the ordinal program (default: ORDINAL_BINARY or build/release/ordinal)")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--show", action="store_true", help="only print the scripts")
    options = parser.parse_args()
    if options.show:
        for seed in range(options.seed, options.seed + options.count):
            print(f"-- seed {seed}", *GRAMMARS[options.grammar](seed).steps, sep="\n")
        return 0
    if not servers.Postgres.is_available():
        print("PostgreSQL 15 is not installed\n0 passed, 1 failed")
        return 1
    return run(options)


if __name__ == "__main__":
    sys.exit(main())
