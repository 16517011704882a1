"""
The connections that all instances share, by certificates and proxy.
"""

from __future__ import annotations

from threading import Lock

from urllib3 import HTTPConnectionPool, PoolManager, ProxyManager

from orderferry.connectors.http._connections import WatchedPool, WatchedTlsPool
from orderferry.connectors.http._proxies import Proxy
from orderferry.connectors.http._tls import Tls, proxy_context, target_context

__all__ = ["Pools"]

ORIGINS = 64
"""For how many addresses connections are kept."""

CONNECTIONS = 64
"""How many idle connections are kept for one address."""


class Pools:
    """
    One pool manager for each set of certificates and proxy, made when it is first needed.
    """

    def __init__(self) -> None:
        self._managers: dict[tuple[Tls | None, Proxy | None, bool], PoolManager] = {}
        self._lock = Lock()

    def manager(self, tls: Tls | None, proxy: Proxy | None, *, secure: bool = True) -> PoolManager:
        """
        The pool manager for these certificates and this proxy.

        Args:
            tls: Which certificates to trust, and which to show.
            proxy: The proxy, or `None`.
            secure: Whether the target's address is one with TLS. Where it is not, and there are
                neither certificates nor a proxy, the system's authorities are not loaded: that
                takes longer than a request.

        Raises:
            TransientError: A certificate's file cannot be read.
        """
        key = tls, proxy, secure or tls is not None or proxy is not None
        found = self._managers.get(key)
        if found is None:
            with self._lock:
                found = self._managers.get(key)
                if found is None:
                    found = self._managers[key] = _manager(*key)
        return found

    def close(self) -> None:
        """
        Close all idle connections; those in use close when their request ends.
        """
        with self._lock:
            managers = list(self._managers.values())
            self._managers.clear()
        for manager in managers:
            # `clear` leaves closing to the garbage collector.
            for pool in [manager.pools.get(key) for key in manager.pools.keys()]:  # noqa: SIM118
                if pool is not None:
                    pool.close()
            manager.clear()


def _manager(tls: Tls | None, proxy: Proxy | None, secure: bool) -> PoolManager:
    context = target_context(tls) if secure else None
    if proxy is None:
        manager = PoolManager(num_pools=ORIGINS, maxsize=CONNECTIONS, ssl_context=context)
    else:
        manager = ProxyManager(
            proxy.url,
            num_pools=ORIGINS,
            proxy_headers=proxy.headers,
            proxy_ssl_context=proxy_context(tls),
            maxsize=CONNECTIONS,
            ssl_context=context,
        )
    classes: dict[str, type[HTTPConnectionPool]] = {"http": WatchedPool}
    if secure:
        classes["https"] = WatchedTlsPool
    manager.pool_classes_by_scheme = classes
    return manager
