"""
Each kind of setting that hook API 1.0 knows, and each way to sign in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

from attrs import Factory, field, frozen, validators
from msgspec import Meta

from orderferry import Secret
from orderferry.connectors.http import (
    Auth,
    BasicAuth,
    BearerAuth,
    OAuth2ClientCredentials,
    OAuth2Password,
    Tls,
)

__all__ = ["FrozenSettings", "SignIn"]


class SignIn(Enum):
    """
    How to sign in.
    """

    BEARER = "bearer"
    BASIC = "basic"
    CLIENT = "client"
    PASSWORD = "password"


@frozen
class Site:
    """
    A warehouse.
    """

    code: str
    weight: float = 1.0


@frozen
class FrozenSettings:
    """
    The settings.
    """

    base_url: str = field(metadata={"description": "Where it answers.", "example": "http://a"})
    token: Secret = field(metadata={"description": "The bearer token, or a password."})
    sign_in: SignIn = SignIn.BEARER
    user: str = "frozen"
    ca_file: str | None = None
    kind: Literal["B2B", "B2C"] = "B2C"
    attempts: Annotated[int, Meta(ge=1, le=9)] = 3
    limit: Decimal = Decimal("100.50")
    strict: bool = False
    code: str = field(default="A1", validator=validators.matches_re("[A-Z][0-9]"))
    number: int = field(default=1, validator=[validators.ge(0), validators.le(99)])
    since: datetime | None = None
    folder: Path = Path("frozen")
    tags: Sequence[str] = ()
    names: Mapping[str, str] = Factory(dict)
    sites: tuple[Site, ...] = ()
    home: Site | None = None

    @property
    def auth(self) -> Auth:
        """
        What the settings say.
        """
        token_url = f"{self.base_url}/token"
        if self.sign_in is SignIn.BASIC:
            return BasicAuth(self.user, self.token)
        if self.sign_in is SignIn.CLIENT:
            return OAuth2ClientCredentials(
                token_url=token_url,
                client_id=self.user,
                client_secret=self.token,
                scope="orders",
                secret_in_body=True,
                parameters={"audience": "frozen"},
            )
        if self.sign_in is SignIn.PASSWORD:
            return OAuth2Password(
                token_url=token_url,
                username=self.user,
                password=self.token,
                client_id="frozen-client",
            )
        return BearerAuth(self.token)

    @property
    def tls(self) -> Tls | None:
        """
        What is trusted beyond the system's own.
        """
        return Tls(ca_file=self.ca_file) if self.ca_file else None
