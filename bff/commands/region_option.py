"""The type of command line options that take a region."""

from __future__ import annotations

import click

from domain.catalog.regions import region_problem


class RegionCode(click.ParamType[str]):
    """A region of ISO 3166; an unknown code is refused with the code that was probably meant."""

    name = "region"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        problem = region_problem(value)
        return value if problem is None else self.fail(problem, param, ctx)
