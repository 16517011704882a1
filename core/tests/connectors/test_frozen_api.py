"""
The hook API is frozen: what a version of it offers stays, as long as its major is served.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from orderferry.connectors import HOOK_API

from .allowed import POLICY, breaches
from .hook_api import described

FOLDER = Path(__file__).parent
FROZEN = {(1, 0): "773fb650b2f5aec70c4814bff845767e4628b363743846d3cb5de28d2f7b3aba"}
"""Each frozen version, and the SHA-256 of its file: a file that is there is never edited again."""


def pinned(version: tuple[int, int]) -> Any:
    """
    What a version of the hook API offered when it was frozen.
    """
    return json.loads(_file(version).read_bytes())


def _file(version: tuple[int, int]) -> Path:
    return FOLDER / f"hook_api_{version[0]}_{version[1]}.json"


@pytest.mark.parametrize("version", FROZEN)
def test_a_frozen_version_is_never_edited(version: tuple[int, int]) -> None:
    """
    It is a record of what was promised, not of what there is.
    """
    found = sha256(_file(version).read_bytes()).hexdigest()

    assert FROZEN[version] == found, f"{_file(version).name} was edited; {POLICY}"


@pytest.mark.parametrize("version", [each for each in FROZEN if each[0] == HOOK_API[0]])
def test_all_that_a_version_of_this_major_offered_is_still_there(version: tuple[int, int]) -> None:
    """
    Every hook with its arguments, every type, error, protocol and setting.
    """
    told = list(breaches(pinned(version), described()))

    assert not told, f"hook API {version}: " + "; ".join(told) + f". {POLICY}"


def test_a_hook_or_an_argument_more_is_a_minor_more() -> None:
    """
    A connector that needs it says so with the version, so the version has to say that it is there.
    """
    advice = (
        "raise the minor of HOOK_API, and freeze it: PYTHONPATH=. python -m "
        "core.tests.connectors.hook_api > core/tests/connectors/hook_api_X_Y.json"
    )

    assert HOOK_API in FROZEN, advice
    assert _arguments(pinned(HOOK_API)) == _arguments(described()), advice


def _arguments(api: Any) -> dict[str, list[str]]:
    return {name: sorted(hook["arguments"]) for name, hook in api["hooks"].items()}


def _of(api: Any, name: str, room: str = "orderferry") -> Any:
    return api["names"][room][name]


def _change_default(api: Any) -> None:
    _of(api, "ExportResult")["call"]["parameters"][1]["default"] = "'ok'"


def _need_a_field(api: Any) -> None:
    call = _of(api, "CannotTell")["call"]
    call["parameters"].append({"name": "code", "kind": "positional or keyword", "type": "str"})


def _put_in_front(api: Any) -> None:
    parameters = _of(api, "Document")["call"]["parameters"]
    new = {"name": "title", "kind": "positional or keyword", "type": "str", "default": "''"}
    parameters.insert(0, new)


def _ask_simulators(api: Any) -> None:
    _of(api, "Simulator", "orderferry.connectors")["attributes"]["reset"] = {"value": "x"}


FORBIDDEN: dict[str, tuple[Callable[[Any], object], str]] = {
    "a hook gone": (lambda api: api["hooks"].pop("receive"), "hook receive is gone"),
    "an argument gone": (
        lambda api: api["hooks"]["check"]["arguments"].pop("context"),
        "hook check: arguments: context is gone",
    ),
    "another kind": (
        lambda api: api["hooks"]["check"].update(firstresult=False),
        "hook check: firstresult is False, and was True",
    ),
    "a type gone": (lambda api: api["names"]["orderferry"].pop("Found"), "Found is gone"),
    "a default changed": (_change_default, r"ExportResult\(message\): default is \"'ok'\""),
    "a field needed": (_need_a_field, r"CannotTell\(\) needs code, which no call of before gives"),
    "a field in front": (_put_in_front, r"Document\(\) takes .* and not \['content'"),
    "a member of the context gone": (
        lambda api: _of(api, "Context")["attributes"].pop("time_left"),
        "Context.time_left is gone",
    ),
    "a member more for simulators": (_ask_simulators, "Simulator asks vendors for reset"),
    "an error elsewhere in the tree": (
        lambda api: _of(api, "ThrottledError", "orderferry.errors")["bases"].pop(0),
        "ThrottledError is no TransientError any more",
    ),
    "a value of an enum": (
        lambda api: _of(api, "FindingState")["members"].update(PROVEN="shown"),
        "FindingState members: PROVEN is 'shown', and was 'proven'",
    ),
    "a setting read otherwise": (
        lambda api: api["settings"]["read"].update(limit="10.5"),
        "settings: read: limit is '10.5'",
    ),
}


@pytest.mark.parametrize("change", FORBIDDEN)
def test_what_is_taken_away_or_changed_is_told_with_its_place(change: str) -> None:
    """
    The policy does not allow it to a minor version.
    """
    do, told = FORBIDDEN[change]
    api = pinned((1, 0))
    changed = deepcopy(api)
    do(changed)

    (breach,) = breaches(api, changed)

    assert re.search(told, breach)


def test_what_is_added_is_allowed() -> None:
    """
    A hook, an argument, an optional field, a member of the context, an error, a value of an enum.
    """
    api = pinned((1, 0))
    grown = deepcopy(api)
    grown["hooks"]["refund_order"] = grown["hooks"]["cancel_order"]
    grown["hooks"]["check"]["arguments"]["depth"] = "int"
    optional = {"name": "code", "kind": "positional or keyword", "type": "str", "default": "''"}
    _of(grown, "CannotTell")["call"]["parameters"].append(optional)
    _of(grown, "Context")["attributes"]["trace"] = {"property": "str"}
    _of(grown, "FindingState")["members"]["GUESSED"] = "guessed"
    grown["names"]["orderferry.errors"]["LateError"] = {"bases": []}

    assert [] == list(breaches(api, grown))
