"""One process, one port: the REST API, the customers' chat at `/`, and the staff page at `/staff`."""

import asyncio
import errno
import logging
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.responses import RedirectResponse
from starlette.requests import Request
from starlette.routing import Mount
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.entrypoints.api import build_router
from assistant.entrypoints.approvals_api import build_approvals_router
from assistant.entrypoints.browsers import MarkedBrowsers
from assistant.entrypoints.customers_api import build_customers_router
from assistant.entrypoints.feedback_api import build_feedback_router, build_leaning_router
from assistant.entrypoints.gaps_api import build_gaps_router
from assistant.entrypoints.handoffs_api import build_handoffs_router
from assistant.entrypoints.hardening import BodyLimit, ClosedDoors, SecurityHeaders
from assistant.entrypoints.identity import Identity
from assistant.entrypoints.jobs_api import build_jobs_router
from assistant.entrypoints.problems import report_problems
from assistant.entrypoints.ratings_api import build_ratings_router
from assistant.entrypoints.running_server import announced
from assistant.entrypoints.search_api import build_search_router
from assistant.entrypoints.serving import spare_what_was_loaded
from assistant.entrypoints.sign_in import build_sign_in_router
from assistant.entrypoints.staff_door import StaffDoor
from assistant.errors import ConfigurationError

if TYPE_CHECKING:
    import gradio as gr

    from assistant.service import Assistant
    from assistant.settings import Settings

logger = logging.getLogger(__name__)

COURIER_SECONDS = 2.0
"""How long a delivery in progress may go on; one that is cut off is tried again by whoever serves next."""

GRACE_SECONDS = 4
"""How long answers in progress may go on after a signal to stop."""


def build_app(assistant: "Assistant", settings: "Settings", jobs_token: str = "") -> FastAPI:
    """Return the ASGI application.

    The staff page exists only where `settings.staff_token` is set, the route for jobs only with a `jobs_token`.
    """
    app = FastAPI(title=settings.assistant_name, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json")
    identity = Identity(assistant)
    app.include_router(build_router(assistant, identity))
    app.include_router(build_ratings_router(assistant, identity))
    app.include_router(build_feedback_router(assistant, identity))
    app.include_router(build_customers_router(assistant, identity))
    app.include_router(build_sign_in_router(assistant))
    if settings.staff_token is not None:
        app.include_router(build_handoffs_router(assistant))
        app.include_router(build_gaps_router(assistant))
        app.include_router(build_leaning_router(assistant))
        app.include_router(build_search_router(assistant))
        app.include_router(build_approvals_router(assistant))
    if jobs_token:
        app.include_router(build_jobs_router(assistant, jobs_token))
    report_problems(app)
    _within_a_loop(lambda: _mount_pages(app, assistant, settings))
    app.add_middleware(BodyLimit)
    app.add_middleware(SecurityHeaders)
    # The outermost: from here on, a client is whom a trusted proxy says it is, and nobody that a stranger says.
    app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies))
    return app


def serve(assistant: "Assistant", settings: "Settings", host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve until SIGINT or SIGTERM; answers in progress get a few seconds to end.

    Raises:
        ConfigurationError: The address cannot be listened on.
    """
    import uvicorn

    listening = _listen(host, port)
    threading.Thread(target=_warm_up, args=(assistant,), name="warm-up", daemon=True).start()
    with closing(listening), announced(settings.folder, host, port) as server, _quiet_end(), _couriered(assistant):
        config = uvicorn.Config(
            build_app(assistant, settings, server.token),
            log_level="warning",
            ws="none",
            timeout_graceful_shutdown=GRACE_SECONDS,
            server_header=False,
            date_header=True,
            proxy_headers=False,
        )
        uvicorn.Server(config).run(sockets=[listening])


@contextmanager
def _couriered(assistant: "Assistant") -> Iterator[None]:
    """Tell the team of conversations, and customers of long waits, while the server runs."""
    stop = threading.Event()
    courier = threading.Thread(target=assistant.courier.run, args=(stop,), name="courier", daemon=True)
    courier.start()
    try:
        yield
    finally:
        stop.set()
        courier.join(COURIER_SECONDS)


@contextmanager
def _quiet_end() -> Iterator[None]:
    """Let a signal end the serving and not the process: uvicorn raises it again when it is done, before files close."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {one: signal.signal(one, lambda *_: None) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(socket.SOMAXCONN)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            message = f"port {port} on {host} is in use; stop what listens there, or choose another with --port"
        else:
            message = f"cannot listen on {host}:{port} ({error.strerror or error}); choose with --host and --port"
        raise ConfigurationError(message) from error
    listening.set_inheritable(True)
    return listening


def _warm_up(assistant: "Assistant") -> None:
    """Load models beside the server, so that `/readyz` can say how far it is."""
    from assistant.errors import AssistantError

    try:
        assistant.warm_up()
    except AssistantError:
        logger.exception("warming up failed; /readyz says so, and the first questions try again")
    spare_what_was_loaded()


def _within_a_loop(build: Callable[[], None]) -> None:
    """Run `build` inside an event loop: where none is running, Gradio opens one for each lock and never closes it."""

    async def run() -> None:
        build()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        asyncio.run(run())
    else:
        build()


def _mount_pages(app: FastAPI, assistant: "Assistant", settings: "Settings") -> None:
    """Mount the staff page first: the chat at `/` answers whatever nothing before it did."""
    if settings.staff_token is not None:
        _mount_staff_page(app, assistant, settings)
    _mount_chat(app, assistant)


def _mount_chat(app: FastAPI, assistant: "Assistant") -> None:
    from assistant.entrypoints.ui.chat import ChatPage

    mount = _mount(app, ChatPage(assistant).build(), "/")
    mount.app = MarkedBrowsers(mount.app)


def _mount_staff_page(app: FastAPI, assistant: "Assistant", settings: "Settings") -> None:
    from assistant.entrypoints.ui.staff import StaffPage

    assert settings.staff_token is not None

    @app.get("/staff", include_in_schema=False)
    def staff(request: Request) -> RedirectResponse:
        """Lead to the page, which has a slash at its end."""
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/staff/{query}", 303)

    mount = _mount(app, StaffPage(assistant).build(), "/staff")
    mount.app = StaffDoor(mount.app, settings.staff_token, settings.assistant_name)


def _mount(app: FastAPI, page: "gr.Blocks", path: str) -> Mount:
    """Mount a page at `path` behind closed doors."""
    import gradio as gr

    from assistant.entrypoints.ui.theme import STYLE_SHEETS, open_theme

    options: dict[str, Any] = {
        "footer_links": [],
        "run_history": False,
        "show_error": False,
        "max_file_size": "1kb",
        "ssr_mode": False,
        "enable_monitoring": False,
        "pwa": False,
        "mcp_server": False,
        "allowed_paths": [],
        "theme": open_theme(),
        "css_paths": list(STYLE_SHEETS),
    }
    gr.mount_gradio_app(app, page, path=path, **options)
    # Gradio would sum up all past events with pandas after every single one, for a monitoring page that is closed here.
    page._queue.ANALYTICS_MAX_EVENTS = 0
    mount = app.routes[-1]
    assert isinstance(mount, Mount)
    mount.app = ClosedDoors(mount.app)
    return mount
