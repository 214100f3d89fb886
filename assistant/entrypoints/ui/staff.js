// Opens the conversation that was chosen from the list, and shows its latest words first.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  const { conversation } = button.dataset;
  opened = null;
  trigger("open", { conversation, words: sessionStorage.getItem(keyOf(conversation)) ?? "" });
  reveal = true;
});

// What was written to a customer and not sent survives a reload; the server knows of it no longer than the page lives.
function keyOf(conversation) {
  return `assistant-unsent-${conversation}`;
}

function keyOfOpened() {
  return keyOf(document.querySelector('.case[aria-current="true"]')?.dataset.conversation ?? "");
}

document.addEventListener("input", (event) => {
  if (event.target.closest("#message textarea")) sessionStorage.setItem(keyOfOpened(), event.target.value);
});

document.addEventListener("keydown", (event) => {
  const sends = event.key === "Enter" && !event.shiftKey && event.target.closest("#message textarea");
  if (sends) sessionStorage.removeItem(keyOfOpened());
});

document.addEventListener("click", (event) => {
  if (event.target.closest("#message .submit-button")) sessionStorage.removeItem(keyOfOpened());
});

let opened = null;

// In a narrow window a conversation opens below the list.
let reveal = false;

// The box is named by its label alone, without the button beside it.
function nameBox() {
  const box = document.querySelector("#message textarea");
  if (box && !box.hasAttribute("aria-label")) box.setAttribute("aria-label", "Message to the customer");
}

// Times come in UTC; whoever reads them thinks in those of their own place.
const HOUR = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short" });
const WHOLE = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

function tellLocalTimes() {
  for (const one of document.querySelectorAll("#cases time:not([data-local]), #case-head time:not([data-local])")) {
    const at = new Date(one.dateTime);
    const isToday = at.toDateString() === new Date().toDateString();
    one.dataset.local = "";
    one.title = WHOLE.format(at);
    one.textContent = one.classList.contains("short") ? (isToday ? HOUR : DAY).format(at) : WHOLE.format(at);
  }
}

// A transcript is scrolled to its end when it was just opened or has grown; otherwise it stays where the reader left it.
new MutationObserver(() => {
  nameBox();
  tellLocalTimes();
  const pane = document.getElementById("conversation");
  const entries = pane ? pane.querySelectorAll(".entry").length : 0;
  if (entries && entries !== opened) {
    opened = entries;
    const desk = document.getElementById("desk");
    const below = reveal && desk.offsetTop > document.getElementById("list").offsetTop;
    reveal = false;
    for (const wait of [0, 120, 300]) {
      setTimeout(() => {
        pane.scrollTop = pane.scrollHeight;
        if (below) desk.scrollIntoView();
      }, wait);
    }
  }
}).observe(document.body, { childList: true, subtree: true });
