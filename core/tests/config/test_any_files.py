"""
Properties of reading: any two files are a configuration, or an error with faults.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderferry.config import Config
from orderferry.config._step import STEP_NAMES
from orderferry.errors import ConfigurationError

from .conftest import Files, workflow_with
from .test_toml import FULL

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=6)
)
JSON = st.recursive(
    SCALARS | st.sampled_from(["true", "sap", "a/b", "New", "Error", "ExportOrder"]),
    lambda parts: (
        st.lists(parts, max_size=3)
        | st.dictionaries(st.sampled_from([*STEP_NAMES, "key", "value", "x"]), parts, max_size=4)
    ),
    max_leaves=10,
)


def is_read_or_reported(workflow: object, toml: bytes) -> bool:
    """
    Whether both files are read, or are invalid with faults; other exceptions propagate.
    """
    with TemporaryDirectory() as folder:
        try:
            return isinstance(Files(Path(folder)).read(workflow, toml), Config)
        except ConfigurationError as error:
            return len(error.faults) > 0


@given(st.dictionaries(st.sampled_from(STEP_NAMES) | st.text(max_size=6), JSON, max_size=6))
def test_any_step_is_read_or_reported(fields: dict[str, Any]) -> None:
    """
    A step with any values in its fields is read, or is reported with faults.
    """
    assert is_read_or_reported(workflow_with(fields), b"")


@given(JSON | st.binary(max_size=20))
def test_any_workflow_is_read_or_reported(workflow: object) -> None:
    """
    Any workflow file is read, or is reported with faults.
    """
    assert is_read_or_reported(workflow, b"")


@given(st.data())
def test_any_configuration_is_read_or_reported(data: st.DataObject) -> None:
    """
    The full example with other bytes in some places is read, or is reported with faults.
    """
    text = bytearray(FULL.replace("flows/web", "workflow").encode())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 6))] = data.draw(
            st.binary(max_size=3)
            | st.sampled_from([b'"', b"[", b"]", b"=", b"true", b"1e9", b"\n"])
        )
        text = text or bytearray(b" ")
    assert is_read_or_reported({"name": "Online"}, bytes(text))
