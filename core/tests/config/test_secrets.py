"""
Tests of values that may contain secrets: the database, the order API and its token.
"""

from pathlib import Path

import pytest
from attrs import evolve
from sqlalchemy.engine import make_url

from orderferry.config import read_config
from orderferry.errors import ConfigurationError

from .conftest import STEPS, Files
from .test_runtime import WORKFLOW, fault, runtime


@pytest.mark.parametrize(
    ("database", "file"),
    [
        ("sqlite:///data/orders.db", "{folder}/data/orders.db"),
        ("sqlite:///orders.db?timeout=5", "{folder}/orders.db"),
        ("sqlite+pysqlite:///orders.db", "{folder}/orders.db"),
        ("sqlite:////var/lib/orders.db", "/var/lib/orders.db"),
        ("sqlite:///my%20orders%3F.db", "{folder}/my orders?.db"),
        ("sqlite:///bestellinger æ.db", "{folder}/bestellinger æ.db"),
    ],
)
def test_a_file_of_sqlite_is_relative_to_the_configuration(
    files: Files, database: str, file: str
) -> None:
    """
    A path of SQLite is resolved in the configuration's folder, as SQLAlchemy reads its URL.
    """
    url = make_url(runtime(files, f'database = "{database}"').database)

    assert file.format(folder=files.folder) == url.database
    assert "sqlite" == url.get_backend_name()
    assert ("timeout" in database) == ("timeout" in url.query)


def test_a_folder_may_have_any_name(files: Files) -> None:
    """
    The name of a folder may have characters that mean something in a URL.
    """
    folder = files.folder / "100% @ home? #1"
    folder.mkdir()
    url = make_url(runtime(Files(folder), "").database)

    assert f"{folder}/orderferry.db" == url.database


def test_the_path_of_the_database_is_absolute(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A change of the working directory does not move the database.
    """
    files.write(WORKFLOW)
    monkeypatch.chdir(files.folder)
    config = read_config(Path("orderferry.toml"), steps=STEPS)

    assert f"sqlite:///{files.folder}/orderferry.db" == config.runtime.database


@pytest.mark.parametrize(
    ("database", "user", "password", "host"),
    [
        ("postgresql://ferry:secret-1@db.example:6432/orders", "ferry", "secret-1", "db.example"),
        ("postgresql+psycopg://ferry:secret%40@db/orders", "ferry", "secret@", "db"),
        ("postgresql://${env:DB_USER}:${env:DB_PASSWORD}@db/orders", "ferry", "p@ss/w:rd?", "db"),
        ("postgresql://ferry:x-${env:DB_PASSWORD}@db/orders", "ferry", "x-p@ss/w:rd?", "db"),
        ("postgresql://ferry@${env:DB_USER}.example/orders", "ferry", None, "ferry.example"),
        ("postgresql:///orders?host=/run/postgresql", None, None, None),
    ],
)
def test_referenced_users_and_passwords_need_no_percent_encoding(
    files: Files, database: str, user: str | None, password: str | None, host: str | None
) -> None:
    """
    A referenced user or password is literal, and the rest of the URL is percent-encoded.
    """
    url = make_url(runtime(files, f'database = "{database}"').database)

    assert user == url.username
    assert password == url.password
    assert host == url.host
    assert "orders" == url.database


def test_a_reference_may_be_the_whole_url(files: Files) -> None:
    """
    A URL that is a reference as a whole is percent-encoded where it is stored.
    """
    (files.folder / "url").write_text("postgresql://ferry:s%40@db/orders\n")

    assert (
        "postgresql://ferry:s%40@db/orders" == runtime(files, 'database = "${file:url}"').database
    )


@pytest.mark.parametrize(
    ("database", "reason"),
    [
        ("orders.db", "expected a URL such as sqlite:///orderferry.db or postgresql://USER:PASS"),
        ("mysql://u:p@h/db", "mysql is not supported; use sqlite:///orderferry.db or postgresql"),
        ("postgres://u:p@h/db", "postgres is not supported; use sqlite:///orderferry.db or postgr"),
        (
            "postgresql+asyncpg://u:p@h/db",
            "the driver of postgresql+asyncpg is not supported; use p",
        ),
        ("sqlite://orders.db", "expected sqlite:///orderferry.db, or sqlite:////PATH for an absol"),
        ("sqlite://", "expected sqlite:///orderferry.db, or sqlite:////PATH for an absolute path"),
        (
            "sqlite:///",
            "expected a file, as in sqlite:///orderferry.db: a database in memory",
        ),
        ("sqlite:///:memory:", "expected a file, as in sqlite:///orderferry.db: a data"),
        ("sqlite:///file:a?uri=true", "expected a file, as in sqlite:///orderferry.db"),
        ("postgresql://u:hunter22@h", "the database's name is missing; use postgresql://USER"),
        ("postgresql://u:hunter22@h/", "the database's name is missing; use postgresql://USER"),
        ("postgresql://u:hun@ter22@h/db", "host or port is invalid; percent-encode each @ : /"),
        ("postgresql://u:hun/ter22@h/db", "host or port is invalid; percent-encode each @ : /"),
        ("postgresql://u:hun[ter22@h/db", "host or port is invalid; percent-encode each @ : /"),
        ("postgresql://u:hun#ter22@h/db", "host or port is invalid; percent-encode each @ : /"),
        ("postgresql://u:hunter22@h:0/db", "host or port is invalid"),
        ("${vault:x}", '"vault" is an unknown kind of reference; use ${env:NAME} or ${fi'),
    ],
)
def test_an_invalid_database_is_reported_without_its_password(
    files: Files, database: str, reason: str
) -> None:
    """
    The message has a valid form, and no part of the password.
    """
    message = fault(files, f'database = "{database}"')

    assert message.startswith(f"database: {reason}")
    assert message.endswith(" @ runtime.database")
    assert "hunter" not in message
    assert "ter22" not in message


def test_a_value_that_may_be_a_secret_is_not_shown(files: Files) -> None:
    """
    A value of another type could be a part of a password.
    """
    assert "database: expected a string @ runtime.database" == fault(files, "database = 12345678")
    assert "api_token: expected a string @ runtime.api_token" == fault(files, "api_token = 1234567")


@pytest.mark.parametrize(
    ("database", "reason"),
    [
        ("postgresql://u:${env:GONE}@h/db", "the environment variable GONE is not set; set it"),
        ("${file:gone}", "the file gone cannot be read: No such file or directory"),
    ],
)
def test_an_unresolved_database_is_reported_when_it_is_opened(
    files: Files, database: str, reason: str
) -> None:
    """
    A missing variable is an error for commands that open the database, and not for others.
    """
    settings = runtime(files, f'database = "{database}"')

    with pytest.raises(ConfigurationError) as caught:
        settings.database_url  # noqa: B018 - it raises

    message = f"{files.folder}/orderferry.toml: database: {reason} @ runtime.database"
    assert message == str(caught.value)
    assert message == settings.missing_database
    assert "" == settings.database


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://ferry:hunter22@db/orders", "postgresql://ferry:***@db/orders"),
        ("postgresql://ferry:h@unter22@db/orders", "postgresql://ferry:***@db/orders"),
        ("postgresql://ferry:h/unter22@db/orders", "postgresql://ferry:***@db/orders"),
        ("postgresql://ferry@db:5432/orders", "postgresql://ferry@db:5432/orders"),
        (
            "postgresql:///orders?password=hunter22&sslpassword=hunter22&host=/run",
            "postgresql:///orders?password=***&sslpassword=***&host=/run",
        ),
        ("sqlite:////var/a:b@c/orders.db", "sqlite:////var/a:b@c/orders.db"),
    ],
)
def test_the_password_is_hidden_in_messages_and_repr(files: Files, url: str, shown: str) -> None:
    """
    The property for messages and the `repr` of the settings hide the password.
    """
    settings = evolve(runtime(files, ""), database=url)

    assert shown == settings.shown_database
    assert f"database={shown}," in repr(settings)


def test_the_token_is_a_secret(files: Files) -> None:
    """
    The token is resolved from the environment, and is not in `repr`.
    """
    settings = runtime(files, 'api_token = "${env:API_TOKEN}"')

    assert settings.api_token is not None
    assert "oms-token-1" == settings.api_token.reveal()
    assert "oms-token-1" not in repr(settings)


@pytest.mark.parametrize(
    ("token", "reason"),
    [
        ("${env:SHORT}", "a secret has at least 8 characters; this one has 7"),
        ("${env:GONE}", "the environment variable GONE is not set; set it"),
        ("hunter22-æ", "expected printable ASCII characters without surrounding spaces"),
        (" hunter22", "expected printable ASCII characters without surrounding spaces"),
        ("hunter22\\n", "expected printable ASCII characters without surrounding spaces"),
    ],
)
def test_an_invalid_token_is_reported_without_its_value(
    files: Files, token: str, reason: str
) -> None:
    """
    A token consists of characters that fit in a header, and its fault does not show it.
    """
    assert f"api_token: {reason} @ runtime.api_token" == fault(files, f'api_token = "{token}"')


@pytest.mark.parametrize(
    ("url", "read"),
    [
        ("https://oms.example/api/orders", "https://oms.example/api/orders"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://${env:DB_USER}.example", "https://ferry.example"),
    ],
)
def test_the_order_api_has_a_url(files: Files, url: str, read: str) -> None:
    """
    The URL of the order API is read without a slash at its end.
    """
    assert read == runtime(files, f'api_url = "{url}"').api_url


@pytest.mark.parametrize(
    "url",
    [
        "oms.example",
        "ftp://oms.example",
        "https://",
        "https://user:hunter22@oms.example",
        "https://oms.example/?key=hunter22",
        "https://oms.example/#orders",
        "https://oms.example:port/",
        "https://oms.example:0/",
        "https://[::1/",
        "https://oms.example/a b",
    ],
)
def test_an_invalid_url_is_reported_without_its_value(files: Files, url: str) -> None:
    """
    The message has an example, and not the value, which may contain a password.
    """
    assert (
        "api_url: expected a URL such as https://oms.example.com/api/orders, without user, "
        "password, query or fragment @ runtime.api_url"
    ) == fault(files, f'api_url = "{url}"')
