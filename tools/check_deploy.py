#!/usr/bin/env python3
"""Checks the files of deploy/: one line for each complaint, and in the end "N passed, N failed".

- systemd accepts the units, and finds them hardened.
- compose.yaml is YAML, and what it names within itself and the Dockerfile is there.
- Every etcd is told the same, wherever it is started: tools/local_cluster.py, compose.yaml, etcd.service.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

import local_cluster

DEPLOY = Path(__file__).resolve().parent.parent / "deploy"
UNITS = ("etcd.service", "ordinal@.service")
# systemd's own scale: 0 is closed, 100 open.
EXPOSURE_MAX = "20"


def with_stand_in(unit: str, directory: Path) -> Path:
    """A copy whose program exists on this machine, which the real one need not."""
    copy = directory / unit
    copy.write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", (DEPLOY / "systemd" / unit).read_text()))
    return copy


def unit_complaints(unit: str) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch:
        copy = with_stand_in(unit, Path(scratch))
        complaints = []
        for words in (["verify", "--man=no", "--recursive-errors=one"],
                      ["security", "--offline=yes", "--no-pager", f"--threshold={EXPOSURE_MAX}"]):
            done = subprocess.run(["systemd-analyze", *words, copy], capture_output=True, text=True, check=False)
            if done.returncode != 0 or done.stderr.strip():
                complaints.append(f"systemd-analyze {words[0]}: {done.stderr.strip() or done.stdout.strip().splitlines()[-1]}")
    return complaints


def compose_complaints(compose: dict) -> list[str]:
    """What a service names and nobody defines."""
    targets = re.findall(r"(?m)^FROM \S+ AS (\S+)$", (DEPLOY / "Dockerfile").read_text())
    services = compose["services"]
    complaints = []
    for name, service in services.items():
        named = list(service.get("depends_on", {}))
        named += [mode.removeprefix("service:") for mode in [service.get("network_mode")] if mode]
        complaints += [f"{name} names the service {other}" for other in named if other not in services]
        complaints += [f"{name} names the network {other}" for other in service.get("networks", []) if other not in compose["networks"]]
        volumes = [volume.split(":")[0] for volume in service.get("volumes", [])]
        complaints += [f"{name} names the volume {other}" for other in volumes if other not in compose["volumes"]]
        if service["build"]["target"] not in targets:
            complaints.append(f"{name} names the target {service['build']['target']}")
        if service.get("ports"):
            complaints.append(f"{name} publishes ports, though nobody proves who connects")
    return complaints


def expected_settings() -> dict[str, str]:
    flags = (flag.removeprefix("--").split("=") for flag in local_cluster.ETCD_FLAGS)
    return {"ETCD_" + name.upper().replace("-", "_"): value for name, value in flags}


def differing(found: dict[str, str]) -> list[str]:
    return [f"{name} is {found.get(name)}, not {value}" for name, value in expected_settings().items() if found.get(name) != value]


def main() -> None:
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    unit_settings = dict(re.findall(r"(?m)^Environment=(\w+)=(.*)$", (DEPLOY / "systemd" / UNITS[0]).read_text()))
    checks = {unit: unit_complaints(unit) for unit in UNITS}
    checks["compose.yaml"] = compose_complaints(compose)
    checks["etcd.service, settings"] = differing(unit_settings)
    for name, service in compose["services"].items():
        if service["build"]["target"] == "etcd":
            checks[f"compose.yaml, settings of {name}"] = differing(service["environment"])
    for name, complaints in checks.items():
        for complaint in complaints:
            print(f"{name}: {complaint}")
    failed = sum(1 for complaints in checks.values() if complaints)
    print(f"{len(checks) - failed} passed, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
