"""A previewed page as the command prints it, from the running service. Composing here is composed_page.py: what it
imports takes longer than the service's answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bff.layout_files.layout_api import LayoutService
from domain.errors import BadInput
from domain.ids import ProfileId, Region, global_id
from domain.layouts.lint.preview_matrix import Cell, CellFlag, MatrixRow

PREVIEW = """
query Preview($document: LayoutDocument!, $profile: ID!, $device: FormFactor!, $at: DateTime, $market: String) {
  layoutPreview(document: $document, profileId: $profile, device: {formFactor: $device}, at: $at, market: $market) {
    ... on LayoutPreview {
      used profileName market incomplete
      hiddenRows { id why } closedRows { id why } emptyRows { id why } shortRows { id why }
      home { generatedAt layout { id } rows(first: 50) { nodes {
        id title status servedFrom cards(first: 50) { nodes { title { name } } }
      } } }
    }
    ... on LayoutInvalid { problems { path message } }
  }
}
"""
MATRIX = """
query Matrix($document: LayoutDocument!, $profiles: [ID!]!, $device: FormFactor!, $at: DateTime, $market: String) {
  layoutMatrix(
    document: $document, profileIds: $profiles, device: {formFactor: $device}, at: $at, market: $market
  ) {
    ... on LayoutMatrix { profiles { name } rows { id cells { count flag reason } } incomplete }
    ... on LayoutInvalid { problems { path message } }
  }
}
"""


@dataclass(frozen=True, slots=True)
class PreviewedRow:
    title: str
    count: int
    status: str
    source: str
    tier: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PreviewedPage:
    """`missing` and `short` map rows to reasons, `incomplete` says what an outage took. `layout` was used."""

    profile: str
    device: str
    market: Region
    at: datetime
    layout: str
    rows: tuple[PreviewedRow, ...]
    missing: Mapping[str, str]
    incomplete: tuple[str, ...]
    short: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Matrix:
    names: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    incomplete: tuple[str, ...]


def page_of_service(
    service: LayoutService,
    document: Mapping[str, Any],
    profile: ProfileId,
    device: str,
    at: datetime,
    market: Region | None,
) -> PreviewedPage:
    """Raises NotFound for an unknown profile."""
    asked = {
        "document": document,
        "profile": global_id("profile", profile),
        "device": device.upper(),
        "at": at.isoformat(),
        "market": market,
    }
    shown = _valid(service.ask(PREVIEW, asked)["layoutPreview"])
    home = shown["home"]
    rows = tuple(
        PreviewedRow(
            row["title"],
            len(row["cards"]["nodes"]),
            row["status"].lower(),
            row["id"].partition("~")[2],
            row["servedFrom"].lower(),
            tuple(card["title"]["name"] for card in row["cards"]["nodes"]),
        )
        for row in home["rows"]["nodes"]
    )
    missing = {
        row["id"]: row["why"] for part in ("hiddenRows", "closedRows", "emptyRows") for row in shown[part]
    }
    return PreviewedPage(
        shown["profileName"], device, Region(shown["market"]), datetime.fromisoformat(home["generatedAt"]),
        home["layout"]["id"], rows, missing, tuple(shown["incomplete"]),
        {row["id"]: row["why"] for row in shown["shortRows"]},
    )  # fmt: skip


def matrix_of_service(
    service: LayoutService,
    document: Mapping[str, Any],
    profiles: list[ProfileId],
    device: str,
    at: datetime,
    market: Region | None,
) -> Matrix:
    """Raises NotFound for an unknown profile."""
    asked = {
        "document": document,
        "profiles": [global_id("profile", each) for each in profiles],
        "device": device.upper(),
        "at": at.isoformat(),
        "market": market,
    }
    found = _valid(service.ask(MATRIX, asked)["layoutMatrix"])
    rows = tuple(
        MatrixRow(
            row["id"],
            tuple(
                Cell(cell["count"], CellFlag(cell["flag"].lower()) if cell["flag"] else None, cell["reason"])
                for cell in row["cells"]
            ),
        )
        for row in found["rows"]
    )
    return Matrix(tuple(one["name"] for one in found["profiles"]), rows, tuple(found["incomplete"]))


def _valid(answer: dict[str, Any]) -> dict[str, Any]:
    """Raises BadInput: a service of another release may know more problems."""
    if "problems" in answer:
        problems = "; ".join(f"{one['path']}: {one['message']}" for one in answer["problems"])
        raise BadInput(f"The service refuses the layout: {problems}")
    return answer
