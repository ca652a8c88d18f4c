"""The veil: one function, laid over every text that a kernel prints. It knows nothing of secrets.

Two kinds of kernel are known: ipykernel, from which every message leaves by one door, and that of JupyterLite, which
runs in the browser and hands each kind of output to the page by a way of its own.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any

Mask = Callable[[str], str]

_PASSES = {"execute_input", "status"}  # her own source, and what holds no output


# By which JupyterLite's kernel hands its outputs to the page; it is given them anew with each cell.
_CALLBACKS = {
    "LiteStream": ["publish_stream_callback"],
    "LiteDisplayPublisher": ["display_data_callback", "update_display_data_callback"],
    "LiteDisplayHook": ["publish_execution_result"],
}


def draw(mask: Mask) -> bool:
    """From now on all that this kernel prints is printed as `mask` gives it back; False if there is no kernel.

    Displays of every type, streams, tracebacks, warnings, widget state, and what Tab and `?` answer. Drawing it again
    changes nothing: it is the first `mask` that counts.
    """
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    kernel = getattr(shell, "kernel", None)
    if session := getattr(kernel, "session", None):
        _cover(session, "send", functools.partial(_messages, mask))
    elif in_page := sys.modules.get("pyodide_kernel.display"):
        for kind, names in _CALLBACKS.items():
            for name in names:
                _keep_covered(getattr(in_page, kind), name, mask)
        for name in ("input", "getpass"):
            _keep_prompts_covered(shell, name, mask)
        _cover(shell, "send_comm", functools.partial(_given, mask))
        for name in ("run", "inspect", "complete"):  # errors are in what `run` answers
            _cover(kernel, name, functools.partial(_answered, mask))
    else:
        return False
    return True


def _cover(owner: Any, name: str, cover: Callable[[Any], Any]) -> None:
    function = getattr(owner, name)
    if not getattr(function, "is_veiled", False):
        covered = cover(function)
        covered.is_veiled = True
        setattr(owner, name, covered)


def _keep_covered(kind: type, name: str, mask: Mask) -> None:
    """Whatever function is put at this name of an object, it is read as one that prints masked."""
    if not isinstance(vars(kind).get(name), property):

        def read(owner: Any) -> Any:
            function = vars(owner).get(name)
            return function and _given(mask, function)

        def put(owner: Any, function: Any) -> None:
            vars(owner)[name] = function

        setattr(kind, name, property(read, put))


def _keep_prompts_covered(shell: Any, name: str, mask: Mask) -> None:
    """Whatever this property of the shell is set to asks with a masked prompt, which is saved with the notebook."""
    asks = getattr(type(shell), name)
    if not getattr(asks.fset, "is_veiled", False):

        def put(owner: Any, function: Any) -> None:
            asks.fset(owner, function and _given(mask, function))

        put.is_veiled = True  # type: ignore[attr-defined]
        setattr(type(shell), name, property(asks.fget, put))
        setattr(shell, name, getattr(shell, name))  # for the cell that draws the veil


def _messages(mask: Mask, send: Any) -> Any:
    """`send` of ipykernel's session, which is given a message, or its type and its content."""

    def veiled_send(stream: Any, message: Any, content: Any = None, *rest: Any, **more: Any) -> Any:
        kind = message if isinstance(message, str) else message.get("msg_type", message["header"]["msg_type"])
        if kind not in _PASSES:
            if isinstance(message, dict):
                message = {**message, "content": _masked(message["content"], mask)}
            content = _masked(content, mask)
        return send(stream, message, content, *rest, **more)

    return veiled_send


def _given(mask: Mask, function: Any) -> Any:
    """A function that prints what it is given."""
    return lambda *given, **named: function(*_masked(given, mask), **_masked(named, mask))


def _answered(mask: Mask, function: Any) -> Any:
    """A function whose answer is printed, at once or when it is awaited."""

    async def later(answer: Any) -> Any:
        return _masked(await answer, mask)

    def veiled(*given: Any, **named: Any) -> Any:
        answer = function(*given, **named)
        return later(answer) if inspect.isawaitable(answer) else _masked(answer, mask)

    return veiled


def _masked(value: Any, mask: Mask) -> Any:
    match value:
        case str():
            return mask(value)
        case dict():
            if value.get("method") == "echo_update":  # or a text field would be overwritten while she types
                return value
            return {_masked(key, mask): _masked(item, mask) for key, item in value.items()}
        case list() | tuple():
            return [_masked(item, mask) for item in value]
    return value
