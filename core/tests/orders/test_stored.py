"""
Tests of orders as the program stores them.
"""

import subprocess
import sys

import pytest

AT_ONCE = """
import sys
from threading import Barrier, Thread
from orderferry.orders import Order, read_stored, write_stored

sys.setswitchinterval(1e-6)
text = write_stored(Order(id="W1", customer_name="Name"))
barrier = Barrier(8)
found = []


def read():
    barrier.wait()
    found.append(read_stored(text).customer_name)


threads = [Thread(target=read) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert ["Name"] * 8 == found
"""


@pytest.mark.parametrize("number", range(8))
def test_several_threads_may_read_the_first_order_at_once(number: int) -> None:
    """
    The decoder is built by one thread: without the lock, one process in five crashed.
    """
    done = subprocess.run([sys.executable, "-c", AT_ONCE], check=False, timeout=60)

    assert 0 == done.returncode
