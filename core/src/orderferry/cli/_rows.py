"""
The result of a run as rows for people: one for each export, or for a step without any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from attrs import frozen

from orderferry.cli._text import printable

__all__ = ["Row", "rows_of"]

JsonObject = Mapping[str, Any]


@frozen(kw_only=True)
class Row:
    """
    One row of the table.

    Attributes:
        notes: Lines to show under the row: what happened, and each problem.
    """

    order: str
    step: str = ""
    outcome: str
    connector: str = ""
    state: str = ""
    remote_ids: str = ""
    notes: tuple[str, ...] = ()

    @property
    def cells(self) -> tuple[str, ...]:
        """
        The cells, left to right.
        """
        return (
            self.order,
            self.step,
            self.outcome,
            self.connector,
            self.state,
            self.remote_ids,
        )


def rows_of(results: Sequence[JsonObject]) -> list[Row]:
    """
    The rows of results in the shape of `run --json`, in their order.
    """
    return [row for result in results for row in _of_result(result)]


def _of_result(result: JsonObject) -> Iterator[Row]:
    order = printable(str(result["orderId"]))
    if result.get("error"):
        yield Row(order=order, outcome=str(result["outcome"]), notes=_told(result["error"]))
        return
    steps, unrun = result["steps"], result["unrun"]
    if not steps and not unrun:
        note = f"status {result['status']} has no steps"
        yield Row(order=order, outcome=str(result["outcome"]), notes=(printable(note),))
    for step in steps:
        yield from _of_step(order, step)
    for name in unrun:
        yield Row(order=order, step=printable(str(name)), outcome="not run")
    if result["newStatus"] is not None:
        note = f"the order's status is now {result['newStatus']}"
        yield Row(order=order, outcome="", notes=(printable(note),))
    for followed in result["followed"]:
        if followed["steps"] or followed["unrun"]:
            yield from _of_result(followed)


def _of_step(order: str, step: JsonObject) -> Iterator[Row]:
    name, outcome = printable(str(step["name"])), str(step["outcome"])
    exports: Sequence[JsonObject] = step["exports"]
    told = tuple(_of_export(export) for export in exports)
    summary = () if any(export["error"] for export in exports) else _summary(step)
    if not exports:
        state = "skipped" if step["skipped"] else ""
        yield Row(order=order, step=name, outcome=outcome, state=state, notes=summary)
    for export, notes in zip(exports, told, strict=True):
        last = export is exports[-1]
        yield Row(
            order=order,
            step=name,
            outcome=outcome,
            connector=printable(_reference(export)),
            state=str(export["state"]),
            remote_ids=printable(_ids(export["remoteIds"])),
            notes=notes + tuple(each for each in summary if last and each not in notes),
        )


def _summary(step: JsonObject) -> tuple[str, ...]:
    said = dict.fromkeys(printable(str(each)) for each in (step["reason"], step["message"]) if each)
    deferred = ("runs after the order is saved",) if step["deferred"] else ()
    return (*deferred, *said)


def _reference(export: JsonObject) -> str:
    parts = (export["connector"], export["connectorId"], export["shipmentId"])
    return "/".join(str(part) for part in parts if part is not None)


def _ids(remote_ids: Mapping[str, str]) -> str:
    return ", ".join(f"{kind} {value}" for kind, value in remote_ids.items())


def _of_export(export: JsonObject) -> tuple[str, ...]:
    reason = (printable(str(export["reason"])),) if export["reason"] else ()
    return reason + (_told(export["error"]) if export["error"] else ())


def _told(error: JsonObject) -> tuple[str, ...]:
    first = f"{error['type']}: {error['message']}"
    return (printable(first), *(printable(_problem(each)) for each in error["problems"]))


def _problem(problem: JsonObject) -> str:
    line, field, value = (problem.get(key) for key in ("lineItemId", "field", "value"))
    where = [] if line is None else [f"line {line}"]
    if field is not None:
        where.append(str(field) if value is None else f"{field} {value!r}")
    cause, remedy = problem["cause"], problem.get("remedy")
    said = f"{', '.join(where)}: {cause}" if where else str(cause)
    return f"- {said}; {remedy}" if remedy else f"- {said}"
