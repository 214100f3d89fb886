from pathlib import Path

import pytest

from assistant.errors import ConfigurationError, UnknownBackend
from assistant.settings import Settings


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("ASSISTANT_HOME", "ASSISTANT_EMBEDDER", "ASSISTANT_RESPONDERS", "OPENAI_API_KEY", "COHERE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


def test_nothing_set_means_embedded_local_offline() -> None:
    settings = Settings()
    assert settings.embedder == "sentence-transformers:all-MiniLM-L6-v2"
    assert settings.database_url == f"sqlite:///{Path('var').resolve()}/assistant.sqlite3"
    assert settings.chroma_location == "var/chroma"
    assert settings.responders == ()


def test_the_environment_wins_over_dotenv_and_dotenv_over_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("assistant.toml").write_text('home = "toml"\nassistant_name = "Toml"\nembedder = "cohere:x"\n')
    Path(".env").write_text("ASSISTANT_HOME=dotenv\nASSISTANT_EMBEDDER=openai:x\n")
    monkeypatch.setenv("ASSISTANT_HOME", "environment")
    settings = Settings()
    assert (str(settings.home), settings.embedder, settings.assistant_name) == ("environment", "openai:x", "Toml")


def test_responders_are_a_list_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_RESPONDERS", "openai:gpt-x, extractive")
    assert Settings().responders == ("openai:gpt-x", "extractive")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("ASSISTANT_EMBEDDER", "word2vec:x", "sentence-transformers:NAME"),
        ("ASSISTANT_EMBEDDER", "onnx", "onnx:NAME"),
        ("ASSISTANT_RESPONDERS", "gpt", "extractive"),
        ("ASSISTANT_DATABASE", "mysql://x", "postgresql://"),
        ("ASSISTANT_CHROMA", "ftp://x", "http://host:port"),
        ("ASSISTANT_ANSWER_SECONDS", "soon", "number"),
    ],
)
def test_a_wrong_value_names_its_variable_and_what_is_allowed(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, says: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError, match=variable) as caught:
        Settings()
    assert says in str(caught.value)


def test_unknown_backends_have_their_own_error() -> None:
    with pytest.raises(UnknownBackend):
        Settings(embedder="word2vec:x")


def test_secrets_do_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    assert "sk-canary" not in repr(Settings())


def test_postgresql_gets_its_driver() -> None:
    assert Settings(database="postgresql://u@h/d").database_url == "postgresql+psycopg://u@h/d"
