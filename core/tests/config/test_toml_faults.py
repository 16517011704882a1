"""
Tests of the faults of the configuration file.
"""

import os
import pickle

import pytest

from orderferry.config import read_config
from orderferry.errors import ConfigurationError

from .conftest import STEPS, Files

WORKFLOW = {"name": "Online"}


@pytest.mark.parametrize(
    ("toml", "fault"),
    [
        ("[runtime]\nwork = ", "not TOML: Invalid value (at line 2, column 8)"),
        ("[runtime\n", "not TOML: Expected ']' at the end of a table declaration (at line 1"),
        (b'a = "\xff"', "not UTF-8: line 1, column 6"),
        (b'\na = "\xff"', "not UTF-8: line 2, column 6"),
        ("a = " + "[" * 100_000, "nested too deeply"),
        ("a = " + "9" * 5000, "not TOML"),
        ("[runtimes]", "'runtimes' is unknown in the file; did you mean runtime? @ runtimes"),
        ('["a b"]', """'a b' is unknown in the file; use one of connector, runtime @ ["a b"]"""),
        ("runtime = 1", "runtime: expected a table, got 1 (an integer) @ runtime"),
        (
            "[runtime]\norder_limit = 1",
            (
                "'order_limit' is unknown in [runtime]; use one of age_limits, "
                "api_deadline_seconds, api_interval_seconds, api_token, api_url, database, "
                "document_retention_days, foreign_steps, grace_seconds, inline_deadline_seconds, "
                "lease_seconds, order_limit_bytes, state_directory, workflow "
                "@ runtime.order_limit"
            ),
        ),
        (
            "[runtime]\norder_limit_byte = 1",
            (
                "'order_limit_byte' is unknown in [runtime]; did you mean order_limit_bytes? "
                "@ runtime.order_limit_byte"
            ),
        ),
        ("[runtime]\nWorkflow = 'a'", "'Workflow' is unknown in [runtime]; did you mean workflow?"),
        (
            "[runtime]\nworkflow = 1",
            "workflow: expected a string, got 1 (an integer) @ runtime.work",
        ),
        ("[runtime]\nworkflow = ''", 'workflow: expected a path, got "" (a string)'),
        ('[runtime]\nstate_directory = "\\u0000"', "state_directory: expected a path"),
        (
            "[runtime]\norder_limit_bytes = 0",
            "order_limit_bytes: expected an integer of at least 1, got 0",
        ),
        (
            "[runtime]\norder_limit_bytes = true",
            "expected an integer of at least 1, got true (a boolean)",
        ),
        (
            "[runtime]\norder_limit_bytes = 1.5",
            "expected an integer of at least 1, got 1.5 (a number)",
        ),
        (
            "[runtime]\ninline_deadline_seconds = 0",
            "expected seconds, more than 0 and at most 3600, got 0",
        ),
        (
            "[runtime]\ninline_deadline_seconds = nan",
            "expected seconds, more than 0 and at most 3600, got",
        ),
        (
            "[runtime]\ninline_deadline_seconds = inf",
            "expected seconds, more than 0 and at most 3600, got",
        ),
        ("[runtime]\ninline_deadline_seconds = true", "at most 3600, got true (a boolean)"),
        ("[runtime]\nforeign_steps = 'A'", 'foreign_steps: expected a list, got "A" (a string)'),
        (
            "[runtime]\nforeign_steps = ['A', 1]",
            "expected a list of names, got 1 (an integer) at [1]",
        ),
        ("[connector]\nname='sap'", "write each connector as [[connector]], in double brackets"),
        ("connector = 1", "connector: expected a list, got 1 (an integer) @ connector"),
        ("connector = [1]", "connector: expected a table, got 1 (an integer) @ connector[0]"),
        ("[[connector]]\nid = 'eu'", "name is missing @ connector[0]"),
        (
            "[[connector]]\nname = ''",
            "name: expected a name, got an empty string @ connector[0].name",
        ),
        ("[[connector]]\nname = 'a/b'", 'name: expected a name without "/", got "a/b" (a string)'),
        ("[[connector]]\nname = 'a'\nid = 'a/b'", 'id: expected a name without "/", got "a/b"'),
        (
            "[[connector]]\nname = ' a'",
            "name: expected a name without control characters and surrounding",
        ),
        ('[[connector]]\nname = "a\\u0007"', "name: expected a name without control characters"),
        ("[[connector]]\nname = 'a'\nmarkets = 'NOR'", 'markets: expected a list, got "NOR"'),
        ("[[connector]]\nname = 'a'\nmarkets = ['']", "expected a list of names, got"),
        (
            "[[connector]]\nname = 'a'\nmarket = []",
            "'market' is unknown in [[connector]]; did you m",
        ),
        (
            "[[connector]]\nname = 'a'\nrate_limit = 5",
            "'rate_limit' is unknown in [[connector]]; us",
        ),
        (
            "[[connector]]\nname = 'a'\nsettings = 1",
            "settings: expected a table, got 1 (an integer)",
        ),
        (
            "[[connector]]\nname = 'a'\n[[connector]]\nname = 'a'\nid = 'default'",
            "a/default is defined twice: here, and at connector[0] @ connector[1]",
        ),
    ],
)
def test_a_fault_is_reported_with_its_place(files: Files, toml: str | bytes, fault: str) -> None:
    """
    A fault has line and column, or the path of the key, and the nearest valid name or all names.
    """
    [message] = files.faults(WORKFLOW, toml)

    assert message.startswith("orderferry.toml: ")
    assert fault in message


def test_a_missing_configuration_is_reported_with_a_remedy(files: Files) -> None:
    """
    The message of a missing file names the command that creates it.
    """
    with pytest.raises(
        ConfigurationError, match="file not found; create it with `orderferry init`"
    ):
        read_config(files.path, steps=STEPS)


def test_a_folder_in_place_of_the_configuration_is_reported(files: Files) -> None:
    """
    A path that cannot be read is reported with the operating system's message.
    """
    files.path.mkdir()
    with pytest.raises(ConfigurationError, match="cannot be read: Is a directory"):
        read_config(files.path, steps=STEPS)


def test_a_missing_workflow_is_reported_with_its_path(files: Files) -> None:
    """
    A missing workflow file is reported under the path that the configuration has.
    """
    assert ["web.json: cannot be read: No such file or directory"] == files.faults(
        WORKFLOW, '[runtime]\nworkflow = "web.json"'
    )


def test_the_faults_of_both_files_are_reported_at_once(files: Files) -> None:
    """
    The attribute of the error has all faults, and its message has a line for each.
    """
    files.write({"name": "Online", "orderStatuses": 1}, "[runtime]\nx = 1\n[[connector]]\nid='a'")
    with pytest.raises(ConfigurationError) as caught:
        read_config(files.path, steps=STEPS)

    faults = [fault.removeprefix(f"{files.folder}{os.sep}") for fault in caught.value.faults]
    assert ["'x' is unknown", "name is missing", "OrderStatuses: expected a list"] == [
        fault.partition(": ")[2][: len(start)]
        for fault, start in zip(
            faults,
            ["'x' is unknown", "name is missing", "OrderStatuses: expected a list"],
            strict=True,
        )
    ]
    lines = str(caught.value).splitlines()
    assert "3 faults in the configuration:" == lines[0]
    assert [f"  {fault}" for fault in caught.value.faults] == lines[1:]


def test_the_error_pickles(files: Files) -> None:
    """
    The error has its message and faults after pickling.
    """
    files.write(1)
    with pytest.raises(ConfigurationError) as caught:
        read_config(files.path, steps=STEPS)
    copy = pickle.loads(pickle.dumps(caught.value))

    assert str(caught.value) == str(copy)
    assert caught.value.faults == copy.faults


def test_no_fault_shows_settings(files: Files) -> None:
    """
    Settings may contain secrets, and are in no fault of the file.
    """
    toml = '[[connector]]\nname = 1\npasword = "hunter22"\n[connector.settings]\na = "hunter22"'

    assert "hunter22" not in "".join(files.faults(WORKFLOW, toml))
