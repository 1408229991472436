/* Copy buttons: data-copy holds the text, data-copied the word shown for two seconds. The key C copies the selected row's number, else the page's first. */
async function copy(text, button) {
  await navigator.clipboard.writeText(text);
  const region = document.getElementById("announce");
  const word = button?.dataset.copied || (document.documentElement.lang.startsWith("zh") ? "已复制" : "Copied");
  if (region) region.textContent = `${word} ${text}`;
  if (!button || button.dataset.was) return;
  button.dataset.was = button.textContent;
  button.textContent = word;
  setTimeout(() => { button.textContent = button.dataset.was; delete button.dataset.was; }, 2000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (button) copy(button.dataset.copy, button);
});
document.addEventListener("luyue:copy", (event) => {
  const button = document.querySelector("[data-copy]");
  const text = event.detail || button?.dataset.copy || document.querySelector("main [data-number]")?.dataset.number;
  if (text) copy(text, event.detail ? undefined : button);
});
