"""Files of an archive change together, also when the process is killed in between."""

from pathlib import Path

import pytest

from batch.storage.event_archive import EventArchive
from batch.storage.file_replacement import finish_replacements, replace_together
from batch.storage.jsonl_file import read_jsonl, temporary_path

OCTOBER, NOVEMBER = 1_791_000_000_000, 1_794_000_000_000


def write(lake: Path, name: str, *instants: int) -> None:
    with EventArchive(lake, name) as archive:
        archive.add({"occurred_at": one} for one in instants)


def months(lake: Path, name: str) -> set[str]:
    return {path.parent.name for path in lake.glob(f"events/*/{name}.jsonl.gz")}


def test_months_that_a_file_no_longer_has_go_with_the_replacement(tmp_path: Path) -> None:
    write(tmp_path, "a", OCTOBER, NOVEMBER)
    write(tmp_path, "b", OCTOBER)
    write(tmp_path, "a", NOVEMBER)
    assert months(tmp_path, "a") == {"month=2026-11"}
    assert months(tmp_path, "b") == {"month=2026-10"}


@pytest.mark.parametrize("done", [0, 1, 2])
def test_a_replacement_that_was_cut_short_is_finished_by_the_next_reader(tmp_path: Path, done: int) -> None:
    class Killed(BaseException):
        pass

    new = [tmp_path / "one", tmp_path / "two"]
    (tmp_path / "stale").write_text("old")
    for path in new:
        temporary_path(path).write_text("new")
    steps = iter(range(done))

    class MortalPath(type(tmp_path)):  # type: ignore[misc]
        def replace(self, target: Path) -> Path:
            if not self.name.endswith(".json.part") and next(steps, None) is None:
                raise Killed
            return super().replace(target)

        def unlink(self, missing_ok: bool = False) -> None:
            raise Killed

    with pytest.raises(Killed):
        replace_together(MortalPath(tmp_path), "x", [MortalPath(one) for one in new], [tmp_path / "stale"])
    finish_replacements(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"]
    assert {path.read_text() for path in new} == {"new"}


def test_an_abandoned_archive_leaves_the_earlier_files(tmp_path: Path) -> None:
    write(tmp_path, "a", OCTOBER)
    with EventArchive(tmp_path, "a") as archive:
        archive.add([{"occurred_at": NOVEMBER}])
        archive.finish()
        assert list(archive.written_lines()) == ['{"occurred_at":1794000000000}\n']
        archive.abandon()
    files = list(tmp_path.glob("events/*/*"))
    assert [path.parent.name for path in files] == ["month=2026-10"]
    assert list(read_jsonl(files[0])) == ['{"occurred_at":1791000000000}\n']
