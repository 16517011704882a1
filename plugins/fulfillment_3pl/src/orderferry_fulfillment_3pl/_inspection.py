"""
What `check` finds: the server, the account, and whether files may be written.
"""

from __future__ import annotations

from uuid import uuid4

from orderferry import Finding, FindingState
from orderferry.errors import ExportError
from orderferry_fulfillment_3pl._session import connect
from orderferry_fulfillment_3pl._settings import ThreePlSettings

__all__ = ["inspect"]


async def inspect(settings: ThreePlSettings, time_left: float) -> list[Finding]:
    """
    Connect, list each folder, and write, rename and remove a probe file.

    Args:
        settings: The instance's settings.
        time_left: Seconds until the answer is needed.
    """
    where = f"{settings.host}:{settings.port}"
    what = f"reach {where} and sign in as {settings.username}"
    findings: list[Finding] = []
    try:
        async with connect(settings, time_left) as folder:
            detail = "the host key is known, and the account was let in"
            findings.append(Finding(what, FindingState.PROVEN, detail))
            for each in (settings.folder, *settings.archive_folders):
                what = f"list {each}"
                await folder.list_all(each)
                findings.append(Finding(what, FindingState.PROVEN))
            what = f"write into {settings.folder}"
            await folder.try_writing(f"orderferry-check-{uuid4().hex}")
            detail = "a hidden probe file was written, renamed and removed"
            findings.append(Finding(what, FindingState.PROVEN, detail))
    except ExportError as error:
        findings.append(Finding(what, FindingState.FAILED, str(error)))
    return findings
