"""The veil over ipykernel, by whose own session messages leave here, to a stream that keeps them as they were sent.

tests/test_lite.py has the veil over JupyterLite's kernel; tests/test_secrets.py runs a kernel, and prints all it can.
"""

import sys
import types
from typing import Any

import pytest
from jupyter_client.session import Session

from oauth_steps import veil


class Kernel:
    """As much of ipykernel as the veil knows."""

    def __init__(self) -> None:
        self.session, self.left = Session(key=b"key"), b""

    def send_multipart(self, parts: list[bytes], **options: Any) -> None:
        self.left += b"".join(parts)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> Kernel:
    """In the place of this process's own; the veil is drawn over it."""
    kernel = Kernel()
    shell = types.SimpleNamespace(kernel=kernel)
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: shell))
    assert veil.draw(lambda text: text.replace("s3cret", "(secret 1)"))
    assert veil.draw(lambda text: "drawn twice")
    return kernel


MESSAGES: dict[str, tuple[str, dict[str, Any]]] = {
    "a stream": ("stream", {"name": "stdout", "text": "it is s3cret"}),
    "a display": ("display_data", {"data": {"text/html": "<b>s3cret</b>"}, "metadata": {}}),
    "a list in a display": ("display_data", {"data": {"application/json": [{"a": ("s3cret",)}]}}),
    "a name in a display": ("update_display_data", {"data": {"application/json": {"s3cret": 1}}}),
    "its metadata": ("display_data", {"data": {}, "metadata": {"note": "s3cret"}}),
    "a result": ("execute_result", {"data": {"text/plain": "s3cret"}, "execution_count": 1}),
    "an error": ("error", {"ename": "ValueError", "evalue": "none", "traceback": ["s3cret"]}),
    "an answer": ("execute_reply", {"status": "error", "evalue": "s3cret"}),
    "inspected": ("inspect_reply", {"data": {"text/plain": "s3cret"}}),
    "completed": ("complete_reply", {"matches": ["s3cret"]}),
    "a prompt": ("input_request", {"prompt": "s3cret? "}),
    "a widget": ("comm_open", {"data": {"state": {"value": "s3cret"}}}),
}


@pytest.mark.parametrize("whole", [False, True], ids=["type and content", "a message"])
@pytest.mark.parametrize("what", MESSAGES)
def test_nothing_leaves_the_kernel_unveiled(kernel: Kernel, what: str, whole: bool) -> None:
    kind, content = MESSAGES[what]
    if whole:
        kernel.session.send(kernel, kernel.session.msg(kind, content))
    else:
        kernel.session.send(kernel, kind, content)
    assert b"(secret 1)" in kernel.left and b"s3cret" not in kernel.left and b"drawn twice" not in kernel.left


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("execute_input", {"code": "s3cret"}),
        ("comm_msg", {"data": {"method": "echo_update", "state": {"value": "s3cret"}}}),
    ],
    ids=["her own source", "what she types into a field"],
)
def test_what_she_wrote_goes_back_as_it_is(kernel: Kernel, kind: str, content: dict[str, Any]) -> None:
    kernel.session.send(kernel, kind, content)
    assert b"s3cret" in kernel.left
