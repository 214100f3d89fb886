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
        "style sheet": f"<link rel=stylesheet href='{trap}/sheet.css'><link rel=prefetch href='{trap}/prefetch'>",
        "preconnection": f"<link rel=preconnect href='{trap}'><link rel=icon href='{trap}/icon.ico'>",
        "srcset": f"<picture><source srcset='{trap}/source.png'><img srcset='{trap}/srcset.png 1x' alt=''></picture>",
        "media": f"<audio src='{trap}/audio.mp3' autoplay><track src='{trap}/track.vtt' default></audio>",
        "embedded": f"<embed src='{trap}/embed'><object data='{trap}/object'></object><input type=image>",
        "background": f"<table background='{trap}/table.png'><td background='{trap}/cell.png'>sales</td></table>",
        "own element": f"<own-x tabindex=1 onfocus=window.pwned=1 autofocus style='--x:url({trap}/x.png)'>x</own-x>",
        "toggle": "<details open ontoggle=window.pwned=1><summary>sales</summary></details>",
        "animation": "<style>@keyframes x{}</style><b style='animation:x' onanimationstart=window.pwned=1>sales</b>",
        "svg use": f"<svg><use href='{trap}/use.svg#x'/><animate onbegin=window.pwned=1 attributeName=x /></svg>",
        "svg script": f"<svg><script href='{trap}/svg.js'></script><style>@import '{trap}/svg.css';</style></svg>",
        "javascript frame": "<iframe src='javascript:parent.pwned=1'></iframe><frameset onload=window.pwned=1>",
        "shadow root": f"<div><template shadowrootmode=open><img src='{trap}/shadow.png'></template></div>",
        "speculation": f"<script type=speculationrules>{{'prefetch':[{{'urls':['{trap}/rules']}}]}}</script>",
        "import map": f"<script type=module>import '{trap}/module.js';window.pwned=1</script>",
        "left noscript": "<noscript><p title='</noscript><img src=x onerror=window.pwned=1>'></noscript>",
        "left elements": f"--></mark></textarea></title></style><img src='{trap}/left.png' onerror=window.pwned=1>",
        "unclosed": f"<img src={trap}/unclosed.png onerror=window.pwned=1 ",
        "slashes": f"<img/src='{trap}/slashes.png'/onerror=window.pwned=1//><ſvg onload=window.pwned=1>",
        "twice escaped": "&lt;img src=x onerror=window.pwned=1&gt; &amp;lt;img src=x onerror=window.pwned=1&amp;gt;",
        "escapes": "\\u003cimg onerror=window.pwned=1\\u003e \\x3cscript\\x3ewindow.pwned=1\\x3c/script\\x3e",
        "wide letters": "\uff1cimg onerror=window.pwned=1\uff1e \u2039script\u203awindow.pwned=1\u2039/script\u203a",
        "diagram": f"```mermaid\ngraph TD; A[<img src='{trap}/diagram.png' onerror=window.pwned=1>]\n```",
        "title of a link": f'[sales]({trap}/title \'" onmouseover=window.pwned=1 x="\') ![sales]({trap}/t.png "x")',
        "ping": f"<a href='#' ping='{trap}/ping'>sales</a><a href='{trap}/download' download>sales</a>",
        "clobbering": "<form id=document name=pwned><input name=cookie></form><a id=history><a id=history name=turn>",
        "file of the server": "![sales](/gradio_api/file=/etc/passwd) <img src='/gradio_api/proxy=http://sales.example/x.png'>",
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
