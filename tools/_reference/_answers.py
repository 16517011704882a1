"""
The states to which a connector's errors lead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from orderferry import errors
from orderferry.exports._attempt import answer_to_error

from ._docstring import docstring
from ._markdown import code, table

__all__ = ["answers", "state_of"]


def answers(arguments: list[str], texts: Mapping[str, str]) -> str:
    """
    A table of the exceptions that a connector raises, with the resulting states.
    """
    (page,) = arguments
    return table(("Exception", "Meaning", "State", "Attempt"), _rows(page))


def _rows(page: str) -> Iterator[tuple[str, str, str, str]]:
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, errors.ExportError):
            if kind is errors.ExportError:
                continue
            answer = answer_to_error(kind("an example"))
            counts = "counted" if answer.counts else "not counted"
            link = f"[{code(name)}]({page}#error-{name.lower()})"
            yield link, docstring(kind).summary, code(answer.state.value), counts


def state_of(kind: type[Exception]) -> str | None:
    """
    The state to which an error of a connector leads; None for another error.
    """
    if not issubclass(kind, errors.ExportError):
        return None
    return str(answer_to_error(kind("an example")).state.value)
