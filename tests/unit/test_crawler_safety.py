"""The crawler reaches nothing that it should not, and ends whatever a server does."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_address

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import ConfigurationError, DocumentError
from assistant.ingestion.crawler import CrawlLimits, Fetcher, crawl
from assistant.ingestion.crawler.addresses import PrivateHosts, kind_of
from assistant.ingestion.crawler.bodies import read_capped
from assistant.ingestion.crawler.fetching import Request
from assistant.ingestion.crawler.names import literal_address
from assistant.ingestion.crawler.pinned import Deadline, system_resolver
from assistant.ingestion.crawler.urls import parse
from assistant.settings import Settings
from tests.hostile_web import PAGE, HostileSite, HostileWeb, Listener, answer, hostile_web


@pytest.fixture(scope="module")
def web() -> Iterator[HostileWeb]:
    with hostile_web() as served:
        yield served


def test_hostile_forms_end_with_the_right_verdict_and_reach_no_trap(
    web: HostileWeb, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{web.traps[0].port}")
    trapped = web.trapped
    forms = [form for form in web.forms() if not form.slow]
    wrong = []
    for form in forms:
        pages = web.verdict(form, page_seconds=5)
        verdict = "; ".join(f"{page.status}: {page.reason}" for page in pages)
        if not pages or form.says not in verdict:
            wrong.append((form.name, verdict))
    assert wrong == []
    assert web.trapped == trapped
    assert len(forms) > 140


@pytest.mark.parametrize("path", ["continue-flood", "tiny-chunks", "silence", "slow-head", "slow-body"])
def test_a_slow_answer_is_ended(web: HostileWeb, path: str) -> None:
    form = next(form for form in web.forms() if form.name == f"answer {path}")
    began = time.monotonic()
    (page,) = web.verdict(form, page_seconds=0.5)
    assert (page.status, page.body) == ("failed", None)
    assert time.monotonic() - began < 3


def test_the_traps_do_count_those_who_come(web: HostileWeb) -> None:
    trapped = web.trapped
    port = web.traps[0].port
    fetcher = Fetcher(private_hosts=[f"127.0.0.1:{port}"])
    response = fetcher.fetch(Request(f"http://127.0.0.1:{port}/", deadline=Deadline.after(5)))
    assert (response.body, web.trapped) == (b"<p>secret", trapped + 1)


def test_a_name_is_resolved_once_and_its_address_pinned(web: HostileWeb) -> None:
    web.asked.clear()
    trapped = web.trapped
    request = Request(f"http://rebind.test:{web.site.port}/page", deadline=Deadline.after(5))
    assert web.fetcher().fetch(request).body == PAGE
    assert web.asked == {"rebind.test": 1}
    with pytest.raises(DocumentError, match=r"127\.0\.0\.2 \(loopback\)"):
        web.fetcher().fetch(request)
    assert web.trapped == trapped


def test_the_host_is_told_by_name() -> None:
    heads: list[bytes] = []

    def keep(client: socket.socket, _path: str) -> None:
        client.sendall(answer(PAGE))

    with hostile_web() as web:
        site = Listener(keep)
        original = site._answer

        def listen(client: socket.socket) -> None:
            heads.append(client.recv(65_536, socket.MSG_PEEK))
            original(client)

        site._answer = listen  # type: ignore[method-assign]
        fetcher = Fetcher(private_hosts=[f"127.0.0.1:{site.port}"], resolver=web.resolve)
        fetcher.fetch(Request(f"http://SITE.test:{site.port}/a?utm_source=b", deadline=Deadline.after(5)))
        site.close()
    assert heads[0].startswith(b"GET /a HTTP/1.1\r\nHost: site.test:%d\r\nUser-Agent: CustomerAssistant/" % site.port)
    assert b"Cookie" not in heads[0]


def test_robots_on_another_site_and_its_redirects_are_checked_too() -> None:
    with hostile_web() as aim:
        trap = aim.traps[0].port
        site = HostileSite(robots=answer(b"", f"Location: http://127.0.0.1:{trap}/", status="302 Found"))
        with hostile_web(site) as web:
            url = f"http://site.test:{web.site.port}/page"
            (page,) = crawl(url, scope="page", known={}, limits=CrawlLimits(), fetcher=web.fetcher())
        assert "loopback" in page.reason
        assert aim.trapped == 0


def test_a_name_service_that_hangs_is_not_waited_for() -> None:
    never = threading.Event()

    def hang(_host: str, _port: int) -> list[str]:
        never.wait(5)
        return []

    with pytest.raises(DocumentError, match="name service did not answer in time"):
        Fetcher(resolver=hang).fetch(Request("http://site.test/", deadline=Deadline.after(0.2)))
    never.set()


def test_the_next_address_is_tried_where_one_does_not_answer(web: HostileWeb) -> None:
    port = web.site.port
    fetcher = Fetcher(
        private_hosts=[f"127.0.0.0/8:{port}"], resolver=lambda _host, _port: ["127.0.0.3", "::ffff:127.0.0.1"]
    )
    assert fetcher.fetch(Request(f"http://site.test:{port}/page", deadline=Deadline.after(5))).body == PAGE


def test_an_address_of_ipv6_is_reached_by_its_number() -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    site = Listener(HostileSite(), host="::1")
    fetcher = Fetcher(private_hosts=[f"[::1]:{site.port}"])
    with contextlib.closing(site):
        assert fetcher.fetch(Request(f"http://[::1]:{site.port}/page", deadline=Deadline.after(5))).body == PAGE


def test_the_system_resolves() -> None:
    assert kind_of(ip_address(system_resolver("localhost", 80)[0])) == "loopback"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls_site(authority: trustme.CA, name: str) -> Listener:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    site = Listener(lambda _client, _path: None)

    def serve(client: socket.socket) -> None:
        try:
            with context.wrap_socket(client, server_side=True) as secure:
                path = secure.recv(65_536).split(b" ")[1].decode()
                target = f"Location: {path.removeprefix('/to/')}"
                secure.sendall(answer(b"", target, status="302 Found") if "/to/" in path else answer(PAGE))
        except OSError:
            client.close()

    site._answer = serve  # type: ignore[method-assign]
    return site


@pytest.mark.parametrize(
    ("certified", "trusted", "path", "says"),
    [
        ("site.test", True, "/page", ""),
        ("other.test", True, "/page", "valid certificate"),
        ("site.test", False, "/page", "valid certificate"),
        ("site.test", True, "/to/http://site.test/page", "redirects from https"),
    ],
)
def test_certificates_are_checked_for_the_name(
    authority: trustme.CA, certified: str, trusted: bool, path: str, says: str
) -> None:
    site = tls_site(authority, certified)
    trust = ssl.create_default_context()
    if trusted:
        authority.configure_trust(trust)
    fetcher = Fetcher(
        private_hosts=[f"127.0.0.1:{site.port}"], resolver=lambda _host, _port: ["127.0.0.1"], trust=trust
    )
    expectation = pytest.raises(DocumentError, match=says) if says else contextlib.nullcontext()
    with contextlib.closing(site), expectation:
        body = fetcher.fetch(Request(f"https://site.test:{site.port}{path}", deadline=Deadline.after(5))).body
        assert body == PAGE


def test_the_own_trust_store_loads() -> None:
    assert Fetcher()._trust.verify_mode == ssl.CERT_REQUIRED
    assert Fetcher()._trust.check_hostname


@given(st.integers(0, 2**32 - 1))
def test_an_address_hidden_in_another_is_never_more_public(number: int) -> None:
    inner = ip_address(number)
    for outer in (f"::ffff:{inner}", f"64:ff9b::{inner}", f"2606:4700::5efe:{inner}"):
        assert (kind_of(ip_address(outer)) == "public") == (kind_of(inner) == "public")
    if not inner.is_global:
        assert kind_of(inner) != "public"


@given(st.integers(0, 2**128 - 1))
def test_public_addresses_are_global_unicast(number: int) -> None:
    address = ip_address(number | 1 << 127 if number < 2**32 else number)
    if kind_of(address) == "public":
        assert address.is_global
        assert not address.is_multicast


@pytest.mark.parametrize(
    ("entries", "host", "port", "address", "opened"),
    [
        ("wiki.corp", "wiki.corp", 80, "10.0.0.8", True),
        ("wiki.corp", "wiki.corp", 8090, "10.0.0.8", False),
        ("wiki.corp:8090", "wiki.corp", 8090, "10.0.0.8", True),
        ("wiki.corp", "other.corp", 80, "10.0.0.8", False),
        ("wiki.corp", "wiki.corp", 80, "127.0.0.1", False),
        ("wiki.corp", "wiki.corp", 80, "169.254.169.254", False),
        ("WIKI.corp.", "wiki.corp", 80, "fd00::8", True),
        ("localhost:9000", "localhost", 9000, "127.0.0.1", True),
        ("10.0.0.0/8", "anything.corp", 443, "10.9.9.9", True),
        ("10.0.0.0/8", "anything.corp", 443, "::ffff:10.9.9.9", True),
        ("10.0.0.0/8", "anything.corp", 443, "11.0.0.1", True),
        ("10.0.0.0/8", "anything.corp", 443, "192.168.0.1", False),
        ("10.0.0.0/8", "anything.corp", 6379, "10.9.9.9", False),
        ("100.64.0.0/10", "meta.corp", 80, "100.100.100.200", False),
        ("169.254.0.0/16", "meta.corp", 80, "169.254.169.254", False),
        ("0.0.0.0/0", "meta.corp", 80, "169.254.169.254", False),
        ("[fd00::8]:8090", "[fd00::8]", 8090, "fd00::8", True),
        ("fd00::/8", "wiki.corp", 80, "fd00::9", True),
        ("203.0.113.5:9000", "docs.example", 9000, "203.0.113.5", True),
        ("docs.example:9000", "docs.example", 9000, "93.184.216.34", True),
    ],
)
def test_private_hosts_open_what_they_name_and_no_more(
    entries: str, host: str, port: int, address: str, opened: bool
) -> None:
    refusal = PrivateHosts(entries.split(",")).refusal(host, port, [ip_address(address)])
    assert (refusal == "") is opened


@pytest.mark.parametrize("entry", ["http://wiki.corp", "wiki corp", "10.0.0.0/99", "127.1", "a@b", "*.corp"])
def test_a_wrong_private_host_names_the_setting(entry: str) -> None:
    with pytest.raises(ConfigurationError, match="ASSISTANT_CRAWL_PRIVATE_HOSTS"):
        Fetcher(private_hosts=[entry])


def test_private_hosts_are_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_CRAWL_PRIVATE_HOSTS", "wiki.corp, 10.0.0.0/8")
    assert Settings().crawl_private_hosts == ("wiki.corp", "10.0.0.0/8")


@given(st.text(max_size=60))
def test_any_text_is_a_web_address_or_an_error(text: str) -> None:
    for url in (text, f"http://{text}/", f"http://host.test/{text}"):
        try:
            address = parse(url)
        except DocumentError:
            continue
        assert str(address).isascii()
        assert str(parse(str(address))) == str(address)
        literal = literal_address(address.host)
        assert literal is None or str(literal) == address.host.strip("[]")


@given(st.lists(st.binary(max_size=40), max_size=20), st.integers(0, 200), st.booleans())
def test_no_body_is_larger_than_allowed(chunks: list[bytes], limit: int, truncate: bool) -> None:
    whole = b"".join(chunks)
    try:
        body = read_capped(iter(chunks), max_bytes=limit, packed=False, truncate=truncate)
    except ValueError:
        assert len(whole) > limit
        assert not truncate
    else:
        assert body == whole[:limit]
