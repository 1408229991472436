/* The clause behind a reference, on hover or focus: data-peek-next shows the element after it, data-peek fetches a fragment once. Without scripts the link is enough. */
let shown, timer;

async function bubble(link) {
  if (!link.dataset.peek) return link.nextElementSibling;
  const known = link.nextElementSibling;
  if (known?.matches(".pop[popover]")) return known;
  const answer = await fetch(link.dataset.peek, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return undefined;
  const pop = document.createElement("span");
  pop.className = "pop";
  pop.popover = "manual";
  pop.append(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  link.after(pop);
  return pop;
}

async function show(link) {
  const pop = await bubble(link);
  if (!pop?.showPopover || !link.isConnected || pop.matches(":popover-open")) return;
  hide();
  pop.showPopover();
  shown = pop;
  const at = link.getBoundingClientRect(), box = pop.getBoundingClientRect();
  const below = at.bottom + 8 + box.height < innerHeight;
  pop.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - 8 - box.height)}px`;
  pop.style.left = `${Math.max(12, Math.min(at.left, innerWidth - box.width - 12))}px`;
}

function hide() {
  clearTimeout(timer);
  if (shown?.isConnected && shown.matches(":popover-open")) shown.hidePopover();
  shown = undefined;
}

const link = (event) => event.target.closest?.("[data-peek], [data-peek-next]");
document.addEventListener("pointerover", (event) => {
  if (link(event)) { clearTimeout(timer); const found = link(event); timer = setTimeout(() => show(found), 180); }
  else if (shown && !event.target.closest?.(".pop")) { clearTimeout(timer); timer = setTimeout(hide, 150); }
  else if (shown) clearTimeout(timer);
});
document.addEventListener("focusin", (event) => { if (link(event)) show(link(event)); else if (!event.target.closest?.(".pop")) hide(); });
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && shown) { hide(); event.preventDefault(); } }, true);
document.addEventListener("scroll", hide, { passive: true, capture: true });
