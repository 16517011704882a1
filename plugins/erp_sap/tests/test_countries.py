"""
Country codes.
"""

import pytest

from orderferry_erp_sap._countries import _ALPHA_2, country_key


@pytest.mark.parametrize(
    ("code", "key"),
    [("NO", "NO"), ("no", "NO"), ("NOR", "NO"), ("swe", "SE"), (" DNK ", "DK"), ("GBR", "GB")],
)
def test_two_and_three_letters_are_understood(code: str, key: str) -> None:
    """
    SAP's key is the alpha-2 code, in capitals.
    """
    assert key == country_key(code)


@pytest.mark.parametrize("code", ["", "N", "NORWAY", "XXX", "N0", "47"])
def test_what_is_no_code_has_no_key(code: str) -> None:
    """
    Nothing is guessed.
    """
    assert country_key(code) is None


def test_the_table_has_all_countries_once() -> None:
    """
    ISO 3166-1 has 249 countries, with a code of two letters each.
    """
    assert len(_ALPHA_2) == 249
    assert len(set(_ALPHA_2.values())) == 249
