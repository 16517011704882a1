"""
What a call asked of its target, and what came back.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import TEXT_LIMIT, Exchange, Timeline

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def ticking() -> Callable[[], datetime]:
    """
    A clock that is a second later each time it is read.
    """
    times = iter(START + timedelta(seconds=number) for number in range(100))
    return lambda: next(times)


def timeline(*secrets: str) -> Timeline:
    """
    A timeline that hides these secrets.
    """
    return Timeline(Redactor(secrets), ticking())


def test_a_request_and_its_answer_make_one_exchange() -> None:
    """
    With when it began and how long it took.
    """
    told = timeline()

    told.finish(told.begin("POST /orders"), "201 Created")

    assert (Exchange("POST /orders", "201 Created", START, 1.0),) == told.exchanges


def test_a_request_stands_there_before_its_answer() -> None:
    """
    A crash in between leaves the request behind, without an answer.
    """
    told = timeline()

    told.begin("POST /orders")

    assert (Exchange("POST /orders", None, START, None),) == told.exchanges


def test_a_lost_answer_says_why() -> None:
    """
    The fault stands where the answer would.
    """
    told = timeline()

    told.finish(told.begin("POST /orders"), fault="connection reset")

    assert (None, "connection reset") == (told.exchanges[0].response, told.exchanges[0].fault)


def test_only_writes_count_as_begun() -> None:
    """
    What was only read has no effect at the target.
    """
    told = timeline()

    told.begin("GET /orders", write=False)
    only_read = told.begun, told.last_began
    told.begin("POST /orders")

    assert (False, None) == only_read
    assert (True, START + timedelta(seconds=1)) == (told.begun, told.last_began)


def test_the_last_write_gives_the_time() -> None:
    """
    `last_began` is the latest begin of a write, whatever was read since.
    """
    told = timeline()

    told.begin("POST /1")
    told.begin("POST /2")
    told.begin("GET /3", write=False)

    assert START + timedelta(seconds=1) == told.last_began


def test_a_write_ends_by_its_own_timeout_or_by_the_call_s() -> None:
    """
    `last_ends` is the latest end of a write, which need not be the last one's.
    """
    told = timeline()

    told.begin("GET /1", write=False, timeout=90)
    only_read = told.last_ends(30)
    told.begin("POST /2", timeout=20)
    told.begin("POST /3", timeout=5)
    with_timeouts = told.last_ends(30)
    told.record("PUT 4")

    assert [None, START + timedelta(seconds=21), START + timedelta(seconds=33)] == [
        only_read,
        with_timeouts,
        told.last_ends(30),
    ]


def test_a_write_of_which_nothing_left_does_not_count() -> None:
    """
    A refused connection took nothing.
    """
    told = timeline()

    told.finish(told.begin("POST /orders"), fault="refused", sent=False)

    assert (False, None) == (told.begun, told.last_ends(30))


def test_a_second_record_completes_the_first() -> None:
    """
    A connector with a protocol of its own tells the request, then the same with its answer.
    """
    told = timeline()

    told.record("PUT W1.x12")
    open_ones = told.exchanges
    told.record("PUT W1.x12", "written")

    assert [Exchange("PUT W1.x12", None, START, None)] == list(open_ones)
    assert [Exchange("PUT W1.x12", "written", START, 1.0)] == list(told.exchanges)


def test_a_record_of_another_request_is_an_exchange_of_its_own() -> None:
    """
    Only the same request completes an open one, and only once.
    """
    told = timeline()

    told.record("PUT a")
    told.record("PUT b", "written")
    told.record("PUT a", "written")
    told.record("PUT a", "written again")

    assert ["written", "written", "written again"] == [one.response for one in told.exchanges]


def test_recorded_requests_count_as_begun() -> None:
    """
    The core cannot tell whether a foreign protocol only read.
    """
    told = timeline()

    told.record(b"ISA*00*")

    assert told.begun


def test_secrets_are_hidden_in_requests_answers_and_faults() -> None:
    """
    The timeline is shown to people.
    """
    told = timeline("geheim-1234")

    told.finish(told.begin("pass geheim-1234"), "echo geheim-1234", fault="geheim-1234")

    assert "geheim" not in repr(told.exchanges)
    assert "pass ***" == told.exchanges[0].request


def test_long_bodies_are_cut_with_a_note() -> None:
    """
    64 Ki characters stay.
    """
    told = timeline()

    told.record("x" * (TEXT_LIMIT + 1), "y" * TEXT_LIMIT)

    request, response = told.exchanges[0].request, told.exchanges[0].response
    assert "x" * TEXT_LIMIT + "\n(cut at 64 KiB)" == request
    assert "y" * TEXT_LIMIT == response


def test_a_cut_through_a_secret_leaves_nothing_of_it() -> None:
    """
    It is hidden before the text is cut.
    """
    told = timeline("geheim-1234")

    told.record("x" * (TEXT_LIMIT - 4) + "geheim-1234")

    assert "gehe" not in told.exchanges[0].request


def test_bytes_that_are_no_text_are_told_by_their_length() -> None:
    """
    A label's picture in the timeline would help nobody.
    """
    told = timeline()

    told.record(b"\xff\xd8\xff", b"a\0b")

    exchange = told.exchanges[0]
    assert ("(3 bytes, not text)", "(3 bytes, not text)") == (exchange.request, exchange.response)


def test_a_long_body_in_bytes_is_text_too() -> None:
    """
    Wherever it is cut: here in the middle of a character.
    """
    told = timeline()

    told.record(b"x" + "\u00f8".encode() * 1_000_000)

    assert "x" + "\u00f8" * (TEXT_LIMIT - 1) + "\n(cut at 64 KiB)" == told.exchanges[0].request


def test_threads_lose_no_exchange() -> None:
    """
    A connector may send its parts at the same time.
    """
    told = Timeline(Redactor())

    def send(name: str) -> None:
        for number in range(50):
            told.finish(told.begin(f"{name}-{number}"), f"{name}-{number}")

    threads = [Thread(target=send, args=(str(number),)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 800 == len({one.request for one in told.exchanges})
    assert all(one.request == one.response for one in told.exchanges)
