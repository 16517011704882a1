"""
Trace one awaited order through `Ferry.transition`; count the core's files and functions it enters.

The order goes to the simulator of an installed connector, with SQLite in a temporary folder and
without background delivery. Every thread of the process is traced with `sys.setprofile`. An order
that is not traced goes first, so that connections are open and late imports are done; `--cold`
traces the process's first order instead.
"""

from __future__ import annotations

import argparse
import inspect
import json
import sys
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Final

from attrs import define, field, frozen

import orderferry
from orderferry import Ferry, Order, read_order
from orderferry.connectors import Catalogue, Simulator
from orderferry.errors import LoadError

CORE: Final = Path(orderferry.__file__).resolve().parent

MOST_FILES: Final = 75
"""`--compare` fails when an order enters more of the core's files."""

MOST_GROWTH: Final = 40
"""`--compare` fails when a function grew by more lines."""

STATUS: Final = "New"


@define
class Trace:
    """
    The core's frames of all threads, in the order in which they were entered and left.

    Args:
        folder: Only code below this folder is recorded.

    Attributes:
        is_on: Whether frames are recorded.
    """

    folder: Path
    is_on: bool = False
    _frames: dict[int, list[CodeType]] = field(factory=lambda: defaultdict(list))

    def profile(self, frame: FrameType, event: str, _: object) -> None:
        """
        Record a frame of Python code: the function for `sys.setprofile`.
        """
        code = frame.f_code
        if self.is_on and event in {"call", "return"} and self._is_below(code):
            self._frames[threading.get_ident()].append(code)

    def walk(self) -> Walk:
        """
        Summarize the recorded frames.
        """
        threads = [
            [self._file(code) for code in codes] for codes in list(self._frames.values()) if codes
        ]
        codes = {code for codes in self._frames.values() for code in codes}
        return Walk(
            files=sorted({self._file(code) for code in codes}),
            changes=sum(
                file != following for files in threads for file, following in pairwise(files)
            ),
            functions={
                f"{self._file(code)}:{code.co_qualname}": len(inspect.getsourcelines(code)[0])
                for code in codes
                if _is_function(code)
            },
        )

    def _is_below(self, code: CodeType) -> bool:
        return code.co_filename.startswith(f"{self.folder}/")

    def _file(self, code: CodeType) -> str:
        return str(Path(code.co_filename).relative_to(self.folder))


@frozen
class Walk:
    """
    The path of one order through the core.

    Attributes:
        files: The files that were entered, below the core's folder.
        changes: How often a call or a return led from one of them to another, in any thread.
        functions: The lines of each function that was entered, by `file:function`. Lambdas and
            comprehensions belong to the function around them.
    """

    files: Sequence[str]
    changes: int
    functions: Mapping[str, int]


@frozen
class Growth:
    """
    A function of two revisions.

    Attributes:
        function: Its file now, and its qualified name.
        before: Its lines before; zero if no function had its name.
        after: Its lines now.
    """

    function: str
    before: int
    after: int


def _is_function(code: CodeType) -> bool:
    is_body = not code.co_flags & inspect.CO_OPTIMIZED  # of a module or a class
    return not is_body and not code.co_name.startswith("<")


def growths(before: Mapping[str, int], after: Mapping[str, int]) -> list[Growth]:
    """
    Match functions by their qualified names, in any file.

    Functions that share a name are matched in the order of their sizes.

    Args:
        before: Lines by `file:function`.
        after: Lines by `file:function` of the later revision.

    Returns:
        A growth for each function of the later revision.
    """
    sizes = defaultdict(list)
    for function, lines in before.items():
        sizes[function.rpartition(":")[2]].append(lines)
    for of_a_name in sizes.values():
        of_a_name.sort()
    matched = []
    for function, lines in sorted(after.items(), key=lambda item: item[1], reverse=True):
        earlier = sizes[function.rpartition(":")[2]]
        matched.append(Growth(function, earlier.pop() if earlier else 0, lines))
    return matched


def trace_order(connector: str, *, cold: bool) -> Walk:
    """
    Export one awaited order to a connector's simulator, and trace it.

    Args:
        connector: The connector's name.
        cold: Trace the first order of the process, instead of the second.

    Raises:
        RuntimeError: An order was not exported.
    """
    trace = Trace(CORE)
    threading.setprofile(trace.profile)  # of the threads that start from here on
    try:
        with _simulator(connector) as simulator, _ferry(connector, simulator) as ferry:
            if not cold:
                _transition(ferry, _order("WARM-UP"))
            order = _order("TRACED")
            sys.setprofile(trace.profile)
            trace.is_on = True
            try:
                _transition(ferry, order)
            finally:
                trace.is_on = False
                sys.setprofile(None)
    finally:
        threading.setprofile(None)
    return trace.walk()


def _transition(ferry: Ferry, order: Order) -> None:
    result = ferry.transition(order, STATUS)
    if not result.steps or not result.steps[0].exports or result.outcome != "Success":
        raise RuntimeError(f"the order {order.id} was not exported: {result}")


@contextmanager
def _simulator(connector: str) -> Iterator[Simulator]:
    simulator: Simulator = Catalogue.installed("orderferry.simulators").find(connector).load()()
    simulator.start()
    try:
        yield simulator
    finally:
        simulator.stop()


@contextmanager
def _ferry(connector: str, simulator: Simulator) -> Iterator[Ferry]:
    """
    A ferry with one step, which exports each order to the simulator while the caller waits.
    """
    lines = ["[[connector]]", f"name = {json.dumps(connector)}", "[connector.settings]"]
    lines += [f"{key} = {json.dumps(value)}" for key, value in simulator.settings.items()]
    step = {"name": "ExportOrder", "active": True, "Connector": connector}
    workflow = {"name": "Online", "orderStatuses": [{"name": STATUS, "workflowSteps": [step]}]}
    with TemporaryDirectory(prefix="walk-") as folder:
        configuration = Path(folder) / "orderferry.toml"
        configuration.write_text("\n".join(lines), encoding="utf-8")
        (Path(folder) / "workflow.json").write_text(json.dumps(workflow), encoding="utf-8")
        with Ferry.from_config(configuration, environment={}, deliver=False) as ferry:
            yield ferry


def _order(order_id: str) -> Order:
    """
    An order of two lines that every simulator accepts.
    """
    document = {
        "id": order_id,
        "orderForm": {
            "lineItems": [
                {"lineItemId": "1", "code": "TG11", "quantity": 2},
                {"lineItemId": "2", "code": "TG12", "quantity": 1},
            ]
        },
        "billingAddress": {
            "name": "Example Customer",
            "line1": "1 Market St",
            "postalCode": "89502",
            "city": "Reno",
            "regionCode": "NV",
            "countryCode": "US",
        },
    }
    return read_order(json.dumps(document))


def report(walk: Walk, connector: str, *, sizes: bool) -> None:
    """
    Print the counts and, on request, the lines of each function.
    """
    print(f"One awaited order to {connector}:")
    print(f"  {len(walk.files):5} core files entered")
    print(f"  {walk.changes:5} changes of file, by calls and returns")
    print(f"  {len(walk.functions):5} functions entered")
    if sizes:
        print("Lines of each function, the longest first:")
        for function, lines in sorted(walk.functions.items(), key=lambda item: (-item[1], item[0])):
            print(f"  {lines:5} {function}")


def report_growth(walk: Walk, before: Mapping[str, int]) -> bool:
    """
    Print what grew beyond its limit; return whether nothing did.
    """
    grown = growths(before, walk.functions)
    too_long = [g for g in grown if g.before and g.after - g.before > MOST_GROWTH]
    new = [g for g in grown if not g.before]
    print(f"{len(grown) - len(new)} functions were entered in both revisions, {len(new)} are new")
    for growth in new:
        if growth.after > MOST_GROWTH:
            print(f"  new: {growth.function}: {growth.after} lines")
    for growth in too_long:
        print(f"  GREW: {growth.function}: {growth.before} to {growth.after} lines")
    is_within = len(walk.files) <= MOST_FILES
    print(f"Functions that grew by more than {MOST_GROWTH} lines: {len(too_long)}")
    print(f"Core files: {len(walk.files)}, limit {MOST_FILES}: {'ok' if is_within else 'EXCEEDED'}")
    return is_within and not too_long


def main(arguments: Sequence[str]) -> int:
    """
    Trace an order and report; 1 if a limit of `--compare` is exceeded.
    """
    parser = argparse.ArgumentParser(
        prog="python -m tools.walk",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--connector",
        default="erp_sap",
        metavar="NAME",
        help="an installed connector that has a simulator (default: %(default)s)",
    )
    parser.add_argument(
        "--cold", action="store_true", help="trace the first order of the process, with its imports"
    )
    parser.add_argument("--sizes", action="store_true", help="list the lines of each function")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write {file:function -> lines} to FILE"
    )
    parser.add_argument(
        "--compare",
        type=Path,
        metavar="FILE",
        help="compare with FILE, which --json wrote for another revision; exit with 1 if a function"
        f" grew by more than {MOST_GROWTH} lines or more than {MOST_FILES} core files were entered",
    )
    options = parser.parse_args(arguments)
    try:
        walk = trace_order(options.connector, cold=options.cold)
    except LoadError as error:
        parser.error(str(error))
    report(walk, options.connector, sizes=options.sizes)
    if options.json is not None:
        text = json.dumps(walk.functions, indent=2, sort_keys=True)
        options.json.write_text(f"{text}\n", encoding="utf-8")
    if options.compare is None:
        return 0
    before = json.loads(options.compare.read_text(encoding="utf-8"))
    return 0 if report_growth(walk, before) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
