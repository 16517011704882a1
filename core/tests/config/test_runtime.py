"""
The `[runtime]` table: the database, the order API, and times.
"""

import os
from pathlib import Path

import pytest
from attrs import evolve
from sqlalchemy.engine import make_url

from orderferry.config import RuntimeSettings, read_config
from orderferry.connectors import ExportState
from orderferry.errors import ConfigurationError

from .conftest import STEPS, Files

WORKFLOW = {"name": "Online"}


def runtime(files: Files, lines: str) -> RuntimeSettings:
    """
    What is read of these lines.
    """
    return files.read(WORKFLOW, f"[runtime]\n{lines}").runtime


def fault(files: Files, lines: str) -> str:
    """
    The one fault of these lines.
    """
    [told] = files.faults(WORKFLOW, f"[runtime]\n{lines}")
    return told.removeprefix("orderferry.toml: ")


@pytest.mark.parametrize(
    ("given", "file"),
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
    files: Files, given: str, file: str
) -> None:
    """
    As SQLAlchemy reads the URL.
    """
    url = make_url(runtime(files, f'database = "{given}"').database)

    assert file.format(folder=files.folder) == url.database
    assert "sqlite" == url.get_backend_name()
    assert ("timeout" in given) == ("timeout" in url.query)


def test_a_folder_may_have_any_name(files: Files) -> None:
    """
    Marks that mean something in a URL too.
    """
    folder = files.folder / "100% @ home? #1"
    folder.mkdir()
    url = make_url(runtime(Files(folder), "").database)

    assert f"{folder}/orderferry.db" == url.database


def test_the_file_stays_where_it_is_when_the_process_goes_elsewhere(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    The path is absolute, also where the configuration's is not.
    """
    files.write(WORKFLOW)
    monkeypatch.chdir(files.folder)
    config = read_config(Path("orderferry.toml"), steps=STEPS)

    assert f"sqlite:///{files.folder}/orderferry.db" == config.runtime.database


@pytest.mark.parametrize(
    ("given", "user", "password", "host"),
    [
        ("postgresql://ferry:secret-1@db.example:6432/orders", "ferry", "secret-1", "db.example"),
        ("postgresql+psycopg://ferry:secret%40@db/orders", "ferry", "secret@", "db"),
        ("postgresql://${env:DB_USER}:${env:DB_PASSWORD}@db/orders", "ferry", "p@ss/w:rd?", "db"),
        ("postgresql://ferry:x-${env:DB_PASSWORD}@db/orders", "ferry", "x-p@ss/w:rd?", "db"),
        ("postgresql://ferry@${env:DB_USER}.example/orders", "ferry", None, "ferry.example"),
        ("postgresql:///orders?host=/run/postgresql", None, None, None),
    ],
)
def test_user_and_password_of_postgresql_come_from_the_environment_as_they_are(
    files: Files, given: str, user: str | None, password: str | None, host: str | None
) -> None:
    """
    Without percent-encoding; what stands in the file is a URL as it is.
    """
    url = make_url(runtime(files, f'database = "{given}"').database)

    assert (user, password, host) == (url.username, url.password, url.host)
    assert "orders" == url.database


def test_a_whole_url_may_come_from_the_environment_or_a_file(files: Files) -> None:
    """
    It is a URL as it is.
    """
    (files.folder / "url").write_text("postgresql://ferry:s%40@db/orders\n")

    assert (
        "postgresql://ferry:s%40@db/orders" == runtime(files, 'database = "${file:url}"').database
    )


@pytest.mark.parametrize(
    ("given", "told"),
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
def test_a_database_that_is_none_is_told_without_its_password(
    files: Files, given: str, told: str
) -> None:
    """
    It names what to write instead.
    """
    found = fault(files, f'database = "{given}"')

    assert found.startswith(f"database: {told}")
    assert found.endswith(" @ runtime.database")
    assert "hunter" not in found
    assert "ter22" not in found


def test_what_is_no_text_is_not_shown(files: Files) -> None:
    """
    It could be half a password.
    """
    assert "database: expected a string @ runtime.database" == fault(files, "database = 12345678")
    assert "api_token: expected a string @ runtime.api_token" == fault(files, "api_token = 1234567")


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("postgresql://u:${env:GONE}@h/db", "the environment variable GONE is not set; set it"),
        ("${file:gone}", "the file gone cannot be read: No such file or directory"),
    ],
)
def test_a_database_that_stands_elsewhere_is_missed_by_who_opens_it(
    files: Files, given: str, told: str
) -> None:
    """
    A preview needs none, and need not know its password.
    """
    settings = runtime(files, f'database = "{given}"')

    with pytest.raises(ConfigurationError) as caught:
        settings.database_url  # noqa: B018 - it raises

    told = f"{files.folder}/orderferry.toml: database: {told} @ runtime.database"
    assert told == str(caught.value)
    assert ("", str(caught.value)) == (settings.database, settings.missing_database)


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
def test_the_password_is_hidden_where_the_database_is_shown(
    files: Files, url: str, shown: str
) -> None:
    """
    In the property for messages, and in the settings as text.
    """
    settings = evolve(runtime(files, ""), database=url)

    assert shown == settings.shown_database
    assert f"database={shown}," in repr(settings)


def test_the_token_is_a_secret(files: Files) -> None:
    """
    It comes from the environment, and is shown nowhere.
    """
    settings = runtime(files, 'api_token = "${env:API_TOKEN}"')

    assert settings.api_token is not None
    assert "oms-token-1" == settings.api_token.reveal()
    assert "oms-token-1" not in repr(settings)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("${env:SHORT}", "a secret has at least 8 characters; this one has 7"),
        ("${env:GONE}", "the environment variable GONE is not set; set it"),
        ("hunter22-æ", "expected printable ASCII characters without surrounding spaces"),
        (" hunter22", "expected printable ASCII characters without surrounding spaces"),
        ("hunter22\\n", "expected printable ASCII characters without surrounding spaces"),
    ],
)
def test_a_token_that_is_none_is_told_without_it(files: Files, given: str, told: str) -> None:
    """
    What fits in a header is a token.
    """
    assert f"api_token: {told} @ runtime.api_token" == fault(files, f'api_token = "{given}"')


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://oms.example/api/orders", "https://oms.example/api/orders"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
        ("https://${env:DB_USER}.example", "https://ferry.example"),
    ],
)
def test_the_order_api_has_an_address(files: Files, given: str, read: str) -> None:
    """
    An order's id is added after a slash.
    """
    assert read == runtime(files, f'api_url = "{given}"').api_url


@pytest.mark.parametrize(
    "given",
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
def test_what_is_no_address_is_told(files: Files, given: str) -> None:
    """
    With an example, and without what was given: it may hold a password.
    """
    assert (
        "api_url: expected a URL such as https://oms.example.com/api/orders, without user, "
        "password, query or fragment @ runtime.api_url"
    ) == fault(files, f'api_url = "{given}"')


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ("lease_seconds = 0.5", "lease_seconds: expected seconds from 1 to 60, got 0.5 (a number)"),
        ("lease_seconds = 61", "lease_seconds: expected seconds from 1 to 60, got 61 (an integer)"),
        ("lease_seconds = true", "lease_seconds: expected seconds from 1 to 60, got true"),
        ("grace_seconds = -1", "grace_seconds: expected seconds from 0 to 3600, got -1"),
        (
            "api_deadline_seconds = 0",
            "api_deadline_seconds: expected seconds, more than 0 and at most",
        ),
        (
            "api_interval_seconds = '1s'",
            "api_interval_seconds: expected seconds, more than 0 and at most 36",
        ),
        ("document_retention_days = -1", "document_retention_days: expected days from 0 to 36500"),
        ("document_retention_days = nan", "document_retention_days: expected days from 0 to 36500"),
        ("age_limits = 1", "age_limits: expected a table, got 1 (an integer) @ runtime.age_limits"),
        ("age_limits.queued = 0", "queued: expected a duration of more than 0 and at most 365d"),
        (
            "age_limits.skipped = 1",
            "'skipped' is unknown in [runtime.age_limits]; use one of accepted, dead, queued",
        ),
        (
            "age_limits.retyring = 1",
            (
                "'retyring' is unknown in [runtime.age_limits]; did you mean retrying? "
                "@ runtime.age_limits.retyring"
            ),
        ),
    ],
)
def test_times_have_bounds(files: Files, lines: str, told: str) -> None:
    """
    What was expected, and what was got.
    """
    assert fault(files, lines).startswith(told)


def test_an_age_limit_adds_to_the_others(files: Files) -> None:
    """
    Each state keeps its own.
    """
    limits = runtime(files, "age_limits.dead = '2d'\nage_limits.queued = 60").age_limits

    assert {
        ExportState.QUEUED: 60.0,
        ExportState.SENDING: 600.0,
        ExportState.RETRYING: 21_600.0,
        ExportState.UNKNOWN: 3600.0,
        ExportState.DEAD: 172_800.0,
    } == limits


def test_references_look_in_the_process_by_default(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Where the caller gives no environment.
    """
    monkeypatch.setitem(os.environ, "ORDERFERRY_TEST_TOKEN", "from-the-process")
    files.write(WORKFLOW, '[runtime]\napi_token = "${env:ORDERFERRY_TEST_TOKEN}"')
    token = read_config(files.path, steps=STEPS).runtime.api_token

    assert token is not None
    assert "from-the-process" == token.reveal()
