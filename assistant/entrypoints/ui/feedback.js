// Asks before what customers thought of a document, or of all, is forgotten.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-forget]");
  if (button) trigger("open", { document: button.dataset.forget });
});
