"""Lint of sampled pages by the running service."""

from __future__ import annotations

from collections.abc import Sequence

from bff.layout_files.layout_api import LayoutService
from bff.layout_files.yaml_file import LayoutFile
from domain.ids import ProfileId, global_id
from domain.json_schema import parse_path
from domain.layouts.lint.catalogue import CATALOGUE
from domain.layouts.lint.model import LintFinding, LintLevel

LINT = """
query Lint($document: LayoutDocument!, $profiles: [ID!]!, $device: FormFactor!) {
  layoutLint(document: $document, profileIds: $profiles, device: {formFactor: $device}) {
    code level layout path message fix patch share affected sampled profileIds
  }
}
"""
UNKNOWN_TITLES = "L118"


def lint_by_service(
    service: LayoutService, file: LayoutFile, profiles: Sequence[ProfileId], device: str
) -> list[LintFinding]:
    """What needs pages or the catalogue; a command lints files by itself."""
    ids = [global_id("profile", profile) for profile in profiles]
    asked = {"document": file.document, "profiles": ids, "device": device.upper()}
    found = service.ask(LINT, asked)["layoutLint"]
    return [
        LintFinding(
            code=one["code"],
            level=LintLevel(one["level"].lower()),
            layout=one["layout"],
            message=one["message"],
            path=parse_path(one["path"]),
            share=one["share"],
            profiles=tuple(
                ProfileId(profile.removeprefix(global_id("profile", ""))) for profile in one["profileIds"]
            ),
            fix=one["fix"],
            affected=one["affected"],
            sampled=one["sampled"],
            patch=one["patch"],
        )
        for one in found
        if one["code"] == UNKNOWN_TITLES or (one["code"] in CATALOGUE and CATALOGUE[one["code"]].needs_pages)
    ]
