"""Imports all modules of a package, because pages and endpoints of verbs register when their module is imported."""

import pkgutil
from importlib import import_module
from types import ModuleType


def import_all(package: ModuleType) -> None:
    """Import every module of the package."""
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        import_module(module.name)
