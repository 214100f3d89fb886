"""Rerankers read each passage together with the question: one file a backend, chosen by `ASSISTANT_RERANKER`."""

from assistant.errors import UnknownBackend
from assistant.ports import Reranker
from assistant.settings import NO_RERANKER, RERANKER_SCHEMES, Settings, split_backend


def open_reranker(settings: Settings) -> Reranker | None:
    """Return the reranker that the settings name; None where there is none. No model is loaded yet.

    Raises:
        UnknownBackend: There is no such scheme.
        MissingSecret: A hosted reranker was named, but its key is not set.
        MissingDependency: The packaged model was named, but its package is not installed.
    """
    if settings.reranker in ("", NO_RERANKER):
        return None
    scheme, name = split_backend("ASSISTANT_RERANKER", settings.reranker, RERANKER_SCHEMES, nameless=(NO_RERANKER,))
    match scheme:
        case "cross-encoder":
            from assistant.rerankers.cross_encoder import CrossEncoderReranker

            return CrossEncoderReranker(name)
        case "onnx":
            from assistant.rerankers.onnx import OnnxReranker

            return OnnxReranker(name)
        case "cohere":
            from assistant.rerankers.cohere import CohereReranker

            return CohereReranker(name, api_key=settings.cohere_api_key, base_url=settings.cohere_base_url)
        case _:
            raise UnknownBackend("ASSISTANT_RERANKER", settings.reranker, RERANKER_SCHEMES)
