"""
Tests of the public names of `orderferry.connectors.http`.
"""

import orderferry.connectors.http as package


def test_the_public_names_are_pinned() -> None:
    """
    The public names are pinned, because each one is a promise.
    """
    assert [
        "Auth",
        "BasicAuth",
        "BearerAuth",
        "BoundClient",
        "Client",
        "Headers",
        "OAuth2ClientCredentials",
        "OAuth2Password",
        "Response",
        "Tls",
        "error_for",
    ] == package.__all__
    assert all(hasattr(package, name) for name in package.__all__)
