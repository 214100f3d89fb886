"""The errors the assistant raises, each naming its remedy.

* AssistantError
  * ConfigurationError
    - UnknownBackend
    - MissingDependency
    - MissingSecret
  - HomeInUse
  - IndexMismatch
  - MassRemoval
  - DocumentError
  - ConversationNotFound
  - CustomerNotFound
  - ConsentMissing
  - TokenRefused
  - LimitReached
  - GapNotFound
  - ArticleRefused
  - Cancelled
  * RevisionNotFound
    - DocumentErased
  * BackendError
    - BackendTimeout
    - RateLimited
    - BadResponse
    - BudgetSpent
"""

from pathlib import Path


class AssistantError(Exception):
    """Base of all errors that the assistant raises on purpose."""


class ConfigurationError(AssistantError):
    """A setting is missing or wrong; the message names the variable and what it may hold."""


class UnknownBackend(ConfigurationError):
    """A `scheme:name` string names a scheme that does not exist."""

    def __init__(self, variable: str, value: str, allowed: tuple[str, ...]) -> None:
        """Tell which `variable` held `value`, and which forms are `allowed`."""
        super().__init__(f"{variable}={value!r} is not a known backend; use one of: {', '.join(allowed)}")


class MissingDependency(ConfigurationError):
    """A backend needs a package or file that is not installed."""


class MissingSecret(ConfigurationError):
    """A backend needs a key that is not set."""


class HomeInUse(AssistantError):
    """Another process holds the state folder for writing."""


class IndexMismatch(AssistantError):
    """The index was built by another embedder than the one configured."""


class MassRemoval(AssistantError):
    """So many documents are gone from their sources that it is probably a mistake."""


class DocumentError(AssistantError):
    """One document cannot be read."""

    def __init__(self, path: str | Path, reason: str, *, lasting: bool = True) -> None:
        """Tell which `path` failed and the `reason`, in words an operator can act on.

        It is `lasting` where the same bytes will fail again, and not where time or memory ran out.
        """
        super().__init__(f"{path}: {reason}")
        self.path = str(path)
        self.reason = reason
        self.lasting = lasting


class ConversationNotFound(AssistantError):
    """No conversation has the given id."""


class CustomerNotFound(AssistantError):
    """Nothing is kept of the given customer."""


class ConsentMissing(AssistantError):
    """What was asked for needs a permission that the customer has not given."""


class TokenRefused(AssistantError):
    """A customer's token proves nothing; the message says why, in words that may be shown to who sent it."""


class GapNotFound(AssistantError):
    """No gap has the given id."""


class LimitReached(AssistantError):
    """Somebody writes more than one visitor may; `retry_after_seconds` is when they may go on."""

    def __init__(self, retry_after_seconds: float) -> None:
        """Keep when to try again."""
        super().__init__(f"a visitor sends too many messages; the next is taken in {retry_after_seconds:.0f} s")
        self.retry_after_seconds = retry_after_seconds


class ArticleRefused(AssistantError):
    """There is no article to answer a gap with, or it cannot be taken in; the message tells what to write."""


class NoLanguageModel(AssistantError):
    """What is asked for needs a language model, and none is set up or none answered; the message names the remedy."""


class ApprovalRefused(AssistantError):
    """An answer cannot be approved or retired; the message tells why, and what to do."""


class Cancelled(AssistantError):
    """Whoever asked does not want the answer any more."""


class RevisionNotFound(AssistantError):
    """No document revision is kept under the given id and number, or it is for others than the asker."""


class DocumentErased(RevisionNotFound):
    """The document was erased for good; nothing of its text is kept."""


class BackendError(AssistantError):
    """A service or model outside this process failed."""

    def __init__(self, backend: str, message: str) -> None:
        """Name the `backend` that failed, and say how."""
        super().__init__(f"{backend}: {message}")
        self.backend = backend


class BackendTimeout(BackendError):
    """The backend did not answer in time."""


class RateLimited(BackendError):
    """The backend asks to wait; `retry_after_seconds` is None where it did not say how long."""

    def __init__(self, backend: str, message: str, retry_after_seconds: float | None = None) -> None:
        """Keep how long the `backend` asked to wait."""
        super().__init__(backend, message)
        self.retry_after_seconds = retry_after_seconds


class BadResponse(BackendError):
    """The backend answered with something unusable, or stopped in the middle of an answer."""


class BudgetSpent(BackendError):
    """The backend costs money, and what may be spent is spent; it was not asked."""
