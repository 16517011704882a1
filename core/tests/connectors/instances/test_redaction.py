"""
Tests of hiding secrets in what a connector returns and raises.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable
from decimal import Decimal
from types import MappingProxyType

import pytest
from attrs import field, frozen

from orderferry.connectors import (
    CannotTell,
    Document,
    ExportResult,
    ExportState,
    Finding,
    FindingState,
    Redactor,
    Secret,
)
from orderferry.connectors.instances._redaction import hide_in_error, hide_in_result, hide_in_value
from orderferry.errors import OrderferryError, Problem, RejectedError

SECRET = "hunter2-hunter2"
REDACTOR = Redactor([SECRET])

CLEAN = [
    None,
    ExportResult({"order": "4711"}, "created"),
    [ExportResult({"order": "1"}), ExportResult({"order": "2"}, shipment_id="S1")],
    Document(b"<order/>", "application/xml", "1.xml"),
    {"a": [1, 2.5, True, None, Decimal("1.5"), ExportState.ACCEPTED]},
    frozenset({"a"}),
    object(),
]


@pytest.mark.parametrize("answer", CLEAN, ids=lambda answer: type(answer).__name__)
def test_a_result_without_secrets_stays_the_same_object(answer: object) -> None:
    """
    A result without secrets is returned as the same object.
    """
    assert answer is hide_in_result(answer, REDACTOR)


@pytest.mark.parametrize(
    ("answer", "hidden"),
    [
        (ExportResult(message=f"used {SECRET}"), ExportResult(message="used ***")),
        (ExportResult({"order": SECRET}), ExportResult({"order": "***"})),
        (ExportResult(link=f"https://x?t={SECRET}"), ExportResult(link="https://x?t=***")),
        (
            ExportResult(problems=[Problem(cause=SECRET, value=f"v{SECRET}")]),
            ExportResult(problems=[Problem(cause="***", value="v***")]),
        ),
        ((ExportResult(message=SECRET),), (ExportResult(message="***"),)),
        (Document(f"a{SECRET}".encode(), "text/plain"), Document(b"a***", "text/plain")),
        (
            Finding("sign in", FindingState.FAILED, SECRET),
            Finding("sign in", FindingState.FAILED, "***"),
        ),
        (CannotTell(SECRET), CannotTell("***")),
        ({SECRET: {SECRET}}, {"***": {"***"}}),
        (MappingProxyType({"a": SECRET}), {"a": "***"}),
        (bytearray(SECRET.encode()), b"***"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_secrets_are_hidden_at_any_depth_of_a_result(answer: object, hidden: object) -> None:
    """
    A secret is hidden at any depth of everything that a hook may return.
    """
    assert hidden == hide_in_result(answer, REDACTOR)


def test_a_number_that_is_a_secret_is_hidden() -> None:
    """
    A number is hidden if its text is a secret.
    """
    redactor = Redactor(["12345678"])

    assert ["***", 1234567] == hide_in_value([12345678, 1234567], redactor)


def test_a_derived_field_is_derived_again() -> None:
    """
    A field that the constructor of a class does not accept is set by the class again.
    """

    @frozen
    class Answer:
        text: str
        length: int = field(init=False)

        def __attrs_post_init__(self) -> None:
            object.__setattr__(self, "length", len(self.text))

    hidden = hide_in_value(Answer(SECRET), REDACTOR)

    assert Answer("***") == hidden


def test_a_named_tuple_becomes_a_plain_one() -> None:
    """
    A named tuple that contains a secret becomes a plain tuple.
    """

    class Pair(tuple[str, ...]):
        __slots__ = ()

    assert ("***", "b") == hide_in_value(Pair([SECRET, "b"]), REDACTOR)


class SlottedError(Exception):
    """
    An error whose text cannot be changed.
    """

    def __str__(self) -> str:
        return f"slotted {SECRET}"


class SilentError(Exception):
    """
    An error whose text cannot be shown.
    """

    def __str__(self) -> str:
        raise RuntimeError(SECRET)


@frozen
class FrozenError(Exception):
    """
    An error that is a frozen attrs class.
    """

    token: str


def with_note() -> Exception:
    """
    Return an error with a secret in a note.
    """
    error = ValueError("plain")
    error.add_note(f"sent {SECRET}")
    return error


def with_attribute() -> Exception:
    """
    Return an error with a secret in an attribute.
    """
    error = ValueError("plain")
    error.request = {"token": SECRET}  # type: ignore[attr-defined]
    return error


ERRORS: dict[str, Callable[[], Exception]] = {
    "argument": lambda: ValueError(f"got {SECRET}", 1),
    "bytes": lambda: ValueError(SECRET.encode()),
    "problem": lambda: RejectedError("no", problems=[Problem(cause="bad", value=SECRET)]),
    "part": lambda: RejectedError("no", accepted=[ExportResult(message=SECRET)]),
    "note": with_note,
    "attribute": with_attribute,
    "file": lambda: OSError(13, "denied", f"/{SECRET}"),
    "undecodable": lambda: UnicodeDecodeError("utf-8", SECRET.encode(), 0, 1, SECRET),
    "own text": SlottedError,
    "broken": SilentError,
    "frozen": lambda: FrozenError(SECRET),
    "group": lambda: ExceptionGroup("all", [ValueError(SECRET), OSError(1, SECRET)]),
    "group's own": lambda: ExceptionGroup(SECRET, [ValueError("a")]),
}


def fail_with(error: Exception, cause: Exception | None = None) -> None:
    """
    Raise an error, as a connector does.
    """
    if cause is not None:
        raise error from cause
    raise error


def everything(error: BaseException) -> str:
    """
    Return all text of an error that can be shown.
    """
    shown = "".join(traceback.format_exception(error))
    return f"{shown} {error!r} {error.args} {vars(error)}"


@pytest.mark.parametrize("kind", ERRORS)
def test_no_error_shows_a_secret(kind: str) -> None:
    """
    No secret is shown in the message of an error, its arguments, attributes, notes or parts.
    """
    assert SECRET not in everything(hide_in_error(ERRORS[kind](), REDACTOR))


@pytest.mark.parametrize("kind", ERRORS)
def test_no_chained_error_shows_a_secret(kind: str) -> None:
    """
    No secret is shown in the causes and contexts of an error.
    """

    def fail() -> None:
        try:
            try:
                fail_with(ERRORS[kind]())
            except Exception as error:
                raise KeyError("middle") from error
        except KeyError:
            raise RejectedError("top")  # noqa: B904 - the context is what is tested

    with pytest.raises(RejectedError) as caught:
        fail()

    hidden = hide_in_error(caught.value, REDACTOR)
    middle = hidden.__context__
    assert hidden is caught.value
    assert middle is not None
    assert middle.__cause__ is not None
    assert SECRET not in everything(hidden)


def test_an_error_keeps_its_type_where_its_text_can_be_changed() -> None:
    """
    An error whose text can be changed keeps its type, which decides the state of the export.
    """
    error = RejectedError(f"refused {SECRET}", problems=[Problem(cause=SECRET)])

    hidden = hide_in_error(error, REDACTOR)

    assert hidden is error
    assert "refused ***" == str(hidden)
    assert (Problem(cause="***"),) == error.problems


def test_a_replacement_names_the_error() -> None:
    """
    The replacement of an error has its type in the message, its cause and its traceback.
    """
    cause = ValueError("cause")
    with pytest.raises(OSError, match="denied") as caught:
        fail_with(OSError(13, "denied", f"/{SECRET}"), cause)

    hidden = hide_in_error(caught.value, REDACTOR)

    assert isinstance(hidden, OrderferryError)
    assert str(hidden).startswith("PermissionError: [Errno 13] denied")
    assert cause is hidden.__cause__
    assert hidden.__traceback__ is not None


def test_a_suppressed_context_stays_suppressed() -> None:
    """
    The context of an error that was raised `from None` stays suppressed.
    """

    def fail() -> None:
        try:
            fail_with(KeyError(SECRET))
        except KeyError:
            raise ValueError("said") from None

    with pytest.raises(ValueError, match="said") as caught:
        fail()

    hidden = hide_in_error(caught.value, REDACTOR)

    assert hidden.__suppress_context__
    assert hidden.__cause__ is None
    assert repr(hidden.__context__) == "KeyError('***')"


def test_errors_may_be_chained_in_a_circle() -> None:
    """
    Errors that are chained in a circle are searched once each.
    """
    first, second = ValueError(SECRET), KeyError(SECRET)
    first.__context__, second.__context__ = second, first

    assert "***" == str(hide_in_error(first, REDACTOR))


def test_a_secret_object_in_an_error_stays_a_secret() -> None:
    """
    A `Secret` in the arguments of an error is shown as `***`.
    """
    error = hide_in_error(ValueError(Secret(SECRET)), REDACTOR)

    assert "***" == str(error)
