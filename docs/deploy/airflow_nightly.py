"""An Airflow DAG of the nightly run. It only calls the command line; `marquee` and Airflow may live apart.

A run that says "try later" (75) or "another run is under way" (5) is tried again. What was blocked by its gates, or
failed for a reason that stays, is not: another attempt would end the same way.
"""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime, timedelta

from airflow.exceptions import AirflowException, AirflowFailException
from airflow.sdk import DAG, task

RETRIED = (5, 75)
COMMANDS = {
    "nightly": [
        "marquee", "jobs", "submit", "nightly", "--date", "{{ ds }}", "--master", "yarn",
        "--properties-file", "/etc/marquee/spark.conf", "--conf", "spark.submit.deployMode=client",
    ],
    "status": ["marquee", "data", "status", "--json"],
}  # fmt: skip
"""`ds` is the day that has ended: the logical date. /etc/marquee/spark.conf has sizes, and secrets of the cluster."""

ENVIRONMENT = {
    "PATH": "/opt/marquee/bin:/usr/bin:/bin",
    "MARQUEE_HOME": "/shared/marquee",
    "MARQUEE_STORES_FILE": "/etc/marquee/stores.json",
}


@task
def call(words: list[str]) -> None:
    code = subprocess.run(words, env=ENVIRONMENT, check=False).returncode
    if code in RETRIED:
        raise AirflowException(f"exit code {code}: tried again")
    if code != 0:
        raise AirflowFailException(f"exit code {code}: see `marquee runs open last`")


with DAG(
    dag_id="marquee_nightly",
    schedule="30 2 * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args={"retries": 3, "retry_delay": timedelta(minutes=10)},
):
    nightly = call.override(task_id="nightly")(COMMANDS["nightly"])
    status = call.override(task_id="status")(COMMANDS["status"])
    nightly >> status
