"""A row of a long table is found by what its column is called, and quoted with the header, in exact places."""

from pathlib import Path

from assistant import Settings, open_assistant

ROWS = 240
HEADER = "| Article | Price | Weight | Delivery time |"


def write_price_list(folder: Path) -> None:
    folder.mkdir()
    rows = "\n".join(
        f"| Norda {number} | {number + 20}.90 EUR | {number % 30 + 1} kg | {number % 12 + 2} days |"
        for number in range(ROWS)
    )
    text = f"# Price list\n\nPrices include VAT.\n\n## Lamps\n\n{HEADER}\n| --- | --- | --- | --- |\n{rows}\n"
    (folder / "prices.md").write_text(text, encoding="utf-8")


def test_the_last_rows_are_answered_with_the_header_of_their_table(tmp_path: Path) -> None:
    write_price_list(tmp_path / "documents")
    settings = Settings(home=tmp_path / "home", embedder="onnx:all-MiniLM-L6-v2", responders=("extractive",))
    with open_assistant(settings) as bot:
        bot.ingest(tmp_path / "documents")
        reply = bot.reply("How long is the delivery time of the Norda 233?")
        document = bot.document("prices.md")
        assert document is not None
        quotes = [one.quote for one in reply.citations]
        assert quotes == [HEADER, "| Norda 233 | 253.90 EUR | 24 kg | 7 days |"]
        assert [document.text[one.start : one.end] for one in reply.citations] == quotes
        assert [bot.open_citation(one).text for one in reply.citations] == quotes
