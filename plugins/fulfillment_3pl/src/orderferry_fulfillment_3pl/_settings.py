"""
The settings of an instance: the partner's server, the interchange's sender and receiver, and the
values of a 940 that an order does not have.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen
from attrs.validators import ge, le

from orderferry import Secret
from orderferry_fulfillment_3pl._characters import CharacterSet, Delimited, Delimiters, Outside
from orderferry_fulfillment_3pl._validation import (
    code,
    code_values,
    delimiter,
    host_keys,
    name,
    party_id,
    release,
    time_zone,
)
from orderferry_fulfillment_3pl._x12 import LENGTHS, Envelope, Party, Usage

__all__ = ["ThreePlSettings"]


def _help(description: str) -> dict[str, str]:
    return {"description": description}


_UNITS = {
    "each": "EA",
    "ea": "EA",
    "pc": "EA",
    "pcs": "EA",
    "piece": "EA",
    "pieces": "EA",
    "stk": "EA",
    "kg": "KG",
    "g": "GR",
    "l": "LT",
    "m": "MR",
}
"""Units of measure, X12 data element 355."""


_ELEMENTS = {
    "sender_id": "",
    "receiver_id": "",
    "group_sender_id": "",
    "group_receiver_id": "",
    "routing": "W66-05",
    "depositor_name": "N1-02",
    "depositor_id": "N1-04",
    "recipient": "N1-02",
}
"""The element of each setting that is written to every interchange unchanged; empty for an id."""


_HOST_KEY = (
    "fulfillment-3pl.example.com ssh-ed25519"
    " AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""The placeholder that `orderferry init` writes: it has the form of a key, but is not a key."""


@frozen(kw_only=True)
class ThreePlSettings:
    """
    The settings of `fulfillment_3pl`: one warehouse of one partner.
    """

    host: str = field(validator=name, metadata=_help("The partner's SFTP server."))
    port: int = field(
        default=22, validator=[ge(1), le(65535)], metadata=_help("The server's port.")
    )
    known_hosts: str = field(
        validator=host_keys,
        metadata=_help(
            "The server's public host keys, one on each line: `ssh-ed25519 AAAA...`, or lines of"
            " known_hosts. A connection to a server with any other key is rejected."
        )
        | {"example": _HOST_KEY},
    )
    username: str = field(validator=name, metadata=_help("The account on the server."))
    private_key: Secret | None = field(
        default=None,
        metadata=_help("The text of the account's private key, in OpenSSH or PEM format."),
    )
    passphrase: Secret | None = field(
        default=None, metadata=_help("The private key's passphrase, if it has one.")
    )
    password: Secret | None = field(
        default=None, metadata=_help("The account's password, if it signs in with one.")
    )
    folder: str = field(
        default=".",
        validator=name,
        metadata=_help("The folder in which the partner looks for 940 files."),
    )
    archive_folders: tuple[str, ...] = field(
        default=(),
        metadata=_help("The folders to which the partner moves files after reading them."),
    )
    target_removes_files: bool = field(
        default=False,
        metadata=_help(
            "Whether the partner deletes files, or moves them to folders that the account cannot"
            " read. If so, a missing file does not prove that it was never uploaded."
        ),
    )
    timeout_seconds: float = field(
        default=30.0,
        validator=[ge(0.1), le(3600)],
        metadata=_help("The timeout for the connection, and for each response."),
    )
    max_connections: int = field(
        default=4,
        validator=[ge(1), le(64)],
        metadata=_help("The maximum number of concurrent connections from one process."),
    )

    sender_id: str = field(validator=party_id, metadata=_help("Your interchange id (ISA06)."))
    sender_qualifier: str = field(
        default="ZZ", validator=code(2, 2), metadata=_help("The qualifier of sender_id (ISA05).")
    )
    receiver_id: str = field(
        validator=party_id, metadata=_help("The partner's interchange id (ISA08).")
    )
    receiver_qualifier: str = field(
        default="ZZ", validator=code(2, 2), metadata=_help("The qualifier of receiver_id (ISA07).")
    )
    group_sender_id: str = field(default="", metadata=_help("GS02, if it differs from sender_id."))
    group_receiver_id: str = field(
        default="", metadata=_help("GS03, if it differs from receiver_id.")
    )
    version: str = field(
        default="004010",
        validator=release,
        metadata=_help("GS08: 004010, or an industry version of it, such as 004010VICS."),
    )
    usage: Usage = field(
        default=Usage.PRODUCTION, metadata=_help("ISA15: P for production, T for test.")
    )
    acknowledge_interchange: bool = field(
        default=False,
        metadata=_help("ISA14: whether to request a TA1. A 997 is sent without a request."),
    )
    element_separator: str = field(
        default="*", validator=delimiter, metadata=_help("The character between elements.")
    )
    component_separator: str = field(
        default=">",
        validator=delimiter,
        metadata=_help("The character between components (ISA16)."),
    )
    segment_terminator: str = field(
        default="~",
        validator=delimiter,
        metadata=_help("The character at the end of each segment."),
    )
    line_breaks: bool = field(
        default=True, metadata=_help("Whether a line feed follows each segment terminator.")
    )
    character_set: CharacterSet = field(
        default=CharacterSet.ASCII,
        metadata=_help(
            "The characters that the partner accepts: basic or extended, as X12.6 defines them"
            " (extended is encoded in ISO 8859-1), ascii, latin-1 or utf-8."
        ),
    )
    outside_characters: Outside = field(
        default=Outside.REFUSE,
        metadata=_help(
            "How to handle text with characters outside the set: refuse (the order is invalid) or"
            " transliterate. Codes and ids are never changed."
        ),
    )
    delimiters_in_text: Delimited = field(
        default=Delimited.REFUSE,
        metadata=_help(
            "How to handle text with delimiters or control characters: refuse (the order is"
            " invalid) or replace (each by a space). Codes and ids are never changed."
        ),
    )

    order_status: str = field(
        default="N",
        validator=code(1, 1),
        metadata=_help("The order status (W05-01): N is an original order."),
    )
    payment_method: str = field(
        default="PP",
        validator=code(2, 2),
        metadata=_help("Who pays the carrier (W66-01): PP prepaid, CC collect, TP third party."),
    )
    transport_method: str = field(
        default="M",
        validator=code(1, 2),
        metadata=_help("The mode of transport (W66-02): M motor, U private parcel, A air."),
    )
    scac: str = field(
        default="",
        validator=code(2, 4, optional=True),
        metadata=_help(
            "The carrier's SCAC (W66-10), if scacs has no entry for the shipping method."
        ),
    )
    scacs: Mapping[str, str] = field(
        factory=dict,
        validator=code_values(2, 4),
        metadata=_help("The carrier's SCAC by shippingMethodId or shippingMethodName."),
    )
    routing: str = field(
        default="", metadata=_help("The routing (W66-05), if the shipment has no shipping method.")
    )
    item_qualifier: str = field(
        default="VN",
        validator=code(2, 2),
        metadata=_help(
            "The qualifier of a line's code (W01-04): VN vendor's number, SK stock unit."
        ),
    )
    unit: str = field(
        default="EA",
        validator=code(2, 2),
        metadata=_help("The unit (W01-02) of a line without one."),
    )
    units: Mapping[str, str] = field(
        factory=lambda: dict(_UNITS),
        validator=code_values(2, 2),
        metadata=_help(
            "The X12 unit (data element 355) by the line's unit, in any case. A unit of two capital"
            " letters or digits that has no entry is sent unchanged."
        ),
    )
    depositor_name: str = field(
        default="", metadata=_help("Your name (N1*DE); it is not sent if empty.")
    )
    depositor_id: str = field(default="", metadata=_help("Your id at the partner (N1*DE)."))
    party_qualifier: str = field(
        default="91",
        validator=code(1, 2),
        metadata=_help(
            "The qualifier of the ids in N1: 91 assigned by the seller, 92 by the buyer."
        ),
    )
    recipient: str = field(
        default="Recipient",
        validator=name,
        metadata=_help("The recipient's name, if neither the address nor the order has one."),
    )
    ship_within_days: int = field(
        default=0,
        validator=[ge(0), le(365)],
        metadata=_help("The number of days until the requested ship date (G62*10)."),
    )
    time_zone: str = field(
        default="UTC", validator=time_zone, metadata=_help("The time zone of every date and time.")
    )
    send_comments: bool = field(
        default=False,
        metadata=_help("Whether to send publicOrderNotes and the lines' comments (NTE*WHI)."),
    )

    def __attrs_post_init__(self) -> None:
        self._check_account()
        if len(set(self.delimiters.characters)) != 3:
            raise ValueError(
                "element_separator, component_separator, segment_terminator: must differ"
            )
        for setting, element in _ELEMENTS.items():
            self._check_element(setting, getattr(self, setting), *LENGTHS.get(element, (1, 15)))
        for role, party in (("sender", self.sender), ("receiver", self.receiver)):
            if len(party.group_id) < 2:
                raise ValueError(f"group_{role}_id: expected 2 to 15 characters (GS02, GS03)")

    def _check_element(self, setting: str, value: str, low: int, high: int) -> None:
        for character in value:
            if not self.can_write(character):
                raise ValueError(f"{setting}: {character!r} is not allowed in an interchange")
        if value and not low <= len(value) <= high:
            raise ValueError(f"{setting}: expected {low} to {high} characters")

    def _check_account(self) -> None:
        if self.password is None and self.private_key is None:
            raise ValueError("private_key or password is required")
        if self.passphrase is not None and self.private_key is None:
            raise ValueError("passphrase: requires a private_key")

    def can_write(self, character: str) -> bool:
        """
        Whether an element may contain a character: it is in the set, and not a delimiter.

        Args:
            character: The character.
        """
        return character not in self.delimiters.characters and self.character_set.contains(
            character
        )

    @property
    def delimiters(self) -> Delimiters:
        """
        The delimiters of the interchange.
        """
        return Delimiters(
            self.element_separator,
            self.component_separator,
            self.segment_terminator,
            line_breaks=self.line_breaks,
        )

    @property
    def sender(self) -> Party:
        """
        The sender of the interchange.
        """
        return Party(self.sender_qualifier, self.sender_id, self.group_sender_id or self.sender_id)

    @property
    def receiver(self) -> Party:
        """
        The receiver of the interchange.
        """
        return Party(
            self.receiver_qualifier, self.receiver_id, self.group_receiver_id or self.receiver_id
        )

    @property
    def envelope(self) -> Envelope:
        """
        The envelope round each transaction set.
        """
        return Envelope(
            sender=self.sender,
            receiver=self.receiver,
            version=self.version,
            acknowledgment="1" if self.acknowledge_interchange else "0",
            usage=self.usage.value,
            delimiters=self.delimiters,
            characters=self.character_set,
        )
