// From a problem to its line in the text. Without scripts the number of the line stands there all the same.
const text = document.getElementById("f-source");
if (text) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-line]");
    if (!button) return;
    const lines = text.value.split("\n");
    const line = Math.min(Number(button.dataset.line), lines.length);
    const start = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    text.focus();
    text.setSelectionRange(start, start + lines[line - 1].length);
    text.scrollTop = Math.max(0, (line - 4) * (text.scrollHeight / lines.length));
    text.scrollLeft = 0;
  });
}
