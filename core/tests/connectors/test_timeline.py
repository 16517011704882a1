"""
Tests of `orderferry.connectors.Timeline`.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Thread

from orderferry.connectors._redaction import Redactor
from orderferry.connectors._timeline import TEXT_LIMIT, Exchange, Timeline

START = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def ticking_clock() -> Callable[[], datetime]:
    """
    Return a clock that is a second later each time it is read.
    """
    times = iter(START + timedelta(seconds=number) for number in range(100))
    return lambda: next(times)


def make_timeline(*secrets: str) -> Timeline:
    """
    Return a timeline that hides some secrets.
    """
    return Timeline(Redactor(secrets), ticking_clock())


def test_a_request_and_its_response_are_one_exchange() -> None:
    """
    A request and its response are one exchange, with its begin and duration.
    """
    timeline = make_timeline()

    timeline.finish(timeline.begin("POST /orders"), "201 Created")

    assert (Exchange("POST /orders", "201 Created", START, 1.0),) == timeline.exchanges


def test_a_request_is_recorded_before_its_response() -> None:
    """
    A request is an exchange without a response until it is finished, so a crash leaves it.
    """
    timeline = make_timeline()

    timeline.begin("POST /orders")

    assert (Exchange("POST /orders", None, START, None),) == timeline.exchanges


def test_a_lost_response_has_a_fault() -> None:
    """
    An exchange whose response was lost has the fault in place of the response.
    """
    timeline = make_timeline()

    timeline.finish(timeline.begin("POST /orders"), fault="connection reset")

    (exchange,) = timeline.exchanges
    assert exchange.response is None
    assert "connection reset" == exchange.fault


def test_a_read_does_not_count_as_begun() -> None:
    """
    A request that only reads does not count as begun.
    """
    timeline = make_timeline()

    timeline.begin("GET /orders", write=False)

    assert not timeline.begun
    assert timeline.last_began is None


def test_a_write_counts_as_begun() -> None:
    """
    A request that may change something at the target counts as begun.
    """
    timeline = make_timeline()

    timeline.begin("GET /orders", write=False)
    timeline.begin("POST /orders")

    assert timeline.begun
    assert START + timedelta(seconds=1) == timeline.last_began


def test_the_last_write_gives_the_time() -> None:
    """
    The time `last_began` is the latest begin of a write, whatever was read since.
    """
    timeline = make_timeline()

    timeline.begin("POST /1")
    timeline.begin("POST /2")
    timeline.begin("GET /3", write=False)

    assert START + timedelta(seconds=1) == timeline.last_began


def test_a_write_ends_by_its_own_timeout_or_by_the_call_s() -> None:
    """
    The time `last_ends` is the latest end of a write, which may not be the last write.
    """
    timeline = make_timeline()

    timeline.begin("GET /1", write=False, timeout=90)
    assert timeline.last_ends(30) is None
    timeline.begin("POST /2", timeout=20)
    timeline.begin("POST /3", timeout=5)
    assert START + timedelta(seconds=21) == timeline.last_ends(30)
    timeline.record("PUT 4")
    assert START + timedelta(seconds=33) == timeline.last_ends(30)


def test_a_write_that_was_not_sent_does_not_count() -> None:
    """
    A write of which no byte was sent does not count as begun.
    """
    timeline = make_timeline()

    timeline.finish(timeline.begin("POST /orders"), fault="refused", sent=False)

    assert not timeline.begun
    assert timeline.last_ends(30) is None


def test_a_second_record_completes_the_first() -> None:
    """
    A request that is recorded again with its response completes the first record.
    """
    timeline = make_timeline()

    timeline.record("PUT W1.x12")
    open_exchanges = timeline.exchanges
    timeline.record("PUT W1.x12", "written")

    assert [Exchange("PUT W1.x12", None, START, None)] == list(open_exchanges)
    assert [Exchange("PUT W1.x12", "written", START, 1.0)] == list(timeline.exchanges)


def test_a_record_of_another_request_is_an_exchange_of_its_own() -> None:
    """
    Only the same request completes an exchange without a response, and only once.
    """
    timeline = make_timeline()

    timeline.record("PUT a")
    timeline.record("PUT b", "written")
    timeline.record("PUT a", "written")
    timeline.record("PUT a", "written again")

    assert ["written", "written", "written again"] == [
        exchange.response for exchange in timeline.exchanges
    ]


def test_recorded_requests_count_as_begun() -> None:
    """
    A recorded request counts as a write, because the core cannot tell whether it only reads.
    """
    timeline = make_timeline()

    timeline.record(b"ISA*00*")

    assert timeline.begun


def test_secrets_are_hidden_in_requests_responses_and_faults() -> None:
    """
    Secrets are hidden in requests, responses and faults.
    """
    timeline = make_timeline("geheim-1234")

    timeline.finish(timeline.begin("pass geheim-1234"), "echo geheim-1234", fault="geheim-1234")

    assert "geheim" not in repr(timeline.exchanges)
    assert "pass ***" == timeline.exchanges[0].request


def test_long_bodies_are_cut_with_a_note() -> None:
    """
    A text is cut after 64 Ki characters, with a note.
    """
    timeline = make_timeline()

    timeline.record("x" * (TEXT_LIMIT + 1), "y" * TEXT_LIMIT)

    request, response = timeline.exchanges[0].request, timeline.exchanges[0].response
    assert "x" * TEXT_LIMIT + "\n(cut at 64 KiB)" == request
    assert "y" * TEXT_LIMIT == response


def test_a_cut_through_a_secret_leaves_nothing_of_it() -> None:
    """
    A secret at the place of the cut is hidden before the text is cut.
    """
    timeline = make_timeline("geheim-1234")

    timeline.record("x" * (TEXT_LIMIT - 4) + "geheim-1234")

    assert "gehe" not in timeline.exchanges[0].request


def test_bytes_that_are_not_text_are_shown_by_their_length() -> None:
    """
    A body that is not text is shown by its length.
    """
    timeline = make_timeline()

    timeline.record(b"\xff\xd8\xff", b"a\0b")

    exchange = timeline.exchanges[0]
    assert "(3 bytes, not text)" == exchange.request
    assert "(3 bytes, not text)" == exchange.response


def test_a_long_body_in_bytes_is_text_too() -> None:
    """
    A body of UTF-8 bytes is text, also if it is cut in the middle of a character.
    """
    timeline = make_timeline()

    timeline.record(b"x" + "\u00f8".encode() * 1_000_000)

    assert "x" + "\u00f8" * (TEXT_LIMIT - 1) + "\n(cut at 64 KiB)" == timeline.exchanges[0].request


def test_threads_lose_no_exchange() -> None:
    """
    Each request that a thread records is one exchange with its own response.
    """
    timeline = Timeline(Redactor())

    def send(name: str) -> None:
        for number in range(50):
            timeline.finish(timeline.begin(f"{name}-{number}"), f"{name}-{number}")

    threads = [Thread(target=send, args=(str(number),)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 800 == len({exchange.request for exchange in timeline.exchanges})
    assert all(exchange.request == exchange.response for exchange in timeline.exchanges)
