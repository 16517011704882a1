"""
Partners of a sales order, with their addresses and country keys.

Source of the country codes: ISO 3166-1, the 249 countries as of 2024.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from orderferry.errors import Problem
from orderferry.orders import Address
from orderferry_erp_sap._deep_insert import Entry
from orderferry_erp_sap._fields import ENTITIES
from orderferry_erp_sap._settings import SapSettings

__all__ = ["country_key", "partner"]

# Alpha-3 codes that begin with their alpha-2 code.
_ALIKE = (
    "AFG AIA ALB ARG ASM AUS AZE BEL BFA BGR BHR BLM BMU BOL BRA BTN BVT BWA CAN CCK CHE CIV "
    "CMR COL CRI CUB CXR CYP CZE DEU DJI DMA DOM DZA ECU EGY ERI ESP ETH FIN FJI FRA GAB GBR "
    "GEO GGY GHA GIB GMB GRC GTM GUM HKG HMD HND HRV HTI HUN IDN IMN IND IOT IRN ISL ITA JEY "
    "JOR JPN KEN KGZ KHM KIR KNA KWT LAO LBN LCA LIE LKA LSO LTU LUX LVA MAR MCO MDA MHL MKD "
    "MLI MMR MNG MRT MSR MUS MWI MYS NAM NCL NER NFK NGA NIC NLD NOR NPL NRU NZL OMN PAN PER "
    "PHL PRI PSE QAT REU ROU RUS RWA SAU SDN SGP SHN SJM SLE SMR SOM SSD STP SXM SYR TCA TGO "
    "THA TJK TKL TLS TON TTO TWN TZA UGA UMI USA UZB VAT VCT VEN VGB VIR VNM VUT WSM YEM ZAF "
    "ZMB ZWE "
)

# Alpha-3 and alpha-2 code in one.
_UNLIKE = (
    "ABWAW AGOAO ALAAX ANDAD AREAE ARMAM ATAAQ ATFTF ATGAG AUTAT BDIBI BENBJ BESBQ BGDBD "
    "BHSBS BIHBA BLRBY BLZBZ BRBBB BRNBN CAFCF CHLCL CHNCN CODCD COGCG COKCK COMKM CPVCV "
    "CUWCW CYMKY DNKDK ESHEH ESTEE FLKFK FROFO FSMFM GINGN GLPGP GNBGW GNQGQ GRDGD GRLGL "
    "GUFGF GUYGY IRLIE IRQIQ ISRIL JAMJM KAZKZ KORKR LBRLR LBYLY MACMO MAFMF MDGMG MDVMV "
    "MEXMX MLTMT MNEME MNPMP MOZMZ MTQMQ MYTYT NIUNU PAKPK PCNPN PLWPW PNGPG POLPL PRKKP "
    "PRTPT PRYPY PYFPF SENSN SGSGS SLBSB SLVSV SPMPM SRBRS SURSR SVKSK SVNSI SWESE SWZSZ "
    "SYCSC TCDTD TKMTM TUNTN TURTR TUVTV UKRUA URYUY WLFWF "
)

_ALPHA_2 = {code: code[:2] for code in _ALIKE.split()} | {
    code[:3]: code[3:] for code in _UNLIKE.split()
}


def country_key(code: str) -> str | None:
    """
    Return SAP's key of a country code of two or three letters in any case, or `None`.
    """
    code = code.strip().upper()
    return code if re.fullmatch("[A-Z]{2}", code) else _ALPHA_2.get(code)


_NAME_LINES = 4
_NAME_LENGTH = 40


def _names(address: Address) -> list[str]:
    """
    Return the addressee in lines of 40 characters: the organization, then the person.
    """
    person = address.name or " ".join(filter(None, (address.first_name, address.last_name)))
    parts = dict.fromkeys(filter(None, (address.organization, person)))
    return [line for name in parts for line in textwrap.wrap(name, _NAME_LENGTH)]


def _country(address: Address, settings: SapSettings, problems: list[Problem]) -> str:
    if not address.country_code:
        return settings.default_country
    key = country_key(address.country_code)
    if key is None:
        problems.append(
            Problem(
                field="Country",
                value=address.country_code,
                cause="is not a country code of ISO 3166-1",
                remedy="use a code of two or three letters",
            )
        )
    return key or ""


def _region(address: Address, country: str) -> str:
    """
    Return the region's key: `regionCode` (ISO 3166-2, country optional), or a short `state`.
    """
    code = (address.region_code or "").removeprefix(f"{country}-")
    state = address.state or ""
    return code or (state if len(state) <= 3 else "")


def _values(
    address: Address, settings: SapSettings, problems: list[Problem]
) -> Iterator[tuple[str, str | None]]:
    country = _country(address, settings, problems)
    names = _names(address)
    if len(names) > _NAME_LINES:
        cause = f"needs {len(names)} lines of {_NAME_LENGTH} characters, SAP accepts {_NAME_LINES}"
        problems.append(
            Problem(
                field="OrganizationName1",
                value=" ".join(names),
                cause=cause,
                remedy="shorten the address's organization and name",
            )
        )
    yield "AddresseeFullName", address.full_name
    yield from ((f"OrganizationName{n}", line) for n, line in enumerate(names[:_NAME_LINES], 1))
    yield "StreetName", address.line1
    yield "HouseNumber", address.street_number
    yield "StreetSuffixName1", address.line2
    yield "StreetSuffixName2", address.apartment_number
    yield "PostalCode", address.postal_code
    yield "CityName", address.city
    yield "Region", _region(address, country)
    yield "Country", country
    yield "EmailAddress", address.email
    yield "PhoneNumber", address.phone or address.daytime_phone_number


def partner(
    entity: str,
    *,
    function: str,
    customer: str,
    address: Address | None,
    settings: SapSettings,
    problems: list[Problem],
) -> Entry:
    """
    Build a partner, with an address if it differs from the customer's master data.

    The address is nested in the partner: SAP's entity sets of addresses are not creatable
    (`sap:creatable="false"`). An empty `AddressRepresentationCode` is the standard version of an
    address, not the international one.

    Args:
        entity: The partner's entity set, of the header or of an item.
        function: The partner function.
        customer: The customer's number.
        address: The address to send, or `None`.
        settings: The instance's settings.
        problems: The list to which problems are added.
    """
    children: dict[str, tuple[Entry, ...]] = {}
    if address is not None:
        fields = {name: value for name, value in _values(address, settings, problems) if value}
        children["to_Address"] = (
            Entry(
                entity=ENTITIES[entity].children["to_Address"],
                values={"AddressRepresentationCode": "", **fields},
            ),
        )
    values = {"PartnerFunction": function, "Customer": customer}
    return Entry(entity=entity, values=values, children=children)
