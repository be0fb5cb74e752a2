"""Print a token for an account, signed with this deployment's secret.

Standard output has only the token:
curl -H "Authorization: Bearer $(marquee token --account A --role viewer)" ...
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import click

from bff.commands.region_option import RegionCode
from bff.settings import SettingsProblem, read_settings
from domain.ids import AccountId, Region, is_raw_id
from domain.viewers.profiles import Principal, Role

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
MAX_LIFETIME = timedelta(days=365)


@click.command(help=__doc__)
@click.option("--account", required=True, help="Account id, as in the accounts collection.")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.VIEWER.value)
@click.option(
    "--region",
    type=RegionCode(),
    help="The account's region, such as DE; used while the account cannot be read.",
)
@click.option(
    "--name", default="", help="The person, such as 'Mina Example': stands on what is saved and published."
)
@click.option("--ttl", default="1h", show_default=True, help="Lifetime, such as 30m, 12h, 7d.")
def token(account: str, role: str, region: str | None, name: str, ttl: str) -> None:
    from bff.auth.secrets import root_secret, token_key
    from bff.auth.tokens import clean_name, sign_token

    if not is_raw_id(account):
        raise click.BadParameter("use 1 to 64 letters, digits, '-' or '_'", param_hint="--account")
    lifetime = _parse_lifetime(ttl)
    settings = read_settings()
    if settings.jwks_url:
        raise SettingsProblem("With MARQUEE_JWKS_URL, only its issuer can sign tokens.")
    principal = Principal(
        AccountId(account), Role(role), Region(region) if region else None, clean_name(name)
    )
    key = token_key(root_secret(settings, create=True))
    now = datetime.now(UTC)
    click.echo(sign_token(principal, key, settings.issuer, settings.audience, now, lifetime))


def _parse_lifetime(text: str) -> timedelta:
    match = re.fullmatch(r"([0-9]{1,8})([smhd])", text)
    lifetime = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else timedelta()
    if not timedelta() < lifetime <= MAX_LIFETIME:
        raise click.BadParameter("write it like 30m, 12h or 7d, at most 365d", param_hint="--ttl")
    return lifetime
