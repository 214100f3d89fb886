"""Zip archives as folders: found, digested, and refused in words where they cannot be trusted."""

import hashlib
import random
import zipfile
from pathlib import Path

import pytest

from assistant.errors import DocumentError
from assistant.ingestion.files import SourceFile, content_digest, discover, folders, unreadable
from benchmarks import hostile_builders as make


def test_an_archive_stands_for_its_members(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    members = [("b/two.md", "Two"), ("one.md", "One"), (".hidden.md", "x"), ("__MACOSX/one.md", "x"), ("c.exe", "x")]
    make.zipped(*members)(tmp_path / "sub" / "docs.zip")
    files = discover([tmp_path])
    archive = tmp_path / "sub" / "docs.zip"
    assert [(file.source, file.name, file.member) for file in files] == [
        (f"{archive}!/b/two.md", "sub/docs.zip/b/two.md", "b/two.md"),
        (f"{archive}!/one.md", "sub/docs.zip/one.md", "one.md"),
    ]
    assert [content_digest(file) for file in files] == [hashlib.sha256(text).hexdigest() for text in (b"Two", b"One")]
    assert discover([archive])[0].name == "docs.zip/b/two.md"


def test_the_prefixes_of_archives_and_folders(tmp_path: Path) -> None:
    make.zipped(("a.md", "x"))(tmp_path / "a.zip")
    assert folders([tmp_path, tmp_path / "a.zip"]) == [f"{tmp_path}/", f"{tmp_path}/a.zip!/"]


def test_what_was_in_an_archive_that_broke_does_not_count_as_gone(tmp_path: Path) -> None:
    make.truncated(make.zipped(("a.md", "x" * 999)))(tmp_path / "a.zip")
    (broken,) = discover([tmp_path])
    assert broken.source == f"{tmp_path}/a.zip"
    assert f"{tmp_path}/a.zip!/" in unreadable([broken])
    assert unreadable([SourceFile(tmp_path, "/x", "x"), SourceFile(tmp_path, "/x!/y", "y", "y", "encrypted")]) == []


def test_stored_members_and_those_changed_since_are_told_apart(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", "Text")
    (file,) = discover([tmp_path])
    assert content_digest(file) == hashlib.sha256(b"Text").hexdigest()
    raw = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(raw.replace(b"Text", b"Tort", 1))
    with pytest.raises(DocumentError, match="does not match its checksum"):
        content_digest(file)
    make.zipped(("b.txt", "x"))(tmp_path / "a.zip")
    with pytest.raises(DocumentError, match="no longer in its archive"):
        content_digest(file)


def test_a_large_member_is_read_in_pieces(tmp_path: Path) -> None:
    content = random.Random(7).randbytes(900_000) + bytes(900_000)
    make.zipped(("a.txt", content))(tmp_path / "a.zip")
    (file,) = discover([tmp_path])
    assert content_digest(file) == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", ["a.md", "a.doc"])
def test_digest_of_what_is_no_file(tmp_path: Path, name: str) -> None:
    make.pipe(tmp_path / name)
    for file in (discover([tmp_path])[0], SourceFile(tmp_path / name, f"{tmp_path}/{name}", name)):
        with pytest.raises(DocumentError, match="pipe"):
            content_digest(file)


def test_digest_has_a_limit(tmp_path: Path) -> None:
    make.sparse(60 * 2**20)(tmp_path / "a.md")
    with pytest.raises(DocumentError, match="larger than 50 MB"):
        content_digest(discover([tmp_path])[0])
