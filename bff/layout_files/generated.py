"""Files generated from the layout that ships: `python -m bff.layout_files.generated [--check]`.

    bff/layout_files/home.yaml  ->  domain/layouts/shipped_layout.py
    domain/layouts/schema.py    ->  bff/layout_files/layout.schema.json

`domain` reads no files, so it has the shipped layout as a module. People edit the YAML alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from bff.layout_files.json_schema import schema_text
from bff.layout_files.yaml_file import read

FOLDER = Path(__file__).parent
SHIPPED_FILE = FOLDER / "home.yaml"
MODULE_FILE = FOLDER.parents[1] / "domain" / "layouts" / "shipped_layout.py"
SCHEMA_FILE = FOLDER / "layout.schema.json"

MODULE = '''"""The layout that ships with Marquee: generated from bff/layout_files/home.yaml by `make generate`."""

# fmt: off
# ruff: noqa: E501

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from domain.layouts.documents import layout_from_document
from domain.serialization import Document

SHIPPED_DOCUMENT: Document = {document}

SHIPPED_LAYOUT = layout_from_document(SHIPPED_DOCUMENT, 0, datetime(2026, 1, 1, tzinfo=UTC), ZoneInfo("UTC"))
'''


def module_text() -> str:
    """The source of domain/layouts/shipped_layout.py. Raises ValueError for a YAML file with problems."""
    file = read(SHIPPED_FILE)
    if file.problems:
        raise ValueError("\n".join(f"{SHIPPED_FILE.name}:{one.line}: {one}" for one in file.problems))
    return MODULE.format(document=_literal(file.document, depth=2))


def outdated_files() -> dict[Path, str]:
    """The generated files that do not match their source, with the text that they should have."""
    texts = {MODULE_FILE: module_text(), SCHEMA_FILE: schema_text()}
    return {
        path: text for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text
    }


def _literal(value: object, depth: int, indent: str = "") -> str:
    """Python source of plain values; mappings down to `depth` have a line for each key."""
    if not isinstance(value, Mapping) or depth == 0:
        return repr(value)
    inner = indent + "    "
    lines = (f"{inner}{key!r}: {_literal(each, depth - 1, inner)},\n" for key, each in value.items())
    return "{\n" + "".join(lines) + indent + "}"


def main() -> None:
    outdated = outdated_files()
    if outdated and "--check" in sys.argv:
        names = ", ".join(str(path.relative_to(FOLDER.parents[1])) for path in outdated)
        sys.exit(f"{names}: not up to date. Run: make generate")
    for path, text in outdated.items():
        path.write_text(text, "utf-8")
    print("Generated layout files are up to date.")


if __name__ == "__main__":
    main()
