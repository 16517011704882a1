"""
A tenant's code is chosen by the order's values, and never guessed.
"""

import pytest

from orderferry_wms_manhattan._choice import UnmappedError, choose

CODES = {"express": "EXP", "Standard": "GND"}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        (("express", "Standard", "DEF"), "EXP"),
        (("other", "Standard", "DEF"), "GND"),
        (("other", None, "DEF"), "DEF"),
        ((None, None, "DEF"), "DEF"),
        ((None, "", None), None),
    ],
)
def test_first_known_value_decides(values: tuple[str | None, ...], code: str | None) -> None:
    """
    The first value with a code decides; the default is for the others, and nothing for none.
    """
    assert code == choose(CODES, *values)


def test_value_that_nothing_knows_is_refused() -> None:
    """
    With codes and no default, a value without a code is an error.
    """
    with pytest.raises(UnmappedError):
        choose(CODES, "other", None)


def test_no_codes_ask_for_nothing() -> None:
    """
    Where no codes are configured, no value needs one.
    """
    assert choose({}, "other", None) is None
