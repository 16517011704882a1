"""
The broken connectors, and the guarantee by which the suite must fail each.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from attrs import field, frozen

__all__ = ["BROKEN", "GOOD", "Broken", "name_of"]

_FOLDER: Final = Path(__file__).parent


def name_of(place: str) -> str:
    """
    The name of a connector: its class's name in snake case.
    """
    return re.sub(r"\B([A-Z])", r"_\1", place.partition(":")[2]).lower()


@frozen(kw_only=True)
class Broken:
    """
    A connector that breaks a guarantee.

    Attributes:
        place: The class of the connector, as `module:Class`.
        guarantee: The guarantee that must fail.
        says: Text that the suite's message about that guarantee contains.
        also: Other guarantees that fail as a consequence, each with the reason.
        target: The class of its target, as `module:Class`.
    """

    place: str
    guarantee: str
    says: str
    also: Mapping[str, str] = field(factory=dict, eq=False)
    target: str = "target:Target"

    @property
    def name(self) -> str:
        """
        The connector's name.
        """
        return name_of(self.place)

    @property
    def fault(self) -> str:
        """
        The fault: the class's docstring, read without an import of its module.
        """
        module, _, kind = self.place.partition(":")
        source = (_FOLDER / f"{module}.py").read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.ClassDef) and node.name == kind:
                return inspect.cleandoc(ast.get_docstring(node) or "")
        raise LookupError(f"no class {self.place}")


_WRONG_ID: Final = "every accepted export has the wrong id"
_SWALLOWED: Final = "every failure is reported as accepted"
_LATE_ANSWER: Final = "the response is also lost there"
_INVENTED: Final = "an order that the target does not have is found, and so never sent"
_NOT_BUILT: Final = "the connector is not built"

GOOD: Final = {
    "good:Good": "target:Target",
    "full:Full": "target:Target",
    "stream:Lines": "stream:LineTarget",
    "stream:SpeaksFirst": "stream:SilentTarget",
    "folder:Drop": "folder:FolderTarget",
}
"""The connectors that keep every guarantee that they offer, and their targets."""

BROKEN: Final = (
    Broken(
        place="at_import:ConnectsAtImport",
        guarantee="import-offline",
        says="the connector used the network: socket.getaddrinfo(127.0.0.1, 9",
        also={"build-offline": _NOT_BUILT, "preview-offline": _NOT_BUILT},
    ),
    Broken(
        place="conduct:ConnectsWhenBuilt",
        guarantee="build-offline",
        says="the connector used the network: socket.getaddrinfo(127.0.0.1, ",
        also={"preview-offline": _NOT_BUILT},
    ),
    Broken(
        place="conduct:ConnectsInPreview",
        guarantee="preview-offline",
        says="the connector used the network: socket.getaddrinfo(127.0.0.1, ",
        also={"preview": "the core blocks connections during a preview"},
    ),
    Broken(
        place="sending:WrongRemoteId",
        guarantee="taken-once",
        says="the export did not record the target's id",
        also=dict.fromkeys(
            (
                "unreachable",
                "slow",
                "lost-answer",
                "sign-in-refused",
                "throttled",
                "server-error",
                "refused-order",
                "false-success",
                "idempotent",
                "threads",
            ),
            _WRONG_ID,
        ),
    ),
    Broken(
        place="sending:AlwaysAccepts",
        guarantee="unreachable",
        says="the export is reported as accepted, but the target did not receive the order",
        also=dict.fromkeys(
            (
                "lost-answer",
                "sign-in-refused",
                "throttled",
                "server-error",
                "refused-order",
                "false-success",
            ),
            _SWALLOWED,
        ),
    ),
    Broken(
        place="sending:UnknownWhenRefused",
        guarantee="unreachable",
        says="the connector raised UnknownOutcomeError; expected ThrottledError or TransientError",
    ),
    Broken(
        place="stream:SendsAgainWhenCut",
        target="stream:LineTarget",
        guarantee="cut-off",
        says="the target has 2 copies of the order; expected 1",
    ),
    Broken(
        place="sending:RetriesWrites",
        guarantee="lost-answer",
        says="the target has 2 copies of the order; expected 1",
        also={"server-error": _LATE_ANSWER},
    ),
    Broken(
        place="sending:Duplicates",
        guarantee="lost-answer",
        says="the target has 2 copies of the order; expected 1",
        also={"server-error": _LATE_ANSWER, "found": "its find_export is wrong too"},
    ),
    Broken(
        place="sending:TimeoutIsTransient",
        guarantee="lost-answer",
        says="the connector raised TransientError; expected UnknownOutcomeError",
    ),
    Broken(
        place="sending:RejectsOn401",
        guarantee="sign-in-refused",
        says="the connector raised RejectedError; expected AuthenticationError",
    ),
    Broken(
        place="sending:IgnoresRetryAfter",
        guarantee="throttled",
        says="the target asks to wait 7 s, but the connector reported no retry_after",
    ),
    Broken(
        place="sending:RejectsOnServerError",
        guarantee="server-error",
        says="the connector raised RejectedError; expected UnknownOutcomeError",
    ),
    Broken(
        place="sending:RetriesRefusals",
        guarantee="refused-order",
        says="the connector raised TransientError; expected RejectedError",
    ),
    Broken(
        place="sending:StatusIsEnough",
        guarantee="false-success",
        says="the export is reported as accepted, but the target did not receive the order",
    ),
    Broken(
        place="folder:KeepsOrders",
        target="folder:FolderTarget",
        guarantee="folder-gone",
        says="the export is reported as accepted, but the target did not receive the order",
    ),
    Broken(
        place="asking:AlwaysAbsent",
        guarantee="found",
        says="find_export returned Absent() for order C",
    ),
    Broken(
        place="asking:FindsWrongId",
        guarantee="found",
        says=" with the ids {'order': 'C",
        also={
            "lost-answer": "the order that is found after a lost response has the wrong id",
            "server-error": "the order that is found after a lost response has the wrong id",
        },
    ),
    Broken(
        place="asking:FindsAnother",
        guarantee="absent",
        says=", which was not sent; expected Absent()",
    ),
    Broken(
        place="asking:FindsAnything",
        guarantee="absent",
        says=", which was not sent; expected Absent()",
        also=dict.fromkeys(("lost-answer", "server-error", "false-success"), _INVENTED),
    ),
    Broken(
        place="asking:AbsentWhenAway",
        guarantee="cannot-ask",
        says="the order is reported as absent, but the target has it",
    ),
    Broken(
        place="sending:SendsNoKey",
        guarantee="idempotent",
        says="the target has 2 copies of an order that was sent twice with one idempotency key",
    ),
    Broken(
        place="offering:UpdatesByCopies",
        guarantee="updates",
        says="after a newer version the target has 2 orders, ['R",
    ),
    Broken(
        place="conduct:MutatesOrder",
        guarantee="unmutated",
        says="order.extra.campaign.tags.2 changed from nothing to str('exported')",
    ),
    Broken(
        place="conduct:MutatesSettings",
        guarantee="unmutated",
        says="settings.timeout_seconds changed from float(30.0) to float(29.7)",
    ),
    Broken(
        place="sending:UntypedErrors",
        guarantee="typed-errors",
        says="export_order raised KeyError('id')",
    ),
    Broken(
        place="secret:LeaksInError",
        guarantee="secrets",
        says="a secret is in the RejectedError of export_order",
    ),
    Broken(
        place="secret:LeaksInLog",
        guarantee="secrets",
        says="a secret is in the log orderferry_broken.secret",
    ),
    Broken(
        place="secret:LeaksByPrint",
        guarantee="secrets",
        says="a secret is in standard output",
    ),
    Broken(
        place="secret:LeaksInRecord",
        guarantee="secrets",
        says="a secret is in what export_order records",
    ),
    Broken(
        place="conduct:IgnoresDeadline",
        guarantee="deadline",
        says="; its deadline was ",
    ),
    Broken(
        place="conduct:SharesBetweenThreads",
        guarantee="threads",
        says="the target has ['R",
    ),
    Broken(
        place="conduct:LeavesOpen",
        guarantee="closed",
        says="4 successive exports left 8 files or connections open",
    ),
    Broken(
        place="conduct:BreaksWithNewerHooks",
        guarantee="newer-hooks",
        says="are declared in the hookimpl but can not be found in the hookspec",
    ),
    Broken(
        place="asking:PreviewCounts",
        guarantee="preview",
        says="two previews of one order at one time differ",
    ),
    Broken(
        place="asking:CheckProvesAll",
        guarantee="check",
        says="check: no finding failed under the fault",
    ),
    Broken(
        place="asking:CheckWrites",
        guarantee="check",
        says="check: the check created orders at the target (1); expected none",
    ),
    Broken(
        place="offering:FailsWhenSaved",
        guarantee="order-saved",
        says="order_saved: expected a subclass of ExportError",
    ),
    Broken(
        place="asking:CancelsBlindly",
        guarantee="cancel",
        says="cancel_order: expected a TransientError",
    ),
    Broken(
        place="offering:LosesPayments",
        guarantee="payments",
        says="export_payments: expected a TransientError",
    ),
    Broken(
        place="offering:RepeatsInvoices",
        guarantee="invoices",
        says="export_invoices: the response was lost; expected an UnknownOutcomeError",
    ),
    Broken(
        place="offering:AcknowledgesWhenAway",
        guarantee="acknowledgements",
        says="acknowledgements: expected a TransientError",
    ),
    Broken(
        place="offering:BelievesAnybody",
        guarantee="receive",
        says="receive: a request without a signature is accepted as an acknowledgement",
    ),
)
"""The broken connectors, in the order of the guarantees."""
