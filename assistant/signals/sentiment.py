"""Sentiment by VADER (Hutto and Gilbert, ICWSM 2014), with the words in which customers complain."""

from functools import cached_property
from typing import Any

from assistant.types import Sentiment, SentimentLabel

NEUTRAL_BAND = 0.05
"""Compound scores within this of zero are neutral, as VADER's authors advise."""

SERVICE_WORDS = {
    "broken": -0.9, "defective": -0.9, "faulty": -0.8, "damaged": -0.7, "lost": -0.6, "missing": -0.5,
    "fail": -0.7, "failed": -0.7, "error": -0.4, "warning": 0.0, "number": 0.0, "no": -0.5,
    "unacceptable": -2.6, "ridiculous": -2.2,
    "useless": -2.2, "scam": -3.0, "fraud": -2.8, "ripoff": -2.8, "waiting": -1.0, "nobody": -0.9, "ignored": -1.8,
    "unanswered": -1.5, "overcharged": -2.0, "furious": -3.0, "fed": -0.6, "complaint": -1.4, "complain": -1.4,
    "lawyer": -1.6, "again": -0.4, "still": -0.4, "refuse": -1.4, "refused": -1.5, "disgrace": -2.8, "joke": -1.2,
    "incompetent": -2.6, "never": -0.7, "wasted": -1.8, "crap": -2.2, "wtf": -2.8, "asap": -0.4, "crackles": -0.8,
    "solved": 1.6, "sorted": 1.3, "quick": 1.0, "fast": 0.8, "works": 0.8, "cancel": 0.0, "return": 0.0,
    "warranty": 0.0, "free": 0.0, "share": 0.0, "support": 0.0, "help": 0.0, "please": 0.0, "problem": -0.7,
    "credit": 0.0, "secure": 0.0, "gift": 0.0, "like": 0.3, "noise": 0.0, "cancelling": 0.0, "discount": 0.3,
}  # fmt: skip
"""Valences on VADER's scale of -4..4. Words of the trade, such as "warranty" or "noise", carry no mood of their own."""


class VaderSentiment:
    """A lexicon model: no weights, well under a millisecond for a message."""

    @cached_property
    def _analyzer(self) -> Any:  # noqa: ANN401 - the package ships no types
        from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

        analyzer = SentimentIntensityAnalyzer()
        analyzer.lexicon.update(SERVICE_WORDS)
        return analyzer

    def polarity(self, text: str) -> dict[str, float]:
        """Return VADER's figures: `compound` from -1 to 1, and the shares `neg`, `neu` and `pos`; blank text has 0."""
        if not text.strip():
            return {"neg": 0.0, "neu": 0.0, "pos": 0.0, "compound": 0.0}
        return {name: float(figure) for name, figure in self._analyzer.polarity_scores(text).items()}

    def score(self, text: str) -> Sentiment:
        """Return VADER's compound score as valence; blank text is neutral 0."""
        compound = self.polarity(text)["compound"]
        return Sentiment(label=label_of(compound), score=compound)


def label_of(score: float) -> SentimentLabel:
    """Return the label of a valence."""
    if score >= NEUTRAL_BAND:
        return "positive"
    return "negative" if score <= -NEUTRAL_BAND else "neutral"
