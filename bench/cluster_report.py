"""Turns measurements of nodes over etcd into Markdown."""

from statistics import median

from report import number

BEGIN = "<!-- cluster results: begin -->"
END = "<!-- cluster results: end -->"


def middle(runs: list, field: str) -> float:
    return median(getattr(run, field) for run in runs)


def ratio(runs: list, base: list, field: str) -> str:
    below = middle(base, field)
    return f"{middle(runs, field) / below:.2f}" if below else "-"


def rate_ratio(runs: list, base: list) -> str:
    rounds = [own.rate / other.rate for own, other in zip(runs, base) if other.rate > 0]
    return f"{ratio(runs, base, 'rate')} ({min(rounds):.2f}-{max(rounds):.2f})" if rounds else "-"


def row(title: str, clients: int, runs: list, base: list) -> str:
    cells = [title, str(clients), number(middle(runs, "rate"))]
    cells += [f"{middle(runs, field) / 1000:.2f}" for field in ("median_micros", "p99_micros")]
    cells.append(rate_ratio(runs, base))
    cells += [ratio(runs, base, field) for field in ("median_micros", "p99_micros")]
    cells += [f"{middle(runs, field):.3f}" for field in ("commits", "calls")]
    cells.append(str(sum(run.errors for run in runs)))
    return "| " + " | ".join(cells) + " |"


def table(results: dict, titles: dict) -> str:
    lines = [
        "| case | clients | op/s | median ms | p99 ms | op/s by put (rounds) | median by put | p99 by put | commits/op "
        "| calls/op | errors |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, title in {"put": "etcd: put", "swap": "etcd: swap on one key", **titles}.items():
        for (label, clients), runs in results.items():
            if label == name:
                lines.append(row(title, clients, runs, results[("put", clients)]))
    return "\n".join(lines)


def cache_table(results: dict) -> str:
    """The time of 1,000 rows with CACHE 1 as a multiple of the time with CACHE 65536."""
    lines = []
    for (label, clients), runs in results.items():
        large = results.get((label.removesuffix("-1") + "-65536", clients))
        if label in ("values-1", "select-1") and large and middle(runs, "rate"):
            times = middle(large, "rate") / middle(runs, "rate")
            medians = ratio(runs, large, "median_micros")
            verdict = "met" if times <= 1.2 else "missed"
            lines.append(f"| {label[:-2]} | {clients} | {times:.2f} | {medians} | 1.2 {verdict} |")
    if not lines:
        return ""
    head = "| 1,000 rows, CACHE 1 by CACHE 65536 | clients | time for one | median latency | target |"
    return "\n".join([head, "|---|--:|--:|--:|---|", *lines])


def swap_table(results: dict) -> str:
    """Values of one CACHE 1 sequence by the successful swaps of as many bare loops on one key."""
    lines = []
    for (label, clients), runs in results.items():
        loops = results.get(("swap", clients))
        if label != "nextval-1" or not loops or not middle(loops, "rate"):
            continue
        times = middle(runs, "rate") / middle(loops, "rate")
        verdict = "" if clients != 64 else f"10 {'met' if times >= 10 else 'missed'}"
        lost = number(median(run.lost / max(run.operations, 1) for run in loops))
        cells = [str(clients), number(middle(runs, "rate")), number(middle(loops, "rate")), lost, f"{times:.1f}", verdict]
        lines.append("| " + " | ".join(cells) + " |")
    if not lines:
        return ""
    head = "| clients of one CACHE 1 sequence, or bare loops | nextval/s | swaps/s | lost races by swap | ratio | target |"
    return "\n".join([head, "|--:|--:|--:|--:|--:|---|", *lines])


def error_list(results: dict) -> str:
    texts = {f"- {label}: `{run.message}`" for (label, _), runs in results.items() for run in runs if run.message}
    return "\n".join(sorted(texts))


def render(results: dict, titles: dict, facts: dict) -> str:
    parts = ["\n".join(f"- {name}: {value}" for name, value in facts.items()), table(results, titles)]
    parts += [part for part in (cache_table(results), swap_table(results), error_list(results)) if part]
    return "\n\n".join(parts)
