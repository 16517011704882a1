"""
Secrets in what a connector answers and raises.
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
from orderferry.connectors.instances._redaction import hidden_answer, hidden_error, hidden_value
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
def test_an_answer_without_secrets_stays_the_same_object(answer: object) -> None:
    """
    Nothing is copied for nothing.
    """
    assert answer is hidden_answer(answer, REDACTOR)


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
def test_secrets_are_hidden_at_any_depth_of_an_answer(answer: object, hidden: object) -> None:
    """
    In whatever a hook may return.
    """
    assert hidden == hidden_answer(answer, REDACTOR)


def test_a_number_that_is_a_secret_is_hidden() -> None:
    """
    A customer number used as a password.
    """
    redactor = Redactor(["12345678"])

    assert ["***", 1234567] == hidden_value([12345678, 1234567], redactor)


def test_what_a_class_makes_for_itself_is_made_again() -> None:
    """
    A field that its constructor does not take is not copied.
    """

    @frozen
    class Answer:
        text: str
        length: int = field(init=False)

        def __attrs_post_init__(self) -> None:
            object.__setattr__(self, "length", len(self.text))

    hidden = hidden_value(Answer(SECRET), REDACTOR)

    assert Answer("***") == hidden


def test_a_named_tuple_becomes_a_plain_one() -> None:
    """
    Where something in it is hidden.
    """

    class Pair(tuple[str, ...]):
        __slots__ = ()

    assert ("***", "b") == hidden_value(Pair([SECRET, "b"]), REDACTOR)


class SlottedError(Exception):
    """
    One that shows what no one can change.
    """

    def __str__(self) -> str:
        return f"slotted {SECRET}"


class SilentError(Exception):
    """
    One that cannot be shown.
    """

    def __str__(self) -> str:
        raise RuntimeError(SECRET)


@frozen
class FrozenError(Exception):
    """
    One that is an attrs class.
    """

    token: str


def with_note() -> Exception:
    """
    An error with a note.
    """
    error = ValueError("plain")
    error.add_note(f"sent {SECRET}")
    return error


def with_attribute() -> Exception:
    """
    An error with what it was about.
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
    Raise it, as a connector would.
    """
    if cause is not None:
        raise error from cause
    raise error


def everything(error: BaseException) -> str:
    """
    All that can be seen of an error.
    """
    shown = "".join(traceback.format_exception(error))
    return f"{shown} {error!r} {error.args} {vars(error)}"


@pytest.mark.parametrize("kind", ERRORS)
def test_no_error_shows_a_secret(kind: str) -> None:
    """
    Neither in its message nor in anything that hangs on it.
    """
    assert SECRET not in everything(hidden_error(ERRORS[kind](), REDACTOR))


@pytest.mark.parametrize("kind", ERRORS)
def test_no_error_that_is_chained_shows_a_secret(kind: str) -> None:
    """
    As cause, as context, and below another one.
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

    hidden = hidden_error(caught.value, REDACTOR)
    middle = hidden.__context__
    assert hidden is caught.value
    assert middle is not None
    assert middle.__cause__ is not None
    assert SECRET not in everything(hidden)


def test_an_error_keeps_its_type_where_its_text_can_be_changed() -> None:
    """
    What the core makes of it depends on that.
    """
    error = RejectedError(f"refused {SECRET}", problems=[Problem(cause=SECRET)])

    hidden = hidden_error(error, REDACTOR)

    assert hidden is error
    assert "refused ***" == str(hidden)
    assert (Problem(cause="***"),) == error.problems


def test_a_stand_in_says_what_it_stands_for() -> None:
    """
    Its type's name, and what was raised around it.
    """
    cause = ValueError("cause")
    with pytest.raises(OSError, match="denied") as caught:
        fail_with(OSError(13, "denied", f"/{SECRET}"), cause)

    hidden = hidden_error(caught.value, REDACTOR)

    assert isinstance(hidden, OrderferryError)
    assert str(hidden).startswith("PermissionError: [Errno 13] denied")
    assert cause is hidden.__cause__
    assert hidden.__traceback__ is not None


def test_a_suppressed_context_stays_suppressed() -> None:
    """
    `raise ... from None` means it.
    """

    def fail() -> None:
        try:
            fail_with(KeyError(SECRET))
        except KeyError:
            raise ValueError("said") from None

    with pytest.raises(ValueError, match="said") as caught:
        fail()

    hidden = hidden_error(caught.value, REDACTOR)

    assert hidden.__suppress_context__
    assert hidden.__cause__ is None
    assert repr(hidden.__context__) == "KeyError('***')"


def test_errors_that_chain_in_a_circle_end() -> None:
    """
    Python lets them.
    """
    first, second = ValueError(SECRET), KeyError(SECRET)
    first.__context__, second.__context__ = second, first

    assert "***" == str(hidden_error(first, REDACTOR))


def test_a_secret_object_in_an_error_stays_a_secret() -> None:
    """
    It hides itself.
    """
    error = hidden_error(ValueError(Secret(SECRET)), REDACTOR)

    assert "***" == str(error)
