import hashlib
import logging
import os
import threading
from pathlib import Path

import pytest

from assistant.errors import ConfigurationError
from assistant.shipped import shipped_folder
from assistant.templates import Templates


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "own").mkdir()
    return tmp_path / "own"


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    (tmp_path / "shipped").mkdir()
    write(tmp_path / "shipped", "abstain", "I do not know.")
    return tmp_path / "shipped"


def write(folder: Path, name: str, text: str) -> Path:
    """Write a template, at a later time than whatever was there: file systems count in coarse steps."""
    path = folder / f"{name}.md.j2"
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before + 10**9, before + 10**9))
    return path


def said(templates: Templates, name: str = "abstain", **values: object) -> str:
    return templates.render(name, values)[0]


def test_the_checksum_is_that_of_the_file(own: Path, shipped: Path) -> None:
    path = write(own, "abstain", "Sorry, {{ name }}.\n")
    text, checksum = Templates([own, shipped]).render("abstain", {"name": "Mara"})
    assert text == "Sorry, Mara."
    assert hashlib.sha256(path.read_bytes()).hexdigest().startswith(checksum)
    assert len(checksum) == 12


def test_an_edit_is_used_without_a_restart(own: Path, shipped: Path) -> None:
    templates = Templates([own, shipped])
    assert said(templates) == "I do not know."
    path = write(own, "abstain", "No idea.")
    assert said(templates) == "No idea."
    write(own, "abstain", "No idea, sorry.")
    assert said(templates) == "No idea, sorry."
    path.unlink()
    assert said(templates) == "I do not know."


@pytest.mark.parametrize(
    "broken",
    [
        "{% if %}",
        "{{ unclosed",
        "{{ nobody }}",
        "{{ 1 / 0 }}",
        "{{ 'a' + 1 }}",
        "{{ ().__class__.__bases__ }}",
        "{% include 'gone.md.j2' %}",
        "{% for one in 1 %}{% endfor %}",
        "{{ range(10**9) }}",
        b"\xff\xfe\x00",
    ],
)
def test_a_broken_edit_leaves_the_last_good_one_in_use_and_is_logged_once(
    own: Path, shipped: Path, broken: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    templates = Templates([own, shipped])
    path = write(own, "abstain", "No idea.")
    good = templates.render("abstain", {})
    write(own, "abstain", "")
    path.write_bytes(broken.encode() if isinstance(broken, str) else broken)
    with caplog.at_level(logging.ERROR):
        assert [templates.render("abstain", {}) for _ in range(3)] == [good] * 3
    (record,) = caplog.records
    assert "abstain.md.j2 cannot be rendered" in record.getMessage()
    write(own, "abstain", "Mended.")
    assert said(templates) == "Mended."


def test_one_that_is_wrong_from_the_start_gives_way_to_the_one_shipped(own: Path, shipped: Path) -> None:
    write(own, "abstain", "{{ nobody }}")
    assert said(Templates([own, shipped])) == "I do not know."


def test_one_that_is_wrong_everywhere_is_an_error_that_names_the_file(shipped: Path) -> None:
    write(shipped, "abstain", "one\n{% if %}")
    for name, words in (("abstain", r"abstain.md.j2 cannot be rendered: line 2"), ("nothing", "there is no nothing")):
        with pytest.raises(ConfigurationError, match=words):
            said(Templates([shipped]), name)


def test_what_is_included_counts_for_the_checksum_and_is_noticed(own: Path, shipped: Path) -> None:
    write(own, "abstain", "{% include 'style.md.j2' %} Sorry.")
    write(own, "style", "Dear {{ name }}!")
    templates = Templates([own, shipped])
    first = templates.render("abstain", {"name": "Mara"})
    assert first[0] == "Dear Mara! Sorry."
    assert templates.version("abstain").variables == {"name"}
    write(own, "style", "Hi {{ name }}!")
    second = templates.render("abstain", {"name": "Mara"})
    assert (second[0], second[1] == first[1]) == ("Hi Mara! Sorry.", False)
    write(own, "style", "{% if %}")
    assert templates.render("abstain", {"name": "Mara"}) == second


@pytest.mark.parametrize("name", ["../secret.md.j2", "/etc/hostname", "sub/secret.md.j2"])
def test_no_template_reads_a_file_outside_its_folders(own: Path, shipped: Path, name: str) -> None:
    write(own.parent, "secret", "the secret")
    (own / "sub").mkdir()
    write(own / "sub", "secret", "the secret")
    write(own, "abstain", f"{{% include '{name}' %}}")
    assert said(Templates([own, shipped])) == "I do not know."


def test_no_template_changes_what_it_is_given(own: Path, shipped: Path) -> None:
    history = ["one"]
    write(own, "abstain", "{{ history.append('two') }}{{ history|length }}")
    assert said(Templates([own, shipped]), history=history) == "I do not know."
    assert history == ["one"]


def test_a_byte_order_mark_of_an_editor_is_not_said(own: Path, shipped: Path) -> None:
    (own / "abstain.md.j2").write_bytes(b"\xef\xbb\xbfNo idea.\r\n")
    assert said(Templates([own, shipped])) == "No idea."


def test_threads_that_render_during_edits_see_whole_versions(own: Path, shipped: Path) -> None:
    templates = Templates([own, shipped])
    write(own, "abstain", "A" * 500)
    seen: set[str] = set()
    done = threading.Event()

    def render() -> None:
        while not done.is_set():
            seen.add(said(templates))

    threads = [threading.Thread(target=render) for _ in range(4)]
    for one in threads:
        one.start()
    for number in range(20):
        fresh = own / "next"
        fresh.write_text("AB"[number % 2] * 500)
        fresh.replace(own / "abstain.md.j2")
    done.set()
    for one in threads:
        one.join()
    assert seen <= {"A" * 500, "B" * 500}


def test_the_templates_that_there_are(own: Path, shipped: Path) -> None:
    mine = write(own, "abstain", "No idea.")
    (own / "README.md").write_text("notes")
    assert Templates([own, shipped]).paths() == {"abstain": mine}
    assert "answer.system" in Templates([shipped_folder("prompts")]).paths()
