"""
Tests of `orderferry.cli._batch`.
"""

import io
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from orderferry.cli._batch import read_documents

Put = Callable[[bytes], None]


@pytest.fixture
def standard_input(monkeypatch: pytest.MonkeyPatch) -> Put:
    """
    Puts bytes on standard input.
    """

    def put(data: bytes) -> None:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(data)))

    return put


def test_a_json_file_is_one_document(tmp_path: Path) -> None:
    """
    A JSON file is one document, even if it has several lines.
    """
    path = tmp_path / "order.json"
    path.write_bytes(b'[\n{"id": "1"},\n{"id": "2"}\n]')

    (document,) = read_documents(str(path))

    assert str(path) == document.place
    assert path.read_bytes() == document.data


def test_a_jsonl_file_has_a_document_a_line(tmp_path: Path) -> None:
    """
    Each line of a JSONL file is a document; blank lines are counted and skipped.
    """
    path = tmp_path / "orders.jsonl"
    path.write_bytes(b'{"id": "1"}\n\n{"id": "2"}\r\n')

    documents = list(read_documents(str(path)))

    assert [f"{path}:1", f"{path}:3"] == [document.place for document in documents]
    assert [b'{"id": "1"}', b'{"id": "2"}'] == [document.data.strip() for document in documents]


def test_standard_input_may_hold_one_document(standard_input: Put) -> None:
    """
    Standard input is one document if its lines are not objects.
    """
    standard_input(b'{\n  "id": "1"\n}\n')

    (document,) = read_documents("-")

    assert "standard input" == document.place
    assert b'{\n  "id": "1"\n}\n' == document.data


def test_standard_input_may_hold_one_order_a_line(standard_input: Put) -> None:
    """
    Standard input has a document per line if each of several lines is an object.
    """
    standard_input(b'{"id": "1"}\n{"id": "2"}\n')

    assert ["standard input:1", "standard input:2"] == [
        document.place for document in read_documents("-")
    ]
