"""
Faults for a while: at the proxy, or of a target that is a folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

from orderferry.testing.proxy._fault import Fault, Place
from orderferry.testing.trials._bench import Bench

__all__ = ["FolderFault", "inflicted", "out_of_place"]


class FolderFault(StrEnum):
    """
    What can be wrong with a folder.
    """

    GONE = "the folder is gone"
    A_FILE = "a file in the folder's place"


@contextmanager
def out_of_place(folder: Path, fault: FolderFault) -> Iterator[None]:
    """
    Take the folder away for a while; what is in it comes back with it.
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
            # The connector made a folder of its own: what it put there counts as taken.
            for path in folder.iterdir():
                path.rename(aside / path.name)
            folder.rmdir()
        aside.rename(folder)


@contextmanager
def inflicted(bench: Bench, fault: Fault, place: Place | None = None) -> Iterator[None]:
    """
    A fault of the proxy, that has passed when the context is left.
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
