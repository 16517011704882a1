"""
Tests that no command prints a secret, even if a connector logs, sends or raises it.
"""

import base64

import pytest

from .conftest import Workplace

SECRET = "s3cr3t/with+odd&signs"

CALLING: tuple[tuple[str, ...], ...] = (
    ("run", "-vv", "--status", "New", "A1.json"),
    ("run", "--status", "New", "--json", "A1.json"),
    ("check", "-vv"),
    ("check", "--json"),
    ("preview", "-vv", "--connector", "acme", "A1.json"),
)
READING: tuple[tuple[str, ...], ...] = (
    ("check", "--offline"),
    ("connectors", "--json"),
    ("connectors",),
    ("connectors", "show", "acme"),
    ("connectors", "show", "acme", "--schema"),
)
BEHAVIOURS = ("take", "leak", "leak politely", "reject")
CASES = [(does, command) for does in BEHAVIOURS for command in CALLING]
CASES += [("take", command) for command in READING]


@pytest.mark.parametrize(("does", "arguments"), CASES)
def test_no_command_prints_a_secret(
    workplace: Workplace,
    capfd: pytest.CaptureFixture[str],
    does: str,
    arguments: tuple[str, ...],
) -> None:
    """
    A secret that the connector logs, sends and raises is hidden in every output.
    """
    workplace.configure({"does": does, "token": "${env:ACME_TOKEN}"})
    workplace.order()

    ran = workplace.call(*arguments, variables={"ACME_TOKEN": SECRET})

    past_python = capfd.readouterr()
    everything = ran.out + (ran.err + past_python.out + past_python.err).encode()
    assert b"" != everything
    assert SECRET.encode() not in everything
    assert base64.b64encode(SECRET.encode()) not in everything


def test_what_is_hidden_was_there_to_be_seen(workplace: Workplace) -> None:
    """
    The mask replaces the secret in the error, the log and the document.
    """
    workplace.configure({"does": "leak", "token": "${env:ACME_TOKEN}"})
    name = workplace.order()
    failed = workplace.run("run", "-v", "--status", "New", name, ACME_TOKEN=SECRET)
    workplace.configure({"token": "${env:ACME_TOKEN}"})
    document = workplace.call(
        "preview", "--connector", "acme", name, variables={"ACME_TOKEN": SECRET}
    )

    assert "401 for token ***" in " ".join(failed.text.split())
    assert "token='***'" in failed.err
    assert document.out.startswith(b"A1  {} ***")


def test_a_literal_secret_is_hidden_and_warned_of(workplace: Workplace) -> None:
    """
    A literal secret works, and `check` warns of it.
    """
    workplace.configure({"token": SECRET})

    ran = workplace.call("check", "--json")

    (warning,) = [finding for finding in ran.json() if finding["state"] == "warning"]
    assert 0 == ran.code
    assert "token is kept out of the configuration" == warning["what"]
    assert SECRET not in ran.text


def test_an_invalid_setting_does_not_show_a_secret(workplace: Workplace) -> None:
    """
    A secret in an invalid setting is not repeated in the message.
    """
    workplace.configure({"does": 7, "token": SECRET[:5], "taken": ["${env:ACME_TOKEN}"]})

    ran = workplace.call("check", variables={"ACME_TOKEN": SECRET})

    assert 1 == ran.code
    assert SECRET not in ran.text + ran.err
