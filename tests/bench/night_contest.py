"""The demo's nightly run beside that of another build, alternated in one run.

    python tests/bench/night_contest.py --base ../base --rounds 2

Each build makes its own demo once, in stores of its own. Every round begins from a copy of that, so that each night
is a first one: nothing is kept from a night before. A build is a checkout with a `.venv`. Seconds count from the
start of the command to its end, Python and Spark included; processor seconds are those of all its processes, not of
the stores. Delete `*.nbi` in a checkout to have the compilation of its kernels in the first round.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from figures import CAUTION, Figure, as_json, machine, median, show, write_json
from process_tree import tree_cpu_seconds

SAMPLE_SECONDS = 0.5


def command(build: Path, home: Path, *words: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(build), "MARQUEE_HOME": str(home), "MARQUEE_DEMO": "1"}
    program = [str(build / ".venv/bin/python"), "-m", "bff.cli", *words]
    return subprocess.Popen(program, cwd=build, env=environment, stdout=subprocess.DEVNULL)


def do(build: Path, home: Path, *words: str) -> None:
    if code := command(build, home, *words).wait():
        raise SystemExit(f"{build.name}: `marquee {' '.join(words)}` ended with {code}.")


def make_demo(build: Path, home: Path, sizes: Sequence[str]) -> None:
    if home.exists():
        return
    do(build, home, "stack", "up")
    try:
        do(build, home, "sample", *sizes)
    finally:
        do(build, home, "stack", "down")


def night(build: Path, made: Path, scratch: Path) -> tuple[float, float]:
    """(seconds, processor seconds) of a first night on a copy of `made`."""
    shutil.rmtree(scratch, ignore_errors=True)
    shutil.copytree(made, scratch)
    do(build, scratch, "stack", "up")
    try:
        today, started = datetime.now(UTC).date().isoformat(), time.monotonic()
        process = command(build, scratch, "jobs", "run", "nightly", "--date", today)
        used = [0.0]
        is_over = threading.Event()

        def sample() -> None:
            while not is_over.wait(SAMPLE_SECONDS):
                used[0] = max(used[0], tree_cpu_seconds(process.pid))

        watcher = threading.Thread(target=sample, daemon=True)
        watcher.start()
        code = process.wait()
        seconds = time.monotonic() - started
        is_over.set()
        watcher.join()
        if code:
            raise SystemExit(f"{build.name}: the nightly run ended with {code}.")
        return seconds, used[0]
    finally:
        do(build, scratch, "stack", "down")
        shutil.rmtree(scratch, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--base", type=Path, required=True, help="the other build")
    parser.add_argument("--build", type=Path, default=Path(__file__).parents[2], help="default: this one")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="kept and used again; default: a temporary one")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("sizes", nargs="*", help="options of `marquee sample`, after --")
    options = parser.parse_args()
    builds = {"base": options.base.resolve(), "this": options.build.resolve()}
    with tempfile.TemporaryDirectory() as temporary:
        folder = (options.folder or Path(temporary)).resolve()
        for name, build in builds.items():
            make_demo(build, folder / name, options.sizes)
        print(CAUTION, flush=True)
        found: dict[str, list[tuple[float, float]]] = {name: [] for name in builds}
        for _ in range(options.rounds):
            for name, build in builds.items():
                found[name].append(night(build, folder / name, folder / "scratch"))
                print(f"{name}: {found[name][-1][0]:.1f} s, {found[name][-1][1]:.1f} CPU s", flush=True)
    figures = []
    for place, kind in enumerate(("seconds", "processor seconds")):
        middles = {name: median([one[place] for one in rounds]) for name, rounds in found.items()}
        figures += [Figure("nights", kind, value, "s", "", name) for name, value in middles.items()]
        figures.append(Figure("nights", f"base / this, {kind}", middles["base"] / middles["this"], "x"))
    show(figures, machine())
    if options.json:
        write_json(options.json, as_json(figures, machine()))


if __name__ == "__main__":
    main()
