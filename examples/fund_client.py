"""The portal's side of the centre's API: what it asks, and what it is told when a sign-in is not enough."""

import re
from dataclasses import dataclass
from typing import Any

import requests

from examples.problems import Problem
from examples.relying_party import TIMEOUT

PARAMETER = re.compile(r'([a-z_]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Told:
    """The API's answer; *challenge* is what WWW-Authenticate asks for (RFC 9470 section 3)."""

    status: int
    body: dict[str, Any]
    challenge: dict[str, str]


@dataclass(frozen=True, slots=True)
class FundClient:
    """Calls the API at *url*."""

    url: str

    def balance(self, access_token: str) -> Told:
        """Ask for the balance."""
        return self._call("GET", "/balance", access_token)

    def withdraw(self, access_token: str, detail: dict[str, Any]) -> Told:
        """Ask for the withdrawal of *detail*."""
        return self._call("POST", "/withdrawals", access_token, json=detail)

    def _call(self, method: str, path: str, access_token: str, **more: Any) -> Told:
        headers = {"Authorization": f"Bearer {access_token}"}
        try:
            reply = requests.request(
                method, self.url + path, headers=headers, timeout=TIMEOUT, allow_redirects=False, **more
            )
            challenge = PARAMETER.findall(reply.headers.get("WWW-Authenticate", ""))
            return Told(reply.status_code, reply.json(), dict(challenge))
        except requests.JSONDecodeError as error:
            raise Problem("bad_answer") from error
        except requests.RequestException as error:
            raise Problem("unavailable") from error
