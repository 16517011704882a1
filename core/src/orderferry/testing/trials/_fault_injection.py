"""
Injecting a fault while a block runs: at the proxy, or in a target that is a folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from orderferry.testing.proxy._fault import Fault, Place
from orderferry.testing.trials._bench import Bench

__all__ = ["FolderFault", "break_folder", "inject"]


class FolderFault(StrEnum):
    """
    The faults of a folder.
    """

    GONE = "the folder is missing"
    A_FILE = "a file is in the folder's place"


@contextmanager
def break_folder(folder: Path, fault: FolderFault) -> Iterator[None]:
    """
    Move the folder away while the block runs; its content comes back with it.
    """
    aside = folder.with_name(f"{folder.name}.aside")
    folder.rename(aside)
    try:
        if fault is FolderFault.A_FILE:
            folder.write_bytes(b"")
        yield
    finally:
        if folder.is_file():
            folder.unlink()
        elif folder.is_dir():
            # The connector made the folder itself: the files in it count as received.
            for path in folder.iterdir():
                path.rename(aside / path.name)
            folder.rmdir()
        aside.rename(folder)


@contextmanager
def inject(bench: Bench, fault: Fault, place: Place | None = None) -> Iterator[None]:
    """
    Inject a fault at the proxy while the block runs.

    Args:
        bench: The target and its proxy.
        fault: The fault.
        place: The place of the fault; by default everywhere.

    Raises:
        RuntimeError: The target has no socket, and so no proxy.
    """
    proxy = bench.proxy
    if proxy is None:
        raise RuntimeError(f"{fault.name} needs a target with a socket")
    proxy.inflict(fault, place)
    bench.fault = fault
    try:
        yield
    finally:
        bench.fault = None
        proxy.mend()
