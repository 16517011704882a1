"""
A connector made for hook API 1.0, built from source that is never edited, with today's core.
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
"""SHA-256 of the frozen source, which stands for connectors that nobody will rebuild."""

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
    Today's core, and the frozen connector beside it.
    """
    folder = tmp_path_factory.mktemp("api_1_0")
    installation = Installation(folder / "venv")
    installation.install(wheels["orderferry"], build(FROZEN, folder / "wheels"))
    return installation


@pytest.fixture
def target() -> Iterator[Target]:
    """
    Where it sends to.
    """
    with listening() as target:
        yield target


class Place:
    """
    A folder with a configuration, and the installation to run in it.
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
        What `orderferry … --json` prints, where it succeeds.
        """
        done = self.installation.orderferry(
            *arguments, folder=self.folder, environment={"FROZEN_TOKEN": TOKEN}
        )
        assert 0 == done.returncode, done.stdout + done.stderr
        assert "Warning" not in done.stderr
        return json.loads(done.stdout)

    def kept(self) -> Any:
        """
        The one export of the order, as the ledger has it.
        """
        listed = self.run("exports", "list", "--json")
        (kept,) = [each for each in listed if each["operation"] == "export_order"]
        return kept


@pytest.fixture
def place(tmp_path: Path, installation: Installation, target: Target) -> Place:
    """
    One for each test.
    """
    settings = {"base_url": target.address, "token": "${env:FROZEN_TOKEN}"}
    return Place(tmp_path, installation, settings)


def sources() -> list[Path]:
    """
    The frozen files, in a fixed order.
    """
    kinds = {".py", ".toml", ".md"}
    return sorted(each for each in FROZEN.rglob("*") if each.suffix in kinds)


def test_the_frozen_source_is_never_edited() -> None:
    """
    What does not build or work any more is broken for every vendor: docs/compatibility.md.
    """
    digest = sha256()
    for each in sources():
        digest.update(str(each.relative_to(FROZEN)).encode() + b"\0" + each.read_bytes())

    assert DIGEST == digest.hexdigest()


def test_it_uses_every_public_name_of_its_api() -> None:
    """
    Of all that was frozen, and every hook with every argument.
    """
    text = "\n".join(each.read_text() for each in sources())
    pinned = json.loads(PINNED.read_bytes())
    names = [name for room in pinned["names"].values() for name in room]

    assert [] == [name for name in names if not re.search(rf"\b{name}\b", text)]
    for hook, said in pinned["hooks"].items():
        (given,) = re.findall(rf"@hookimpl\n    def {hook}\((.*?)\) ->", text, re.DOTALL)[:1]
        assert set(said["arguments"]) == set(re.findall(r"(\w+):", given)), hook


def test_it_is_listed_and_shown(place: Place) -> None:
    """
    With all its hooks and settings.
    """
    (listed,) = place.run("connectors", "--json")
    schema = place.run("connectors", "show", "frozen", "--schema")
    doctor = place.run("doctor", "--json")

    hooks = sorted(json.loads(PINNED.read_bytes())["hooks"])
    assert ("configured", hooks) == (listed["state"], sorted(listed["hooks"]))
    assert ["base_url", "token"] == schema["required"]
    assert 17 == len(schema["properties"])
    assert doctor["sound"]


def test_it_is_checked_and_asks_its_target(place: Place) -> None:
    """
    Proven, and not provable.
    """
    found = {each["what"]: each["state"] for each in place.run("check", "--json")}

    assert ("proven", "proven", "not provable") == (
        found["signs in"],
        found["may write"],
        found["may cancel"],
    )


def test_a_preview_is_what_is_sent(place: Place, target: Target) -> None:
    """
    From every part of the order document.
    """
    preview = place.run("preview", "--connector", "frozen", "order.json")
    place.run("run", "--status", "New", "order.json", "--json")

    (sent,) = target.taken["orders"]
    assert ("1", "1001", "NO") == (preview["id"], preview["number"], preview["market"])
    assert [{"id": "1", "code": "A", "quantity": "2"}] == preview["deliveries"][0]["lines"]
    assert ["Note: ring twice"] == sent["notes"]
    assert ["somethingNew"] == sent["unknown"]
    assert "north" == sent["route"]


def test_an_order_is_run_kept_and_cancelled(place: Place, target: Target) -> None:
    """
    In the transition; with the ids that the target gave.
    """
    (ran,) = place.run("run", "--status", "New", "order.json", "--json")
    kept = place.kept()
    place.run("cancel", "1", "--connector", "frozen", "--reason", "a test", "--json")

    assert "Success" == ran["steps"][0]["outcome"]
    assert ("accepted", {"order": "R-1"}) == (kept["state"], kept["remoteIds"])
    assert ["R-1"] == target.deleted
    assert [{"id": "1"}] == target.taken["saved"]
    assert re.fullmatch(r"[0-9a-f-]{36}", target.headers[0]["idempotency-key"])


def test_what_runs_after_the_save_is_delivered(place: Place, target: Target) -> None:
    """
    By a lane, before the command ends.
    """
    place.run("run", "--status", "Completed", "order.json", "--json")
    kept = place.kept()

    assert ("accepted", {"order": "R-1"}) == (kept["state"], kept["remoteIds"])
    assert ["1"] == [each["id"] for each in target.taken["orders"]]


def test_an_answer_that_is_lost_is_found(place: Place, target: Target) -> None:
    """
    One copy, and the id that the target gave it.
    """
    target.losing.add("1")

    place.run("run", "--status", "New", "order.json", "--json")
    kept = place.kept()

    assert ("accepted", {"order": "R-1"}) == (kept["state"], kept["remoteIds"])
    assert ["1"] == [each["id"] for each in target.taken["orders"]]


@pytest.mark.parametrize("sign_in", ["bearer", "basic", "client", "password"])
def test_every_hook_answers_and_every_error_is_kept(
    sign_in: str, installation: Installation, target: Target, tmp_path: Path
) -> None:
    """
    Those too that no command calls yet; with each way to sign in.
    """
    settings = {"base_url": target.address, "token": TOKEN, "sign_in": sign_in}
    (tmp_path / "order.json").write_text(json.dumps(ORDER))
    program = str(Path(__file__).parent / "every_hook.py")
    done = installation.python(
        program, json.dumps(settings), "order.json", *ERRORS, folder=tmp_path
    )
    assert (0, "") == (done.returncode, done.stderr)
    told = json.loads(done.stdout)

    for hook, answer in EXPECTED.items():
        assert re.search(answer, told[hook]), f"{hook}: {told[hook]}"
    assert {name: name for name in ERRORS} == {
        name: told[name].partition(":")[0] for name in ERRORS
    }


EXPECTED = {
    "export_order": r"^ExportResult\(.*'order': 'R-1'",
    "split": r"^[\[(]ExportResult\(",
    "order_saved": r"^\[\]$",
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


def test_its_simulator_plays_in_the_demo(installation: Installation, tmp_path: Path) -> None:
    """
    Found by its name, started, asked what it received, and stopped.
    """
    done = installation.orderferry("demo", folder=tmp_path)

    assert 0 == done.returncode, done.stdout + done.stderr
    assert "F-WEB-1001" in done.stdout
