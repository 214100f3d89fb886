"""Passing a conversation from the assistant to a person and back. Every change of state goes through here."""

from assistant.ports import Conversations
from assistant.types import Conversation, ConversationState, Turn

HANDED_OVER, WAITING, WITH_AGENT = "hand_over", "waiting", "with_agent"
"""Names of the templates that tell a customer where their conversation is."""


class Handoff:
    """Moves conversations between the assistant, the queue and the support team."""

    def __init__(self, conversations: Conversations) -> None:
        """Keep all state in the conversation store, so that any process may take the next step."""
        self._conversations = conversations

    def request(self, conversation_id: str, reason: str) -> int:
        """Put a conversation into the queue, once, and return its place, counting from 1; 0 if a person has it.

        Raises:
            ConversationNotFound: There is no such conversation.
        """
        conversation = self._conversations.get(conversation_id)
        if conversation.state is ConversationState.WITH_AGENT:
            return 0
        if conversation.state is ConversationState.BOT:
            self._conversations.set_state(conversation_id, ConversationState.WAITING, reason)
        return self._conversations.position(conversation_id)

    def receive(self, conversation: Conversation, reason: str) -> tuple[str, int]:
        """Take a customer's message that is for a person; return the template that answers it, and the place."""
        position = self.request(conversation.id, reason)
        if position == 0:
            return WITH_AGENT, 0
        return (HANDED_OVER if conversation.state is ConversationState.BOT else WAITING), position

    def waiting(self) -> list[Conversation]:
        """Return what waits for a person or is with one, oldest first."""
        return self._conversations.waiting()

    def take(self, conversation_id: str) -> None:
        """Record that a person of the team has the conversation."""
        reason = self._conversations.get(conversation_id).reason
        self._conversations.set_state(conversation_id, ConversationState.WITH_AGENT, reason)

    def answer(self, conversation_id: str, text: str) -> Turn:
        """Send a person's words to the customer; the conversation is theirs from then on."""
        self.take(conversation_id)
        return self._conversations.add_agent_message(conversation_id, text)

    def give_back(self, conversation_id: str) -> None:
        """Return a conversation to the assistant: the customer changed their mind, or the team is done."""
        self._conversations.get(conversation_id)
        self._conversations.set_state(conversation_id, ConversationState.BOT)
