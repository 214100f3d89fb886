"""Brings what channels are owed to them, again and again until they have taken it."""

import logging
import random
import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from assistant.errors import AssistantError, BackendError, RateLimited
from assistant.handoff.desk import Handoff
from assistant.handoff.pack import build_pack
from assistant.ports import Channel, Conversations, CustomerStore, Outbox
from assistant.types import Delivery, HandoffPack

logger = logging.getLogger(__name__)

FIRST_PAUSE_SECONDS = 10.0
LONGEST_PAUSE_SECONDS = 3600.0
LEASE_SECONDS = 120.0
"""A process that says nothing for this long has died: another one tries. Longer than any channel may take."""
GIVE_UP = timedelta(days=3)
AT_ONCE = 6
ROUND_SECONDS = 5.0


class Courier:
    """Delivers to channels. Many processes may do so at once: each delivery is leased to one of them."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        conversations: Conversations,
        handoff: Handoff,
        channels: Sequence[Channel],
        customers: CustomerStore | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """Take from `outbox`, and tell `channels` of `conversations`, with what `customers` knows of whose they are."""
        self._outbox = outbox
        self._conversations = conversations
        self._handoff = handoff
        self._channels = {one.name: one for one in channels}
        self._customers = customers
        self._clock = clock

    def deliver(self) -> int:
        """Try everything that is due once; returns how many deliveries were taken."""
        taken = 0
        for delivery in self._outbox.lease(self._clock(), LEASE_SECONDS, AT_ONCE):
            try:
                self._send(delivery)
            except BackendError as error:
                self._put_off(delivery, error)
            else:
                self._outbox.delivered(delivery.id, self._clock())
                taken += 1
        return taken

    def run(self, stop: threading.Event) -> None:
        """Deliver, and let time do its part, every few seconds until told to stop."""
        while not stop.wait(ROUND_SECONDS):
            try:
                self._handoff.sweep()
                self.deliver()
            except AssistantError:
                logger.exception("a round of the handoff failed; the next one tries again")

    def _send(self, delivery: Delivery) -> None:
        channel = self._channels.get(delivery.channel)
        if channel is None:
            raise BackendError(delivery.channel, "this channel is not set up any more")
        channel.send(delivery, self._pack(delivery))

    def _pack(self, delivery: Delivery) -> HandoffPack:
        """Build the pack as it is now: who is told late is told what holds."""
        conversation = self._conversations.get(delivery.conversation_id)
        known = conversation.customer
        customer = self._customers.get(known) if self._customers is not None and known else None
        turns, log = self._conversations.turns(conversation.id), self._handoff.log(conversation.id)
        return build_pack(conversation, turns, log, customer)

    def _put_off(self, delivery: Delivery, error: BackendError) -> None:
        at = self._clock()
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (delivery.attempts - 1), LONGEST_PAUSE_SECONDS)
        pause *= random.uniform(0.8, 1.2)  # so that many that failed together do not come back together
        if isinstance(error, RateLimited) and error.retry_after_seconds is not None:
            pause = max(pause, error.retry_after_seconds)
        gives_up = at + timedelta(seconds=pause) - delivery.created_at > GIVE_UP
        self._outbox.failed(delivery.id, str(error), None if gives_up else at + timedelta(seconds=pause))
        level = logging.ERROR if gives_up else logging.WARNING
        then = "it was given up" if gives_up else f"it is tried again in {pause:.0f} s"
        logger.log(level, "%s was not told of a conversation, %s: %s", delivery.channel, then, error)
