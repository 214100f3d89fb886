"""The chat in a terminal."""

from assistant.service import Assistant
from assistant.types import Reply, ReplyFinished, TextDelta


def chat_in_terminal(bot: Assistant, conversation_id: str | None) -> None:
    """Read questions and stream answers until an empty line or the end of input.

    Raises:
        ConversationNotFound: There is no conversation `conversation_id`.
    """
    conversation = bot.conversation(conversation_id) if conversation_id else bot.start_conversation()
    print(f"Conversation {conversation.id}. An empty line ends it.")
    for turn in bot.turns(conversation.id):
        print(f"> {turn.question}" if turn.speaker == "customer" else f"Agent: {turn.question}")
        if turn.reply is not None:
            print(turn.reply.text)
    while question := _read():
        for event in bot.stream(question, conversation.id):
            if isinstance(event, TextDelta):
                print(event.text, end="", flush=True)
            elif isinstance(event, ReplyFinished):
                print()
                _print_below(event.reply)


def _print_below(reply: Reply) -> None:
    """Print what the customer may choose from, by numbers that are understood as an answer, and the sources."""
    for number, choice in enumerate(reply.choices, start=1):
        print(f"  {number}. {choice}")
    for one in reply.citations:
        print(f"  [{one.marker}] {one.title} ({one.document})")


def _read() -> str:
    try:
        return input("> ").strip()
    except EOFError:
        print()
        return ""
