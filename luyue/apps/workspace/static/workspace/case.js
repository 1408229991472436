/* The case page: the customer's number in place, and a menu that closes. Without scripts the number has a page of its own. */
document.addEventListener("submit", async (event) => {
  const form = event.target.closest?.("[data-reveal]");
  if (!form) return;
  event.preventDefault();
  const answer = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
  if (!answer.ok) { form.submit(); return; }
  const shown = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("reveal");
  if (shown) form.replaceWith(document.importNode(shown, true));
});
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector("details.menu[open]");
  if (open) { open.open = false; open.querySelector("summary").focus(); event.preventDefault(); }
}, true);
