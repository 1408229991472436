/* Cases ticked in a list: X ticks the current row, Shift with a click ticks all from the last one; a bar says how many. Without scripts the boxes and the bar are there as well. */
const form = document.querySelector("[data-many]");
let last;

function count() {
  const n = form.querySelectorAll("[data-pick]:checked").length, words = form.querySelector("[data-many-count]");
  words.textContent = words.dataset.words.replace("{n}", n);
  form.classList.toggle("some", n > 0);
}

if (form) {
  form.classList.add("counted");
  form.addEventListener("click", (event) => {
    const box = event.target.closest("[data-pick]");
    if (!box) return;
    const all = [...form.querySelectorAll("[data-pick]")];
    if (event.shiftKey && last) {
      const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
      for (const one of all.slice(from, to + 1)) one.checked = box.checked;
    }
    last = box;
    count();
  });
  count();
}
