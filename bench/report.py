"""Turns measurements into a Markdown table and puts it into the README."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path
from statistics import median

BEGIN = "<!-- results: begin -->"
END = "<!-- results: end -->"


def number(value: float) -> str:
    if value >= 10_000:
        return f"{value / 1000:.1f}k"
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def rate(runs: list) -> float:
    return median(run.rate for run in runs)


def ratio_text(ordinal: list, postgres: list) -> tuple[float, str]:
    """The ratio of the medians, and the lowest and highest ratio of one round."""
    base = rate(postgres)
    if base == 0:
        return 0.0, "-"
    ratio = rate(ordinal) / base
    rounds = [own.rate / other.rate for own, other in zip(ordinal, postgres) if other.rate > 0]
    return ratio, f"{ratio:.2f} ({min(rounds):.2f}-{max(rounds):.2f})"


def target_text(key: tuple, case, ratio: float) -> str:
    _, protocol, transport, clients = key
    target = dict(case.targets).get(clients)
    if target is None or (protocol, transport) != ("prepared", "unix"):
        return ""
    return f"{target:.1f} {'met' if ratio >= target else 'missed'}"


def row(key: tuple, case, ordinal: list, postgres: list) -> str:
    ratio, ratios = ratio_text(ordinal, postgres)
    cells = [case.title, key[1], key[2], str(key[3]), number(rate(ordinal)), number(rate(postgres)), ratios]
    cells.append(target_text(key, case, ratio))
    for field in ("syncs", "cpu_micros"):
        cells += [number(median(getattr(run, field) for run in runs)) for runs in (ordinal, postgres)]
    cells.append(" / ".join(str(sum(run.errors for run in runs)) for runs in (ordinal, postgres)))
    return "| " + " | ".join(cells) + " |"


def table(results: dict, cases: dict) -> str:
    lines = [
        "| case | protocol | transport | clients | Ordinal tps | PostgreSQL tps | ratio (rounds) | target "
        "| syncs/s Ordinal | syncs/s PostgreSQL | CPU µs/op Ordinal | CPU µs/op PostgreSQL | errors O / P |",
        "|---|---|---|--:|--:|--:|--:|---|--:|--:|--:|--:|--:|",
    ]
    for key, runs in results.items():
        if runs["Ordinal"] and runs["PostgreSQL"]:
            lines.append(row(key, cases[key[0]], runs["Ordinal"], runs["PostgreSQL"]))
    return "\n".join(lines)


def own_against_own(results: dict) -> str:
    """Time of 1,000 rows with CACHE 1 as a multiple of the time with CACHE 65536, for each server."""
    lines = []
    for (name, *rest), small in results.items():
        large = results.get((name.replace("-1", "-65536"), *rest))
        if name not in ("values-1", "select-1") or large is None:
            continue
        cells = []
        for server in ("Ordinal", "PostgreSQL"):
            slow = rate(small[server]) if small[server] else 0
            cells.append(f"{rate(large[server]) / slow:.2f}" if slow and large[server] else "-")
        lines.append(f"| {name[:-2]} | {rest[0]} | {rest[1]} | {rest[2]} | {cells[0]} | {cells[1]} |")
    if not lines:
        return ""
    head = "| 1,000 rows, time CACHE 1 / time CACHE 65536 | protocol | transport | clients | Ordinal | PostgreSQL |"
    return "\n".join([head, "|---|---|---|--:|--:|--:|", *lines, "", "Target for Ordinal: at most 1.10."])


def error_list(results: dict) -> str:
    """What each failed run said, once per text."""
    texts = {}
    for key, servers in results.items():
        for server, runs in servers.items():
            for run in runs:
                if run.message:
                    texts.setdefault(f"{server}, {key[0]}: `{run.message}`", None)
    return "\n".join(f"- {text}" for text in texts)


def output(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=10).stdout.strip()
    except OSError:
        return ""


def host(directory: Path, sharers: str) -> dict:
    """What the machine is, and which sources run on it."""
    memory = re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())
    model = re.search(r"model name\s*: (.+)", Path("/proc/cpuinfo").read_text())
    tree = str(Path(__file__).resolve().parent)
    changed = output("git", "-C", tree, "status", "--porcelain", "--untracked-files=no", "--", "../src")
    return {
        "Date": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()),
        "Cores": f"{os.cpu_count()}, shared by {sharers} ({model.group(1) if model else 'unknown'})",
        "Memory": f"{int(memory.group(1)) / 1048576:.0f} GiB",
        "Kernel": f"{platform.system()} {platform.release()}",
        "File system": output("stat", "-f", "-c", "%T", str(directory)),
        "Load average at the start": f"{os.getloadavg()[0]:.1f}",
        "Commit of the tree": output("git", "-C", tree, "rev-parse", "--short=12", "HEAD")
        + (" with changes in src" if changed else ""),
    }


def machine(binary: Path, programs: Path, directory: Path) -> dict:
    return {
        **host(directory, "both servers and pgbench"),
        "Ordinal": output(str(binary), "--version"),
        "PostgreSQL": output(str(programs / "postgres"), "--version"),
    }


def render(results: dict, cases: dict, facts: dict) -> str:
    parts = ["\n".join(f"- {name}: {value}" for name, value in facts.items()), table(results, cases)]
    parts += [part for part in (own_against_own(results), error_list(results)) if part]
    return "\n\n".join(parts)


def write(text: str, begin: str = BEGIN, end: str = END) -> None:
    """Puts the text between the two markers of the README."""
    path = Path(__file__).with_name("README.md")
    before, _, rest = path.read_text().partition(begin)
    _, marker, after = rest.partition(end)
    if not marker:
        raise SystemExit(f"{path} has no markers {begin}")
    path.write_text(f"{before}{begin}\n{text}\n{end}{after}")
