"""Makes ./.venv and fills it from requirements.lock: `python3 -I bff/bootstrap.py [EXTRA ...] [--chromium]`.

Runs before anything is installed, so it uses the standard library only and imports nothing of Marquee. What
it made is remembered in .venv/setup.json: when nothing changed, the next run touches no network and is over
at once. Everything that the installers print goes to .venv/setup.log; the terminal gets one line.
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
NEEDED_MB = {"spark": 1600, "local": 120, "browser": 140, "dev": 120}
"""Room on the disk while installing: Spark is downloaded, built into a wheel and unpacked."""
BASE_MB = 130

CAUSES = (
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
        "Python cannot make environments: install python3-venv and python3-pip.",
    ),
    (
        ("No matching distribution", "no wheels", "No solution found"),
        "A package has no build for this Python.",
    ),
)


class SetupProblem(Exception):
    """One sentence for the terminal."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description="Make ./.venv for Marquee.")
    parser.add_argument("extras", nargs="*", help="extras of pyproject.toml: spark local browser dev")
    parser.add_argument("--chromium", action="store_true", help="look for Chromium; install it where apt can")
    options = parser.parse_args(arguments)
    try:
        set_up(options.extras)
        if options.chromium:
            find_chromium()
    except SetupProblem as problem:
        say(f"Setting up failed. {problem}")
        return 1
    except KeyboardInterrupt:
        say("Setting up was interrupted. The same command goes on where it stopped.")
        return 130
    return 0


def set_up(extras: Sequence[str]) -> None:
    """Make or complete the environment; nothing at all when it is as it should be."""
    done = installed()
    if done is not None and set(extras) <= done:
        return
    wanted = sorted(set(extras) | (done or set()))
    check_room(wanted)
    announce(wanted)
    progress = SetupProgress()
    try:
        make_environment()
        install(wanted, progress)
    finally:
        progress.end()
    STATE.write_text(json.dumps({"fingerprint": fingerprint(), "extras": wanted}) + "\n")
    say(f"  Ready: {package_count()} packages in {progress.seconds} s. Log: .venv/setup.log")


def installed() -> set[str] | None:
    """Extras that the environment has; None when there is none, or one made from other inputs."""
    try:
        state = json.loads(STATE.read_text())
    except (OSError, ValueError):
        return None
    usable = PYTHON.exists() and state.get("fingerprint") == fingerprint()
    return set(state["extras"]) if usable else None


def fingerprint() -> str:
    """Changes with the lock, the project file, the Python and the place (scripts hold absolute paths)."""
    digest = hashlib.sha256(f"{sys.version} {ROOT}".encode())
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def announce(extras: Iterable[str]) -> None:
    version = sys.version.split()[0]
    say(
        f"Setting up in ./.venv (Python {version}, about {needed_mb(extras)} MB while it works, no Docker, "
        "nothing outside this folder but the download cache)."
    )


def check_room(extras: Iterable[str]) -> None:
    if not os.access(ROOT, os.W_OK):
        raise SetupProblem(f"{ROOT} is not writable: clone Marquee into a folder of your own.")
    free, needed = shutil.disk_usage(ROOT).free // 1_000_000, needed_mb(extras)
    if free < needed and not STATE.exists():
        raise SetupProblem(f"The disk has {free} MB left and about {needed} MB are needed: make room first.")


def needed_mb(extras: Iterable[str]) -> int:
    return BASE_MB + sum(NEEDED_MB.get(extra, 0) for extra in extras)


def make_environment() -> None:
    """A fresh one unless a usable one of the same Python stands here."""
    try:
        usable = PYTHON.exists() and made_by(PYTHON) == sys.version and scripts_point_here()
        if not usable:
            shutil.rmtree(VENV, ignore_errors=True)
            venv.create(VENV, with_pip=True)
        LOG.touch()
    except (OSError, subprocess.CalledProcessError) as error:
        raise SetupProblem(f"{cause_of(str(error))} ({error})") from error


def made_by(python: Path) -> str:
    asked = [str(python), "-c", "import sys; print(sys.version)"]
    return subprocess.run(asked, capture_output=True, text=True, check=False).stdout.strip()


def scripts_point_here() -> bool:
    """False after the folder was moved or copied."""
    pip = VENV / "bin" / "pip"
    return pip.exists() and str(VENV) in pip.read_text(errors="replace").partition("\n")[0]


def install(extras: Sequence[str], progress: SetupProgress) -> None:
    """With uv when it can be had, else with pip; both read the same lock as constraints."""
    from_lock = ["-c", "requirements.lock", "-e", f".[{','.join(extras)}]"]
    pip = [str(PYTHON), "-m", "pip", "--disable-pip-version-check", "--retries", "1"]
    if run([*pip, "install", "uv"], progress):
        if run([str(VENV / "bin" / "uv"), "pip", "install", "--python", str(PYTHON), *from_lock], progress):
            return
    elif "network" in cause_of(tail_of_log()):
        raise SetupProblem(cause_of(tail_of_log()))
    if not run([*pip, "install", *from_lock], progress):
        raise SetupProblem(f"{cause_of(tail_of_log())} Details: .venv/setup.log")


def run(command: Sequence[str], progress: SetupProgress) -> bool:
    """Run an installer with its output in the log and its notable lines in the progress line."""
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(command)}\n")
        child = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        for line in child.stdout or ():
            log.write(line)
            log.flush()
            progress.saw(line.strip())
        return child.wait() == 0


class SetupProgress:
    """One line on a terminal, kept up to date in place; elsewhere a plain line whenever a stage begins."""

    def __init__(self) -> None:
        self.started = time.monotonic()
        self.live = sys.stdout.isatty()
        self.text = "making the environment"
        if self.live:
            threading.Thread(target=self._tick, daemon=True).start()

    @property
    def seconds(self) -> int:
        return int(time.monotonic() - self.started)

    def saw(self, line: str) -> None:
        """Take notice of one line of an installer's output."""
        first, _, rest = line.partition(" ")
        if first == "Resolved":
            self._stage(f"{rest.partition(' in ')[0]} to install")
        elif first in ("Downloading", "Building"):
            self._stage(f"{first.lower()} {rest.partition(' --')[0]}")
        elif first in ("Prepared", "Installing"):
            self._stage("unpacking")
        elif first == "Collecting":
            self.text = f"looking up {rest}"

    def end(self) -> None:
        self.live = False
        if sys.stdout.isatty():
            sys.stdout.write("\r\x1b[2K")

    def _stage(self, text: str) -> None:
        is_new, self.text = text != self.text, text
        if is_new and not self.live:
            say(self._line())

    def _line(self) -> str:
        return f"  {self.seconds // 60}:{self.seconds % 60:02}  {self.text}"

    def _tick(self) -> None:
        while self.live:
            width = shutil.get_terminal_size().columns - 1
            sys.stdout.write(f"\r\x1b[2K{self._line()[:width]}")
            sys.stdout.flush()
            time.sleep(0.5)


def package_count() -> int:
    return sum(1 for _ in VENV.glob("lib/python*/site-packages/*.dist-info"))


def tail_of_log() -> str:
    return "".join(LOG.read_text(errors="replace").splitlines(keepends=True)[-60:]) if LOG.exists() else ""


def cause_of(text: str) -> str:
    """A sentence for the first known cause whose marks the text has."""
    for marks, sentence in CAUSES:
        if any(mark in text for mark in marks):
            return sentence
    return "An installer failed."


def find_chromium() -> None:
    """The browser tests need one. Debian as root gets it from apt; anyone else is told how."""
    if any(chromium_candidates()):
        return
    if sys.platform == "linux" and os.geteuid() == 0 and shutil.which("apt-get"):
        say("Installing Chromium for the browser tests (log: .venv/setup.log).")
        apt_get("update")
        apt_get("install", "-y", "--no-install-recommends", "chromium")
    if not any(chromium_candidates()):
        say("No Chromium was found: the browser tests will be skipped. Install `chromium` to run them.")


def apt_get(*arguments: str) -> None:
    command = [shutil.which("apt-get") or "apt-get", *arguments]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with LOG.open("a") as log:
        subprocess.run(command, env=quiet, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False)


def chromium_candidates() -> Iterator[str | None]:
    return (shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome"))


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
