"""What the small reader learns from: questions with their answers, and the same ones made unanswerable.

SQuADShifts (Miller et al. 2020; new Wikipedia articles, Reddit posts and Amazon reviews; CC BY 4.0) and COVID-QA
(Möller et al. 2020; Apache-2.0) give people's questions with the words that answer them. SQuAD 2.0 is for measuring
only. A question has no answer where its passage lacks the answering sentence, where it is asked of a passage that is
merely near, and where one of its words, names or numbers is another.
"""

import json
import math
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from assistant.segmentation import sentences
from assistant.terms import STOP_WORDS, words

SQUAD_SHIFTS = {"wiki": "new_wiki_v1.0.json", "reddit": "reddit_v1.0.json", "amazon": "amazon_reviews_v1.0.json"}
COVID_QA = "200423_covidQA.json"

TWISTED, CUT = 0.38, 0.30
"""Of the questions so many are twisted, and so many asked of their passage without its answer; others of a near one."""

TITLED = 0.5
"""A passage of an article with a title is read below it in so many cases."""

PIECE_CHARS = (500, 700, 900)
"""Long articles are cut into pieces of about so many characters."""

NEAREST = 8
POSTS_PASSED_OVER, POSTS_NEAR = 5, 25
"""What is asked of one post or review may well be answered by those most like it."""

LEAST_LEFT_CHARS = 120
LIKE_WORDS = 14

OPPOSITES = """
first last, before after, most least, more less, highest lowest, largest smallest, biggest smallest, increase decrease,
increased decreased, increases decreases, won lost, win lose, winner loser, north south, east west, northern southern,
eastern western, early late, earlier later, earliest latest, begin end, began ended, start finish, started stopped,
old new, older newer, oldest youngest, male female, men women, man woman, father mother, son daughter, husband wife,
brother sister, good bad, better worse, best worst, long short, longer shorter, longest shortest, high low,
higher lower, above below, buy sell, bought sold, like dislike, liked disliked, allow forbid, allowed forbidden,
accepted rejected, support oppose, supported opposed, true false, positive negative, major minor, majority minority,
public private, internal external, inside outside, upper lower, left right, open closed, success failure,
successful unsuccessful, strong weak, stronger weaker, fast slow, faster slower, cheap expensive, cheaper dearer,
easy difficult, easier harder, hot cold, summer winter, light heavy, same different, include exclude,
included excluded, advantage disadvantage, present absent, minimum maximum, arrive leave, arrived left,
create destroy, created destroyed, friend enemy, urban rural, import export, domestic foreign, modern ancient,
common rare, legal illegal, possible impossible, born died, birth death, helpful useless, love hate, loved hated,
remove add, removed added, married divorced, hired fired, teacher student, doctor patient, rich poor, always never,
top bottom, front back, day night, morning evening, hard soft, full empty, dry wet, safe dangerous, recommend avoid
"""

_NAME = re.compile(r"(?<![.?!] )(?<!^)\b[A-Z][\w'’-]+(?: (?:of |the |de )?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_WORD = re.compile(r"[A-Za-z0-9]+(?:['’.-][A-Za-z0-9]+)*")
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|did|does|do|can|will|would|should|has|have)\b\s*")
_SUBJECT = re.compile(r"(?:the |an? )?\w+")

Like = Callable[[str], Sequence[str]]
"""Returns words that could stand in the place of one, such as those with a like embedding."""


class ReadingExample(NamedTuple):
    """A question, the title and text that are read with it, and where in the text its answer is; -1 where none is."""

    question: str
    title: str
    text: str
    start: int = -1
    end: int = -1


class Paragraph(NamedTuple):
    """A text with its questions, each with its answer and where that begins; `group` is its article or kind of site."""

    group: str
    title: str
    text: str
    asked: tuple[tuple[str, str, int], ...]

    @property
    def is_post(self) -> bool:
        """Tell a post or review, of which there is no article around it."""
        return self.group in SQUAD_SHIFTS


def examples(squad_shifts: Path, covid: Path, like: Like, seed: int = 7) -> list[ReadingExample]:
    """Return answerable questions and about as many that are not, shuffled.

    Args:
        squad_shifts: The folder with the files of `SQUAD_SHIFTS`.
        covid: The folder with `COVID_QA`.
        like: Gives the words that take a word's place in a twisted question.
        seed: The same seed gives the same examples.
    """
    rng = random.Random(seed)
    paragraphs = [*_shifted(squad_shifts), *_covid(covid / COVID_QA, rng)]
    spoiler = _Spoiler(paragraphs, like, rng)
    found = []
    for place, one in enumerate(paragraphs):
        for question, answer, start in one.asked:
            title = one.title if rng.random() < TITLED else ""
            found.append(ReadingExample(question, title, one.text, start, start + len(answer)))
            spoilt = spoiler.spoilt(place, question, answer, start)
            if spoilt is not None:
                found.append(ReadingExample(spoilt[0], title, spoilt[1]))
    rng.shuffle(found)
    return found


def _shifted(folder: Path) -> Iterator[Paragraph]:
    for kind, file in SQUAD_SHIFTS.items():
        for number, article in enumerate(json.loads((folder / file).read_text(encoding="utf-8"))["data"]):
            titled = kind == "wiki"
            title = article.get("title", "").replace("_", " ") if titled else ""
            for one in article["paragraphs"]:
                yield Paragraph(f"{kind} {number}" if titled else kind, title, one["context"], tuple(_asked(one)))


def _covid(file: Path, rng: random.Random) -> Iterator[Paragraph]:
    for number, article in enumerate(json.loads(file.read_text(encoding="utf-8"))["data"]):
        for one in article["paragraphs"]:
            asked = list(_asked(one))
            for start, end in _pieces(one["context"], rng):
                own = tuple((q, a, at - start) for q, a, at in asked if start <= at and at + len(a) <= end)
                yield Paragraph(f"covid {number}", "", one["context"][start:end], own)


def _asked(paragraph: Mapping[str, object]) -> Iterator[tuple[str, str, int]]:
    """Yield each question with the answer of middle length, and where it begins."""
    text, questions = paragraph["context"], paragraph["qas"]
    assert isinstance(text, str)
    assert isinstance(questions, list)
    for one in questions:
        answers = sorted(one["answers"], key=lambda answer: len(answer["text"]))
        if answers:
            answer, start = answers[len(answers) // 2]["text"], answers[len(answers) // 2]["answer_start"]
            if text[start : start + len(answer)] == answer:
                yield one["question"].strip(), answer, start


def _pieces(text: str, rng: random.Random) -> Iterator[tuple[int, int]]:
    bounds = sentences(text)
    at = 0
    while at < len(bounds):
        longest, last = rng.choice(PIECE_CHARS), at
        while last + 1 < len(bounds) and bounds[last][1] - bounds[at][0] < longest:
            last += 1
        yield bounds[at][0], bounds[last][1]
        at = last + 1


class _Spoiler:
    """Makes questions unanswerable."""

    def __init__(self, paragraphs: Sequence[Paragraph], like: Like, rng: random.Random) -> None:
        self._paragraphs, self._like, self._rng = paragraphs, like, rng
        self._held = [Counter(_telling(one.text)) for one in paragraphs]
        holders = Counter(word for held in self._held for word in held)
        self._idf = {word: math.log(1 + (len(paragraphs) - n + 0.5) / (n + 0.5)) for word, n in holders.items()}
        self._places: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place, one in enumerate(paragraphs):
            for word in self._held[place]:
                self._places[one.group, word].append(place)
        self._names = [name for one in paragraphs for name in _NAME.findall(one.text)]
        pairs = [(pair.split()[0], pair.split()[1]) for pair in OPPOSITES.replace("\n", " ").split(",")]
        self._opposites = {b: a for a, b in pairs} | dict(pairs)

    def spoilt(self, place: int, question: str, answer: str, start: int) -> tuple[str, str] | None:
        """Return a question and a text that does not answer it; None where none could be made."""
        one, chance = self._paragraphs[place], self._rng.random()
        if chance < TWISTED and (twisted := self.twisted(question, one.text)) is not None:
            return twisted, one.text
        if chance < TWISTED + CUT:
            left = _without(one.text, answer, start)
            return (question, left) if len(left) > LEAST_LEFT_CHARS else None
        near = self._near(question, answer, place)
        return (question, self._paragraphs[self._rng.choice(near)].text) if near else None

    def twisted(self, question: str, text: str) -> str | None:
        """Return the question with one thing in it that the text does not say; None where nothing can be changed."""
        ways = [self._opposite, self._renamed, self._renumbered, self._reworded, self._reworded, self._denied]
        self._rng.shuffle(ways)
        return next((found for way in ways if (found := way(question, text)) is not None), None)

    def _near(self, question: str, answer: str, place: int) -> list[int]:
        """Return paragraphs of the same group that hold much of a question, and not its answer."""
        group = self._paragraphs[place].group
        scores: Counter[int] = Counter()
        for word in set(_telling(question)):
            for other in self._places.get((group, word), ()):
                count = self._held[other][word]
                scores[other] += self._idf[word] * count / (count + 1.2)  # type: ignore[assignment] # floats count too
        del scores[place]
        posts = self._paragraphs[place].is_post
        best = [other for other, _ in scores.most_common(POSTS_NEAR if posts else NEAREST)]
        found = [one for one in best if answer.lower() not in self._paragraphs[one].text.lower()]
        return found[POSTS_PASSED_OVER:] if posts else found

    def _opposite(self, question: str, _text: str) -> str | None:
        hits = [one for one in re.finditer(r"\w+", question) if one.group().lower() in self._opposites]
        return self._put(question, hits, lambda word: self._opposites[word.lower()])

    def _renamed(self, question: str, text: str) -> str | None:
        inside = [name for name in _NAME.findall(text) if name.lower() not in question.lower()]

        def other(name: str) -> str | None:
            pool = inside if inside and self._rng.random() < TWISTED else self._rng.sample(self._names, 8)
            fit = [one for one in pool if one.lower() not in name.lower() and name.lower() not in one.lower()]
            return self._rng.choice(fit) if fit else None

        return self._put(question, list(_NAME.finditer(question)), other)

    def _renumbered(self, question: str, text: str) -> str | None:
        def other(number: str) -> str | None:
            inside = [one for one in _NUMBER.findall(text) if one != number and len(one) == len(number)]
            changed = number[:-2] + re.sub(r"\d", lambda _: str(self._rng.randint(1, 9)), number[-2:])
            found = self._rng.choice(inside) if inside and self._rng.random() < 0.5 else changed
            return None if found == number or (found == changed and changed in text) else found

        return self._put(question, list(_NUMBER.finditer(question)), other)

    def _reworded(self, question: str, text: str) -> str | None:
        held = text.lower()
        hits = [
            one
            for one in _WORD.finditer(question)
            if one.group().islower()
            and len(one.group()) > 3
            and one.group() not in STOP_WORDS
            and one.group()[:5] in held
        ]

        def other(word: str) -> str | None:
            fit = [one for one in self._like(word) if _ending(one) == _ending(word)][:LIKE_WORDS]
            found = self._rng.choice(fit) if fit else None
            return None if found is None or found[:4] in held else found

        return self._put(question, hits, other)

    def _denied(self, question: str, _text: str) -> str | None:
        hit = _AUXILIARY.search(question)
        subject = _SUBJECT.match(question, hit.end()) if hit is not None else None
        return None if subject is None else f"{question[: subject.end()]} not{question[subject.end() :]}"

    def _put(self, question: str, hits: Sequence[re.Match[str]], other: Callable[[str], str | None]) -> str | None:
        if not hits:
            return None
        hit = self._rng.choice(hits)
        found = other(hit.group())
        return None if found is None else question[: hit.start()] + found + question[hit.end() :]


def _without(text: str, answer: str, start: int) -> str:
    """Return a text less the sentence that answers, and less others that hold the same words."""
    kept = [
        text[first:last]
        for first, last in sentences(text)
        if not (first < start + len(answer) and start < last) and answer.lower() not in text[first:last].lower()
    ]
    return " ".join(kept)


def _telling(text: str) -> list[str]:
    return [one for one in words(text) if one not in STOP_WORDS]


def _ending(word: str) -> str:
    return next((one for one in ("ing", "ed", "ly", "ion", "s") if word.endswith(one)), "")
