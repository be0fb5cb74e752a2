"""The demo before it serves: it refuses early, never serves incomplete data, never removes the user's own data."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bff.commands.demo import DemoOptions, banner, check_port, remove_stale_data
from bff.demo.data import (
    DataStatus,
    DemoProblem,
    SampleParameters,
    is_published,
    read_status,
    remove_data,
    run_command,
    size_mb,
    write_status,
)
from bff.local_stack import LocalStack
from bff.settings import Settings

pytestmark = pytest.mark.usefixtures("bare_environment")

NO_OPTIONS = DemoOptions(titles=None, profiles=None, days=None, seed=None, reset=False)
SMALL = SampleParameters(titles=10, profiles=20, days=3, seed=1)


def make_data_folder(home: Path, is_complete: bool) -> None:
    for folder in ("stack", "lake"):
        (home / folder).mkdir(parents=True)
        (home / folder / "file").write_text("data")
    (home / "secret").write_text("kept")
    write_status(home, DataStatus(SMALL, is_complete))


def names_in(home: Path) -> list[str]:
    """Names in the data folder without the stack's lock file."""
    return sorted(path.name for path in home.iterdir() if path.name != "stack.lock")


def test_a_status_comes_back_as_it_was_written(tmp_path: Path) -> None:
    for status in (DataStatus(SMALL, is_complete=False), DataStatus(SampleParameters(), is_complete=True)):
        write_status(tmp_path, status)
        assert read_status(tmp_path) == status
    assert names_in(tmp_path) == ["demo.json"]


@pytest.mark.parametrize("content", ["", "[]", '{"state": "made"}', '{"state": "made", "recipe": {"x": 1}}'])
def test_an_unreadable_status_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "demo.json").write_text(content)
    assert read_status(tmp_path) is None


def test_complete_data_is_kept(tmp_path: Path) -> None:
    make_data_folder(tmp_path, is_complete=True)
    remove_stale_data(LocalStack(tmp_path), NO_OPTIONS, Settings(home=tmp_path))
    assert names_in(tmp_path) == ["demo.json", "lake", "secret", "stack"]


def test_incomplete_data_is_removed_and_the_secret_is_kept(tmp_path: Path) -> None:
    make_data_folder(tmp_path, is_complete=False)
    remove_stale_data(LocalStack(tmp_path), NO_OPTIONS, Settings(home=tmp_path))
    assert names_in(tmp_path) == ["secret"]


def test_reset_removes_complete_data(tmp_path: Path) -> None:
    make_data_folder(tmp_path, is_complete=True)
    reset = DemoOptions(titles=None, profiles=None, days=None, seed=None, reset=True)
    remove_stale_data(LocalStack(tmp_path), reset, Settings(home=tmp_path))
    assert names_in(tmp_path) == ["secret"]


def test_other_parameters_than_the_data_has_are_refused(tmp_path: Path) -> None:
    make_data_folder(tmp_path, is_complete=True)
    options = DemoOptions(titles=11, profiles=None, days=None, seed=None, reset=False)
    with pytest.raises(DemoProblem) as problem:
        remove_stale_data(LocalStack(tmp_path), options, Settings(home=tmp_path))
    assert str(problem.value) == (
        "The data here has 10 invented titles, 20 profiles, 8 regions, 3 days of viewing (seed 1): "
        "add --reset to generate it again."
    )
    assert names_in(tmp_path) == ["demo.json", "lake", "secret", "stack"]


def test_data_in_servers_of_the_users_own_is_never_removed(tmp_path: Path) -> None:
    make_data_folder(tmp_path, is_complete=True)
    settings = Settings(home=tmp_path, mongo_url="mongodb://stores.example")
    reset = DemoOptions(titles=None, profiles=None, days=None, seed=None, reset=True)
    with pytest.raises(DemoProblem, match=r"^The demo does not remove data from your own servers"):
        remove_stale_data(LocalStack(tmp_path, external=settings.configured_stores), reset, settings)
    assert names_in(tmp_path) == ["demo.json", "lake", "secret", "stack"]


def test_a_port_in_use_is_explained_with_another_one() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(DemoProblem) as problem:
            check_port(Settings(port=port))
    assert str(problem.value) == (
        f"Port {port} cannot be used (Address already in use): stop what uses it, "
        'or choose another one with `make demo ARGS="--port 9000"` or MARQUEE_PORT=9000.'
    )


def test_a_failing_step_is_named_with_its_command(tmp_path: Path) -> None:
    with pytest.raises(DemoProblem) as problem:
        run_command("generating the sample", ["no-such-verb"], tmp_path)
    assert str(problem.value) == (
        "The demo failed at generating the sample (`marquee no-such-verb` exited with 2; see above). "
        f"Server logs: {tmp_path}/stack/*.log. The next start generates the data again."
    )


def test_a_step_that_ends_well_says_nothing(tmp_path: Path) -> None:
    run_command("the version", ["version"], tmp_path)


def test_the_size_counts_every_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").write_bytes(bytes(3_000_000))
    (tmp_path / "c").write_bytes(bytes(2_000_000))
    assert size_mb(tmp_path) == 5
    remove_data(tmp_path)
    assert size_mb(tmp_path) == 5


def test_the_banner_says_which_stores_are_stand_ins() -> None:
    shown = banner(Settings(port=9000, redis_url="redis://cache.example"))
    assert "http://127.0.0.1:9000/tv" in shown
    assert shown.splitlines()[-4:] == [
        "  Stores      your own redis",
        "              local stand-ins SecantusDB (MongoDB protocol), noida-db",
        "              (Elasticsearch API)",
        "              To use your own: MARQUEE_MONGO_URL, MARQUEE_ELASTICSEARCH_URL",
    ]


def test_the_banner_warns_when_others_can_reach_the_demo() -> None:
    assert "keep it off the internet" not in banner(Settings())
    assert "keep it off the internet" in banner(Settings(host="0.0.0.0"))  # noqa: S104 - the case in question


@pytest.mark.stores
def test_a_database_without_a_pointer_is_not_published(mongo_database: str) -> None:
    assert is_published(mongo_database) is False


def test_a_mongo_that_never_answers_is_named() -> None:
    with pytest.raises(DemoProblem) as problem:
        is_published("mongodb://127.0.0.1:9/?directConnection=true", timeout_seconds=0)
    assert str(problem.value) == (
        "MongoDB did not answer for 0 s: check MARQUEE_MONGO_URL, or mongo.log of the local servers."
    )
