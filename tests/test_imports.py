"""Imports follow the way through: documents → fiche → … → reports."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import assessor

ROOT = Path(assessor.__file__).parent
EVERYWHERE = {
    "errors",
    "evidence",
    "codebook",
    "folding",
    "wording",
    "tree_wording",
    "language",
    "text_model",
    "text_state",
}
ALLOWED = {
    "__main__": {"cli"},
    "errors": set(),
    "folding": set(),
    "evidence": set(),
    "wording": set(),
    "tree_wording": set(),
    "codebook": set(),
    "language": set(),
    "text_model": set(),
    "text_state": set(),
    "documents": set(),
    "fiche": {"documents"},
    "observations": {"fiche"},
    "reader": set(),
    "issues": {"observations", "reader"},
    "ratings": {"observations", "reader"},
    "checks": {"fiche"},
    "assess": {"fiche", "observations", "issues", "ratings", "checks", "reader"},
    "risk_index": {"ratings"},
    "portfolio": {"assess", "fiche", "checks", "risk_index"},
    "runs": {"reader", "documents", "fiche", "assess", "portfolio"},
    "reports": {"runs", "portfolio", "risk_index"},
    "concordance": {"reader", "runs", "portfolio", "reports"},
    "labels": {"documents", "assess", "fiche", "runs", "reports"},
    "training": {
        "assess",
        "fiche",
        "observations",
        "issues",
        "ratings",
        "labels",
        "reader",
        "runs",
    },
    "review": {
        "fiche",
        "issues",
        "ratings",
        "assess",
        "portfolio",
        "runs",
        "labels",
        "reports",
    },
    "cli": {
        "documents",
        "issues",
        "assess",
        "portfolio",
        "runs",
        "reports",
        "concordance",
        "labels",
        "training",
        "reader",
        "review",
    },
}


def room(path: Path) -> str:
    relative = path.relative_to(ROOT)
    return relative.parts[0] if len(relative.parts) > 1 else relative.stem


def imported_rooms(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
        elif isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
    return {name.split(".")[1] for name in names if name.startswith("assessor.")}


MODULES = sorted(path for path in ROOT.rglob("*.py") if path != ROOT / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_room_imports_only_what_comes_before_it(path):
    own = room(path)
    assert imported_rooms(path) <= ALLOWED[own] | EVERYWHERE | {own}


def test_the_public_names_are_there_and_imported_only_when_asked_for():
    code = "import sys, assessor; print([m for m in sys.modules if m.startswith('assessor.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert [getattr(assessor, name).__name__ for name in assessor.__all__] == assessor.__all__
    with pytest.raises(AttributeError, match="nada"):
        _ = assessor.nada
