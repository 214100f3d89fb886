"""Measures on a page how far its text stands out from what is behind it, as WCAG 2.2 has it (1.4.3)."""

from playwright.sync_api import Page

_FAINT = """() => {
  const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([red, green, blue]) => [red, green, blue].reduce((sum, value, index) => {
    const part = value / 255;
    return sum + [0.2126, 0.7152, 0.0722][index] * (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  }, 0);
  const behind = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const [red, green, blue, alpha = 1] = channels(getComputedStyle(one).backgroundColor);
      if (alpha === 1) return [red, green, blue];
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const box = element.getBoundingClientRect();
    if (!element.checkVisibility({ visibilityProperty: true }) || box.width < 2) continue;
    const written = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const placeholder = element.placeholder && !element.value ? "::placeholder" : null;
    if (!written && !placeholder) continue;
    const [one, other] = [getComputedStyle(element, placeholder).color, null].map((colour) =>
      light(colour ? channels(colour) : behind(element)));
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${element.tagName} ${element.innerText || element.placeholder}`);
  }
  return faint;
}"""


def faint_text(page: Page) -> list[str]:
    """Return every text that stands out by less than 4.5 to 1, each with its ratio."""
    found: list[str] = page.evaluate(_FAINT)
    return found
