// Opens the gap that was chosen from the list.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-gap]");
  if (button) trigger("open", { gap: button.dataset.gap });
});
