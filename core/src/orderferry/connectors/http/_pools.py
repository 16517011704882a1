"""
The connections that all instances share, by certificates and proxy.
"""

from __future__ import annotations

from threading import Lock

from urllib3 import PoolManager, ProxyManager

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
        self._managers: dict[tuple[Tls | None, Proxy | None], PoolManager] = {}
        self._lock = Lock()

    def manager(self, tls: Tls | None, proxy: Proxy | None) -> PoolManager:
        """
        The pool manager for these certificates and this proxy.

        Raises:
            TransientError: A certificate's file cannot be read.
        """
        found = self._managers.get((tls, proxy))
        if found is None:
            with self._lock:
                found = self._managers.get((tls, proxy))
                if found is None:
                    found = self._managers[tls, proxy] = _manager(tls, proxy)
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


def _manager(tls: Tls | None, proxy: Proxy | None) -> PoolManager:
    context = target_context(tls)
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
    manager.pool_classes_by_scheme = {"http": WatchedPool, "https": WatchedTlsPool}
    return manager
