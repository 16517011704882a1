"""
The names on the pages exist: keys, options, commands, fields, and names of Python.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from .foreign_names import FOREIGN
from .names import unknown_names
from .page import ROOT, PageSource, pages


@pytest.mark.parametrize("path", pages(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_names_only_what_the_code_has(path: Path) -> None:
    """
    Every key, option, command, field and Python name in a page's code exists.
    """
    assert [] == unknown_names(PageSource.read(path))


def test_every_foreign_name_is_needed() -> None:
    """
    A page uses each name of the list of foreign names, and the code does not have it.
    """
    faults = "\n".join(
        fault for path in pages() for fault in unknown_names(PageSource.read(path), foreign=())
    )

    assert [] == [name for name in FOREIGN if name not in faults]


TOML = '```toml\n[[connector]]\nname = "wms_manhattan"\n\n[connector.settings]\n{}\n```\n'
INVENTED = [
    ("A step takes `enabledMarkets`.", "no name enabledMarkets"),
    ("`cancel --yes` cancels.", "orderferry cancel has no option --yes"),
    ("`orderferry cancel` asks; `--yes` answers.", "orderferry cancel has no option --yes"),
    ("`orderferry exports lists` shows them.", "orderferry exports has no command lists"),
    ("```console\n$ orderferry run --stats New -\n```\n", "orderferry run has no option --stats"),
    ("```sh\norderferry exports list --state gone\n```\n", "--state does not accept gone"),
    (TOML.format('facilty = "DC01"'), "wms_manhattan has no setting facilty"),
    (TOML.format("[connector.flow]\nrates = 1"), "[connector.flow] has no key rates"),
    ('```toml\n[runtimes]\nworkflow = "a"\n```\n', "no key runtimes of pyproject.toml"),
    ("`[runtime] cooldown` is a duration.", "no key [runtime] cooldown"),
    ("`[connector.flows]` has it.", "no table [connector.flows]"),
    ("Its key is `remoteIdentifiers`.", "no name remoteIdentifiers"),
    ("Its key is `steps[].exports[].tries`.", "no name tries: steps[].exports[].tries"),
    (
        '```json\n{"id": "A", "orderForm": {"lines": []}}\n```\n',
        "has no field lines @ $.orderForm",
    ),
    ('```json\n{"name": "O", "orderStatus": []}\n```\n', "orderType has no field orderStatus @ $"),
    (
        '```json\n{"name": "E", "active": true, "onError": "stop"}\n```\n',
        "step has no field onError @ $",
    ),
    ("`result.wrong` is true.", "result has no wrong: result.wrong"),
    ("```python\nprint(result.wrong)\n```\n", "no attribute result.wrong"),
    ("Call `Ferry.export_orders`.", "Ferry has no export_orders: Ferry.export_orders"),
    ("`orderferry.errors.LostError` says so.", "no name orderferry.errors.LostError"),
    ("It raises `LostError`.", "no name LostError"),
    ("The setting `grace_period` counts.", "no name grace_period"),
    ("```sh\nexport ORDERFERRY_CONFIGS=a.toml\n```\n", "no variable ORDERFERRY_CONFIGS"),
    ("`make tests` runs them.", "no target make tests"),
    ("```sh\nmake venv && make tests # all\n```\n", "no target make tests"),
    ("`.venv/bin/tox -e py311-kernel-lowest`", "no environment py311-kernel-lowest of tox"),
    ("`core/src/orderferry/cli/_lane.py` has it.", "no file core/src/orderferry/cli/_lane.py"),
    ("See `docs/reference/jsons.md`.", "no file docs/reference/jsons.md"),
    ("`python -m tools.matrixes lint`", "no module tools.matrixes"),
    ("`orderferry check` exits with 9.", "no exit code 9"),
    ("The exit code is `7`.", "no exit code 7"),
    ("`${envs:SAP_PASSWORD}` is read.", "no placeholder ${envs:…}"),
    ("`pip install 'orderferry[testin]'`", "orderferry has no extra testin"),
    ("`orderferry certify --only acknowledges-twices`", "no guarantee acknowledges-twices"),
    ("Its state is `waiting-for-ever`.", "no value waiting-for-ever"),
    (TOML.format('# faciltys = "x"'), "no key faciltys"),
    ("```toml\n[tool.orderferry]\nfoo = 1\n```\n", "no table [tool.orderferry]"),
    (
        '```toml\n[project.entry-points."orderferry.connector"]\nacme = "a:b"\n```\n',
        "no group orderferry.connector of entry points",
    ),
    ("The path is `$.orderForm.lineItems[0].qty`.", "no field qty: orderForm.lineItems[0].qty"),
    (
        '```json\n{"orderForm": {"lineItems": [{"marketId": "x"}]}}\n```\n',
        "has no field marketId @ $.orderForm.lineItems[0]",
    ),
    (
        '```json\n{"orderForm": {}, "errors": [{"key": "E", "severity": "Fatal"}]}\n```\n',
        "order does not accept Fatal @ $.errors[0].severity",
    ),
    ("```python\nferry.transition(order, shipments=1)\n```\n", "no parameter shipments"),
    ('```python\nFerry.from_config(pth="a")\n```\n', "no parameter pth: Ferry.from_config"),
    ("```python\nExportResult(remote_idz={})\n```\n", "no parameter remote_idz"),
    ("```python\n@hookimpl\ndef export_orders(): ...\n```\n", "no hook export_orders"),
    (
        "```python\n@hookimpl\ndef export_order(self, ordr): ...\n```\n",
        "the hook export_order has no argument ordr",
    ),
    (
        "```console\n$ sudo -u ferry orderferry run --stats New -\n```\n",
        "orderferry run has no option --stats",
    ),
    ("```console\n$ python -m orderferry run --stats New -\n```\n", "has no option --stats"),
    ("```sh\nx=$(orderferry run --stats New -)\n```\n", "has no option --stats"),
    ("```console\n$ orderferry run \\\n>   --stats New -\n```\n", "has no option --stats"),
    ("```yaml\nrun: a\n```\n", "a block that is not checked: ```yaml"),
    ("1. a\n\n   ```console\n   $ a\n   ```\n", "a block that is not checked: ```console"),
    ("~~~console\n$ a\n~~~\n", "a block that is not checked: ~~~console"),
    ("<code>enabledMarkets</code>", "code as HTML"),
]


@pytest.mark.parametrize(("text", "fault"), INVENTED)
def test_a_wrong_name_is_found(text: str, fault: str) -> None:
    """
    A name that the code does not have is reported anywhere on a page.
    """
    faults = unknown_names(PageSource("docs/how-to/invented.md", f"# Invented\n\n{text}\n", None))

    assert [fault in message for message in faults] == [True], faults


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("`PurchaseOrderByCustomers` is sent.", "no name PurchaseOrderByCustomers"),
        ("`base_urls` is required.", "no name base_urls"),
        ("`to_Item/Materials` from `code`", "no name Materials: to_Item/Materials"),
    ],
)
def test_a_wrong_name_of_a_target_is_found(text: str, fault: str) -> None:
    """
    A target's field that the connector's code does not name is reported on the connector's page.
    """
    faults = unknown_names(PageSource("plugins/erp_sap/README.md", f"# SAP\n\n{text}\n", "erp_sap"))

    assert [fault in message for message in faults] == [True], faults


_UNKNOWN = re.compile(r"unknown (key|field|name)|(any|every) other (field|property)", re.IGNORECASE)


def test_unknown_keys_are_explained_in_one_place() -> None:
    """
    Only one section of one page explains what happens with an unknown key.
    """
    place = ROOT / "docs/reference/configuration.md"
    section = re.compile(r"^## Unknown keys$.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    elsewhere = {
        path.relative_to(ROOT).as_posix(): " ".join(phrases)
        for path in pages()
        if path.name != "house.md"  # describes the rooms, not the files
        and (phrases := [m[0] for m in _UNKNOWN.finditer(_elsewhere(path, place, section))])
    }

    assert section.search(place.read_text(encoding="utf-8")) is not None
    assert {} == elsewhere


def _elsewhere(path: Path, place: Path, section: re.Pattern[str]) -> str:
    """
    A page's text without the section, if the page has it.
    """
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"\[Unknown keys\]\(", "(", text)
    return section.sub("", text) if path == place else text
