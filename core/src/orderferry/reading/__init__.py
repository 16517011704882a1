"""
Strict reading of values: faults with their paths, and one vocabulary for their messages.

Three readers use this room: order documents, the configuration files and the settings of
connectors. None of them converts a value by a guess, and each reports all faults at once.

Messages call the types string, integer, number, boolean, table and list, in TOML and in JSON,
because the configuration is read from both. An order document alone has objects instead of tables:
programs of hosts write it, and its JSON Schema has that word.
"""

from typing import TYPE_CHECKING

from orderferry.lazy import lazy_names

__all__ = [
    "A_DATE",
    "A_TIME",
    "REFERENCE",
    "Fault",
    "InvalidError",
    "Referenced",
    "Unresolved",
    "collect",
    "describe",
    "describe_type",
    "gather",
    "has_reference",
    "invalid",
    "member",
    "mismatch",
    "nearest",
    "read_boolean",
    "read_choice",
    "read_integer",
    "read_list",
    "read_number",
    "read_string",
    "read_table",
    "resolve",
    "suggest",
]

if TYPE_CHECKING:
    from orderferry.reading._faults import (
        Fault,
        InvalidError,
        collect,
        describe,
        describe_type,
        gather,
        invalid,
        member,
        mismatch,
    )
    from orderferry.reading._names import nearest, suggest
    from orderferry.reading._primitives import (
        A_DATE,
        A_TIME,
        read_boolean,
        read_choice,
        read_integer,
        read_list,
        read_number,
        read_string,
        read_table,
    )
    from orderferry.reading._references import (
        REFERENCE,
        Referenced,
        Unresolved,
        has_reference,
        resolve,
    )
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            "_faults": (
                "Fault",
                "InvalidError",
                "collect",
                "describe",
                "describe_type",
                "gather",
                "invalid",
                "member",
                "mismatch",
            ),
            "_names": ("nearest", "suggest"),
            "_primitives": (
                "A_DATE",
                "A_TIME",
                "read_boolean",
                "read_choice",
                "read_integer",
                "read_list",
                "read_number",
                "read_string",
                "read_table",
            ),
            "_references": ("REFERENCE", "Referenced", "Unresolved", "has_reference", "resolve"),
        },
    )
