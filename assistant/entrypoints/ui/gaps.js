// Opens the gap that was chosen from the list; in a narrow window that is below the list.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-gap]");
  if (!button) return;
  trigger("open", { gap: button.dataset.gap });
  const desk = document.getElementById("gap-desk");
  if (desk.offsetTop <= document.getElementById("gap-list").offsetTop) return;
  for (const wait of [120, 300, 900]) setTimeout(() => desk.scrollIntoView(), wait);
});
