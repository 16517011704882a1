"""
TLS and proxies of a connection to a target.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import unquote

from attrs import field, frozen
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, make_headers, parse_url

from orderferry.connectors._secret import Secret
from orderferry.errors import TransientError

__all__ = ["EnvironmentProxies", "Proxy", "Tls"]


def _path(value: str | Path | None) -> Path | None:
    return None if value is None else Path(value)


@frozen(kw_only=True)
class Tls:
    """
    The certificates to trust, and the client certificate. The host name is always verified.

    Attributes:
        ca_file: PEM certificates of the authorities to trust, instead of the system's.
        certificate: The client certificate with its chain, PEM.
        key: Its private key, PEM, if that is not in the same file.
        key_password: The key's password, if it has one.
    """

    ca_file: Path | None = field(default=None, converter=_path)
    certificate: Path | None = field(default=None, converter=_path)
    key: Path | None = field(default=None, converter=_path)
    key_password: Secret | None = None

    def __attrs_post_init__(self) -> None:
        if self.certificate is None and (self.key or self.key_password):
            raise ValueError("a client key requires its certificate")

    @property
    def without_certificate(self) -> Tls:
        """
        The same settings without the client certificate, for other origins.
        """
        return Tls(ca_file=self.ca_file)


def target_context(tls: Tls | None) -> ssl.SSLContext:
    """
    Make the TLS context for a target.

    Raises:
        TransientError: A file cannot be read.
    """
    tls = tls or Tls()
    try:
        context = ssl.create_default_context(cafile=tls.ca_file)
    except OSError as error:
        raise _unreadable("CA file", tls.ca_file, error) from error
    if tls.certificate is not None:
        password = "" if tls.key_password is None else tls.key_password.reveal()
        try:
            context.load_cert_chain(tls.certificate, tls.key, lambda: password)
        except OSError as error:
            raise _unreadable("client certificate", tls.certificate, error) from error
    return context


def proxy_context(tls: Tls | None) -> ssl.SSLContext:
    """
    Make the TLS context for a proxy with TLS: the authorities of the system and of the CA file.
    """
    context = ssl.create_default_context()
    if tls is not None and tls.ca_file is not None:
        context.load_verify_locations(tls.ca_file)
    return context


def _unreadable(what: str, path: Path | None, error: OSError) -> TransientError:
    reason = error.strerror or str(error)
    if isinstance(error, ssl.SSLError):
        reason = f"not PEM, or the wrong key or password ({error.reason})"
    return TransientError(
        f"nothing was sent: the {what} {path} cannot be used: {reason}; correct the settings"
    )


@frozen
class Proxy:
    """
    A proxy.

    Attributes:
        url: Its address, without credentials.
        user: The user, or `None` for a proxy without authentication.
        password: The password.
    """

    url: str
    user: str | None = None
    password: str = ""

    @classmethod
    @lru_cache(maxsize=16)
    def parse(cls, text: str) -> Proxy:
        """
        Parse the address of a proxy, such as `http://user:password@proxy.example:3128`.

        Raises:
            ValueError: It is not the address of an HTTP proxy.
        """
        try:
            url = parse_url(text if "://" in text else f"http://{text}")
        except LocationParseError:
            raise ValueError("the proxy's address is invalid") from None
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError(f"a proxy is http:// or https://, not {url.scheme}://")
        user, _, password = (url.auth or "").partition(":")
        address = Url(scheme=url.scheme, host=url.host, port=url.port).url
        return cls(address, unquote(user) if user else None, unquote(password))

    def __repr__(self) -> str:
        return f"Proxy({self.url!r})"

    @property
    def headers(self) -> dict[str, str]:
        """
        The header fields for authentication with the proxy.
        """
        if self.user is None:
            return {}
        headers = make_headers(proxy_basic_auth=f"{self.user}:{self.password}")
        return {name.title(): value for name, value in headers.items()}


class EnvironmentProxies:
    """
    The proxies that the environment names: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`.

    Names in lower case have precedence. Loopback addresses never use a proxy of the environment.
    `NO_PROXY` lists names (with their subdomains), addresses and networks, each also with `:port`,
    or is `*`. `HTTP_PROXY` in capitals is ignored in a CGI process, where the `Proxy` header of a
    request would set it.

    Args:
        environment: The environment variables.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._proxies: dict[str, tuple[str, str]] = {}
        for scheme in ("http", "https"):
            for name in _names(scheme, environment):
                if environment.get(name):
                    self._proxies[scheme] = name, environment[name]
                    break
        bypassed = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
        self._bypassed = [entry.strip().lower() for entry in bypassed.split(",") if entry.strip()]

    def proxy_for(self, url: Url) -> Proxy | None:
        """
        Return the proxy for an address, or `None`.

        Raises:
            TransientError: The proxy's address is invalid, so nothing is sent.
        """
        setting = self._proxies.get(url.scheme or "")
        if setting is None or _is_loopback(host := (url.host or "").strip("[]").lower()):
            return None
        port = url.port or (443 if url.scheme == "https" else 80)
        if any(_covers(entry, host, port) for entry in self._bypassed):
            return None
        name, address = setting
        try:
            return Proxy.parse(address)
        except ValueError as error:
            raise TransientError(
                f"nothing was sent: environment variable {name}: {error}; correct it"
            ) from None


def _names(scheme: str, environment: Mapping[str, str]) -> list[str]:
    names = [f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY"]
    if "REQUEST_METHOD" in environment:
        return [name for name in names if name != "HTTP_PROXY"]
    return names


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _covers(entry: str, host: str, port: int) -> bool:
    """
    Whether one entry of `NO_PROXY` covers a host.
    """
    if entry == "*":
        return True
    if entry.count(":") == 1:
        entry, _, entry_port = entry.partition(":")
        if entry_port != str(port):
            return False
    try:
        return ip_address(host) in ip_network(entry.strip("[]"), strict=False)
    except (ValueError, TypeError):
        name = entry.removeprefix("*").lstrip(".")
        return host == name or host.endswith(f".{name}")
