"""
Tests of the bounds of validators in JSON Schema.
"""

from __future__ import annotations

import pytest
from attrs import validators

from orderferry.connectors.settings._docs import bounds


@pytest.mark.parametrize(
    ("validator", "expected"),
    [
        (validators.ge(1), {"minimum": 1}),
        (validators.gt(1), {"exclusiveMinimum": 1}),
        (validators.le(1), {"maximum": 1}),
        (validators.lt(1), {"exclusiveMaximum": 1}),
        (validators.min_len(2), {"minLength": 2}),
        (validators.in_(("a", "b")), {"enum": ["a", "b"]}),
        (validators.optional(validators.ge(1)), {"minimum": 1}),
        (validators.optional([validators.ge(1), validators.le(2)]), {"minimum": 1, "maximum": 2}),
        (
            validators.and_(validators.ge(1), validators.lt(3)),
            {"minimum": 1, "exclusiveMaximum": 3},
        ),
        (validators.instance_of(str), {}),
        (None, {}),
        (lambda *_: None, {}),
    ],
)
def test_a_validator_has_its_bounds_in_json_schema(
    validator: object, expected: dict[str, object]
) -> None:
    """
    Validators with a keyword in JSON Schema have it, alone and in combination, and others have
    none.
    """
    assert expected == bounds(validator)
