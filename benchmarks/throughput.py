"""
The throughput of a lane on SQLite and on PostgreSQL, compared with the HTTP client alone.

Both databases use fsync. The target responds at once, in its own process. The raw loop does the
connector's work with as many threads: it builds the body of each order, sends the request, and
reads the id in the response. Raw loop and lane take turns, and each pair gives a ratio. `--long`
also delivers 100,000 exports on each database, and measures the memory.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from statistics import median
from threading import Thread

from _database import Database, databases
from _site import THREADS, install, orders
from _target import run_target

from orderferry import Order
from orderferry.connectors.http import BoundClient, Client

ROUNDS = 7
EXPORTS = 3000
LEAST_OF_RAW = 0.5

TRANSITIONS = 200
MOST_MS = 5.0

LONG = 100_000
EARLY = 20_000
MOST_GROWTH = 1.05

NO_KEY = "00000000-0000-0000-0000-000000000000"


def poster() -> Callable[[BoundClient, str, Order, str], str]:
    """
    The connector's function that posts an order.
    """
    post: Callable[[BoundClient, str, Order, str], str] = import_module("measured").post
    return post


def raw_rate(address: str, count: int) -> float:
    """
    The orders per second of the raw loop.
    """
    post = poster()

    def work(part: Sequence[Order]) -> None:
        for order in part:
            post(client.bind(), address, order, NO_KEY)

    batch = orders("raw", count)
    with Client(environment={}) as client:
        threads = [Thread(target=work, args=(batch[n::THREADS],)) for n in range(THREADS)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return count / (time.perf_counter() - start)


def response_ms(address: str) -> float:
    """
    The median milliseconds of a single request.
    """
    post, times = poster(), []
    with Client(environment={}) as client:
        for order in orders("alone", TRANSITIONS):
            time.sleep(0.01)
            start = time.perf_counter()
            post(client.bind(), address, order, NO_KEY)
            times.append((time.perf_counter() - start) * 1000)
    return median(times)


def report(is_met: bool, text: str) -> bool:
    """
    Print a line and whether its limit is met, and return that.
    """
    print(f"  {text}: {'ok' if is_met else 'MISSED'}", flush=True)
    return is_met


def is_fast(database: Database) -> bool:
    """
    Whether a lane is fast enough compared with the raw loop.
    """
    pairs = []
    raw_rate(database.address, EXPORTS)
    database.rate("warm-up", EXPORTS // 10)
    for number in range(ROUNDS):
        raw = raw_rate(database.address, EXPORTS)
        pairs.append((database.rate(f"delivered-{number}", EXPORTS), raw))
    ratios = sorted(exports / raw for exports, raw in pairs)
    ratio = median(ratios)
    text = (
        f"{database.name:10}  {median(e for e, _ in pairs):6.0f} exports/s"
        f"  {median(r for _, r in pairs):6.0f} raw/s"
        f"  ratio {ratio:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), limit {LEAST_OF_RAW:g}"
    )
    return report(ratio >= LEAST_OF_RAW, text)


def is_prompt(database: Database, own: float) -> bool:
    """
    Whether a single order is sent at once.

    Args:
        database: The database.
        own: The target's response time, in milliseconds.
    """
    saves, calls = database.waits(TRANSITIONS)
    text = (
        f"{database.name:10}  {saves - own:5.2f} ms from the save, {calls - own:5.2f} ms from the"
        f" call, over the target's {own:.2f} ms; limit {MOST_MS:g} ms from the save"
    )
    return report(saves - own < MOST_MS, text)


def is_flat(database: Database) -> bool:
    """
    Whether the memory does not grow.
    """
    early, last = database.memory(LONG, EARLY)
    text = (
        f"{database.name:10}  {early / 1024:6.1f} MB after {EARLY:,} exports,"
        f" {last / 1024:6.1f} MB after {LONG:,}; limit {MOST_GROWTH:g} times as much"
    )
    return report(last <= MOST_GROWTH * early, text)


def main() -> int:
    """
    Measure and report; return 1 if a limit is not met.
    """
    parser = argparse.ArgumentParser(description="Measure the throughput of a lane.")
    parser.add_argument(
        "--long",
        action="store_true",
        help="also deliver 100,000 exports on each database, and measure the memory",
    )
    long = parser.parse_args().long
    with tempfile.TemporaryDirectory() as name, run_target() as address:
        folder = Path(name)
        install(folder)
        with databases(folder, address) as both:
            print(f"Orders of 20 lines, {THREADS} threads, {ROUNDS} rounds of {EXPORTS}, medians")
            results = [is_fast(database) for database in both]
            own = response_ms(address)
            print(f"From save to accepted, {TRANSITIONS} orders one by one, medians")
            results += map(partial(is_prompt, own=own), both)
            if long:
                print(f"Memory over {LONG:,} exports")
                results += map(is_flat, both)
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
