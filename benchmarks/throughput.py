"""
What a lane carries on SQLite and on PostgreSQL, beside the same HTTP client with nothing round it.

Both databases write with fsync. The target answers at once, in a process of its own. The raw loop
does what the connector does, with as many threads: a body of each order, the request, the answer's
id. Raw loop and lane take turns, and each pair gives one ratio. `--long` also carries 100,000
exports on each, and looks at the memory.
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
from _target import running

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
    What the connector does to post an order.
    """
    found: Callable[[BoundClient, str, Order, str], str] = import_module("measured").post
    return found


def raw_rate(address: str, count: int) -> float:
    """
    Orders a second of the raw loop.
    """
    post = poster()

    def work(some: Sequence[Order]) -> None:
        for order in some:
            post(client.bind(), address, order, NO_KEY)

    whole = orders("raw", count)
    with Client(environment={}) as client:
        threads = [Thread(target=work, args=(whole[n::THREADS],)) for n in range(THREADS)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return count / (time.perf_counter() - began)


def answer_ms(address: str) -> float:
    """
    Median milliseconds of one request alone.
    """
    post, times = poster(), []
    with Client(environment={}) as client:
        for order in orders("alone", TRANSITIONS):
            time.sleep(0.01)
            began = time.perf_counter()
            post(client.bind(), address, order, NO_KEY)
            times.append((time.perf_counter() - began) * 1000)
    return median(times)


def told(kept: bool, text: str) -> bool:
    """
    Print a line, and whether its bound is kept.
    """
    print(f"  {text}: {'kept' if kept else 'MISSED'}", flush=True)
    return kept


def carries_enough(database: Database) -> bool:
    """
    Whether a lane is fast enough beside the raw loop.
    """
    pairs = []
    raw_rate(database.address, EXPORTS)
    database.rate("warm-up", EXPORTS // 10)
    for number in range(ROUNDS):
        raw = raw_rate(database.address, EXPORTS)
        pairs.append((database.rate(f"carried-{number}", EXPORTS), raw))
    ratios = sorted(exports / raw for exports, raw in pairs)
    ratio = median(ratios)
    text = (
        f"{database.name:10}  {median(e for e, _ in pairs):6.0f} exports/s"
        f"  {median(r for _, r in pairs):6.0f} raw/s"
        f"  ratio {ratio:.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), bound {LEAST_OF_RAW:g}"
    )
    return told(ratio >= LEAST_OF_RAW, text)


def is_prompt(database: Database, own: float) -> bool:
    """
    Whether a single order is sent at once.

    Args:
        own: The target's own time, in milliseconds.
    """
    saves, calls = database.waits(TRANSITIONS)
    text = (
        f"{database.name:10}  {saves - own:5.2f} ms from the save, {calls - own:5.2f} ms from the"
        f" call, over the target's {own:.2f} ms; bound {MOST_MS:g} ms from the save"
    )
    return told(saves - own < MOST_MS, text)


def is_flat(database: Database) -> bool:
    """
    Whether the memory stays what it is.
    """
    early, last = database.memory(LONG, EARLY)
    text = (
        f"{database.name:10}  {early / 1024:6.1f} MB after {EARLY:,} exports,"
        f" {last / 1024:6.1f} MB after {LONG:,}; bound {MOST_GROWTH:g} times as much"
    )
    return told(last <= MOST_GROWTH * early, text)


def main() -> int:
    """
    Measure and report; 1 where a bound is missed.
    """
    parser = argparse.ArgumentParser(description="What a lane carries.")
    parser.add_argument("--long", action="store_true", help="also 100,000 exports on each database")
    long = parser.parse_args().long
    with tempfile.TemporaryDirectory() as name, running() as address:
        folder = Path(name)
        install(folder)
        with databases(folder, address) as both:
            print(f"Orders of 20 lines, {THREADS} threads, {ROUNDS} rounds of {EXPORTS}, medians")
            kept = [carries_enough(each) for each in both]
            own = answer_ms(address)
            print(f"From save to accepted, {TRANSITIONS} orders one by one, medians")
            kept += map(partial(is_prompt, own=own), both)
            if long:
                print(f"Memory over {LONG:,} exports")
                kept += map(is_flat, both)
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
