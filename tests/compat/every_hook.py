"""
Call every hook of an installed connector as the core does, and print each result.

    python every_hook.py SETTINGS ORDER [ERROR ...]

The command line calls only some of the hooks.
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
    Print the results as JSON, by hook.
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

        def call(hook: str, **arguments: object) -> object:
            context = exporter.context(key="k", deadline=monotonic() + 20)
            try:
                return repr(getattr(exporter, hook)(**arguments, context=context))
            except Exception as error:  # noqa: BLE001 - the error is the result
                return f"{type(error).__name__}: {error}"

        part: dict[str, Any] = {"order": order, "shipment": None, "properties": Properties()}
        push = {"x-signature": settings["token"]}
        body = json.dumps([{"export": "k", "id": "A2", "refused": ["too late"]}]).encode()
        results = {
            "export_order": call("export_order", **part),
            "split": call("export_order", **part | {"properties": Properties({"split": True})}),
            "order_saved": call("order_saved", order=order),
            "preview_order": repr(
                exporter.preview_order(**part, context=exporter.preview_context())
            ),
            "find_export": call("find_export", export=_sent(order, "k")),
            "cannot_tell": call("find_export", export=_sent(order, "other")),
            "check": call("check"),
            "acknowledgements": call("acknowledgements"),
            "receive": call("receive", request=PushedRequest("POST", "/a", push, body)),
            "forged": call("receive", request=PushedRequest("POST", "/a", {}, body)),
            "cancel_order": call("cancel_order", **part),
            "export_payments": call("export_payments", payments=order.payments, **part),
            "export_invoices": call("export_invoices", invoices=order.invoices, **part),
        }
        for name in sys.argv[3:]:
            failing = part | {"properties": Properties({"fail": name})}
            results[name] = call("export_order", **failing)
    print(json.dumps(results))  # noqa: T201 - the program's output


def _sent(order: Any, key: str) -> SentExport:
    return SentExport(key, order, None, Properties(), requested=order.created)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]), sys.argv[2])
