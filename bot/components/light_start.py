"""Starts Rasa without TensorFlow: importing it is half of the start-up time and most of the memory, for no use.

Rasa imports TensorFlow for components that are not in our pipeline (DIET, TED and the like). While Rasa loads, any
import below `tensorflow` gives an inert stand-in instead: enough to define classes on, not to run anything.
WARMLINE_BOT_TENSORFLOW=1 switches this off, for a pipeline that needs the real one.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, ClassVar

REPLACED = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")


class InertType(type):
    """The type of all inert names: every attribute of one is another; they can be called, indexed and joined."""

    def __getattr__(cls, name: str) -> Any:
        """Another inert class, except for Python's own protocol names."""
        if name.startswith("__"):
            raise AttributeError(name)
        return InertType(name, (Inert,), {"__module__": "tensorflow"})

    def __getitem__(cls, item: Any) -> Any:
        """For annotations such as Tensor[int]."""
        return cls

    def __or__(cls, other: Any) -> Any:
        """For annotations such as Tensor | None."""
        return cls


class Inert(metaclass=InertType):
    """Can be inherited from, and returns functions that it decorates unchanged."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A call with one function is a decorator."""
        return args[0] if len(args) == 1 and callable(args[0]) and not kwargs else super().__new__(cls)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Take anything."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The second call of a decorator with arguments."""
        return args[0] if len(args) == 1 and callable(args[0]) else self

    def __getattr__(self, name: str) -> Any:
        """The same as on the class."""
        return getattr(type(self), name)


class InertModule(ModuleType):
    """A module of inert names."""

    __path__: ClassVar[list[str]] = []
    __version__ = "2.12.0"

    def __getattr__(self, name: str) -> Any:
        """Any name is an inert class."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(Inert, name)


class InertFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers imports of the replaced packages, and of everything below them."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A spec for the replaced packages; nothing for all others."""
        if fullname.split(".")[0] in REPLACED:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """An inert module."""
        return InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def without_tensorflow() -> None:
    """Put the stand-in before the real package, unless WARMLINE_BOT_TENSORFLOW asks for the real one."""
    if os.environ.get("WARMLINE_BOT_TENSORFLOW") != "1" and "tensorflow" not in sys.modules:
        sys.meta_path.insert(0, InertFinder())
