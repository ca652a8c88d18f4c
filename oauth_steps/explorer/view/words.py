"""What an act is called on a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ..flow import CALLBACK, NAMES
from ..model import Model
from ..stories import Act


def in_words(act: Act, model: Model) -> str:
    """The act as a short sentence; one that has no words of its own is called by its name."""
    words = _WORDS.get(act.verb)
    return words(model, *act.args, **act.kwargs) if words else act.verb.replace("_", " ").capitalize()


def span(amounts: Mapping[str, Any]) -> str:
    """How much time: `11 minutes`, `1 day and 2 hours`."""
    parts = [f"{amount:g} {unit[:-1] if amount == 1 else unit}" for unit, amount in amounts.items()]
    return " and ".join(parts)


def _called(login: str) -> str:
    return login.capitalize()


def _send(model: Model) -> str:
    if model.flow.at == CALLBACK:
        return f"The answer arrives at {model.flow.application}"
    return f"Send the {model.flow.draft.name if model.flow.draft else 'request'}"


def _choose(_: Model, login: str | None) -> str:
    return f"Go on as {_called(login)}" if login else "Another account"


def _allow(model: Model, only: list[str] | None = None) -> str:
    return (
        f"{_called(model.flow.person)} allows {'it' if only is None else ', '.join(only) or 'nothing more'}"
    )


def _edit(model: Model, changes: Any = None, **named: Any) -> str:
    names = [*(changes or {}), *(named.get("headers") or {}), *(name for name in named if name != "headers")]
    return f"Change {', '.join(names)}"


def _application(model: Model, **knobs: bool) -> str:
    does = {
        ("checks_state", True): "compares state",
        ("checks_state", False): "no longer compares state",
        ("uses_pkce", True): "uses PKCE",
        ("uses_pkce", False): "goes without PKCE",
    }
    return f"{model.flow.application} {' and '.join(does[knob] for knob in knobs.items())}"


_WORDS: Mapping[str, Callable[..., str]] = MappingProxyType(
    {
        "send": _send,
        "send_again": lambda model: f"Send the same {_send(model).rpartition(' the ')[2]} again",
        "go_to": lambda _, step: f"Go to step {step}, the {NAMES[step]}",
        "sign_in": lambda _, login: f"{_called(login)} signs in",
        "choose": _choose,
        "allow": _allow,
        "deny": lambda model: f"{_called(model.flow.person)} says no",
        "edit": _edit,
        "edit_field": lambda _, at, text: "Change a field",
        "add": lambda _, name, *__, **___: f"Add {name}",
        "prepare": lambda _, name, *__, **___: f"Prepare the {name}",
        "switch_to": lambda _, login, application="": (
            f"Sit down at {_called(login)}'s browser" + f", at {application}" * bool(application)
        ),
        "open_link_from": lambda model, login: f"{_called(model.flow.person)} opens {_called(login)}'s link",
        "application": _application,
        "log_out": lambda model: f"Log out of {model.flow.application}",
        "advance": lambda _, **amounts: f"Let {span(amounts)} pass",
        "remove_application": lambda model: f"{_called(model.flow.person)} removes {model.flow.application}",
        "change_password": lambda model: f"{_called(model.flow.person)} changes the password",
        "sign_out": lambda model: f"{_called(model.flow.person)} signs out at the provider",
        "suspend": lambda model: f"{model.provider.name} suspends {model.flow.application}",
    }
)
