"""
SAP's refusals, as the simulator gives them.
"""

from __future__ import annotations

from uuid import uuid4

from attrs import frozen

__all__ = ["Fault", "RefusedError", "error_body"]


@frozen
class Fault:
    """
    One message of a refusal. Codes that begin with `SIM/` are the simulator's own.

    Attributes:
        code: Message class and number.
        text: The sentence.
        place: Type and property, as in `propertyref`.
    """

    code: str
    text: str
    place: str = ""


class RefusedError(Exception):
    """
    A request that is refused.

    Attributes:
        status: The HTTP status.
        faults: Why, at least one.
    """

    def __init__(self, status: int, *faults: Fault) -> None:
        super().__init__(faults[0].text)
        self.status = status
        self.faults = faults


def error_body(faults: tuple[Fault, ...]) -> dict[str, object]:
    """
    The body of a refusal in SAP Gateway's shape.

    Args:
        faults: The messages; the first one stands at the head too.
    """
    details = [
        {
            "code": fault.code,
            "message": fault.text,
            "propertyref": fault.place,
            "severity": "error",
            "target": "",
        }
        for fault in faults
    ]
    head = faults[0]
    return {
        "error": {
            "code": head.code,
            "message": {"lang": "en", "value": head.text},
            "innererror": {
                "application": {
                    "component_id": "SD-SLS",
                    "service_namespace": "/SAP/",
                    "service_id": "API_SALES_ORDER_SRV",
                    "service_version": "0001",
                },
                "transactionid": uuid4().hex.upper(),
                "timestamp": "",
                "Error_Resolution": {"SAP_Transaction": "", "SAP_Note": "1797736"},
                "errordetails": details,
            },
        }
    }
