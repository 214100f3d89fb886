// Runs once when the page is loaded. The buttons inside the transcript come and go, so one listener serves them all.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  const { act, turn, marker, value, text } = button.dataset;
  if (act === "ask") {
    trigger("ask", { text });
    // The button goes away with the question; who came by keyboard goes on writing.
    if (event.detail === 0) document.querySelector("#message textarea")?.focus();
  }
  if (act === "rate") trigger("rate", { turn, value });
  if (act === "score") trigger("score", { value: Number(value) });
  if (act === "cite") {
    trigger("cite", { turn, marker: Number(marker) });
    opener = event.detail === 0 ? { turn, marker } : null;
    revealing = true;
    setTimeout(revealChosen, 500);
  }
});

// In a narrow window the sources stand below the chat, and its answer is out of sight.
document.addEventListener("click", (event) => {
  if (event.target.closest("#to-answer")) document.getElementById("chat").scrollIntoView({ block: "nearest" });
});

// These buttons go away when they are pressed, too.
document.addEventListener("click", (event) => {
  if (event.detail === 0 && event.target.closest("#accept, #back, #message .stop-button")) {
    document.querySelector("#message textarea")?.focus();
  }
});

// What is remembered of a customer is shown and changed outside the transcript, too.
document.addEventListener("click", (event) => {
  const button = event.target.closest('button[data-act="mine"]');
  if (!button) return;
  const { deed, about } = button.dataset;
  trigger("mine", { deed, about, value: button.parentElement.querySelector("input")?.value ?? "" });
  if (deed === "show") whenThere(".details", (shown) => shown.scrollIntoView({ block: "nearest" }));
});

// A link of the company's site may bring a token behind the #, which no server and no other site is ever sent. It leaves
// the address at once, and is exchanged for a cookie that scripts cannot read.
const token = new URLSearchParams(location.hash.slice(1)).get("token");
if (token) {
  history.replaceState(null, "", location.pathname + location.search);
  fetch("/sign-in", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ token }) })
    .then((answer) => {
      if (answer.ok) location.reload();
      else whenThere("#who", (who) => (who.textContent = "Signing in did not work. Please sign in on our site again."));
    });
}

// A source that was chosen is brought into sight as soon as the server has sent it, or where it already is.
let revealing = false;

// A button that was pressed by key sends the focus along with the reader; Escape brings it back.
let opener = null;

function focusChosen() {
  const nowhere = document.activeElement === document.body;
  if (opener && (revealing || nowhere)) document.querySelector("#sources .source.selected summary")?.focus({ preventScroll: true });
}

function revealChosen() {
  const chosen = document.querySelector("#sources .source.selected");
  if (!revealing || !chosen) return;
  focusChosen();
  revealing = false;
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const beside = document.getElementById("side").offsetTop === document.getElementById("chat").offsetTop;
  chosen.scrollIntoView({ behavior: still ? "auto" : "smooth", block: beside ? "nearest" : "start" });
}

// The parts of the page appear in no certain order.
function whenThere(selector, use) {
  const found = document.querySelector(selector);
  if (found) use(found);
  else requestAnimationFrame(() => whenThere(selector, use));
}

// The transcript follows a growing answer, unless the reader has scrolled up to read something.
whenThere("#conversation", (pane) => {
  pane.setAttribute("role", "log");
  pane.setAttribute("aria-label", "Conversation");
  pane.setAttribute("tabindex", "0");
  let following = true;
  let asking = false;
  let top = 0;
  pane.addEventListener("scroll", () => {
    // Only a reader scrolls up; that the end moves away is what growing is.
    if (pane.scrollHeight - pane.scrollTop - pane.clientHeight < 80) following = true;
    else if (pane.scrollTop < top) following = false;
    top = pane.scrollTop;
  });
  // Who calls a person, or sends them away, wants to see what is said to that.
  document.addEventListener("click", (event) => {
    if (event.target.closest("#human, #accept, #back")) following = true;
  });
  new MutationObserver(() => {
    const running = pane.querySelector(".running") !== null;
    if (running && !asking) following = true;
    asking = running;
    if (following) pane.scrollTop = pane.scrollHeight;
  }).observe(pane, { childList: true, subtree: true, characterData: true });
  // A notice that appears above takes room away from the end of the answer.
  new ResizeObserver(() => {
    if (following) pane.scrollTop = pane.scrollHeight;
  }).observe(pane);
});

// A growing answer would be read out again with every word: it is read once, when it is complete.
whenThere("#live", (growing) => growing.setAttribute("aria-live", "off"));

// What was written and not sent survives a reload, which a server that starts anew brings about by itself.
const UNSENT = "assistant-unsent";

whenThere("#message textarea", (box) => {
  // A question that was sent during an answer waits for its end, and is asked only if nothing else stands in the box
  // then. What was sent before this script listened is not known, and is asked.
  let meant;
  window.asMeant = (text) => {
    const asked = meant === undefined || text === meant ? text : "";
    meant = null;
    return asked;
  };
  const send = () => {
    meant = box.value;
    sessionStorage.removeItem(UNSENT);
  };
  box.setAttribute("aria-label", "Your message");
  box.addEventListener("input", () => sessionStorage.setItem(UNSENT, box.value));
  box.addEventListener("keypress", (event) => {
    if (event.key === "Enter" && !event.shiftKey) send();
  });
  document.querySelector("#message").addEventListener("click", (event) => {
    if (event.target.closest(".submit-button")) send();
  });
  const unsent = sessionStorage.getItem(UNSENT);
  if (unsent && !box.value) {
    box.value = unsent;
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// An opened source shows its passage first, wherever that is in the excerpt.
whenThere("#sources", (panel) => {
  const showPassage = (details) => {
    const excerpt = details.querySelector(".excerpt");
    const mark = details.querySelector("mark");
    if (details.open && excerpt && mark) excerpt.scrollTop = Math.max(0, mark.offsetTop - 48);
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !opener) return;
    const { turn, marker } = opener;
    const selector = `[data-act="cite"][data-turn="${CSS.escape(turn)}"][data-marker="${CSS.escape(marker)}"]`;
    opener = null;
    document.querySelector(`#history ${selector}`)?.focus();
  });
  panel.addEventListener("toggle", (event) => showPassage(event.target), true);
  new MutationObserver(() => {
    panel.querySelectorAll("details[open]").forEach(showPassage);
    revealChosen();
    focusChosen();
  }).observe(panel, { childList: true, subtree: true, characterData: true, attributeFilter: ["class"] });
});
