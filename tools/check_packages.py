#!/usr/bin/env python3
"""Checks that script/packages.txt installs every header that a build has read: check_packages.py BUILD_DIRECTORY

A machine on which somebody installed a library by hand builds what a fresh one cannot. ninja knows the files that each
compilation has read, dpkg the package of each; that package must be listed for the purpose `build` or `test`, or be one
that a listed package depends on. Prints the packages that are not, with one file of each.
"""

import os
import re
import subprocess
import sys


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def listed_packages():
    with open(os.path.join(os.path.dirname(__file__), "..", "script", "packages.txt"), encoding="utf-8") as lines:
        return [line.split()[1] for line in lines if line.strip() and not line.startswith("#")]


def dependencies():
    """What each installed package, and each name that one provides, depends on."""
    form = "${Package}\t${Provides}\t${Depends}, ${Pre-Depends}\n"
    wanted, providers = {}, {}
    for line in output_of("dpkg-query", "--show", f"--showformat={form}").splitlines():
        package, provides, depends = line.split("\t")
        names = re.split(r"[,|]", depends)
        wanted[package] = {re.split(r"[\s:(]", name.strip())[0] for name in names if name.strip()}
        for name in provides.split(","):
            if name.strip():
                providers.setdefault(re.split(r"[\s(]", name.strip())[0], set()).add(package)
    return wanted, providers


def closure(packages):
    wanted, providers = dependencies()
    reached, open_ends = set(), list(packages)
    while open_ends:
        package = open_ends.pop()
        if package in reached:
            continue
        reached.add(package)
        open_ends += wanted.get(package, ())
        open_ends += providers.get(package, ())
    return reached


def system_headers(build):
    """The files under /usr that compilations have read."""
    lines = output_of("ninja", "-C", build, "-t", "deps").splitlines()
    return sorted({os.path.realpath(line.strip()) for line in lines if line.startswith("    /usr/")})


def owners(files):
    """The package of each file, asked a thousand at a time."""
    for start in range(0, len(files), 1000):
        for line in output_of("dpkg", "--search", *files[start:start + 1000]).splitlines():
            package, _, path = line.partition(": ")
            if path:
                yield package.split(",")[0].split(":")[0], path


def main():
    headers = system_headers(sys.argv[1])
    if not headers:
        sys.exit(f"{sys.argv[1]} has no record of what it has read")
    installed = closure(listed_packages())
    missing = {package: path for package, path in owners(headers) if package not in installed}
    for package, path in sorted(missing.items()):
        print(f"script/packages.txt lacks {package}, which has {path}")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
