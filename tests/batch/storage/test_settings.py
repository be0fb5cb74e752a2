"""The settings of batch: the environment first, then the record of the local stack."""

import json
from pathlib import Path

import pytest

from batch.storage.settings import BatchSettings, read_settings
from domain.errors import BadInput


def test_environment_wins_over_the_running_stack(tmp_path: Path) -> None:
    stack = {"mongo_url": "mongodb://local", "redis_url": "redis://local", "pids": [1]}
    (tmp_path / "stack.json").write_text(json.dumps(stack), "utf-8")
    found = read_settings({"MARQUEE_HOME": str(tmp_path), "MARQUEE_MONGO_URL": "mongodb://mine"})
    assert found == BatchSettings(tmp_path, "mongodb://mine", "", "redis://local")
    assert found.lake == tmp_path / "lake"


def test_without_anything_the_folder_is_dot_marquee_and_stores_are_unknown() -> None:
    found = read_settings({}, home=None)
    assert found.home == Path(".marquee")
    with pytest.raises(BadInput, match="set MARQUEE_REDIS_URL to your own server"):
        BatchSettings(Path("x")).require_url("redis_url")


@pytest.mark.parametrize("content", ["{", "[]", "1"])
def test_a_spoilt_stack_file_is_reported(tmp_path: Path, content: str) -> None:
    (tmp_path / "stack.json").write_text(content, "utf-8")
    with pytest.raises(BadInput, match="Run `marquee stack up` again"):
        read_settings({}, home=tmp_path)


def test_a_file_of_urls_wins_over_the_running_stack_and_the_environment_over_both(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text(
        json.dumps({"mongo_url": "mongodb://stack", "redis_url": "redis://stack"})
    )
    mounted = tmp_path / "stores.json"
    mounted.write_text(json.dumps({"mongo_url": "mongodb://file", "elasticsearch_url": "http://file"}))
    variables = {"MARQUEE_HOME": str(tmp_path), "MARQUEE_STORES_FILE": str(mounted)}
    assert read_settings(variables | {"MARQUEE_ELASTICSEARCH_URL": "http://mine"}) == BatchSettings(
        tmp_path, "mongodb://file", "http://mine", "redis://stack"
    )


@pytest.mark.parametrize("content", [None, '{"mongo_url": "mongodb://a:secret@b"', "[]"])
def test_a_file_of_urls_that_cannot_be_read_is_named_without_its_content(
    tmp_path: Path, content: str | None
) -> None:
    mounted = tmp_path / "stores.json"
    if content is not None:
        mounted.write_text(content, "utf-8")
    with pytest.raises(BadInput, match="MARQUEE_STORES_FILE names it") as refused:
        read_settings({"MARQUEE_HOME": str(tmp_path), "MARQUEE_STORES_FILE": str(mounted)})
    assert str(mounted) in str(refused.value)
    assert "secret" not in str(refused.value)
