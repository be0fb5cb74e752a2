"""Creates ./.venv from requirements.lock: `python3 -I bff/bootstrap.py [EXTRA ...] [--chromium]`.

It runs before any installation, so it uses the standard library only. With the inputs recorded in .venv/setup.json
unchanged, it does nothing. The installers' output goes to .venv/setup.log.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import threading
import time
import venv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOG = VENV / "setup.log"
STATE = VENV / "setup.json"
PYTHON = VENV / "bin" / "python"
INPUTS = ("requirements.lock", "pyproject.toml")
EXTRA_MB = {"spark": 1600, "local": 120, "browser": 140, "dev": 120}
"""Disk space while installing: Spark is downloaded, built into a wheel and unpacked."""
BASE_MB = 130

FAILURE_SENTENCES = (
    (("No space left", "os error 28"), "The disk is full: make room and run the same command again."),
    (
        (
            "name resolution",
            "Name or service",
            "nodename nor",
            "Connection",
            "timed out",
            "Network is",
            "dns error",
        ),
        "The packages cannot be downloaded: check the network (or proxy) and run the same command again.",
    ),
    (
        ("No module named pip", "ensurepip"),
        "Python cannot create environments: install python3-venv and python3-pip.",
    ),
    (
        ("No matching distribution", "no wheels", "No solution found"),
        "A package has no build for this Python.",
    ),
)


class SetupProblem(Exception):
    """One sentence for the terminal."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Create ./.venv for Marquee.")
    parser.add_argument("extras", nargs="*", help="extras of pyproject.toml: spark local browser dev")
    parser.add_argument("--chromium", action="store_true", help="install Chromium if apt-get can")
    options = parser.parse_args(arguments)
    try:
        set_up_environment(options.extras)
        if options.chromium:
            ensure_chromium()
    except SetupProblem as problem:
        print_line(f"Setup failed. {problem}")
        return 1
    except KeyboardInterrupt:
        print_line("Setup was interrupted. Run the same command again to continue.")
        return 130
    return 0


def set_up_environment(extras: Sequence[str]) -> None:
    installed = installed_extras()
    if installed is not None and set(extras) <= installed:
        return
    extras = sorted(set(extras) | (installed or set()))
    check_disk_space(extras)
    announce(extras)
    progress = SetupProgress()
    try:
        make_environment()
        install(extras, progress)
    finally:
        progress.end()
    STATE.write_text(json.dumps({"fingerprint": fingerprint(), "extras": extras}) + "\n")
    print_line(f"  Ready: {package_count()} packages in {progress.seconds} s. Log: .venv/setup.log")


def installed_extras() -> set[str] | None:
    """The environment's extras; None without a usable environment of the same inputs."""
    try:
        state = json.loads(STATE.read_text())
    except (OSError, ValueError):
        return None
    usable = PYTHON.exists() and state.get("fingerprint") == fingerprint()
    return set(state["extras"]) if usable else None


def fingerprint() -> str:
    """Includes the folder, because scripts hold absolute paths."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def announce(extras: Iterable[str]) -> None:
    version = sys.version.split()[0]
    print_line(
        f"Setting up in ./.venv (Python {version}, about {needed_mb(extras)} MB while installing, no Docker, "
        "nothing outside this folder but the download cache)."
    )


def check_disk_space(extras: Iterable[str]) -> None:
    if not os.access(ROOT, os.W_OK):
        raise SetupProblem(f"{ROOT} is not writable: clone Marquee into a folder of your own.")
    free, needed = shutil.disk_usage(ROOT).free // 1_000_000, needed_mb(extras)
    if free < needed and not STATE.exists():
        raise SetupProblem(f"The disk has {free} MB free and setup needs about {needed} MB: free some space.")


def needed_mb(extras: Iterable[str]) -> int:
    return BASE_MB + sum(EXTRA_MB.get(extra, 0) for extra in extras)


def make_environment() -> None:
    try:
        usable = PYTHON.exists() and python_version(PYTHON) == sys.version and scripts_point_here()
        if not usable:
            shutil.rmtree(VENV, ignore_errors=True)
            venv.create(VENV, with_pip=True)
        LOG.touch()
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupProblem(f"{failure_cause(str(error))} ({error})") from error


def python_version(python: Path) -> str:
    command = [str(python), "-c", "import sys; print(sys.version)"]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def scripts_point_here() -> bool:
    """False after the folder was moved or copied."""
    pip = VENV / "bin" / "pip"
    return pip.exists() and str(VENV) in pip.read_text(errors="replace").partition("\n")[0]


def install(extras: Sequence[str], progress: SetupProgress) -> None:
    """With uv if pip can install uv, else with pip; the lock gives the constraints."""
    from_lock = ["-c", "requirements.lock", "-e", f".[{','.join(extras)}]"]
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--retries", "1"]
    if run([*pip, "install", "uv"], progress):
        if run([str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON), *from_lock], progress):
            return
    elif "network" in failure_cause(tail_of_log()):
        raise SetupProblem(failure_cause(tail_of_log()))
    if not run([*pip, "install", *from_lock], progress):
        raise SetupProblem(f"{failure_cause(tail_of_log())} Details: .venv/setup.log")


def run(command: Sequence[str], progress: SetupProgress) -> bool:
    """True when the installer succeeded."""
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(command)}\n")
        child = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for line in child.stdout or ():
            log.write(line)
            log.flush()
            progress.update(line.strip())
        return child.wait() == 0


LINE_SECONDS = 15.0
"""Without a terminal: at most this long without a line."""


class SetupProgress:
    """On a terminal one line, updated in place; elsewhere one line per stage, and one while a stage lasts."""

    def __init__(self, line_seconds: float = LINE_SECONDS) -> None:
        self.started = time.monotonic()
        self.live = sys.stdout.isatty()
        self.text = "creating the environment"
        self._line_seconds = line_seconds
        self._ended = threading.Event()
        threading.Thread(target=self._tick if self.live else self._repeat, daemon=True).start()

    @property
    def seconds(self) -> int:
        return int(time.monotonic() - self.started)

    def update(self, output_line: str) -> None:
        first, _, rest = output_line.partition(" ")
        if first == "Resolved":
            self._enter_stage(f"{rest.partition(' in ')[0]} to install")
        elif first in ("Downloading", "Building"):
            self._enter_stage(f"{first.lower()} {rest.partition(' --')[0]}")
        elif first in ("Prepared", "Installing"):
            self._enter_stage("unpacking")
        elif first == "Collecting":
            self.text = f"looking up {rest}"

    def end(self) -> None:
        self._ended.set()
        if sys.stdout.isatty():
            sys.stdout.write("\r\x1b[2K")

    def _enter_stage(self, text: str) -> None:
        is_new, self.text = text != self.text, text
        if is_new and not self.live:
            print_line(self._line())

    def _line(self) -> str:
        return f"  {self.seconds // 60}:{self.seconds % 60:02}  {self.text}"

    def _tick(self) -> None:
        while not self._ended.wait(0.5):
            width = shutil.get_terminal_size().columns - 1
            sys.stdout.write(f"\r\x1b[2K{self._line()[:width]}")
            sys.stdout.flush()

    def _repeat(self) -> None:
        while not self._ended.wait(self._line_seconds):
            print_line(self._line())


def package_count() -> int:
    return sum(1 for _ in VENV.glob("lib/python*/site-packages/*.dist-info"))


def tail_of_log() -> str:
    return "".join(LOG.read_text(errors="replace").splitlines(keepends=True)[-60:]) if LOG.exists() else ""


def failure_cause(text: str) -> str:
    for phrases, sentence in FAILURE_SENTENCES:
        if any(phrase in text for phrase in phrases):
            return sentence
    return "An installer failed."


def ensure_chromium() -> None:
    if any(chromium_candidates()):
        return
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        print_line("Installing Chromium for the browser tests (log: .venv/setup.log).")
        apt_get("update")
        apt_get("install", "-y", "--no-install-recommends", "chromium")
    if not any(chromium_candidates()):
        print_line("Chromium was not found: browser tests will be skipped. Install `chromium` to run them.")


def apt_get(*arguments: str) -> None:
    command = [shutil.which("apt-get") or "apt-get", *arguments]
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with LOG.open("a") as log:
        subprocess.run(command, env=env, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False)


def chromium_candidates() -> Iterator[str | None]:
    return (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def print_line(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
