"""A loopback server that takes webhooks, and one that takes e-mail, well or as badly as a test asks for."""

import socketserver
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebhookReceiver(ThreadingHTTPServer):
    """Answers with the statuses it was given, then with 204; keeps headers and bodies of all requests."""

    daemon_threads = True

    def __init__(self) -> None:
        self.statuses: deque[tuple[int, dict[str, str]]] = deque()
        self.requests: list[tuple[dict[str, str], bytes]] = []
        super().__init__(("127.0.0.1", 0), _WebhookHandler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/handoffs"


class _WebhookHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, WebhookReceiver)
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.requests.append(({name.lower(): value for name, value in self.headers.items()}, body))
        status, headers = self.server.statuses.popleft() if self.server.statuses else (204, {})
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep quiet."""


class MailReceiver(socketserver.ThreadingTCPServer):
    """Speaks as much of SMTP (RFC 5321) as taking a message needs; keeps what it was given."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, *, refuses: bool = False) -> None:
        self.refuses = refuses
        self.messages: list[str] = []
        self.recipients: list[str] = []
        super().__init__(("127.0.0.1", 0), _MailHandler)

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _MailHandler(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, MailReceiver)
        self._say("220 loopback")
        while line := self.rfile.readline().decode().strip():
            command = line[:4].upper()
            if command == "RCPT":
                self.server.recipients.append(line.partition(":")[2])
                self._say("550 no such mailbox" if self.server.refuses else "250 ok")
            elif command == "DATA":
                self._say("354 go on")
                self.server.messages.append(self._text())
                self._say("250 taken")
            elif command == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _text(self) -> str:
        lines = []
        while (line := self.rfile.readline().decode().rstrip("\r\n")) != ".":
            lines.append(line.removeprefix("."))
        return "\n".join(lines)

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


@contextmanager
def listening(server: ThreadingHTTPServer | socketserver.ThreadingTCPServer) -> Iterator[None]:
    """Serve in a thread until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
