"""How a crawl walks: by the rules of the site, within its limits, and only to what changed."""

import gzip
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from assistant.errors import DocumentError
from assistant.ingestion.crawler import Validators, scope_of
from assistant.ingestion.crawler.frontier import MAX_QUERIES_PER_PATH
from assistant.ingestion.crawler.markup import AGENT, directives_of
from assistant.ingestion.crawler.media import as_utf8, suffix_of
from assistant.ingestion.crawler.robots import parse_robots
from assistant.ingestion.crawler.sitemaps import as_http_date, is_newer, read_sitemap
from assistant.ingestion.crawler.urls import parse, resolve
from assistant.ingestion.loaders import load
from tests.hostile_web import answer
from tests.small_site import html, small_site

MOVED = "301 Moved Permanently"


def test_a_site_is_walked_breadth_first_within_host_and_depth() -> None:
    pages = {
        "/": html("a", "/b#top", "http://elsewhere.test/x", "mailto:a@b", "logo.png", "a?utm_source=mail"),
        "/a": html("c", "/"),
        "/b": html("/a"),
        "/c": html("/d"),
        "/d": html(),
    }
    with small_site(pages) as site:
        found = site.crawl(max_depth=2)
        assert list(found) == ["/", "/a", "/b", "/c"]
        assert {page.status for page in found.values()} == {"fetched"}
        assert found["/"].links == (site.url("/a"), site.url("/b"), "http://elsewhere.test/x", site.url("/logo.png"))
        assert site.asked == ["/robots.txt", "/", "/a", "/b", "/c"]
        assert list(site.crawl(max_pages=2)) == ["/", "/a"]
        assert list(site.crawl(scope="page")) == ["/"]


def test_an_unchanged_site_is_walked_without_a_body() -> None:
    pages = {"/": html("/a"), "/a": html("/b"), "/b": html()}
    with small_site(pages, etags={"/": '"1"', "/a": '"1"', "/b": '"1"'}) as site:
        known = {page.url: page.validators for page in site.crawl().values()}
        site.pages["/b"], site.etags["/b"] = html(text="changed"), '"2"'
        again = site.crawl(known=known)
        assert {path: page.status for path, page in again.items()} == {
            "/": "unchanged",
            "/a": "unchanged",
            "/b": "fetched",
        }
        assert known == {page.url: page.validators for page in again.values()} | {site.url("/b"): known[site.url("/b")]}


def test_a_page_that_went_is_told_though_nothing_links_to_it() -> None:
    with small_site({"/": html()}) as site:
        known = {site.url("/old"): Validators(), "http://elsewhere.test/": Validators()}
        found = site.crawl(known=known)
    assert {path: page.status for path, page in found.items()} == {"/": "fetched", "/old": "gone"}


def test_robots_rules_hold_and_pace() -> None:
    robots = f"User-agent: other\nDisallow: /\n\nUser-agent: {AGENT}\nDisallow: /private*secret$\nCrawl-delay: 60\n"
    pages = {"/": html("/private/a-secret", "/private/b"), "/private/a-secret": html(), "/private/b": html()}
    with small_site({**pages, "/robots.txt": robots.encode()}) as site:
        found = site.crawl(max_delay_seconds=7)
        assert list(found) == ["/", "/private/b"]
        assert site.slept == [pytest.approx(7, abs=0.5)]
        named = site.crawl("/private/a-secret", scope="page")["/private/a-secret"]
        assert (named.status, "robots.txt disallows" in named.reason) == ("failed", True)
        known = site.crawl(known={site.url("/private/a-secret"): Validators()})
        assert known["/private/a-secret"].status == "failed"


@pytest.mark.parametrize(("status", "crawled"), [("404 Not Found", True), ("403 Forbidden", True), ("500 Oops", False)])
def test_robots_that_cannot_be_read(status: str, crawled: bool) -> None:
    with small_site({"/": html(), "/robots.txt": answer(b"", status=status)}) as site:
        assert (site.crawl()["/"].status == "fetched") is crawled
        assert site.asked == ["/robots.txt", "/"] if crawled else ["/robots.txt"]


def test_a_robots_file_of_many_agents_and_rules_is_read_in_little_time() -> None:
    agents = b"".join(b"useragent:a%d\n" % number for number in range(15_000))
    began = time.monotonic()
    rules = parse_robots(agents + b"useragent:*\n" + b"allow:/\n" * 20_000 + b"disallow:/x\n")
    assert not rules.can_fetch("http://a.test/x", AGENT)
    assert rules.can_fetch("http://a.test/y", AGENT)
    assert time.monotonic() - began < 3


def test_pages_ask_not_to_be_indexed_or_followed() -> None:
    noindex, nofollow = (f'<meta name="Robots" content="{word}">' for word in ("NOINDEX", "nofollow"))
    pages = {
        "/": html("/hidden", "/closed", '/r" rel="nofollow', "/header"),
        "/hidden": html("/behind", head=noindex),
        "/closed": html("/never", head=nofollow),
        "/header": html("/never"),
        **{path: html() for path in ("/behind", "/never", "/r")},
    }
    with small_site(
        pages, headers={"/header": ("X-Robots-Tag: googlebot: none, customerassistant: nofollow",)}
    ) as site:
        assert list(site.crawl()) == ["/", "/closed", "/header", "/behind"]
        assert site.crawl("/hidden", scope="page")["/hidden"].status == "failed"
        assert site.crawl(known={site.url("/hidden"): Validators()})["/hidden"].status == "gone"


def test_a_copy_gives_way_to_its_original() -> None:
    def canonical(path: str) -> str:
        return f'<link rel="canonical" href="{path}">'

    pages = {
        "/": html("/print", "/full", "/loop1", "/lost", "/front"),
        "/print": html(head=canonical("/full")),
        "/full": html("/deeper"),
        "/deeper": html(),
        "/loop1": html(head=canonical("/loop2")),
        "/loop2": html(head=canonical("/loop1")),
        "/lost": html(head=canonical("/missing")),
        "/front": html(head=canonical("/")),
    }
    with small_site(pages) as site:
        found = {path: page.status for path, page in site.crawl().items()}
        assert found == {
            "/": "fetched",
            "/full": "fetched",
            "/loop2": "fetched",
            "/missing": "gone",
            "/lost": "fetched",
            "/front": "fetched",
            "/deeper": "fetched",
        }
        assert site.crawl(known={site.url("/print"): Validators()})["/print"].status == "gone"


def test_redirects_end_at_one_page_and_stay_on_the_host() -> None:
    pages = {
        "/": html("/old", "/new", "/away"),
        "/old": answer(b"", "Location: /new", status=MOVED),
        "/new": html(),
    }
    with small_site(pages) as site:
        site.pages["/away"] = answer(b"", f"Location: {site.url('/new', host='elsewhere.test')}", status=MOVED)
        found = site.crawl(known={site.url("/old"): Validators()})
        assert {path: page.status for path, page in found.items()} == {
            "/": "fetched",
            "/old": "gone",
            "/new": "fetched",
            "/away": "failed",
        }
        assert "another host" in found["/away"].reason


def test_a_known_page_is_not_given_up_for_a_sign_in() -> None:
    pages = {"/": html(), "/page": answer(b"", "Location: /sign-in", status="302 Found"), "/sign-in": html()}
    with small_site(pages) as site:
        found = site.crawl(known={site.url("/page"): Validators()})
    assert {path: page.status for path, page in found.items()} == {
        "/": "fetched",
        "/page": "failed",
        "/sign-in": "fetched",
    }


def test_only_a_limit_that_cuts_something_off_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with small_site({"/": html("/a", "/"), "/a": html("/")}) as site:
        site.crawl(max_pages=2, known={site.url("/"): Validators()})
        assert caplog.messages == []
        site.crawl(max_pages=1)
    assert [message for message in caplog.messages if "raise the limits" in message] == caplog.messages != []


def test_whatever_the_start_looks_like_it_is_gone_to() -> None:
    with small_site({}) as site:
        assert site.crawl("/a/a/a/a/b.zip")["/a/a/a/a/b.zip"].status == "gone"
        assert site.crawl("/robots-only.xml")["/robots-only.xml"].status == "gone"


def test_the_start_may_lead_to_another_host() -> None:
    with small_site({"/": html("/a"), "/a": html()}) as site:
        site.pages["/go"] = answer(b"", f"Location: {site.url('/', host='www.test')}", status=MOVED)
        assert list(site.crawl("/go")) == [site.url("/", host="www.test"), site.url("/a", host="www.test")]


def test_a_busy_site_is_asked_again_after_a_while() -> None:
    busy = answer(b"", "Retry-After: 2", status="429 Too Many Requests")
    with small_site({"/": busy}) as site:
        page = site.crawl(scope="page")["/"]
    assert site.asked == ["/robots.txt", "/", "/"]
    assert site.slept == [2.0]
    assert (page.status, "try again later" in page.reason) == ("failed", True)


def test_traps_end() -> None:
    calendar = {f"/c?day={day}": html(f"/c?day={day + 1}") for day in range(100)}
    nested = {f"/{'a/b/' * depth}": html(f"{'a/b/'}") for depth in range(1, 30)}
    with small_site({"/": html("/c?day=0", "/a/b/", f"/{'x' * 3_000}"), **calendar, **nested}) as site:
        found = site.crawl(max_depth=100)
    assert len([path for path in found if path.startswith("/c")]) == MAX_QUERIES_PER_PATH
    assert len([path for path in found if path.startswith("/a")]) == 2


def test_a_crawl_may_keep_to_a_folder() -> None:
    pages = {"/docs/": html("a", "/blog"), "/docs/a": html(), "/blog": html()}
    with small_site(pages) as site:
        assert list(site.crawl("/docs/", below_start=True)) == ["/docs/", "/docs/a"]


def sitemap(*entries: str, kind: str = "url") -> bytes:
    root = "urlset" if kind == "url" else "sitemapindex"
    listed = "".join(f"<s:{kind}>{entry}</s:{kind}>" for entry in entries)
    schema = "http://www.sitemaps.org/schemas/sitemap/0.9"
    return f'<?xml version="1.0"?><s:{root} xmlns:s="{schema}">{listed}</s:{root}>'.encode()


def test_a_sitemap_names_pages_and_what_did_not_change_is_not_asked_for() -> None:
    with small_site({path: html("/unlisted") for path in ("/a", "/b", "/c")}) as site:
        first = sitemap(
            f"<s:loc>{site.url('/a')}</s:loc><s:lastmod>2026-01-02T10:00:00Z</s:lastmod>",
            f"<s:loc> {site.url('/b')} </s:loc><s:lastmod>2026-01-02</s:lastmod>",
            f"<s:loc>{site.url('/c', host='elsewhere.test')}</s:loc>",
        )
        site.pages["/part.xml.gz"] = gzip.compress(first)
        site.pages["/sitemap_index.xml"] = sitemap(
            f"<s:loc>{site.url('/part.xml.gz')}</s:loc>", f"<s:loc>{site.url('/none.xml')}</s:loc>", kind="sitemap"
        )
        found = site.crawl("/sitemap_index.xml", scope="sitemap")
        assert {path: page.status for path, page in found.items()} == {
            "/a": "fetched",
            "/b": "fetched",
            "/none.xml": "failed",
        }
        assert found["/a"].last_modified == "Fri, 02 Jan 2026 10:00:00 GMT"
        known = {page.url: page.validators for page in found.values() if page.status == "fetched"}
        again = site.crawl("/sitemap_index.xml", scope="sitemap", known={**known, site.url("/old"): Validators()})
        assert {path: page.status for path, page in again.items()} == {
            "/a": "unchanged",
            "/b": "fetched",
            "/none.xml": "failed",
            "/old": "gone",
        }
        assert "/a" not in site.asked


def test_a_large_sitemap_is_read_in_little_time() -> None:
    began = time.monotonic()
    entries = read_sitemap("u", sitemap(*(f"<s:loc>http://a.test/{n}</s:loc>" for n in range(60_000))))
    assert len(entries) == 50_001
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html></html>",
        b"<urlset",
        b'<?xml version="1.0" encoding="nonsense"?><urlset/>',
        b'<!DOCTYPE u [<!ENTITY a SYSTEM "file:///etc/passwd">]><urlset>&a;</urlset>',
        gzip.compress(b"<urlset/>", mtime=0)[:-9],
        gzip.compress(b"<urlset>" + b" " * 60_000_000, mtime=0),
    ],
)
def test_what_is_no_sitemap_says_so(body: bytes) -> None:
    with pytest.raises(DocumentError, match="not a readable sitemap"):
        read_sitemap("u", body)


def test_sitemaps_within_sitemaps_end() -> None:
    def index(*paths: str) -> bytes:
        return sitemap(*(f"<s:loc>{site.url(path)}</s:loc>" for path in paths), kind="sitemap")

    with small_site({}) as site:
        site.pages |= {f"/{depth}.xml": index(f"/{depth + 1}.xml", "/0.xml") for depth in range(9)}
        assert site.crawl("/0.xml", scope="sitemap") == {}
        assert site.asked == ["/robots.txt", "/0.xml", "/1.xml", "/2.xml"]
        site.crawl("/0.xml", scope="sitemap", total_seconds=0.000_001)
        assert site.asked == []


def test_newer_in_doubt() -> None:
    assert is_newer("", "Fri, 02 Jan 2026 10:00:00 GMT")
    assert is_newer("2026-01-02", "Fri, 02 Jan 2026 10:00:00 GMT")
    assert not is_newer("2026-01-02", "Sat, 03 Jan 2026 10:00:00 GMT")
    assert not is_newer("2026-01-02T11:00:00+01:00", "Fri, 02 Jan 2026 10:00:00 GMT")
    assert is_newer("nonsense", "Fri, 02 Jan 2026 10:00:00 GMT")
    assert as_http_date("2026-01-02") == ""


@pytest.mark.parametrize(
    ("url", "site", "scope"),
    [
        ("https://a.test/sitemap.xml", False, "sitemap"),
        ("https://a.test/deep/sitemap_index.xml?x=1#y", True, "sitemap"),
        ("https://a.test/post-sitemap.xml.gz", False, "sitemap"),
        ("https://a.test/sitemap", True, "site"),
        ("https://a.test/feed.xml", False, "page"),
    ],
)
def test_scope_is_told_by_the_url(url: str, site: bool, scope: str) -> None:
    assert scope_of(url, site) == scope


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Site.TEST:80", "http://site.test/"),
        ("https://site.test:443/a/./b/../c/#part", "https://site.test/a/c/"),
        ("http://site.test/../../a", "http://site.test/a"),
        ("http://site.test/%7euser/%e2%82%ac", "http://site.test/~user/%E2%82%AC"),
        ("http://site.test/%2e%2e/a%2fb", "http://site.test/a%2Fb"),
        ("http://site.test/ä?q=ö", "http://site.test/%C3%A4?q=%C3%B6"),
        ("http://site.test/?utm_source=a&b=1&gclid=2", "http://site.test/?b=1"),
        ("http://site.test/a;jsessionid=1F?PHPSESSID=2", "http://site.test/a"),
        ("http://bücher.test:8080/", "http://xn--bcher-kva.test:8080/"),
        ("http://[2606:4700:0::1]/", "http://[2606:4700::1]/"),
        ("http://site.test/a%", "http://site.test/a%25"),
    ],
)
def test_a_page_has_one_url(url: str, canonical: str) -> None:
    assert str(parse(url)) == canonical
    assert str(parse(canonical)) == canonical


def test_links_are_resolved() -> None:
    base = parse("http://site.test/docs/page")
    assert str(resolve(base, " my file.pdf ")) == "http://site.test/docs/my%20file.pdf"
    assert str(resolve(base, "?a=1")) == "http://site.test/docs/page?a=1"
    assert str(resolve(base, "//other.test/x")) == "http://other.test/x"


def test_robot_directives() -> None:
    assert not directives_of("noindex").index
    assert not directives_of("NONE").follow
    assert directives_of("googlebot: noindex, nofollow").index
    assert not directives_of("googlebot: noindex, customerassistant: nofollow").follow
    assert not directives_of("unavailable_after: 25 Jun 2030, noindex").index


@pytest.mark.parametrize(
    ("path", "content_type", "suffix"),
    [
        ("/a", "text/html; charset=utf-8", ".html"),
        ("/a.php", "", ".html"),
        ("/a.pdf", "application/octet-stream", ".pdf"),
        ("/a", "application/pdf", ".pdf"),
        ("/README.md", "text/plain", ".md"),
        ("/a", "text/plain", ".txt"),
        ("/a.csv", "text/csv", ".csv"),
    ],
)
def test_the_loader_is_chosen_by_type_then_by_ending(path: str, content_type: str, suffix: str) -> None:
    assert suffix_of("u", path, content_type) == suffix


def test_an_encoding_that_only_the_header_tells_is_kept() -> None:
    russian = "<p>Возврат</p>"
    assert as_utf8(russian.encode("cp1251"), ".html", "text/html; charset=windows-1251").decode("utf-8-sig") == russian
    assert as_utf8(b"\xff", ".txt", "text/plain; charset=nonsense") == b"\xff"
    assert as_utf8(b"%PDF", ".pdf", "application/pdf; charset=utf-16") == b"%PDF"


def test_loaders_read_what_was_fetched(tmp_path: Path) -> None:
    pages = {
        "/": html("/notes.txt", "/Über%20uns", "/prices.csv", head="<title>Shop</title>"),
        "/notes.txt": "Rückgabe ist kostenlos.".encode("latin-1"),
        "/%C3%9Cber%20uns": html(text="Возврат в течение 30 дней.").decode().encode("cp1251"),
        "/prices.csv": b"question,answer\nHow long?,30 days\n",
    }
    types = {
        "/notes.txt": ("Content-Type: text/plain; charset=iso-8859-1",),
        "/%C3%9Cber%20uns": ("Content-Type: text/html; charset=windows-1251",),
        "/prices.csv": ("Content-Type: text/csv",),
    }
    with small_site(pages, headers=types) as site:
        found = site.crawl()
    texts = {}
    for path, page in found.items():
        file = tmp_path / page.file_name
        file.write_bytes(page.body or b"")
        document = load(file, source=page.url, name=page.url)
        assert document is not None
        texts[path] = document.text
    assert [page.file_name for page in found.values()] == ["site-test.html", "notes.txt", "ber-uns.html", "prices.csv"]
    assert "Rückgabe" in texts["/notes.txt"]
    assert "Возврат" in texts["/%C3%9Cber%20uns"]
    assert "30 days" in texts["/prices.csv"]


def test_retry_after_may_be_a_date() -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    with small_site({"/": answer(b"", f"Retry-After: {past}", status="503 Busy")}) as site:
        site.crawl(scope="page")
    assert site.slept == [0.0]
