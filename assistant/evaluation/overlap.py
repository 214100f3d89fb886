"""How much of a reference answer an answer says, by its words."""

import re
import string
from collections import Counter

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_WORD = re.compile(r"[a-z0-9]+")


def normalised_tokens(text: str) -> list[str]:
    """Return the words of a text as SQuAD's script compares them: lower case, no punctuation, no articles."""
    return _ARTICLES.sub(" ", text.lower().translate(_NO_PUNCTUATION)).split()


def token_f1(answer: str, reference: str) -> float:
    """Return the F1 of words shared by both, as SQuAD's script counts them (Rajpurkar et al., EMNLP 2016)."""
    said, wanted = normalised_tokens(answer), normalised_tokens(reference)
    if not said or not wanted:
        return float(said == wanted)
    return _f1(sum((Counter(said) & Counter(wanted)).values()), len(said), len(wanted))


def rouge_l(answer: str, reference: str) -> float:
    """Return ROUGE-L: the F1 of the longest common subsequence of words, unstemmed (Lin, ACL 2004)."""
    said, wanted = _WORD.findall(answer.lower()), _WORD.findall(reference.lower())
    if not said or not wanted:
        return float(said == wanted)
    return _f1(_longest_common_subsequence(said, wanted), len(said), len(wanted))


def _f1(shared: int, said: int, wanted: int) -> float:
    return 2 * shared / (said + wanted)


def _longest_common_subsequence(one: list[str], other: list[str]) -> int:
    lengths = [0] * (len(other) + 1)
    for word in one:
        diagonal = 0
        for at, against in enumerate(other, start=1):
            above = lengths[at]
            lengths[at] = diagonal + 1 if word == against else max(above, lengths[at - 1])
            diagonal = above
    return lengths[-1]
