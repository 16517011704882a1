"""
The hook API as values of JSON: all that a connector, a simulator or a settings class relies on.

    PYTHONPATH=. python -m core.tests.connectors.hook_api > core/tests/connectors/hook_api_X_Y.json

writes what this core offers now. That is done once for each version of the hooks, when it is
frozen; a file that is there is never written again.
"""

from __future__ import annotations

import enum
import inspect
import json
from collections.abc import Callable, Mapping
from typing import Any

import orderferry
from orderferry import connectors, errors, orders
from orderferry.connectors import HOOK_API, http
from orderferry.connectors.spec import _hookspecs

from .settings_contract import settings_contract

__all__ = ["described"]

OF_THE_HOST = {"Ferry", "TransitionResult"}
"""Public names of `orderferry` that are no concern of a connector."""

OF_CONNECTORS = ("InstanceName", "Log", "NoSettings", "Received", "Simulator", "State")
"""What a connector or a simulator uses of the room, besides the names of `orderferry`."""

MADE_BY_THE_CORE = {"BoundClient", "Headers", "Response"}
"""What a connector is only given: how it is made is the core's own affair."""

FUNCTIONS_OF_ORDERS = ("deliveries", "read_order")


def described() -> dict[str, Any]:
    """
    What this core offers.
    """
    names = {
        "orderferry": [name for name in orderferry.__all__ if name not in OF_THE_HOST],
        "orderferry.connectors": list(OF_CONNECTORS),
        "orderferry.connectors.http": [name for name in http.__all__ if name != "Client"],
        "orderferry.errors": [name for name in errors.__all__ if _is_told_by_connectors(name)],
        "orderferry.orders": [name for name in orders.__all__ if _is_an_order_s(name)],
    }
    rooms = (orderferry, connectors, http, errors, orders)
    return {
        "hookApi": list(HOOK_API),
        "hooks": {name: _hook(spec) for name, spec in sorted(_specs().items())},
        "names": {
            room: {name: _described(getattr(module, name)) for name in sorted(names[room])}
            for room, module in zip(names, rooms, strict=True)
        },
        "settings": settings_contract(),
    }


def _specs() -> dict[str, Callable[..., object]]:
    return {
        name: each for name, each in vars(_hookspecs).items() if hasattr(each, "orderferry_spec")
    }


def _is_told_by_connectors(name: str) -> bool:
    kind = getattr(errors, name)
    return name in {"NetworkForbiddenError", "Problem", "StateError"} or (
        isinstance(kind, type) and issubclass(kind, errors.ExportError)
    )


def _is_an_order_s(name: str) -> bool:
    kind = getattr(orders, name)
    return (isinstance(kind, type) and name != "JsonReading") or name in FUNCTIONS_OF_ORDERS


def _hook(spec: Any) -> dict[str, Any]:
    signature = inspect.signature(spec)
    return {
        "arguments": {each.name: each.annotation for each in signature.parameters.values()},
        "answers": signature.return_annotation,
        "firstresult": spec.orderferry_spec["firstresult"],
    }


def _described(found: object) -> dict[str, Any]:
    if not isinstance(found, type):
        ours = inspect.isfunction(found)
        return {"call": _signature(found)} if ours else {"value": type(found).__name__}
    if issubclass(found, enum.Enum):
        return {"members": {each.name: each.value for each in found}}
    described: dict[str, Any] = {
        "bases": [each.__name__ for each in found.__mro__[1:-1] if each.__module__ != "typing"],
        "attributes": {name: _attribute(found, name) for name in _public(found)},
    }
    if getattr(found, "_is_protocol", False):
        return {"protocol": True} | described
    if found.__name__ in MADE_BY_THE_CORE:
        return described
    if issubclass(found, Exception) and found.__init__ is Exception.__init__:
        return described | {"call": "as Exception"}
    return described | {"call": _signature(found)}


def _public(kind: type) -> list[str]:
    """
    The public names of a class and of its bases of ours; attributes without a value are in `call`.
    """
    owners = [each for each in kind.__mro__ if each.__module__.startswith("orderferry")]
    return sorted({name for each in owners for name in vars(each) if not name.startswith("_")})


def _attribute(kind: type, name: str) -> Any:
    value = inspect.getattr_static(kind, name)
    if isinstance(value, property):
        assert value.fget is not None
        return {"property": str(inspect.signature(value.fget).return_annotation)}
    if isinstance(value, staticmethod | classmethod) or inspect.isfunction(value):
        return _signature(getattr(kind, name))
    if inspect.isdatadescriptor(value):  # a slot of an attrs class
        return {"field": True}
    return {"value": repr(value)}


def _signature(function: Any) -> dict[str, Any]:
    """
    Parameters in their order, and what is answered; defaults and annotations as they are written.
    """
    signature = inspect.signature(function)
    return {
        "parameters": [_parameter(each) for each in signature.parameters.values()],
        "answers": _text(signature.return_annotation),
    }


def _parameter(each: inspect.Parameter) -> Mapping[str, Any]:
    told: dict[str, Any] = {
        "name": each.name,
        "kind": each.kind.description,
        "type": _text(each.annotation),
    }
    if each.default is not inspect.Parameter.empty:
        told["default"] = (
            each.default.__name__ if inspect.isfunction(each.default) else repr(each.default)
        )
    return told


def _text(annotation: object) -> str | None:
    if annotation is inspect.Parameter.empty:
        return None
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


if __name__ == "__main__":
    print(json.dumps(described(), indent=1, sort_keys=True))  # noqa: T201 - that is its purpose
