"""The check of a learner's reader of token responses; lesson 10's solutions and mistakes run it as well."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests

from oauth_steps.check import NOT_ANSWERED, check_read_answer
from oauth_steps.practice import Practice


class Refused(Exception):
    pass


def read_answer(answer: requests.Response) -> tuple[str, int | None]:
    try:
        body = answer.json()
    except ValueError:
        body = dict(parse_qsl(answer.text))
    if "access_token" not in body:
        raise Refused(str(body.get("error")))
    seconds = body.get("expires_in", body.get("expires"))
    return body["access_token"], None if seconds is None else int(seconds)


def read_in_good_faith(answer: requests.Response) -> tuple[str, int | None]:
    try:
        return read_answer(answer)
    except Refused:
        raise KeyError("access_token") from None


def test_a_good_reader_passes() -> None:
    verdict = check_read_answer(read_answer, practice_of=Practice)
    assert verdict.ok and "8 tokens of two eras" in str(verdict)


@pytest.mark.parametrize(
    ("reader", "hint"),
    [
        (lambda answer: None, "it returns NoneType, not the pair"),
        (lambda answer: ("a", 1), "the token that it returns is not the one"),
        (lambda answer: (read_answer(answer)[0], None), "it returns None seconds, and the answer says 28800"),
        ("read_answer", "this is no function"),
        (lambda answer: read_in_good_faith(answer), "your function breaks with KeyError"),
    ],
)
def test_what_reads_wrongly_is_told_how(reader: Any, hint: str) -> None:
    verdict = check_read_answer(reader, practice_of=Practice)
    assert verdict.ok is False and hint in str(verdict)


def test_who_looks_at_the_status_alone_meets_a_refusal_with_200() -> None:
    def by_status(answer: requests.Response) -> Any:
        try:
            return read_answer(answer)
        except Refused:
            if answer.ok:
                return "", None
            raise

    assert "(HTTP 200): this is a refusal" in " ".join(
        str(check_read_answer(by_status, practice_of=Practice)).split()
    )


def test_nothing_is_not_judged_and_another_practice_goes_on(practice: Practice) -> None:
    assert check_read_answer(..., practice_of=Practice) is NOT_ANSWERED
    check_read_answer(read_answer, practice_of=Practice)
    assert requests.get("https://api.github.com/user").status_code == 401  # it still answers
    assert len(practice.trace) == 1
