"""
Tests of the public names of the room, and of what importing it loads.
"""

import subprocess
import sys

from orderferry import orders


def test_the_public_names_are_these() -> None:
    """
    The names that other rooms and connectors use are pinned.
    """
    assert [
        "Address",
        "Delivery",
        "Dimensions",
        "EntityError",
        "ErrorStatus",
        "ExternalId",
        "HistoryEvent",
        "Invoice",
        "JsonReading",
        "LineItem",
        "Order",
        "OrderForm",
        "OrderNote",
        "Package",
        "Payment",
        "PropertyItem",
        "Severity",
        "Shipment",
        "deliveries",
        "digest",
        "order_document",
        "order_from",
        "order_schema",
        "part_document",
        "read_json",
        "read_order",
        "read_orders",
        "read_stored",
        "write_json",
        "write_stored",
    ] == sorted(orders.__all__)


def test_importing_the_room_loads_neither_cattrs_nor_msgspec() -> None:
    """
    The first call loads cattrs and msgspec, which cost more than the room itself.
    """
    code = "import sys, orderferry.orders; print({'cattrs', 'msgspec'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "set()" == run.stdout.strip()


def test_many_threads_may_read_the_first_order_together() -> None:
    """
    The converter is built once, and all threads that wait for it get it.
    """
    code = (
        "from threading import Barrier, Thread\n"
        "from orderferry.orders import order_document, read_order\n"
        "barrier, found = Barrier(8), []\n"
        "def run():\n"
        "    barrier.wait()\n"
        '    found.append(order_document(read_order(b\'{"id": "W1", "x": 1}\')))\n'
        "threads = [Thread(target=run) for _ in range(8)]\n"
        "[thread.start() for thread in threads]\n"
        "[thread.join() for thread in threads]\n"
        "print(found == [{'id': 'W1', 'x': 1}] * 8)\n"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "True" == run.stdout.strip()
