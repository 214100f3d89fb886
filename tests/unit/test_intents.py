"""Intents on a few examples, with an embedder that knows shared words only."""

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import BackendError, ConfigurationError, DocumentError, IndexMismatch
from assistant.evaluation.signals import evaluate_signals
from assistant.intents.examples import Example, ExampleSet, read_examples, read_rows
from assistant.intents.features import WIDTH, count_pieces, rarity, weighted
from assistant.intents.fitting import Foreign, fit, foreign_messages
from assistant.intents.gating import Tried, choose_threshold, expected_share, fit_gate
from assistant.intents.model import Exemplars, IntentModel
from assistant.intents.reading import IntentReader
from assistant.intents.scoring import confusions, score
from assistant.intents.store import IntentStore, from_bytes, to_bytes
from assistant.intents.teaching import train
from assistant.ports import Vectors
from assistant.query_vectors import query_vectors
from assistant.signals import open_signal_reader
from assistant.signals.with_intents import IntentSignalReader
from assistant.types import IntentGuess
from tests.fakes import HashingEmbedder

WANTS = {
    "return": ("I want to return my {}", "how do I send the {} back", "can I give the {} back for a refund"),
    "track": ("where is my parcel with the {}", "track the delivery of my {}", "when will the {} be delivered"),
    "repair": ("my {} is broken, can you repair it", "the {} does not work any more", "who repairs a faulty {}"),
    "pay": ("can I pay for the {} by card", "do you take a voucher for the {}", "payment for my {} was declined"),
}
THINGS = ("headphones", "speaker", "cable", "charger")
OUTSIDE = ("tell me a joke about cats", "who won the football world cup", "what is the capital of Peru")


def examples(*, outside: bool = True) -> ExampleSet:
    rows = [Example(form.format(thing), name) for name, forms in WANTS.items() for form in forms for thing in THINGS]
    return ExampleSet(tuple(rows + [Example(text, None) for text in OUTSIDE if outside]))


def learnt(chosen: ExampleSet | None = None) -> IntentModel:
    chosen = chosen or examples()
    embedder = HashingEmbedder()
    vectors = query_vectors(embedder, [one.text for one in chosen.examples])
    return fit(chosen, vectors, foreign=foreign(), fingerprint=embedder.fingerprint)


def foreign() -> Foreign:
    texts = foreign_messages()
    return Foreign(texts, query_vectors(HashingEmbedder(), texts))


def guess(model: IntentModel, text: str) -> IntentGuess:
    return model.guess(text, HashingEmbedder().embed_query(text))


@pytest.fixture(scope="module")
def model() -> IntentModel:
    return learnt()


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("how do I send these earbuds back", "return"),
        ("where is my parcel", "track"),
        ("who repairs a broken amplifier", "repair"),
        ("can I pay by voucher", "pay"),
    ],
)
def test_a_new_wording_gets_its_intent(model: IntentModel, text: str, intent: str) -> None:
    found = guess(model, text)
    assert (found.intent, found.nearest) == (intent, intent)
    assert found.confidence >= model.threshold


@pytest.mark.parametrize("text", ["please sing about elephants", "photosynthesis", "12345", "", "🎧", "x" * 20_000])
def test_what_is_like_no_example_gets_none(model: IntentModel, text: str) -> None:
    found = guess(model, text)
    assert found.intent is None
    assert found.nearest in WANTS


@pytest.mark.parametrize("change", [str.upper, str.title, lambda text: f"  {text}\n", lambda text: f"{text} !"])
def test_letters_blanks_and_marks_do_not_change_the_intent(model: IntentModel, change: object) -> None:
    assert callable(change)
    for text in ("how do I send the speaker back", "track the delivery of my cable"):
        assert guess(model, change(text)).intent == guess(model, text).intent is not None


def test_the_order_of_the_examples_and_repetitions_do_not_matter(tmp_path: Path) -> None:
    rows = [json.dumps({"text": one.text, "intent": one.intent}) for one in examples().examples]
    (tmp_path / "a.jsonl").write_text("\n".join(rows), encoding="utf-8")
    (tmp_path / "b.jsonl").write_text("\n".join([*rows, "", *rows]), encoding="utf-8")
    assert read_examples(tmp_path / "a.jsonl") == read_examples(tmp_path / "b.jsonl")
    turned = ExampleSet(tuple(reversed(examples().examples)))
    first, second = learnt(), learnt(turned)
    assert first.intents == second.intents
    for text in ("who repairs a broken amplifier", "can I pay by voucher", "please sing about elephants"):
        assert guess(first, text).nearest == guess(second, text).nearest


def test_names_do_not_matter() -> None:
    renamed = {"return": "z", "track": "y", "repair": "x", "pay": "w"}
    other = learnt(ExampleSet(tuple(Example(t, renamed[i] if i else None) for t, i in examples().examples)))
    for text in ("how do I send these earbuds back", "where is my parcel"):
        assert guess(other, text).intent == renamed[str(guess(learnt(), text).intent)]


def test_the_same_examples_give_the_same_bytes() -> None:
    assert to_bytes(learnt()) == to_bytes(learnt())


def test_without_examples_out_of_scope_whole_intents_stand_for_them() -> None:
    model = learnt(examples(outside=False))
    assert 0 < model.threshold < 1
    assert "out_of_scope_recall" in model.figures
    assert guess(model, "where is my parcel").intent == "track"
    assert guess(model, "please sing about elephants").intent is None


def test_two_intents_of_one_example_each_are_learnt_and_one_is_too_few() -> None:
    two = learnt(ExampleSet((Example("I want my money back", "refund"), Example("where is my parcel", "track"))))
    assert guess(two, "where is my parcel").intent == "track"
    assert guess(two, "photosynthesis").intent is None
    with pytest.raises(ConfigurationError, match="two at least"):
        learnt(ExampleSet((Example("I want my money back", "refund"), Example("hello there", None))))


def test_a_model_is_stored_read_anew_after_a_change_and_removed(tmp_path: Path, model: IntentModel) -> None:
    store, other = IntentStore(tmp_path / "home"), IntentStore(tmp_path / "home")
    assert store.get() is None
    store.put(model)
    assert other.get() is other.get()
    read = other.get()
    assert read is not None
    assert (read.intents, read.threshold, read.figures) == (model.intents, model.threshold, model.figures)
    for text in ("how do I send these earbuds back", "please sing about elephants"):
        assert guess(read, text).intent == guess(model, text).intent
        assert guess(read, text).confidence == pytest.approx(guess(model, text).confidence, abs=0.01)
    store.put(learnt(ExampleSet(tuple(one for one in examples().examples if one.intent != "pay"))))
    changed = other.get()
    assert changed is not None
    assert changed.intents == ("repair", "return", "track")
    assert store.remove()
    assert other.get() is None
    assert not store.remove()
    assert list((tmp_path / "home").iterdir()) == []


@pytest.mark.parametrize("payload", [b"", b"PK", b"nonsense" * 100])
def test_a_damaged_file_says_what_to_do(payload: bytes) -> None:
    with pytest.raises(ConfigurationError, match="intents train"):
        from_bytes(payload)


class OtherEmbedder(HashingEmbedder):
    """Claims to be another one."""

    fingerprint = "another"


class BrokenEmbedder(HashingEmbedder):
    """Is not there."""

    def embed_query(self, text: str) -> Vectors:
        raise BackendError("embedder", "is not there")


class AskingEmbedder(HashingEmbedder):
    """Embeds a question otherwise than a document, as models with prefixes do."""

    def embed_query(self, text: str) -> Vectors:
        return super().embed_query(f"query {text}")


def test_questions_are_embedded_as_questions_one_by_one_only_where_that_differs() -> None:
    texts = ["where is my parcel", "who repairs it", "can I pay"]
    plain, asking = HashingEmbedder(), AskingEmbedder()
    np.testing.assert_array_equal(query_vectors(plain, texts), np.stack([plain.embed_query(one) for one in texts]))
    np.testing.assert_array_equal(query_vectors(asking, texts), np.stack([asking.embed_query(one) for one in texts]))
    assert (len(plain.embedded), len(asking.embedded)) == (2 * len(texts), len(texts))


def test_a_reader_needs_the_embedder_that_was_learnt_with_and_a_turn_goes_on_without(
    tmp_path: Path, model: IntentModel, caplog: pytest.LogCaptureFixture
) -> None:
    store = IntentStore(tmp_path)
    assert IntentReader(store, HashingEmbedder).read("where is my parcel") is None
    with pytest.raises(ConfigurationError, match="intents train FILE"):
        IntentReader(store, HashingEmbedder).read_all(["where is my parcel"])
    store.put(model)
    other = IntentReader(store, OtherEmbedder)
    with pytest.raises(IndexMismatch, match=r"another.*intents train FILE"):
        other.read_all(["where is my parcel"])
    assert [other.read("where is my parcel"), other.read("where is my parcel")] == [None, None]
    assert caplog.text.count("no intent is read") == 1
    assert IntentReader(store, BrokenEmbedder).read("where is my parcel") is None


def test_signals_carry_the_intent_beside_the_rest(tmp_path: Path, model: IntentModel) -> None:
    store = IntentStore(tmp_path)
    plain = open_signal_reader()
    reader = IntentSignalReader(plain, IntentReader(store, HashingEmbedder))
    assert reader.read("where is my parcel?", ()) == plain.read("where is my parcel?", ())
    store.put(model)
    signals = reader.read("where is my parcel?", ())
    assert signals.intent == "track"
    assert signals.intent_confidence >= model.threshold
    assert signals.sentiment == plain.read("where is my parcel?", ()).sentiment
    assert reader.read("please sing about elephants", ()).intent is None


def test_a_report_names_what_to_mend(tmp_path: Path) -> None:
    odd = (Example("where is my parcel", "odd"), Example("i like odd things", "odd"))
    store, told = IntentStore(tmp_path), []
    report = train(ExampleSet(examples().examples + odd), HashingEmbedder(), store, lambda *one: told.append(one))
    assert report.examples == 4 * 3 * 4 + 3 + 2
    assert (report.intents, report.out_of_scope, report.with_few_examples) == (5, 3, ("odd",))
    assert report.contradicting == ()
    assert report.stored_bytes == (tmp_path / "intents.npz").stat().st_size
    assert told[-1][1] == told[-1][2]
    twice = ExampleSet((*examples().examples, Example("Who repairs a faulty cable", "pay")))
    assert train(twice, HashingEmbedder(), store).contradicting == ("who repairs a faulty cable",)


YAML = """
intents:
  return:
    description: Sends something back.
    examples:
      - I want to return this
      - how do I send it back?
  track:
    - where is my parcel
    - "where  is my\\n parcel"
out_of_scope:
  - tell me a joke
"""


def test_a_yaml_gives_intents_descriptions_and_what_is_out_of_scope(tmp_path: Path) -> None:
    (tmp_path / "intents.yaml").write_text(YAML, encoding="utf-8")
    read = read_examples(tmp_path / "intents.yaml")
    assert read.counts == {"return": 2, "track": 1}
    assert read.out_of_scope == 1
    assert read.descriptions == {"return": "Sends something back."}
    assert read.examples[-1] == Example("tell me a joke", None)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no `intents`"),
        ("intents: [a, b]", "has no `intents`"),
        ("intents: {a: [x], a: [y]}", "'a' stands twice"),
        ("intents:\n  a:\n    - x\n  a:\n    - y\n", "'a' stands twice"),
        ("intents: {a: [x]}\nintentions: {}", "unknown field 'intentions'; use intents, out_of_scope"),
        ("intents: {a: {examples: [x], colour: red}}", "unknown field 'colour'; use description, examples"),
        ("intents: {a: {description: x}}", "intent a has no list of examples"),
        ("intents: {a: x}", "intent a has no list of examples"),
        ("intents: {a: []}", "intent a has no list of examples"),
        ("intents: {a: [x, 5]}", "the example 5 is no text; put it in quotation marks"),
        ("intents: {yes: [x]}", "the intent True is no name"),
        ("intents: {a: [x]}\nout_of_scope: x", "out_of_scope has no list"),
        ("intents: {a: ['  ']}", "holds no example"),
        ("intents: {a: [x", "is no valid YAML"),
        ("intents: {[a]: [x]}", "is no valid YAML"),
    ],
)
def test_a_wrong_yaml_says_what_to_mend(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "intents.yml").write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError) as raised:
        read_examples(tmp_path / "intents.yml")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2 is no JSON object"),
        ("[]", "line 2 has no `text` or no `intent`"),
        ('{"text": "x"}', "line 2 has no `text` or no `intent`"),
        ('{"text": 5, "intent": "a"}', "line 2 has no `text` or no `intent`"),
        ('{"text": "x", "intent": ""}', "the intent '' is no name; null stands for out of scope"),
        ('{"text": "x", "intent": ["a"]}', "is no name"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "rows.jsonl").write_text(f'{{"text": "x", "intent": "a"}}\n{line}\n', encoding="utf-8")
    with pytest.raises(DocumentError) as raised:
        read_examples(tmp_path / "rows.jsonl")
    assert message in str(raised.value)


def test_lines_may_have_more_fields_numbers_for_names_and_nothing_but_blanks(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(
        b'\xef\xbb\xbf{"text": " a  b ", "intent": 7, "id": 1}\n\n{"text": " ", "intent": null}\n'
    )
    assert read_examples(tmp_path / "rows.jsonl").examples == (Example("a b", "7"),)
    assert len(read_rows(tmp_path / "rows.jsonl")) == 2
    (tmp_path / "none.jsonl").write_text("\n", encoding="utf-8")
    with pytest.raises(DocumentError, match="holds no example"):
        read_examples(tmp_path / "none.jsonl")


def test_figures_count_a_refusal_in_scope_and_a_name_out_of_scope_as_wrong(tmp_path: Path) -> None:
    truth = ["a", "a", "b", None, None]
    said = ["a", None, "a", None, "b"]
    rows = [Example(str(place), intent) for place, intent in enumerate(truth)]
    guesses = [IntentGuess(intent=one, nearest="a", confidence=0.5) for one in said]
    expected = {"n": 5, "accuracy": 0.4, "in_scope_accuracy": 0.3333, "out_of_scope_recall": 0.5}
    assert score(rows, guesses) == expected
    assert score(rows[:3], guesses[:3]) == {"n": 3, "accuracy": 0.3333, "in_scope_accuracy": 0.3333}
    assert confusions(rows, guesses) == [("a", None, ["1"]), ("b", "a", ["2"]), (None, "b", ["4"])]
    (tmp_path / "rows.jsonl").write_text(
        "\n".join(json.dumps({"text": one.text, "intent": one.intent}) for one in rows), encoding="utf-8"
    )
    assert evaluate_signals(open_signal_reader(), tmp_path / "rows.jsonl", lambda texts: guesses) == expected
    with pytest.raises(ConfigurationError, match="intents train FILE"):
        evaluate_signals(open_signal_reader(), tmp_path / "rows.jsonl")


def test_words_become_rows_of_unit_length_in_which_the_rare_counts_more() -> None:
    counted = count_pieces(["the cat", "the dog", "", "the cat the cat"])
    rarities = rarity(counted)
    read = weighted(counted, rarities)
    lengths = [float((read.values[a:b] ** 2).sum()) for a, b in zip(read.starts, read.starts[1:], strict=False)]
    assert lengths == pytest.approx([1, 1, 0, 1], abs=1e-5)
    assert rarities.shape == (WIDTH,)
    picked = counted.rows(np.array([3, 1]))
    assert list(picked.starts) == [0, len(set(picked.places[: picked.starts[1]])), len(picked.places)]
    dog = count_pieces(["the dog"])
    assert sorted(picked.places[picked.starts[1] :]) == sorted(dog.places)


def test_an_intent_is_as_near_as_its_nearest_examples_and_one_without_any_is_far() -> None:
    axes = np.eye(4, dtype=np.float32)
    exemplars = Exemplars(axes[[0, 1, 1, 1, 1]], np.array([0, 2, 2, 2, 2]), 3)
    by_intent, overall = exemplars.compare(axes[:2])
    np.testing.assert_allclose(by_intent, [[1, 0, 0], [0, 0, 1]])
    np.testing.assert_allclose(overall, [0.2, 0.8])


def test_a_gate_learns_which_trait_tells_and_a_threshold_refuses_what_costs_more_than_it_gains() -> None:
    random = np.random.default_rng(5)
    right = np.arange(400) % 4 != 0
    traits = random.normal(size=(400, 4)).astype(np.float32)
    traits[:, 3] += 4 * right
    tried = Tried(traits, right, right, np.arange(400) % 8 == 0, out_of_scope_share=0.2)
    gate = fit_gate(tried)
    assert abs(gate.weights[3]) > 2 * np.abs(gate.weights[:3]).max()
    threshold, figures = choose_threshold(gate, tried)
    assert figures["in_scope_accuracy"] > 0.95
    assert figures["out_of_scope_recall"] > 0.8
    assert threshold == figures["threshold"] or abs(threshold - figures["threshold"]) < 1e-3


@pytest.mark.parametrize(
    ("in_scope", "out_of_scope", "share"),
    [(100, 0, 0.2), (5_000, 0, 0.1), (100_000, 0, 0.05), (10_000, 10, 0.1), (60, 40, 0.4)],
)
def test_the_more_messages_the_file_holds_the_fewer_are_taken_to_be_missing(
    in_scope: int, out_of_scope: int, share: float
) -> None:
    assert expected_share(in_scope, out_of_scope) == pytest.approx(share)


def test_a_shipped_message_that_is_like_an_example_does_not_stand_for_the_foreign() -> None:
    songs = ("Play some jazz", "play some rock", "play some blues", "play some soul music", "play some country")
    lights = ("turn off the lights", "turn off the lamp in the hall", "lights off please", "switch off the light")
    model = learnt(
        ExampleSet(tuple([Example(one, "song") for one in songs] + [Example(one, "light") for one in lights]))
    )
    assert guess(model, "Play some jazz").intent == "song"
    assert guess(model, "Turn off the lights in the kitchen").intent == "light"
