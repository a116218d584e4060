"""A register with the documents of ``tests/verify/papers.py``."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def papers() -> ModuleType:
    """The builder of issued documents."""
    path = Path(__file__).parents[1] / "verify" / "papers.py"
    spec = importlib.util.spec_from_file_location("papers", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
