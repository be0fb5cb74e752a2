"""The Airflow DAG and the CronJob of docs/deploy: their commands are the command line's, and no secret is in them."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import click
import pytest
from ruamel.yaml import YAML

from batch.cluster.submit import SubmitOptions, check_options
from batch.commands.data import data
from batch.commands.jobs import jobs
from batch.pipeline.failures import ExitCode

FOLDER = Path(__file__).parents[3] / "docs" / "deploy"
GROUPS: dict[str, click.Group] = {"jobs": jobs, "data": data}


def parsed(words: list[str]) -> dict[str, Any]:
    """The parameters, as the command line's own parser reads them."""
    program, group, name, *arguments = words
    assert program == "marquee"
    command = GROUPS[group].commands[name]
    return command.make_context(name, list(arguments)).params


def dag_constants() -> dict[str, Any]:
    tree = ast.parse((FOLDER / "airflow_nightly.py").read_text("utf-8"))
    return {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


@pytest.fixture(scope="module")
def cronjob() -> Any:
    return YAML(typ="safe").load(FOLDER / "nightly-cronjob.yaml")


def test_the_dag_calls_commands_that_exist() -> None:
    commands = {
        name: [word.replace("{{ ds }}", "2026-11-20") for word in words]
        for name, words in dag_constants()["COMMANDS"].items()
    }
    nightly = parsed(commands["nightly"])
    assert (nightly["name"], nightly["day"].isoformat(), nightly["master"]) == (
        "nightly",
        "2026-11-20",
        "yarn",
    )
    check_options(SubmitOptions(nightly["master"], nightly["conf"]))
    assert parsed(commands["status"]) == {"as_json": True, "run": None}


def test_the_dag_tries_again_what_may_go_away_and_nothing_else() -> None:
    assert dag_constants()["RETRIED"] == (ExitCode.LOCKED, ExitCode.TRY_LATER)


def test_the_dag_hands_over_the_file_of_urls_and_no_url() -> None:
    source = (FOLDER / "airflow_nightly.py").read_text("utf-8")
    assert dag_constants()["ENVIRONMENT"]["MARQUEE_STORES_FILE"].endswith(".json")
    assert "://" not in source


def test_the_cronjob_calls_a_command_that_exists(cronjob: Any) -> None:
    [container] = cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"]
    found = parsed(container["command"])
    assert (found["name"], found["master"]) == ("nightly", "k8s://https://kubernetes.default.svc")
    check_options(SubmitOptions(found["master"], found["conf"]))
    assert "spark.driver.host=$(POD_IP)" in found["conf"]
    variables = {one["name"] for one in container["env"]}
    assert {"POD_IP", "MARQUEE_HOME", "MARQUEE_STORES_FILE"} == variables


def test_two_nights_never_run_at_once_and_a_blocked_one_is_not_tried_again(cronjob: Any) -> None:
    spec = cronjob["spec"]
    assert (cronjob["apiVersion"], cronjob["kind"]) == ("batch/v1", "CronJob")
    assert (spec["concurrencyPolicy"], spec["timeZone"]) == ("Forbid", "Etc/UTC")
    job = spec["jobTemplate"]["spec"]
    [rule] = job["podFailurePolicy"]["rules"]
    assert (rule["action"], rule["onExitCodes"]["values"]) == ("FailJob", [ExitCode.USAGE, ExitCode.BLOCKED])
    assert job["template"]["spec"]["restartPolicy"] == "Never"
    assert rule["onExitCodes"]["containerName"] == job["template"]["spec"]["containers"][0]["name"]


def test_files_of_the_cronjob_are_mounted_from_secrets(cronjob: Any) -> None:
    pod = cronjob["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    [container] = pod["containers"]
    kinds = {one["name"]: one for one in pod["volumes"]}
    places = {one["mountPath"]: kinds[one["name"]] for one in container["volumeMounts"]}
    environment = {one["name"]: one.get("value", "") for one in container["env"]}
    properties = parsed(container["command"])["properties_file"]
    for file in (environment["MARQUEE_STORES_FILE"], str(properties)):
        assert "secret" in places[str(Path(file).parent)]
    assert "persistentVolumeClaim" in places[environment["MARQUEE_HOME"]]
    path = "spark.kubernetes.executor.volumes.persistentVolumeClaim.home.mount.path"
    assert f"{path}={environment['MARQUEE_HOME']}" in parsed(container["command"])["conf"]
