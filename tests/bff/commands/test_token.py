"""marquee token, as typed: exit codes and streams."""

from __future__ import annotations

from pathlib import Path

import jwt
import pytest
from click.testing import CliRunner, Result

from bff.commands.token import token
from bff.settings import SettingsProblem


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("JWT_SECRET", "JWKS_URL", "DEMO"):
        monkeypatch.delenv(f"MARQUEE_{name}", raising=False)
    monkeypatch.setenv("MARQUEE_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run_token(*arguments: str) -> Result:
    return CliRunner().invoke(token, arguments, catch_exceptions=True)


def test_a_token_is_one_line_for_the_account_and_role_asked_for(home: Path) -> None:
    result = run_token("--account", "acc-1", "--role", "designer", "--region", "DE", "--ttl", "30m")
    assert (result.exit_code, result.stderr) == (0, "")
    [line] = result.stdout.splitlines()
    key = (home / "secret").read_bytes().strip()
    claims = jwt.decode(line, key, algorithms=["HS256"], audience="marquee", issuer="marquee")
    assert (claims["sub"], claims["role"], claims["region"]) == ("acc-1", "designer", "DE")
    assert claims["exp"] - claims["iat"] == 1800


def test_the_environments_secret_signs_when_there_is_one(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = "a secret of thirty-two bytes or more"
    monkeypatch.setenv("MARQUEE_JWT_SECRET", secret)
    result = run_token("--account", "acc-1")
    assert (
        jwt.decode(result.stdout.strip(), secret, algorithms=["HS256"], audience="marquee")["role"]
        == "viewer"
    )
    assert not home.exists()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "--account"),
        (["--account", "a b"], "--account"),
        (["--account", "acc\n"], "--account"),
        (["--account", "acc", "--role", "admin"], "--role"),
        (["--account", "acc", "--region", "de"], "--region"),
        (["--account", "acc", "--region", "UK"], "Did you mean GB?"),
        (["--account", "acc", "--ttl", "soon"], "--ttl"),
        (["--account", "acc", "--ttl", "0h"], "--ttl"),
        (["--account", "acc", "--ttl", "366d"], "--ttl"),
        (["--account", "acc", "--ttl", "-1h"], "--ttl"),
    ],
)
def test_wrong_usage_names_the_option_and_prints_no_token(
    home: Path, arguments: list[str], named: str
) -> None:
    result = run_token(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert named in result.stderr
    assert not home.exists()


def test_where_an_issuer_signs_there_is_no_token_from_here(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARQUEE_JWKS_URL", "https://issuer.example/keys")
    result = run_token("--account", "acc-1")
    assert isinstance(result.exception, SettingsProblem)
    assert "MARQUEE_JWKS_URL" in str(result.exception)
