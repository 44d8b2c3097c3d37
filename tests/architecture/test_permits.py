"""Nothing leaves without leave: the type that allows it is made in one place."""

import ast

from tests.architecture.source_code import SOURCE

_MAKER = "passerelle/consent/gate/verdict.py"


def test_only_the_gate_makes_permits() -> None:
    makers = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Permit"
    }
    assert makers == {_MAKER}


def test_what_makes_a_permit_valid_is_named_nowhere_else() -> None:
    namers = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if "_GATES" in path.read_text(encoding="utf-8")
    }
    assert namers == {_MAKER}
