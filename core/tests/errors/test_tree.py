"""
Tests of `orderferry.errors`.
"""

import inspect
import pickle

import pytest

from orderferry import errors

KINDS = [
    kind
    for name in errors.__all__
    if isinstance(kind := getattr(errors, name), type) and issubclass(kind, Exception)
]

ARGUMENTS = {
    "connector": "acme",
    "distribution": "orderferry-acme",
    "version": "1.0",
    "faults": ["token: missing"],
    "reason": "ambiguous",
    "candidates": ["acme/a", "acme/b"],
    "problems": [errors.Problem(cause="too long", field="name", value=3)],
    "retry_after": 2.5,
    "order_id": "W1",
}


def make_error(kind: type[Exception]) -> Exception:
    """
    Make an error of a class with all of its arguments.
    """
    own = next(vars(base)["__init__"] for base in kind.__mro__ if "__init__" in vars(base))
    names = inspect.getfullargspec(own).kwonlyargs if inspect.isfunction(own) else []
    return kind("it failed", **{k: v for k, v in ARGUMENTS.items() if k in names})


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_survives_pickling(kind: type[Exception]) -> None:
    """
    An error that is pickled keeps its class, its message and its attributes.
    """
    error = make_error(kind)

    copy = pickle.loads(pickle.dumps(error))

    assert kind is type(copy)
    assert str(error) == str(copy)
    assert vars(error) == vars(copy)


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_has_the_base_class_and_is_in_the_drawn_tree(kind: type[Exception]) -> None:
    """
    Every error extends `OrderferryError`, and the module's docstring has it in its tree.
    """
    assert issubclass(kind, errors.OrderferryError)
    assert kind.__name__ in (errors.__doc__ or "")
    assert kind.__doc__
