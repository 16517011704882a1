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
        says="reached for the network: socket.getaddrinfo(127.0.0.1, 9",
        also={"build-offline": _NOT_BUILT, "preview-offline": _NOT_BUILT},
    ),
    Broken(
        place="conduct:ConnectsWhenBuilt",
        guarantee="build-offline",
        says="reached for the network: socket.getaddrinfo(127.0.0.1, ",
        also={"preview-offline": _NOT_BUILT},
    ),
    Broken(
        place="conduct:ConnectsInPreview",
        guarantee="preview-offline",
        says="reached for the network: socket.getaddrinfo(127.0.0.1, ",
        also={"preview": "the core blocks connections during a preview"},
    ),
    Broken(
        place="sending:WrongRemoteId",
        guarantee="taken-once",
        says="the target's id is not recorded",
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
        says="the export is called accepted, and the target has not taken the order",
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
        says="the connector failed with UnknownOutcomeError where ThrottledError or TransientError "
        "is due",
    ),
    Broken(
        place="stream:SendsAgainWhenCut",
        target="stream:LineTarget",
        guarantee="cut-off",
        says="the target has the order 2 times, and once is 1",
    ),
    Broken(
        place="sending:RetriesWrites",
        guarantee="lost-answer",
        says="the target has the order 2 times, and once is 1",
        also={"server-error": _LATE_ANSWER},
    ),
    Broken(
        place="sending:Duplicates",
        guarantee="lost-answer",
        says="the target has the order 2 times, and once is 1",
        also={"server-error": _LATE_ANSWER, "found": "its find_export is wrong too"},
    ),
    Broken(
        place="sending:TimeoutIsTransient",
        guarantee="lost-answer",
        says="the connector failed with TransientError where UnknownOutcomeError is due",
    ),
    Broken(
        place="sending:RejectsOn401",
        guarantee="sign-in-refused",
        says="the connector failed with RejectedError where AuthenticationError is due",
    ),
    Broken(
        place="sending:IgnoresRetryAfter",
        guarantee="throttled",
        says="the target asks for 7 s, and the connector says None",
    ),
    Broken(
        place="sending:RejectsOnServerError",
        guarantee="server-error",
        says="the connector failed with RejectedError where UnknownOutcomeError is due",
    ),
    Broken(
        place="sending:RetriesRefusals",
        guarantee="refused-order",
        says="the connector failed with TransientError where RejectedError is due",
    ),
    Broken(
        place="sending:StatusIsEnough",
        guarantee="false-success",
        says="the export is called accepted, and the target has not taken the order",
    ),
    Broken(
        place="folder:KeepsOrders",
        target="folder:FolderTarget",
        guarantee="folder-gone",
        says="the export is called accepted, and the target has not taken the order",
    ),
    Broken(
        place="asking:AlwaysAbsent",
        guarantee="found",
        says="the target has ['R",
    ),
    Broken(
        place="asking:FindsWrongId",
        guarantee="found",
        says="and found is {'order': 'C",
        also={
            "lost-answer": "the order that is found after a lost response has the wrong id",
            "server-error": "the order that is found after a lost response has the wrong id",
        },
    ),
    Broken(
        place="asking:FindsAnother",
        guarantee="absent",
        says="was not sent, ",
    ),
    Broken(
        place="asking:FindsAnything",
        guarantee="absent",
        says="was not sent, ",
        also=dict.fromkeys(("lost-answer", "server-error", "false-success"), _INVENTED),
    ),
    Broken(
        place="asking:AbsentWhenAway",
        guarantee="cannot-ask",
        says="it is called absent, and the target has it",
    ),
    Broken(
        place="sending:SendsNoKey",
        guarantee="idempotent",
        says="the target has the order 2 times",
    ),
    Broken(
        place="offering:UpdatesByCopies",
        guarantee="updates",
        says="the target has the order as ['R",
    ),
    Broken(
        place="conduct:MutatesOrder",
        guarantee="unmutated",
        says="order.extra.campaign.tags.2: not there became str('exported')",
    ),
    Broken(
        place="conduct:MutatesSettings",
        guarantee="unmutated",
        says="settings.timeout_seconds: float(30.0) became float(29.7)",
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
        says="s were given",
    ),
    Broken(
        place="conduct:SharesBetweenThreads",
        guarantee="threads",
        says="the target has ['R",
    ),
    Broken(
        place="conduct:LeavesOpen",
        guarantee="closed",
        says="4 exports one after the other left 8 files or connections open",
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
        says="check: nothing failed",
    ),
    Broken(
        place="asking:CheckWrites",
        guarantee="check",
        says="check: the target has an order more",
    ),
    Broken(
        place="offering:FailsWhenSaved",
        guarantee="order-saved",
        says="order_saved: an error of its own kind is due",
    ),
    Broken(
        place="asking:CancelsBlindly",
        guarantee="cancel",
        says="cancel_order: a transient error is due",
    ),
    Broken(
        place="offering:LosesPayments",
        guarantee="payments",
        says="export_payments: a transient error is due",
    ),
    Broken(
        place="offering:RepeatsInvoices",
        guarantee="invoices",
        says="export_invoices: its answer was lost, and an UnknownOutcomeError is due",
    ),
    Broken(
        place="offering:AcknowledgesWhenAway",
        guarantee="acknowledgements",
        says="acknowledgements: a TransientError is due",
    ),
    Broken(
        place="offering:BelievesAnybody",
        guarantee="receive",
        says="receive: it is taken for an acknowledgement",
    ),
)
"""The broken connectors, in the order of the guarantees."""
