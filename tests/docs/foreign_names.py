"""
Names on the pages that belong to other software, each with its owner.

Names of a connector's target are looked up in the connector's code, and need no line here.
"""

FOREIGN: dict[str, str] = {
    "AcmeConnector": "an example of a docstring",
    "AcmeSettings": "an example of a docstring",
    "CE_SALESORDER_0001": "SAP: the OData v4 service, which the connector does not speak",
    "LISTEN": "PostgreSQL",
    "NOTIFY": "PostgreSQL",
    "PATH": "the shell",
    "bulkImport": "Manhattan: a call that the connector does not make",
    "compat-api_1_0": "tox.ini: an environment",
    "fixed": "towncrier: a kind of fragment, in pyproject.toml",
    "orderferry_broken": "tests/conformance: the connectors that each break a guarantee",
    "removed": "towncrier: a kind of fragment, in pyproject.toml",
    "security": "towncrier: a kind of fragment, in pyproject.toml",
    "tXML": "Manhattan: the classic interface, which the connector does not speak",
}
