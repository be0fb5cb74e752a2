"""The spark-submit command: what is handed on, what stays out of sight, what is refused."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from batch.cluster.submit import (
    SubmitOptions,
    build_zip,
    check_options,
    cluster_settings,
    environment_variables,
    submit_command,
)
from batch.commands.jobs import jobs
from batch.storage.settings import BatchSettings, read_settings
from domain.errors import BadInput

DAY = date(2026, 11, 20)
PASSWORD = "correct-horse"
URLS = {
    "mongo_url": f"mongodb://marquee:{PASSWORD}@mongo.example/marquee",
    "elasticsearch_url": f"https://marquee:{PASSWORD}@search.example",
    "redis_url": f"redis://:{PASSWORD}@redis.example",
}


@pytest.fixture
def settings(tmp_path: Path) -> BatchSettings:
    return BatchSettings(tmp_path / "home", **URLS)


def words(settings: BatchSettings, options: SubmitOptions) -> list[str]:
    variables = environment_variables(settings, {})
    return submit_command(settings, Path("marquee.zip"), "nightly", DAY, options, variables)


def confs(command: list[str]) -> dict[str, str]:
    pairs = [command[place + 1] for place, word in enumerate(command) if word == "--conf"]
    assert len({pair.partition("=")[0] for pair in pairs}) == len(pairs)
    return {pair.partition("=")[0]: pair.partition("=")[2] for pair in pairs}


def test_own_settings_are_handed_on_and_win(settings: BatchSettings, tmp_path: Path) -> None:
    properties = tmp_path / "spark.conf"
    properties.write_text("spark.executor.memory 8g\n")
    options = SubmitOptions("local[2]", ("spark.driver.memory=3g", "spark.x.y=a=b"), properties)
    command = words(settings, options)
    assert command[command.index("--properties-file") + 1] == str(properties)
    assert (confs(command)["spark.driver.memory"], confs(command)["spark.x.y"]) == ("3g", "a=b")
    assert command[-5:] == [command[-5], "run", "nightly", "--date", "2026-11-20"]


def test_a_cluster_gets_paths_of_the_driver_and_a_folder_for_kernels(settings: BatchSettings) -> None:
    found = confs(words(settings, SubmitOptions("yarn")))
    home = str(settings.home.resolve())
    assert found == {
        "spark.yarn.appMasterEnv.MARQUEE_HOME": home,
        "spark.yarn.appMasterEnv.MARQUEE_STORES_FILE": f"{home}/submit/stores.json",
        "spark.yarn.appMasterEnv.NUMBA_CACHE_DIR": f"{home}/numba-cache",
        "spark.yarn.appMasterEnv.XDG_CACHE_HOME": f"{home}/numba-cache",
        "spark.kubernetes.driverEnv.MARQUEE_HOME": home,
        "spark.kubernetes.driverEnv.MARQUEE_STORES_FILE": f"{home}/submit/stores.json",
        "spark.kubernetes.driverEnv.NUMBA_CACHE_DIR": f"{home}/numba-cache",
        "spark.kubernetes.driverEnv.XDG_CACHE_HOME": f"{home}/numba-cache",
        "spark.executorEnv.NUMBA_CACHE_DIR": "numba-cache",
        "spark.executorEnv.XDG_CACHE_HOME": "numba-cache",
    }
    own = confs(words(settings, SubmitOptions("yarn", ("spark.executorEnv.NUMBA_CACHE_DIR=/var/n",))))
    assert own["spark.executorEnv.NUMBA_CACHE_DIR"] == "/var/n"


def test_no_password_is_on_the_command_line_or_printed(settings: BatchSettings) -> None:
    variables = {f"MARQUEE_{name.upper()}": url for name, url in URLS.items()}
    arguments = ["submit", "nightly", "--date", "2026-11-20", "--master", "yarn", "--print"]
    result = CliRunner().invoke(jobs, arguments, env={**variables, "MARQUEE_HOME": str(settings.home)})
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert result.output.startswith(f"MARQUEE_HOME={settings.home} MARQUEE_STORES_FILE=")
    stores = settings.home / "submit" / "stores.json"
    assert stat.S_IMODE(stores.stat().st_mode) == 0o600
    assert json.loads(stores.read_text()) == URLS
    assert read_settings({"MARQUEE_HOME": "h", "MARQUEE_STORES_FILE": str(stores)}) == BatchSettings(
        Path("h"), **URLS
    )


def test_a_file_of_urls_that_the_caller_names_is_used_as_it_is(
    settings: BatchSettings, tmp_path: Path
) -> None:
    named = tmp_path / "mounted.json"
    variables = environment_variables(settings, {"MARQUEE_STORES_FILE": str(named), "NUMBA_CACHE_DIR": "/n"})
    assert (variables["MARQUEE_STORES_FILE"], variables["NUMBA_CACHE_DIR"]) == (str(named), "/n")
    assert not (settings.home / "submit").exists()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            SubmitOptions("yarn", ("spark.executor.memory",)),
            "'spark.executor.memory' has no value; write KEY=VALUE",
        ),
        (SubmitOptions("yarn", ("=8g",)), "has no value"),
        (SubmitOptions("yarn", ("executor.memory=8g",)), "do not begin with spark."),
        (
            SubmitOptions("yarn", (f"spark.hadoop.fs.s3a.secret.key={PASSWORD}",)),
            "give --properties-file FILE",
        ),
        (SubmitOptions("yarn", (f"spark.x=mongodb://a:{PASSWORD}@b",)), "would show a secret"),
        (SubmitOptions(f"spark://a:{PASSWORD}@b:7077"), "--master must not have a password"),
        (SubmitOptions("yarn", (), Path("nowhere.conf")), "nowhere.conf does not exist"),
    ],
)
def test_options_that_spark_submit_must_not_get_are_refused(options: SubmitOptions, message: str) -> None:
    with pytest.raises(BadInput, match=message) as refused:
        check_options(options)
    assert PASSWORD not in str(refused.value)


def test_the_zip_has_every_module_that_executors_import(tmp_path: Path) -> None:
    first, second = build_zip(tmp_path / "a.zip"), build_zip(tmp_path / "b.zip")
    names = zipfile.ZipFile(first).namelist()
    packages = {name.split("/")[0] for name in names}
    assert packages == {"domain", "search", "batch"}
    assert {"batch/models/__init__.py", "batch/reports/model.py", "batch/cluster/log4j2.properties"} <= set(
        names
    )
    assert not [name for name in names if "__pycache__" in name]
    assert first.read_bytes() == second.read_bytes()


KERNEL_FROM_ZIP = """
import sys
sys.path.insert(0, sys.argv[1])
import batch.models.compiled as compiled
from batch.models import counting
assert compiled.__file__.startswith(sys.argv[1]), compiled.__file__
kernel = next(one for one in vars(counting).values() if hasattr(one, "py_func"))
kernel._cache._impl.locator.ensure_cache_path()
print(kernel._cache.cache_path)
"""


def test_kernels_of_the_zip_are_kept_in_the_executors_own_folder(tmp_path: Path) -> None:
    """As on a machine where the home folder is nobody's and our packages are not installed."""
    archive, work = build_zip(tmp_path / "marquee.zip"), tmp_path / "work"
    work.mkdir()
    found = cluster_settings(environment_variables(BatchSettings(tmp_path / "home", **URLS), {}))
    prefix = "spark.executorEnv."
    caches = {name.removeprefix(prefix): value for name, value in found.items() if name.startswith(prefix)}
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, "-c", KERNEL_FROM_ZIP, str(archive)]
    environment = {**inherited, "HOME": "/proc/nobody", **caches}
    answer = subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("numba-cache/")
    assert (work / answer.stdout.strip()).is_dir()


def test_options_of_the_run_are_handed_on_and_wrong_ones_are_refused_here(
    settings: BatchSettings,
) -> None:
    command = words(settings, SubmitOptions("yarn", run_options=("--window", "4h")))
    assert command[-6:] == ["run", "nightly", "--date", "2026-11-20", "--window", "4h"]
    wrong = CliRunner().invoke(jobs, ["submit", "nightly", "--master", "yarn", "--", "--window", "soon"])
    assert (wrong.exit_code, "'soon' is not a duration" in wrong.stderr) == (2, True)
