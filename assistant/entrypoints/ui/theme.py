"""How the pages look: our own colours on Gradio's plainest theme, and the fonts that a device already has."""

from pathlib import Path

from gradio.themes import Base, Color, Font

STYLE_SHEETS = (Path(__file__).with_name("pages.css"),)

_SANS = ("system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif")
_MONO = ("ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace")


def open_theme() -> Base:
    """Return the theme. No font, style or script is loaded from anywhere but this server."""
    teal = Color(
        name="teal",
        c50="#eefaf8",
        c100="#d5f1ed",
        c200="#aee3dc",
        c300="#7dcfc6",
        c400="#47b3a9",
        c500="#23978e",
        c600="#0f7a73",
        c700="#0d635e",
        c800="#0f4f4c",
        c900="#104240",
        c950="#052726",
    )
    return Base(
        primary_hue=teal,
        neutral_hue="slate",
        radius_size="lg",
        font=[Font(name) for name in _SANS],
        font_mono=[Font(name) for name in _MONO],
    ).set(
        body_background_fill="#f4f6f7",
        body_background_fill_dark="#0e1418",
        body_text_color="#17222b",
        body_text_color_dark="#e4ecf0",
        block_background_fill="#ffffff",
        block_background_fill_dark="#161f25",
        border_color_primary="#dbe2e7",
        border_color_primary_dark="#2a3740",
        input_background_fill="#ffffff",
        input_background_fill_dark="#161f25",
        input_placeholder_color="#566472",
        input_placeholder_color_dark="#9db0bb",
        button_secondary_background_fill="#ffffff",
        button_secondary_background_fill_dark="#1d2830",
        button_secondary_border_color="#c9d3da",
        button_secondary_border_color_dark="#34434d",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_background_fill_hover_dark="*primary_500",
        button_primary_text_color="#ffffff",
        button_primary_text_color_dark="#ffffff",
    )
