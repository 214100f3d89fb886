"""E-mails saved as .eml files."""

from email import message_from_bytes
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from assistant.errors import DocumentError
from assistant.ingestion.loaders.blocks import join, literal
from assistant.ingestion.loaders.cleaning import decode, one_line
from assistant.ingestion.loaders.content import Content
from assistant.ingestion.loaders.limits import parsing
from assistant.ingestion.loaders.prose import read_text
from assistant.ingestion.loaders.web import read_html


def read_mail(raw: bytes, path: Path) -> Content:
    """Read the body of an e-mail, its HTML before its plain text; attachments are named, not read.

    Raises:
        DocumentError: The file is no e-mail, or holds no body.
    """
    with parsing(path, "e-mail", MessageError):
        message = message_from_bytes(raw, policy=default)
        if not isinstance(message, EmailMessage) or not message.keys():
            raise ValueError("it has no header lines")
        body = message.get_body(("html", "plain"))
        text = _body(body, path) if isinstance(body, EmailMessage) else ""
        if not text.strip():
            raise DocumentError(path, "is an e-mail without a text; save what is attached to it as files of their own")
        return Content(text=join([text, _attachments(message)]), title=one_line(str(message["subject"] or "")))


def _body(body: EmailMessage, path: Path) -> str:
    try:
        words = str(body.get_content())
    except LookupError:
        # It names an encoding that does not exist.
        words = decode(bytes(body.get_payload(decode=True) or b""), path)
    read = read_html if body.get_content_type() == "text/html" else read_text
    # A declaration inside the page would speak of the bytes of the e-mail, which are decoded by now.
    return read(words.encode("utf-8-sig", "replace"), path).text if words.strip() else ""


def _attachments(message: EmailMessage) -> str:
    names = [one_line(part.get_filename() or part.get_content_type()) for part in message.iter_attachments()]
    return literal(f"Attached: {', '.join(names)}") if names else ""
