"""
Requests that SAP Gateway carries out once, however often they come.

Source: SAP Gateway, "Defining Settings for Idempotent Services"
(help.sap.com/doc/saphelp_gateway20sp12/2.0/en-US/67/8b5dcd6a5c41789b27b46eb34a6a86/content.htm):
`RequestID`, 32 hexadecimal digits, and `RepeatabilityCreation`, the time of the first request, both
the same for every repeat; the first answer, a failure too, is given again. The time's format is not
told there; it is sent as OASIS's `Repeatability-First-Sent` is, as an HTTP date.
"""

from __future__ import annotations

from email.utils import format_datetime
from uuid import uuid5

from attrs import frozen

from orderferry import Context

__all__ = ["Repeatability"]


@frozen
class Repeatability:
    """
    The repeats of one export, remembered in the instance's state until SAP has answered.

    Attributes:
        context: The attempt's context.
    """

    context: Context

    @property
    def _key(self) -> str:
        return f"repeatable request {self.context.key}"

    def _remembered(self) -> tuple[int, str]:
        """
        How often SAP refused, and when the present request was first sent.
        """
        now = format_datetime(self.context.now.replace(microsecond=0), usegmt=True)
        refusals, _, first = (self.context.state.get(self._key) or "").partition(" ")
        return int(refusals or 0), first or now

    def headers(self) -> dict[str, str]:
        """
        The header fields of this attempt.

        After a refusal the request gets another id, or SAP would give the old refusal again to an
        order that has been mended since.
        """
        refusals, first = self._remembered()
        self._remember(f"{refusals} {first}")
        export = self.context.idempotency_key
        request = uuid5(export, str(refusals)) if refusals else export
        return {"RequestID": request.hex.upper(), "RepeatabilityCreation": first}

    def refused(self) -> None:
        """
        SAP refused: what comes next is another request.
        """
        self._remember(f"{self._remembered()[0] + 1}")

    def accepted(self) -> None:
        """
        SAP took it: nothing is repeated any more.
        """
        self._remember(None)

    def _remember(self, value: str | None) -> None:
        self.context.state.compare_and_set(self._key, self.context.state.get(self._key), value)
