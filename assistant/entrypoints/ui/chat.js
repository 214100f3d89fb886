// Runs once when the page is loaded. The buttons inside the transcript come and go, so one listener serves them all.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  const { act, turn, marker, value, text } = button.dataset;
  if (act === "ask") trigger("ask", { text });
  if (act === "rate") trigger("rate", { turn, value });
  if (act === "cite") {
    trigger("cite", { turn, marker: Number(marker) });
    revealSources();
  }
});

function revealSources() {
  const side = document.getElementById("side");
  const chat = document.getElementById("chat");
  if (side && chat && side.offsetTop > chat.offsetTop + 40) side.scrollIntoView({ behavior: motion(), block: "start" });
}

function motion() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
}

// The transcript follows a growing answer, unless the reader has scrolled up to read something.
const pane = document.getElementById("conversation");
if (pane) {
  pane.setAttribute("role", "log");
  pane.setAttribute("aria-label", "Conversation");
  pane.setAttribute("tabindex", "0");
  let following = true;
  pane.addEventListener("scroll", () => {
    following = pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80;
  });
  new MutationObserver(() => {
    if (pane.querySelector(".running")) pane.dataset.asked ||= (following = true) && "yes";
    else delete pane.dataset.asked;
    if (following) pane.scrollTop = pane.scrollHeight;
  }).observe(pane, { childList: true, subtree: true, characterData: true });
}

// A source that was chosen is brought into sight inside its panel, at the passage itself.
const panel = document.getElementById("sources");
if (panel) {
  new MutationObserver(() => {
    for (const excerpt of panel.querySelectorAll("details[open] .excerpt")) {
      const mark = excerpt.querySelector("mark");
      if (mark) excerpt.scrollTop = Math.max(0, mark.offsetTop - excerpt.offsetTop - 40);
    }
  }).observe(panel, { childList: true, subtree: true, characterData: true, attributes: true });
}
