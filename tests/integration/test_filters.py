"""What is not for everybody is neither found, quoted nor opened by others, on either kind of database."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant import filtering
from assistant.eligibility import Eligibility
from assistant.errors import DocumentError
from assistant.filtering import FilteredIndexes
from assistant.knowledge import KnowledgeBase
from assistant.settings import Settings
from assistant.stores import Stores, migrations, open_stores
from assistant.types import FOR_EVERYBODY, Filter, LoadedDocument, Query
from benchmarks.proving import WordEmbedder

VOCABULARY = [f"word{number}" for number in range(40)]
TODAY = date.today()
STAFF, PARTNER = Filter(audiences=("staff",)), Filter(audiences=("partner",))
ANY = Filter(any_audience=True)


def loaded(name: str, text: str, **attributes: object) -> LoadedDocument:
    return LoadedDocument.model_validate(
        {"source": f"/{name}", "name": name, "title": name, "text": text, "language": "en", **attributes}
    )


DOCUMENTS = [
    loaded("open.md", "The discount for customers is five percent."),
    loaded("labelled.md", "The discount for seniors is six percent.", audience="customers"),
    loaded("staff.md", "The discount that staff may grant is thirty percent.", audience="Staff"),
    loaded("partner.md", "The discount for partners is twenty percent.", audience="partner, staff"),
    loaded("rabatt.md", "Der Rabatt (discount) beträgt sieben Prozent.", language="de-AT"),
    loaded("aria.md", "The discount for the Aria is eight percent.", products=("Aria 5", "Aria 7")),
    loaded("past.md", "The discount of last year was nine percent.", valid_to=TODAY - timedelta(days=1)),
    loaded("future.md", "The discount of next year is ten percent.", valid_from=TODAY + timedelta(days=1)),
]
EVERYBODYS = {"open.md", "labelled.md", "rabatt.md", "aria.md"}


@contextmanager
def opened(home: Path, database: str = "", chroma: str = "") -> Iterator[tuple[Stores, KnowledgeBase]]:
    stores = open_stores(Settings(home=home, database=database, chroma=chroma))
    knowledge = KnowledgeBase(
        stores, embedder_name="words:one", embedder_is_chosen=False, open_embedder=lambda name: WordEmbedder(name)
    )
    try:
        yield stores, knowledge
    finally:
        knowledge.close()
        stores.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def knowledge(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KnowledgeBase]:
    database = request.getfixturevalue("postgresql_url") if request.param == "postgresql" else ""
    with opened(tmp_path / "home", database) as (_, knowledge):
        knowledge.ingest_documents(DOCUMENTS)
        yield knowledge


def found(knowledge: KnowledgeBase, only: Filter, limit: int = 20) -> set[str]:
    """Return the documents that each way of searching finds; they must agree."""
    each = {
        mode: {
            one.passage.document for one in knowledge.search(Query(text="discount", only=only), limit, mode).passages
        }
        for mode in ("dense", "keyword", "hybrid")
    }
    assert each["dense"] == each["keyword"] == each["hybrid"]
    return each["hybrid"]


@pytest.mark.parametrize(
    ("only", "more", "less"),
    [
        (FOR_EVERYBODY, set(), set()),
        (STAFF, {"staff.md", "partner.md"}, set()),
        (PARTNER, {"partner.md"}, set()),
        (ANY, {"staff.md", "partner.md"}, set()),
        (Filter(audiences=("sta",)), set(), set()),
        (Filter(language="de"), set(), {"open.md", "labelled.md", "aria.md"}),
        (Filter(product="aria 7"), set(), set()),
        (Filter(product="Other"), set(), {"aria.md"}),
        (Filter(on=TODAY - timedelta(days=2)), {"past.md"}, set()),
        (Filter(on=TODAY + timedelta(days=2)), {"future.md"}, set()),
    ],
)
def test_a_filter_lets_through_what_it_should(
    knowledge: KnowledgeBase, only: Filter, more: set[str], less: set[str]
) -> None:
    assert found(knowledge, only) == (EVERYBODYS - less) | more


def test_the_language_of_a_document_is_told_where_its_author_does_not(tmp_path: Path) -> None:
    texts = {
        "a.md": "You can return every item within thirty days.",
        "b.md": "Sie können Ihre Bestellung innerhalb von dreißig Tagen kostenlos zurückgeben.",
        "c.md": "12.50 | 13.80",
    }
    with opened(tmp_path / "home") as (stores, knowledge):
        knowledge.ingest_documents(loaded(name, text, language="") for name, text in texts.items())
        assert stores.attributes.languages() == {"": 1, "de": 1, "en": 1}
        told = {name: document.language for name in texts if (document := knowledge.document(name)) is not None}
        assert told == {"a.md": "en", "b.md": "de", "c.md": ""}


def return_to(version: str, connection: sa.Connection, scratch: Path) -> None:
    """Take out of a SQLite database what later migrations have added to one of an older version."""
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    with sa.create_engine(f"sqlite:///{scratch}").begin() as older:
        config.attributes["connection"] = older
        command.upgrade(config, version)
        before = shape_of(older)
    now = shape_of(connection)
    for table in now.keys() - before.keys():
        connection.execute(sa.text(f"DROP TABLE {table}"))
    for table, (columns, indexes) in before.items():
        for index in now[table][1] - indexes:
            connection.execute(sa.text(f"DROP INDEX {index}"))
        for column in now[table][0] - columns:
            connection.execute(sa.text(f"ALTER TABLE {table} DROP COLUMN {column}"))
    connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{version}'"))


def shape_of(connection: sa.Connection) -> dict[str, tuple[set[str], set[str | None]]]:
    """Return the names of the columns and indexes of each table."""
    inspector = sa.inspect(connection)
    return {
        table: (
            {one["name"] for one in inspector.get_columns(table)},
            {one["name"] for one in inspector.get_indexes(table)},
        )
        for table in inspector.get_table_names()
    }


def test_a_database_from_before_restricts_what_it_named(tmp_path: Path) -> None:
    """Its audiences were notes for authors; they are obeyed from the migration on, and all else stays as it was."""
    with opened(tmp_path / "home") as (stores, knowledge):
        knowledge.ingest_documents(DOCUMENTS)
        with stores.database.write() as connection:
            return_to("0003", connection, tmp_path / "older.sqlite3")
    with opened(tmp_path / "home") as (_, knowledge):
        assert found(knowledge, FOR_EVERYBODY) == EVERYBODYS
        assert found(knowledge, STAFF) == {*EVERYBODYS, "staff.md", "partner.md"}
        assert found(knowledge, Filter(product="Other")) == EVERYBODYS


def test_as_many_are_found_as_asked_for(knowledge: KnowledgeBase) -> None:
    outdated = [loaded(f"old{n}.md", f"A discount of {n}.", valid_to=date(2020, 1, 1)) for n in range(80)]
    knowledge.ingest_documents(outdated)
    assert found(knowledge, FOR_EVERYBODY) == EVERYBODYS
    assert len(knowledge.search(Query(text="discount"), 4).passages) == 4


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    shares=st.lists(st.sampled_from([1, 2, 5, 40]), min_size=1, max_size=3),
    compared=st.sampled_from([0, 8, 1000]),
    limit=st.sampled_from([1, 5, 30]),
    seed=st.integers(0, 1000),
)
def test_real_indexes_find_what_brute_force_finds(
    many: tuple[Stores, FilteredIndexes], shares: list[int], compared: int, limit: int, seed: int
) -> None:
    """Chroma and tantivy, filtered, against a comparison with every passage."""
    stores, indexes = many
    live = stores.generations.live()
    assert live is not None
    only = Filter(product=f"every {shares[0]}", audiences=tuple(f"every {share}" for share in shares[1:]))
    kinds, attributes = stores.attributes.read(live.fingerprint)
    admitted = {one for one, kind in kinds.items() if only.admits(attributes[kind], TODAY)}
    words = random.Random(seed).choices(VOCABULARY, k=4)
    vector = WordEmbedder("words:one").embed_query(" ".join(words))
    exact = stores.exact_vectors(live.fingerprint, live.dimension).search(vector, 1000)
    lexical = stores.keywords(live.number).search(" ".join(words), 1000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(filtering, "COMPARED_PASSAGES", compared)
        for found, everything in (
            (indexes.dense(vector, limit, only), exact),
            (indexes.keyword(" ".join(words), limit, only), lexical),
        ):
            wanted = [one for one in everything if one.passage_id in admitted]
            assert admitted.issuperset(one.passage_id for one in found)
            assert [one.score for one in found] == pytest.approx([one.score for one in wanted[:limit]], abs=1e-4)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stores, FilteredIndexes]]:
    """Four hundred passages, of which every second, fifth and fortieth is about a product, and for an audience."""
    rng = random.Random(3)
    with opened(tmp_path_factory.mktemp("many")) as (stores, knowledge):
        knowledge.ingest_documents(
            loaded(
                f"{number}.md",
                " ".join(rng.choices(VOCABULARY, k=12)) + f" unique{number}.",
                products=tuple(f"every {share}" for share in (1, 2, 5, 40) if number % share == 0),
                audience=rng.choice(["", "", "every 2", "every 5", "every 40"]),
            )
            for number in range(400)
        )
        live = stores.generations.live()
        assert live is not None
        yield (
            stores,
            FilteredIndexes(
                vectors=stores.vectors(live.number),
                keywords=stores.keywords(live.number),
                eligibility=Eligibility(
                    attributes=stores.attributes, changes=stores.changes, fingerprint=live.fingerprint
                ),
                cache=stores.vector_cache,
                fingerprint=live.fingerprint,
            ),
        )


def test_vectors_are_told_in_the_order_asked(many: tuple[Stores, FilteredIndexes]) -> None:
    stores, indexes = many
    live = stores.generations.live()
    assert live is not None
    in_memory = stores.exact_vectors(live.fingerprint, live.dimension)
    first, second, *_ = stores.changes.every_id(live.fingerprint)
    asked = [second, "never there", first, second]
    assert indexes.vectors_of(asked).tolist() == in_memory.vectors_of(asked).tolist()
    assert indexes.vectors_of(asked)[0].any()
    assert indexes.vectors_of([]).shape[0] == 0
    assert not indexes.vectors_of(["never there"]).any()


def test_a_document_is_opened_to_those_it_is_for(knowledge: KnowledgeBase) -> None:
    assert knowledge.document("staff.md") is None
    assert knowledge.document("partner.md", 1, PARTNER) is not None
    assert knowledge.document("staff.md", None, PARTNER) is None
    assert knowledge.document("past.md") is not None


def test_a_change_of_the_audience_alone_takes_effect(knowledge: KnowledgeBase) -> None:
    """Older revisions, which were for everybody, are closed too."""
    closed = DOCUMENTS[0].model_copy(update={"audience": "staff"})
    assert knowledge.ingest_documents([closed]).changed == 1
    assert found(knowledge, FOR_EVERYBODY) == EVERYBODYS - {"open.md"}
    assert knowledge.document("open.md", 1) is None
    assert knowledge.document("open.md", 1, STAFF) is not None


def test_a_misspelt_word_is_not_mended_by_what_is_closed(knowledge: KnowledgeBase) -> None:
    knowledge.ingest_documents([loaded("secret.md", "Project Nightingale begins.", audience="staff")])
    query = Query(text="nightingalle discount")
    assert "nightingal" not in knowledge.search(query).weights
    assert "nightingal" in knowledge.search(query.model_copy(update={"only": STAFF})).weights


@pytest.mark.parametrize(
    ("name", "content", "audience"),
    [
        ("list.md", "---\naudience: [staff, partner]\n---\nDiscount.", "staff, partner"),
        ("lines.md", "---\naudience:\n  - staff\n  - partner\n---\nDiscount.", "staff, partner"),
        ("plural.md", "---\nAudiences: staff\n---\nDiscount.", "staff"),
        ("page.html", '<meta name="Audience" content="staff"><p>Discount.</p>', "staff"),
        ("rows.csv", "question,answer,audience\nWhat?,Discount.,staff\nWhy?,Because.,Staff\n", "staff"),
        ("rows.jsonl", '{"question": "What?", "answer": "Discount.", "audience": "staff"}\n', "staff"),
    ],
)
def test_every_way_to_write_an_audience_restricts(tmp_path: Path, name: str, content: str, audience: str) -> None:
    from assistant.ingestion.loaders import load

    (tmp_path / name).write_text(content, encoding="utf-8")
    document = load(tmp_path / name, source=name, name=name)
    assert document is not None
    assert document.audience == audience


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("nested.md", "---\naudience: {staff: yes}\n---\nDiscount."),
        ("damaged.md", "---\ntitle: a: b\naudience:\n  - staff\n---\nDiscount."),
        ("mixed.csv", "question,answer,audience\nWhat?,Discount.,staff\nWhy?,Because.,\n"),
    ],
)
def test_an_audience_that_cannot_be_read_keeps_the_document_out(tmp_path: Path, name: str, content: str) -> None:
    from assistant.ingestion.loaders import load

    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(DocumentError, match="audience"):
        load(tmp_path / name, source=name, name=name)


def test_products_come_from_front_matter_and_columns(tmp_path: Path) -> None:
    from assistant.ingestion.loaders import load

    files = {
        "one.md": "---\nproduct: Aria 5\n---\nText.",
        "two.md": "---\nproducts: [Aria 5, TX-1]\n---\nText.",
        "rows.csv": "question,answer,product\nWhat?,This.,Aria 5\nWhy?,That.,TX-1\n",
        "some.csv": "question,answer,product\nWhat?,This.,Aria 5\nWhy?,That.,\n",
    }
    products = {}
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
        document = load(tmp_path / name, source=name, name=name)
        products[name] = document.products if document is not None else None
    both = ("aria 5", "tx-1")
    assert products == {"one.md": ("aria 5",), "two.md": both, "rows.csv": both, "some.csv": ()}
