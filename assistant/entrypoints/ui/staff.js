// Opens the conversation that was chosen from the list.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act]");
  if (button) trigger("open", { conversation: button.dataset.conversation });
});
