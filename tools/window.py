"""Voilà, told to serve the explorer and nothing else.

Voilà by itself answers whatever host it is called by, starts a kernel for whoever has a page opened, loads what is
installed for JupyterLab, serves pictures that lie beside the notebook, and its pages ask a CDN for letters. Here it
listens on 127.0.0.1; a request that names another host finds nothing, as after DNS rebinding; another site's page
cannot have one opened; files beside the page are not served; and a content security policy has the browser refuse
whatever is elsewhere, should anything still ask for it.
"""

from __future__ import annotations

import os
import signal
import threading
import webbrowser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from jupyter_server.auth.login import LoginFormHandler
from jupyter_server.auth.logout import LogoutHandler
from nbformat import v4
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from tornado.routing import HostMatches
from tornado.web import HTTPError
from traitlets.config import Config
from voila.app import Voila
from voila.static_file_handler import AllowListFileHandler
from voila.tornado.handler import TornadoVoilaHandler

from tools import lab

LOOPBACK, USUAL_PORT = "127.0.0.1", 8866
TEMPLATE = lab.HERE / "tools" / "templates" / "explorer"
NOTEBOOK, TITLE = "explorer.ipynb", "OAuth, step by step: the explorer"
CELL = "from tools import explore\nexplore.page()"
# Of the extensions that are installed here for JupyterLab, hers among them: those that show widgets.
ONLY = ["@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
POLICY = "; ".join(
    [
        "default-src 'self' data: blob: 'unsafe-inline' 'unsafe-eval'",  # as Voilà's scripts need it
        f"connect-src 'self' data: ws://{LOOPBACK}:* ws://localhost:*",
        "frame-ancestors 'none'",
        "form-action 'none'",
    ]
)
IDLE = 600  # seconds after which a kernel without a page ends; closing a page ends its kernel at once


class Page(TornadoVoilaHandler):  # type: ignore[misc]
    """The page, but not for other sites: each time that it is asked for, a kernel starts."""

    async def get(self, path: str | None = None) -> None:
        if self.request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin"):
            raise HTTPError(403)
        await super().get(path)


class Window(Voila):  # type: ignore[misc]
    """The explorer's server; `query` is that of its first page."""

    open_browser: bool
    port: int
    template_paths: list[str]

    def __init__(self, query: str, folder: Path, port: int, show: bool) -> None:
        kernels = {"cull_idle_timeout": IDLE, "cull_interval": 60, "transport_encryption": lab.encryption()}
        settings = {"extension_allowlist": ONLY, "allow_template_override": "NO"}
        super().__init__(
            config=Config(MappingKernelManager=kernels, VoilaConfiguration=settings),
            config_file_paths=[],  # what she has set for Voilà is for her own pages
            log_level="ERROR",
            notebook_path=str(folder / NOTEBOOK),
            port=port,
            open_browser=show,
            tornado_settings={
                "headers": {"Content-Security-Policy": POLICY},
                "log_function": lambda handler: None,  # what a browser asks for in vain is no news to her
                "ws_ping_timeout": 30_000,  # no more than the interval, or each page is told so in her terminal
            },
        )
        self.query = query

    def setup_template_dirs(self) -> None:
        super().setup_template_dirs()
        self.template_paths = [str(TEMPLATE), *self.template_paths]

    def init_handlers(self) -> list[Any]:
        handlers = [
            ("/", Page, *rest) if path == "/(.*)" else (path, handler, *rest)
            for path, handler, *rest in super().init_handlers()
            if not issubclass(handler, (AllowListFileHandler, LoginFormHandler, LogoutHandler))
        ]
        return [(HostMatches(rf"({LOOPBACK}|localhost)"), handlers)]

    def listen(self) -> None:
        try:
            sockets = bind_sockets(self.port, LOOPBACK)
        except OSError:
            print(f"Port {self.port} is taken here; another one does as well.")
            sockets = bind_sockets(0, LOOPBACK)
        self.port = sockets[0].getsockname()[1]
        HTTPServer(self.app).add_sockets(sockets)
        address = f"http://{LOOPBACK}:{self.port}/{self.query and '?'}{self.query}"
        print(f"\nThe explorer is at\n\n    {address}\n\nLeave this running; Ctrl-C ends it.", flush=True)
        if self.open_browser:
            threading.Thread(target=webbrowser.open, args=[address], daemon=True).start()
        self.ioloop = IOLoop.current()
        # As Voilà does for SIGTERM: a KeyboardInterrupt, raised wherever Python happens to be, can be lost there.
        signal.signal(signal.SIGINT, self._handle_signal_stop)
        try:
            self.ioloop.start()
        finally:
            signal.signal(
                signal.SIGINT, signal.default_int_handler
            )  # a second Ctrl-C does not wait for kernels
            print()
            self.stop()


def serve(query: str, port: int = USUAL_PORT, cell: str = "", *, show: bool = True) -> None:
    """Serve the explorer on this port, or on any if it is taken, until Ctrl-C or SIGTERM.

    `cell` is the source of another page's only cell; `show` opens the page here, where there is a screen.
    """
    lab.prepare_jupyter()
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(lab.HERE), os.environ.get("PYTHONPATH")]))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    page = v4.new_notebook(
        cells=[v4.new_code_cell(cell or CELL)], metadata={"kernelspec": kernel, "title": TITLE}
    )
    with TemporaryDirectory() as folder:
        nbformat.write(page, Path(folder) / NOTEBOOK)
        window = Window(query, Path(folder), port, show and lab.has_a_screen())
        window.initialize([])
        window.start()
