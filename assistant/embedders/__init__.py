"""Embedders turn text into vectors: one file for each backend, chosen by `ASSISTANT_EMBEDDER=scheme:name`."""

from assistant.errors import UnknownBackend
from assistant.ports import Embedder
from assistant.settings import EMBEDDER_SCHEMES, Settings, split_backend


def open_embedder(settings: Settings) -> Embedder:
    """Return the embedder that the settings name. No model is loaded and no service is asked yet.

    Raises:
        UnknownBackend: There is no such scheme.
        MissingSecret: A hosted embedder was named, but its key is not set.
    """
    scheme, name = split_backend("ASSISTANT_EMBEDDER", settings.embedder, EMBEDDER_SCHEMES)
    match scheme:
        case "sentence-transformers":
            from assistant.embedders.sentence_transformers import SentenceTransformersEmbedder

            return SentenceTransformersEmbedder(name)
        case "transformers":
            from assistant.embedders.transformers import TransformersEmbedder

            return TransformersEmbedder(name)
        case "onnx":
            from assistant.embedders.onnx import OnnxEmbedder

            return OnnxEmbedder(name, home=settings.home)
        case "openai":
            from assistant.embedders.openai import OpenAIEmbedder

            return OpenAIEmbedder(name, api_key=settings.openai_api_key, base_url=settings.openai_base_url)
        case "cohere":
            from assistant.embedders.cohere import CohereEmbedder

            return CohereEmbedder(name, api_key=settings.cohere_api_key, base_url=settings.cohere_base_url)
        case _:
            raise UnknownBackend("ASSISTANT_EMBEDDER", settings.embedder, EMBEDDER_SCHEMES)
