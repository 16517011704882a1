"""
A connector for hook API 1.0, built from source that is never edited, works with the current core.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from .installation import ROOT, Installation, build
from .target import TOKEN, Target, listening

FROZEN = Path(__file__).parent / "frozen" / "api_1_0"
PINNED = ROOT / "core/tests/connectors/hook_api_1_0.json"
DIGEST = "0f70f736ea987ce871e93fa2d90b3a09bfcc529928999cd11afb4c43f035c840"
"""SHA-256 of the frozen source, which represents connectors that are never rebuilt."""

ORDER: dict[str, Any] = {
    "id": "1",
    "orderNumber": "1001",
    "marketId": "NO",
    "created": "2026-11-24T12:00:00Z",
    "versionId": 1,
    "somethingNew": True,
    "orderNotes": [{"title": "Note", "detail": "ring twice"}],
    "externalIds": [{"providerName": "shop", "id": "X1"}],
    "properties": [{"key": "gift", "value": "yes"}],
    "invoices": [{"id": "I1", "invoiceNumber": "77", "total": 20.5}],
    "orderForm": {
        "lineItems": [{"lineItemId": "1", "code": "A", "quantity": 2}],
        "payments": [{"id": "P1", "amount": 20.5, "paymentMethodName": "card"}],
        "shipments": [
            {
                "shipmentId": "S1",
                "lineItems": [{"lineItemId": "1", "code": "A", "quantity": 2}],
                "packages": [{"id": "K1", "dimensions": {"heightInCm": 10}}],
            }
        ],
    },
    "billingAddress": {"name": "Buyer 01", "countryCode": "NO"},
}
ERRORS = (
    *("AuthenticationError", "ConnectorError", "InvalidOrderError", "RejectedError"),
    *("ThrottledError", "TransientError", "UnknownOutcomeError"),
    *("NetworkForbiddenError", "StateError"),
)
STEP = {"name": "ExportOrder", "active": True, "connector": "frozen", "route": "north"}
WORKFLOW = {
    "name": "Online",
    "orderStatuses": [
        {"name": "New", "workflowSteps": [STEP]},
        {"name": "Completed", "workflowSteps": [STEP | {"runAfterOrderIsSaved": True}]},
    ],
}


@pytest.fixture(scope="module")
def installation(wheels: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """
    An environment with the current core and the frozen connector.
    """
    folder = tmp_path_factory.mktemp("api_1_0")
    installation = Installation(folder / "venv")
    installation.install(wheels["orderferry"], build(FROZEN, folder / "wheels"))
    return installation


@pytest.fixture
def target() -> Iterator[Target]:
    """
    The connector's target.
    """
    with listening() as target:
        yield target


class Place:
    """
    A folder with a configuration, and the installation whose programs run in it.
    """

    def __init__(self, folder: Path, installation: Installation, settings: dict[str, Any]) -> None:
        self.folder = folder
        self.installation = installation
        pairs = "".join(f"{key} = {json.dumps(value)}\n" for key, value in settings.items())
        text = f'[[connector]]\nname = "frozen"\n[connector.settings]\n{pairs}'
        (folder / "orderferry.toml").write_text(text)
        (folder / "workflow.json").write_text(json.dumps(WORKFLOW))
        (folder / "order.json").write_text(json.dumps(ORDER))

    def run(self, *arguments: str) -> Any:
        """
        Run `orderferry … --json`, which must succeed, and return the document that it prints.
        """
        process = self.installation.orderferry(
            *arguments, folder=self.folder, environment={"FROZEN_TOKEN": TOKEN}
        )
        assert 0 == process.returncode, process.stdout + process.stderr
        assert "Warning" not in process.stderr
        return json.loads(process.stdout)

    def export(self) -> Any:
        """
        The one export of the order in the ledger.
        """
        exports = self.run("exports", "list", "--json")
        (export,) = [entry for entry in exports if entry["operation"] == "export_order"]
        return export


@pytest.fixture
def place(tmp_path: Path, installation: Installation, target: Target) -> Place:
    """
    A folder for one test.
    """
    settings = {"base_url": target.address, "token": "${env:FROZEN_TOKEN}"}
    return Place(tmp_path, installation, settings)


def sources() -> list[Path]:
    """
    The frozen files, in a fixed order.
    """
    kinds = {".py", ".toml", ".md"}
    return sorted(path for path in FROZEN.rglob("*") if path.suffix in kinds)


def test_the_frozen_source_is_never_edited() -> None:
    """
    The frozen source has the recorded digest: if it stops working, every vendor is affected.
    """
    digest = sha256()
    for path in sources():
        digest.update(str(path.relative_to(FROZEN)).encode() + b"\0" + path.read_bytes())

    assert DIGEST == digest.hexdigest()


def test_the_frozen_source_uses_every_public_name_of_its_api() -> None:
    """
    The frozen source uses every public name of hook API 1.0, and every hook with every argument.
    """
    text = "\n".join(path.read_text() for path in sources())
    pinned = json.loads(PINNED.read_bytes())
    names = [name for room in pinned["names"].values() for name in room]

    assert [] == [name for name in names if not re.search(rf"\b{name}\b", text)]
    for hook, specification in pinned["hooks"].items():
        (arguments,) = re.findall(rf"@hookimpl\n    def {hook}\((.*?)\) ->", text, re.DOTALL)[:1]
        assert set(specification["arguments"]) == set(re.findall(r"(\w+):", arguments)), hook


def test_the_connector_is_listed_and_shown(place: Place) -> None:
    """
    `connectors` and `doctor` report the connector with all its hooks and settings.
    """
    (connector,) = place.run("connectors", "--json")
    schema = place.run("connectors", "show", "frozen", "--schema")
    doctor = place.run("doctor", "--json")

    hooks = sorted(json.loads(PINNED.read_bytes())["hooks"])
    assert "configured" == connector["state"]
    assert hooks == sorted(connector["hooks"])
    assert ["base_url", "token"] == schema["required"]
    assert 17 == len(schema["properties"])
    assert doctor["sound"]


def test_check_reports_the_connectors_findings(place: Place) -> None:
    """
    `check` reports what the connector proves at its target, and what it cannot prove.
    """
    states = {finding["what"]: finding["state"] for finding in place.run("check", "--json")}

    assert "proven" == states["signs in"]
    assert "proven" == states["may write"]
    assert "not provable" == states["may cancel"]


def test_a_preview_is_what_is_sent(place: Place, target: Target) -> None:
    """
    The preview and the sent document have the fields of every part of the order.
    """
    preview = place.run("preview", "--connector", "frozen", "order.json")
    place.run("run", "--status", "New", "order.json", "--json")

    (sent,) = target.received["orders"]
    assert "1" == preview["id"]
    assert "1001" == preview["number"]
    assert "NO" == preview["market"]
    assert [{"id": "1", "code": "A", "quantity": "2"}] == preview["deliveries"][0]["lines"]
    assert ["Note: ring twice"] == sent["notes"]
    assert ["somethingNew"] == sent["unknown"]
    assert "north" == sent["route"]


def test_an_order_is_exported_recorded_and_cancelled(place: Place, target: Target) -> None:
    """
    A transition exports the order, the ledger has the target's id, and `cancel` cancels it there.
    """
    (transition,) = place.run("run", "--status", "New", "order.json", "--json")
    export = place.export()
    place.run("cancel", "1", "--connector", "frozen", "--reason", "a test", "--json")

    assert "Success" == transition["steps"][0]["outcome"]
    assert "accepted" == export["state"]
    assert {"order": "R-1"} == export["remoteIds"]
    assert ["R-1"] == target.deleted
    assert [{"id": "1"}] == target.received["saved"]
    assert re.fullmatch(r"[0-9a-f-]{36}", target.headers[0]["idempotency-key"])


def test_what_runs_after_the_save_is_delivered(place: Place, target: Target) -> None:
    """
    A lane delivers a step that runs after the save, before the command ends.
    """
    place.run("run", "--status", "Completed", "order.json", "--json")
    export = place.export()

    assert "accepted" == export["state"]
    assert {"order": "R-1"} == export["remoteIds"]
    assert ["1"] == [order["id"] for order in target.received["orders"]]


def test_an_order_is_found_after_a_lost_response(place: Place, target: Target) -> None:
    """
    The target has one copy after a lost response, and the export has the target's id.
    """
    target.losing.add("1")

    place.run("run", "--status", "New", "order.json", "--json")
    export = place.export()

    assert "accepted" == export["state"]
    assert {"order": "R-1"} == export["remoteIds"]
    assert ["1"] == [order["id"] for order in target.received["orders"]]


@pytest.mark.parametrize("sign_in", ["bearer", "basic", "client", "password"])
def test_every_hook_returns_and_every_error_keeps_its_type(
    sign_in: str, installation: Installation, target: Target, tmp_path: Path
) -> None:
    """
    Every hook returns its result, also those that no command calls, with each way to authenticate.
    """
    settings = {"base_url": target.address, "token": TOKEN, "sign_in": sign_in}
    (tmp_path / "order.json").write_text(json.dumps(ORDER))
    program = str(Path(__file__).parent / "every_hook.py")
    process = installation.python(
        program, json.dumps(settings), "order.json", *ERRORS, folder=tmp_path
    )
    assert "" == process.stderr
    assert 0 == process.returncode
    results = json.loads(process.stdout)

    for hook, pattern in EXPECTED.items():
        assert re.search(pattern, results[hook]), f"{hook}: {results[hook]}"
    assert {name: name for name in ERRORS} == {
        name: results[name].partition(":")[0] for name in ERRORS
    }


EXPECTED = {
    "export_order": r"^ExportResult\(.*'order': 'R-1'",
    "split": r"^[\[(]ExportResult\(",
    "order_saved": r"^None$",
    "preview_order": r"^Document\(content=b'.*filename='order.json'",
    "find_export": r"^Found\(.*'order': 'R-1'",
    "cannot_tell": r"^CannotTell\(reason='nothing was sent'\)",
    "check": r"Finding\(what='may cancel', state=<FindingState.NOT_PROVABLE",
    "acknowledgements": r"Acknowledgement\(export='R-1', state=<ExportState.ACKNOWLEDGED",
    "receive": r"Acknowledgement\(export='k', state=<ExportState.REJECTED",
    "forged": r"^AuthenticationError: the signature does not hold",
    "cancel_order": r"^ExportResult\(.*'cancellation': 'C-1'",
    "export_payments": r"^ExportResult\(.*'payments': 'R-payments'",
    "export_invoices": r"^ExportResult\(.*'invoices': 'R-invoices'",
}


def test_the_demo_uses_the_connectors_simulator(installation: Installation, tmp_path: Path) -> None:
    """
    `orderferry demo` starts the frozen simulator, and shows the order that it received.
    """
    process = installation.orderferry("demo", folder=tmp_path)

    assert 0 == process.returncode, process.stdout + process.stderr
    assert "F-WEB-1001" in process.stdout
