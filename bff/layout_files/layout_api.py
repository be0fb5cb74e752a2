"""Asks the running service for pages of drafts: it has its caches filled, and a command has not.

Uses the standard library: importing a client takes longer than the answer.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from bff.auth.secrets import root_secret, token_key
from bff.auth.tokens import sign_token
from bff.settings import Settings, SettingsProblem
from domain.errors import BadInput, NotFound, StoreUnavailable
from domain.ids import AccountId
from domain.viewers.profiles import Principal, Role

TIMEOUT_SECONDS = 12.0
"""The service answers within ten."""
TOKEN_LIFETIME = timedelta(minutes=10)
ACCOUNT = AccountId("command-line")
HERE = "none"
"""As a service's address: compose in this process."""
PROBE = "{ layouts(first: 1) { version } }"


@dataclass(frozen=True, slots=True)
class LayoutService:
    address: str
    token: str

    def ask(self, query: str, variables: Mapping[str, object]) -> dict[str, Any]:
        """The data of an answer. Raises NotFound and BadInput as the service says, StoreUnavailable without an
        answer."""
        try:
            return self.post(query, variables)
        except (OSError, ValueError, KeyError) as error:
            raise StoreUnavailable(
                "service", f"The service at {self.address} did not answer: {error}"
            ) from error

    def post(self, query: str, variables: Mapping[str, object]) -> dict[str, Any]:
        """As `ask`. Raises OSError and ValueError, too."""
        body = json.dumps({"query": query, "variables": variables}).encode()
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.token}"}
        # `find_service` takes http and https only.
        request = urllib.request.Request(f"{self.address}/graphql", body, headers)  # noqa: S310
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            answer = json.load(response)
        if errors := answer.get("errors"):
            raise _error(errors[0])
        data: dict[str, Any] = answer["data"]
        return data


def find_service(settings: Settings, address: str | None) -> LayoutService | str:
    """The service at this address, that of the settings, or on this machine; else why none is asked."""
    wanted = address or settings.service_url or f"http://{settings.host}:{settings.port}"
    if wanted == HERE:
        return "as asked"
    if urlsplit(wanted).scheme not in ("http", "https"):
        raise SettingsProblem(
            f"{wanted!r} is not the address of a service; write it like http://127.0.0.1:8080."
        )
    token = _token(settings)
    if token is None:
        return "there is no token for a service: set MARQUEE_SERVICE_TOKEN"
    service = LayoutService(wanted.rstrip("/"), token)
    try:
        service.post(PROBE, {})
    except urllib.error.HTTPError as error:
        reason = "refuses the token" if error.code in (401, 403) else f"answers with {error.code}"
        return f"the service at {wanted} {reason}"
    except OSError:
        return f"no service answers at {wanted}"
    except (BadInput, ValueError, KeyError, TypeError):
        return f"what answers at {wanted} is no service of this kind"
    except (NotFound, StoreUnavailable):
        return f"the service at {wanted} has no stores"
    return service


def _token(settings: Settings) -> str | None:
    """The token given, else one of this installation's secret; None without either."""
    if settings.service_token is not None:
        return settings.service_token.get_secret_value()
    if settings.jwks_url:
        return None
    try:
        key = token_key(root_secret(settings))
    except (SettingsProblem, OSError):
        return None
    principal = Principal(ACCOUNT, Role.STAFF)
    return sign_token(principal, key, settings.issuer, settings.audience, datetime.now(UTC), TOKEN_LIFETIME)


def _error(error: Mapping[str, Any]) -> NotFound | BadInput | StoreUnavailable:
    code, message = error.get("extensions", {}).get("code"), str(error.get("message"))
    if code == NotFound.code:
        return NotFound(message)
    return StoreUnavailable("service", message) if code == StoreUnavailable.code else BadInput(message)
