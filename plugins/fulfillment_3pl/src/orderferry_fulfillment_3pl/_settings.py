"""
What an instance of the connector is told: the partner's server, the two ends of the interchange,
and what a 940 needs that the order does not have.
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


def _about(description: str) -> dict[str, str]:
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


_WRITTEN = {
    "sender_id": "",
    "receiver_id": "",
    "group_sender_id": "",
    "group_receiver_id": "",
    "routing": "W66-05",
    "depositor_name": "N1-02",
    "depositor_id": "N1-04",
    "recipient": "N1-02",
}
"""Settings that are written into every interchange as they are, with their element."""


_HOST_KEY = (
    "fulfillment-3pl.example.com ssh-ed25519"
    " AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)
"""What `orderferry init` writes, to be replaced: the form of a key, and nobody's."""


@frozen(kw_only=True)
class ThreePlSettings:
    """
    The settings of `fulfillment_3pl`: one warehouse of one partner.
    """

    host: str = field(validator=name, metadata=_about("The partner's SFTP server."))
    port: int = field(default=22, validator=[ge(1), le(65535)], metadata=_about("Its port."))
    known_hosts: str = field(
        validator=host_keys,
        metadata=_about(
            "The server's public host keys, a line each: `ssh-ed25519 AAAA...`, or lines of"
            " known_hosts. A server with any other key is refused."
        )
        | {"example": _HOST_KEY},
    )
    username: str = field(validator=name, metadata=_about("The account at the server."))
    private_key: Secret | None = field(
        default=None, metadata=_about("The account's private key (OpenSSH or PEM), its text.")
    )
    passphrase: Secret | None = field(
        default=None, metadata=_about("The private key's passphrase, where it has one.")
    )
    password: Secret | None = field(
        default=None, metadata=_about("The account's password, where it signs in with one.")
    )
    folder: str = field(
        default=".", validator=name, metadata=_about("Where the partner looks for 940 files.")
    )
    archive_folders: tuple[str, ...] = field(
        default=(),
        metadata=_about("Folders that the partner moves files to once it has read them."),
    )
    target_removes_files: bool = field(
        default=False,
        metadata=_about(
            "The partner deletes files, or moves them where we cannot see: a missing file then"
            " does not show that it was never put there."
        ),
    )
    timeout_seconds: float = field(
        default=30.0,
        validator=[ge(0.1), le(3600)],
        metadata=_about("How long to wait for the connection, and for each answer."),
    )
    max_connections: int = field(
        default=4,
        validator=[ge(1), le(64)],
        metadata=_about("Most connections to the server at once, from one process."),
    )

    sender_id: str = field(validator=party_id, metadata=_about("Our interchange id (ISA06)."))
    sender_qualifier: str = field(
        default="ZZ", validator=code(2, 2), metadata=_about("What kind of id that is (ISA05).")
    )
    receiver_id: str = field(
        validator=party_id, metadata=_about("The partner's interchange id (ISA08).")
    )
    receiver_qualifier: str = field(
        default="ZZ", validator=code(2, 2), metadata=_about("What kind of id that is (ISA07).")
    )
    group_sender_id: str = field(default="", metadata=_about("GS02, where it is not ISA06."))
    group_receiver_id: str = field(default="", metadata=_about("GS03, where it is not ISA08."))
    version: str = field(
        default="004010",
        validator=release,
        metadata=_about("GS08: 004010, or an industry's version of it, such as 004010VICS."),
    )
    usage: Usage = field(
        default=Usage.PRODUCTION, metadata=_about("ISA15: P for production, T for test.")
    )
    acknowledge_interchange: bool = field(
        default=False, metadata=_about("ISA14: ask for a TA1. A 997 needs no asking.")
    )
    element_separator: str = field(
        default="*", validator=delimiter, metadata=_about("What parts elements.")
    )
    component_separator: str = field(
        default=">", validator=delimiter, metadata=_about("What parts components (ISA16).")
    )
    segment_terminator: str = field(
        default="~", validator=delimiter, metadata=_about("What ends a segment.")
    )
    line_breaks: bool = field(
        default=True, metadata=_about("A line feed after each segment terminator.")
    )
    character_set: CharacterSet = field(
        default=CharacterSet.ASCII,
        metadata=_about(
            "basic and extended as X12.6 has them (extended is written in ISO 8859-1), ascii,"
            " latin-1 or utf-8."
        ),
    )
    outside_characters: Outside = field(
        default=Outside.REFUSE,
        metadata=_about(
            "Text with characters outside the set: refuse the order, or transliterate. Codes and"
            " ids are never changed."
        ),
    )
    delimiters_in_text: Delimited = field(
        default=Delimited.REFUSE,
        metadata=_about(
            "Text with delimiters or control characters: refuse the order, or replace each with a"
            " space. Codes and ids are never changed."
        ),
    )

    order_status: str = field(
        default="N", validator=code(1, 1), metadata=_about("W05-01: N is an original order.")
    )
    payment_method: str = field(
        default="PP",
        validator=code(2, 2),
        metadata=_about("Who pays the carrier (W66-01): PP prepaid, CC collect, TP third party."),
    )
    transport_method: str = field(
        default="M",
        validator=code(1, 2),
        metadata=_about("How it travels (W66-02): M motor, U private parcel, A air."),
    )
    scac: str = field(
        default="",
        validator=code(2, 4, optional=True),
        metadata=_about("The carrier (W66-10), where scacs names no other."),
    )
    scacs: Mapping[str, str] = field(
        factory=dict,
        validator=code_values(2, 4),
        metadata=_about("The carrier's SCAC by shippingMethodId or shippingMethodName."),
    )
    routing: str = field(
        default="",
        metadata=_about("Routing (W66-05), where the shipment names no shipping method."),
    )
    item_qualifier: str = field(
        default="VN",
        validator=code(2, 2),
        metadata=_about("What a line's code is (W01-04): VN vendor's number, SK stock unit."),
    )
    unit: str = field(
        default="EA", validator=code(2, 2), metadata=_about("Unit (W01-02) of a line without one.")
    )
    units: Mapping[str, str] = field(
        factory=lambda: dict(_UNITS),
        validator=code_values(2, 2),
        metadata=_about(
            "X12 unit (data element 355) by the line's unit, in any case. A unit of two capitals"
            " or digits that is not named here is sent as it is."
        ),
    )
    depositor_name: str = field(
        default="", metadata=_about("Our name (N1*DE); empty: it is not sent.")
    )
    depositor_id: str = field(default="", metadata=_about("Our id at the partner (N1*DE)."))
    party_qualifier: str = field(
        default="91",
        validator=code(1, 2),
        metadata=_about("Who gave the ids of N1: 91 the seller, 92 the buyer."),
    )
    recipient: str = field(
        default="Recipient",
        validator=name,
        metadata=_about("The name on the parcel where neither address nor order has one."),
    )
    ship_within_days: int = field(
        default=0,
        validator=[ge(0), le(365)],
        metadata=_about("Days until the requested ship date (G62*10)."),
    )
    time_zone: str = field(
        default="UTC", validator=time_zone, metadata=_about("The zone of every date and time.")
    )
    send_comments: bool = field(
        default=False,
        metadata=_about("Send publicOrderNotes and the lines' comments (NTE*WHI)."),
    )

    def __attrs_post_init__(self) -> None:
        self._check_account()
        if len(set(self.delimiters.characters)) != 3:
            raise ValueError(
                "element_separator, component_separator, segment_terminator: must differ"
            )
        for each, element in _WRITTEN.items():
            self._check_written(each, getattr(self, each), *LENGTHS.get(element, (1, 15)))
        for party, group in (("sender", self.sender), ("receiver", self.receiver)):
            if len(group.group_id) < 2:
                raise ValueError(f"group_{party}_id: expected 2 to 15 characters (GS02, GS03)")

    def _check_written(self, setting: str, value: str, low: int, high: int) -> None:
        for character in value:
            if not self.writes(character):
                raise ValueError(f"{setting}: {character!r} cannot stand in an interchange")
        if value and not low <= len(value) <= high:
            raise ValueError(f"{setting}: expected {low} to {high} characters")

    def _check_account(self) -> None:
        if self.password is None and self.private_key is None:
            raise ValueError("give private_key or password")
        if self.passphrase is not None and self.private_key is None:
            raise ValueError("passphrase: there is no private_key that it could open")

    def writes(self, character: str) -> bool:
        """
        Whether a character can stand in an element: in the set, and no delimiter.

        Args:
            character: The character.
        """
        return character not in self.delimiters.characters and self.character_set.holds(character)

    @property
    def delimiters(self) -> Delimiters:
        """
        The characters that part an interchange.
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
        Our end of the interchange.
        """
        return Party(self.sender_qualifier, self.sender_id, self.group_sender_id or self.sender_id)

    @property
    def receiver(self) -> Party:
        """
        The partner's end.
        """
        return Party(
            self.receiver_qualifier, self.receiver_id, self.group_receiver_id or self.receiver_id
        )

    @property
    def envelope(self) -> Envelope:
        """
        What stands round each transaction set.
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
