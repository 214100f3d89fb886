"""Where the words that come with the package are: beside it in a checkout, inside it in an installed wheel."""

from pathlib import Path

_PACKAGE = Path(__file__).parent


def shipped_folder(name: str) -> Path:
    """Return the folder `prompts` or `knowledge_base` that was shipped with this version."""
    installed = _PACKAGE / "shipped_content" / name
    return installed if installed.is_dir() else _PACKAGE.parent / name
