"""The shape of the code: budgets, public names, and who may read the environment."""

import ast
import statistics
from pathlib import Path

import assistant

PACKAGE = Path(assistant.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MAX_MODULE_LINES = 350
MAX_FUNCTION_LINES = 50


def functions(module: Path) -> list[tuple[str, int]]:
    """Return name and length of every function of a module, its docstring not counted."""
    found = []
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            body = node.body[1:] if ast.get_docstring(node) and len(node.body) > 1 else node.body
            last = body[-1].end_lineno or node.lineno
            found.append((f"{module.relative_to(PACKAGE)}:{node.name}", last - body[0].lineno + 1))
    return found


def test_modules_stay_small() -> None:
    lengths = {str(module): len(module.read_text(encoding="utf-8").splitlines()) for module in MODULES}
    assert {name: lines for name, lines in lengths.items() if lines > MAX_MODULE_LINES} == {}
    assert statistics.median(lengths.values()) <= 120


def test_functions_stay_small() -> None:
    """A migration is a record of tables, frozen once released, and may be as long as they are many."""
    lengths = [one for module in MODULES if "migrations" not in module.parts for one in functions(module)]
    assert [one for one in lengths if one[1] > MAX_FUNCTION_LINES] == []
    sizes = sorted(lines for _, lines in lengths)
    assert statistics.median(sizes) <= 8
    assert sizes[int(len(sizes) * 0.9)] <= 25


def test_public_names_are_sorted_and_exist() -> None:
    assert assistant.__all__ == sorted(assistant.__all__)
    for name in assistant.__all__:
        assert getattr(assistant, name) is not None


SWITCHED_OFF = 'os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")'
"""What tells a library, before it is imported, to keep to itself; nothing is read by it."""


def test_only_settings_read_the_environment() -> None:
    readers = [
        str(module.relative_to(PACKAGE))
        for module in MODULES
        if any(
            word in module.read_text(encoding="utf-8").replace(SWITCHED_OFF, "")
            for word in ("os.environ", "os.getenv", "getenv(")
        )
    ]
    assert readers == []


def test_broad_excepts_only_at_process_edges() -> None:
    broad = []
    for module in MODULES:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and (
                node.type is None
                or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
            ):
                reraises = any(isinstance(inner, ast.Raise) and inner.exc is None for inner in ast.walk(node))
                if not reraises:
                    broad.append(f"{module.relative_to(PACKAGE)}:{node.lineno}")
    assert broad == []


def test_no_model_code_is_executed_from_downloads() -> None:
    forbidden = ("pickle.load", "torch.load(", "trust_remote_code=True", "allow_dangerous", "eval(", "exec(")
    for module in MODULES:
        text = module.read_text(encoding="utf-8")
        assert [word for word in forbidden if f" {word}" in text or f"={word}" in text] == [], module
