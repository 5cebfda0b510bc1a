"""Starts Rasa without the libraries that this bot never calls: importing them is most of the start-up time and memory.

Rasa imports TensorFlow for components that are not in our pipeline (DIET, TED and the like), and a client library for
every channel and store that it knows. While Rasa loads, an import of one of these gives an inert stand-in instead:
enough to define classes on, not to run anything. WARMLINE_BOT_WHOLE=1 switches this off, for a pipeline, a channel
or a store that needs the real ones.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, ClassVar

NEVER_USED = ("tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text", "keras")
NOT_USED_TO_SERVE = (
    *("sklearn", "matplotlib"),  # training and plots
    *("boto3", "botocore", "pymongo"),  # stores
    *("aiogram", "fbmessenger", "mattermostwrapper", "rocketchat_API", "slack_sdk", "twilio", "webexteamssdk"),
)


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


class Inert(Exception, metaclass=InertType):
    """Can be inherited from and named in `except`, and returns functions that it decorates unchanged."""

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

    def __init__(self, replaced: Sequence[str]) -> None:
        """Take the names of the top packages to replace."""
        self._replaced = frozenset(replaced)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """A spec for the replaced packages; nothing for all others."""
        if fullname.split(".")[0] in self._replaced:
            return importlib.machinery.ModuleSpec(fullname, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """An inert module."""
        return InertModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""


def start_light(*, serving: bool) -> None:
    """Put the stand-ins before the real packages, unless WARMLINE_BOT_WHOLE asks for those."""
    if os.environ.get("WARMLINE_BOT_WHOLE") == "1":
        return
    wanted = (*NEVER_USED, *NOT_USED_TO_SERVE) if serving else NEVER_USED
    sys.meta_path.insert(0, InertFinder([name for name in wanted if name not in sys.modules]))
