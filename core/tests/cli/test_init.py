"""
Tests of `orderferry init`.
"""

import json
import re
import tomllib

from .conftest import Ran, Site, Workplace

DEMANDING = """
from collections.abc import Mapping
from enum import StrEnum

from attrs import define, field, frozen

from orderferry import Connector, ExportResult, Secret, hookimpl


class Mode(StrEnum):
    FAST = "fast"
    SAFE = "safe"


@frozen(kw_only=True)
class Login:
    scope: str
    key: Secret


@frozen(kw_only=True)
class Settings:
    base_url: str = field(metadata={"description": "Where it answers."})
    host: str
    fingerprint: str = field(metadata={"example": "aa:bb"})
    mode: Mode
    pages: int
    strict: bool
    names: list[str]
    units: Mapping[str, str]
    login: Login
    retries: int = field(default=3, metadata={"description": "How often it tries.\\nThen not."})
    username: str = ""
    password: Secret | None = None

    def __attrs_post_init__(self):
        if not self.username or self.password is None:
            raise ValueError("no way to sign in: give username and password")


@define(eq=False)
class TheConnector(Connector):
    Settings = Settings

    settings: Settings

    @hookimpl
    def export_order(self, order, shipment, properties, context):
        return ExportResult()
"""


def begin(workplace: Workplace, *arguments: str) -> Ran:
    """
    Run `init` where there is no configuration yet.
    """
    for name in ("orderferry.toml", "workflow.json"):
        (workplace.folder / name).unlink()
    return workplace.call("init", *arguments)


def variables_of(ran: Ran) -> dict[str, str]:
    """
    A value for each environment variable that `init` asks for.
    """
    (line,) = [line for line in ran.text.splitlines() if line.startswith("Set these environment")]
    return dict.fromkeys(line.partition(": ")[2].split(", "), "a value of its own")


def test_what_it_writes_passes_the_check(workplace: Workplace, site: Site) -> None:
    """
    The written configuration passes the check once its variables are set.
    """
    site.connector("demanding", DEMANDING)

    ran = begin(workplace)
    checked = workplace.call("check", "--offline", "--json", variables=variables_of(ran))

    assert 0 == ran.code
    assert [] == [
        finding for finding in checked.json() if finding["state"] in {"failed", "warning"}
    ]
    assert {"demanding/default", "acme/default"} <= {
        finding["subject"] for finding in checked.json()
    }
    assert 0 == checked.code


def test_every_setting_is_there_with_its_documentation(workplace: Workplace, site: Site) -> None:
    """
    Required settings have values, secrets refer to the environment, and the others are comments.
    """
    site.connector("demanding", DEMANDING)
    begin(workplace)

    text = (workplace.folder / "orderferry.toml").read_text()
    tables = {
        connector["name"]: connector["settings"] for connector in tomllib.loads(text)["connector"]
    }

    assert {
        "base_url": "https://demanding.example.com",
        "host": "demanding.example.com",
        "fingerprint": "aa:bb",
        "mode": "fast",
        "pages": 1,
        "strict": False,
        "names": [],
        "units": {},
        "login": {"scope": "CHANGE-ME", "key": "${env:DEMANDING_LOGIN_KEY}"},
        "username": "CHANGE-ME",
        "password": "${env:DEMANDING_PASSWORD}",
    } == tables["demanding"]
    assert "# How often it tries. Then not. (whole number)\n# retries = 3\n" in text
    assert "# Where it answers. (text)\n" in text


def test_the_comments_are_toml_too(workplace: Workplace, site: Site) -> None:
    """
    A commented setting is valid TOML without its comment mark.
    """
    site.connector("demanding", DEMANDING)
    begin(workplace)

    text = (workplace.folder / "orderferry.toml").read_text()
    used = re.sub(r"(?m)^# (\w+ = )", r"\1", text)

    connectors = {connector["name"]: connector for connector in tomllib.loads(used)["connector"]}
    assert 3 == connectors["demanding"]["settings"]["retries"]


def test_the_workflow_names_every_connector(workplace: Workplace, site: Site) -> None:
    """
    The workflow exports each new order to every connector once.
    """
    site.connector("demanding", DEMANDING)
    begin(workplace)

    workflow = json.loads((workplace.folder / "workflow.json").read_text())
    first, *steps = workflow["orderStatuses"][0]["workflowSteps"]

    named = [first["connector"], *(name for step in steps for name in step["connector"])]
    assert {"acme", "demanding"} <= set(named)
    assert len(named) == len(set(named))


def test_a_broken_connector_is_left_out_with_the_reason(workplace: Workplace, site: Site) -> None:
    """
    A broken connector is omitted with the reason, and the others are configured.
    """
    site.connector("broken", "import nothing_of_that_name")

    ran = begin(workplace)

    text = (workplace.folder / "orderferry.toml").read_text()
    assert 0 == ran.code
    assert "acme" == tomllib.loads(text)["connector"][0]["name"]
    assert "# Omitted: connector broken (orderferry-broken 1.0)" in text


def test_files_are_overwritten_only_with_force(workplace: Workplace) -> None:
    """
    Existing files are overwritten only with --force.
    """
    before = (workplace.folder / "orderferry.toml").read_text()
    (workplace.folder / "workflow.json").unlink()

    refused = workplace.call("init")
    text = (workplace.folder / "orderferry.toml").read_text()
    forced = workplace.call("init", "--force")

    assert 2 == refused.code
    assert before == text
    assert 0 == forced.code
    assert "orderferry.toml" in refused.err
    assert "written by `orderferry init`" in (workplace.folder / "orderferry.toml").read_text()


def test_the_files_are_written_next_to_each_other(workplace: Workplace) -> None:
    """
    The workflow is written next to the configuration, and a missing folder is exit code 2.
    """
    (workplace.folder / "sub").mkdir()

    there = workplace.call("init", "--config", "sub/of.toml")
    nowhere = workplace.call("init", "--config", "none/of.toml")

    assert 0 == there.code
    assert ["of.toml", "workflow.json"] == sorted(
        path.name for path in (workplace.folder / "sub").iterdir()
    )
    assert 2 == nowhere.code
    assert "Traceback" not in nowhere.err
