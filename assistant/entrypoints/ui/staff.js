// Opens the conversation that was chosen from the list, and shows its latest words first.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (!button) return;
  opened = null;
  trigger("open", { conversation: button.dataset.conversation });
  reveal = true;
});

let opened = null;

// In a narrow window a conversation opens below the list.
let reveal = false;

// The box is named by its label alone, without the button beside it.
function nameBox() {
  const box = document.querySelector("#message textarea");
  if (box && !box.hasAttribute("aria-label")) box.setAttribute("aria-label", "Message to the customer");
}

// A transcript is scrolled to its end when it was just opened or has grown; otherwise it stays where the reader left it.
new MutationObserver(() => {
  nameBox();
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
