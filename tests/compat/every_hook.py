"""
Call every hook of an installed connector, as the core's rooms do, and print what came of each.

    python every_hook.py SETTINGS ORDER

The command line reaches only some of them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from time import monotonic
from typing import Any

from orderferry import Properties, PushedRequest, SentExport, read_order
from orderferry.connectors import Catalogue, InstanceConfig, InstanceName, Instances, MemoryState
from orderferry.connectors.http import Client


def main(settings: dict[str, Any], order_file: str) -> None:
    """
    Print them as JSON.
    """
    order = read_order(Path(order_file).read_bytes())
    with Client(environment={}) as client:
        memory = MemoryState()
        exporter = Instances(
            [InstanceConfig(name="frozen", settings=settings)],
            catalogue=Catalogue.installed(),
            environment={},
            state=lambda _: memory,
            http=client,
        ).exporter(InstanceName("frozen", "default"))

        def told(hook: str, **arguments: object) -> object:
            context = exporter.context(key="k", deadline=monotonic() + 20)
            try:
                return repr(exporter.call(hook, context, **arguments))
            except Exception as error:  # noqa: BLE001 - that is what is told
                return f"{type(error).__name__}: {error}"

        whole: dict[str, object] = {"order": order, "shipment": None, "properties": Properties()}
        push = {"x-signature": settings["token"]}
        body = json.dumps([{"export": "k", "id": "A2", "refused": ["too late"]}]).encode()
        answers = {
            "export_order": told("export_order", **whole),
            "split": told("export_order", **whole | {"properties": Properties({"split": True})}),
            "order_saved": told("order_saved", order=order),
            "preview_order": repr(
                exporter.call("preview_order", exporter.preview_context(), **whole)
            ),
            "find_export": told("find_export", export=_sent(order, "k")),
            "cannot_tell": told("find_export", export=_sent(order, "other")),
            "check": told("check"),
            "acknowledgements": told("acknowledgements"),
            "receive": told("receive", request=PushedRequest("POST", "/a", push, body)),
            "forged": told("receive", request=PushedRequest("POST", "/a", {}, body)),
            "cancel_order": told("cancel_order", **whole),
            "export_payments": told("export_payments", payments=order.payments, **whole),
            "export_invoices": told("export_invoices", invoices=order.invoices, **whole),
        }
        for name in sys.argv[3:]:
            failing = whole | {"properties": Properties({"fail": name})}
            answers[name] = told("export_order", **failing)
    print(json.dumps(answers))  # noqa: T201 - that is its purpose


def _sent(order: Any, key: str) -> SentExport:
    return SentExport(key, order, None, Properties(), requested=order.created)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2])
