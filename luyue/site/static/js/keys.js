/* Single-letter keys. Dead while an input method composes, while a field has the focus, inside dialogs, with Ctrl, Alt or ⌘, and when switched off
   (cookie keys=off, data-keys="off" on <html>). What a key does is said by the page: data-key on links, buttons and radio buttons, data-go in the navigation. */
const root = document.documentElement;
let afterG = 0;

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
const selected = () => document.querySelector("[data-row][aria-current=true]");
// The rows that are not on the page yet (live.js), and what to do once they are; false when all are here.
const more = (then) => Boolean(document.querySelector("[data-rows] [data-more]")) && document.dispatchEvent(new CustomEvent("luyue:more", { detail: then }));
const visible = (element) => element && element.getClientRects().length > 0;

function select(row, focus = true) {
  if (!row) return;
  selected()?.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  if (focus) row.querySelector("a.open")?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const all = rows(), to = all.indexOf(selected()) + by;
  if (all.length && to === all.length && more(() => step(by))) return undefined;
  if (all.length) return select(all[Math.min(Math.max(to, 0), all.length - 1)]);
  const link = document.querySelector(by > 0 ? "[data-next]" : "[data-previous]");
  if (link) return link.click();
  // On a page of its own, to its neighbour in the list one came from.
  const list = JSON.parse(sessionStorage.getItem("rows") || "[]"), next = list[list.indexOf(location.pathname) + by];
  if (list.includes(location.pathname) && next) location.assign(next);
  return undefined;
}

const links = rows().map((row) => row.querySelector("a.open")?.pathname).filter(Boolean);
if (links.length) sessionStorage.setItem("rows", JSON.stringify(links));

function use(element) {
  if (element.matches("input[type=radio]")) {
    element.checked = true;
    element.dispatchEvent(new Event("change", { bubbles: true }));
    element.form?.querySelector("textarea")?.focus();
  } else element.click();
}

function press(key) {
  const find = (place) => [...(place?.querySelectorAll(`[data-key="${key}"]`) || [])].find((e) => visible(e) || (e.type === "radio" && visible(e.closest("label"))));
  const element = find(selected()) || find(document.querySelector("[data-actions]")) || find(document.querySelector("main")) || find(document);
  if (element) use(element);
  return Boolean(element);
}

function why() {
  const all = [...document.querySelectorAll("details.why")].filter(visible);
  if (!all.length) return;
  const next = all[(all.findLastIndex((d) => d.open) + 1) % all.length];
  all.forEach((d) => { d.open = d === next; });
  next.querySelector("summary").focus();
}

function back() {
  const open = document.querySelector("[popover]:popover-open");
  if (open) return open.hidePopover();
  const link = document.querySelector(".crumbs .back, .phone-head .back-arrow");
  if (link) link.click();
  else selected()?.removeAttribute("aria-current");
}

const moves = {
  j: () => step(1),
  k: () => step(-1),
  x: () => (selected()?.querySelector("[data-pick]") || document.querySelector("[data-next-item]"))?.click(),
  w: why,
  c: () => document.dispatchEvent(new CustomEvent("luyue:copy", { detail: selected()?.dataset.number })),
  ".": () => document.dispatchEvent(new Event("luyue:apply")),
  "?": () => document.getElementById("keymap")?.showModal(),
  Escape: back,
};

function typed(event) {
  const target = event.target;
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = target.closest?.("[data-composer], form");
    const send = form?.querySelector("[data-submit]");
    if (send) {
      event.preventDefault();
      if (event.shiftKey) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "next", value: "1" }));
      form.requestSubmit(send);
    }
    return;
  }
  const writing = target.closest?.("input:not([type=checkbox], [type=radio], [type=file]), textarea, select, [contenteditable]");
  if (writing) {
    if (event.key === "Escape") writing.blur();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]") || root.dataset.keys === "off") return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (afterG && Date.now() - afterG < 1500) {
    afterG = 0;
    const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (place) { event.preventDefault(); place.click(); }
    return;
  }
  if (key === "g") { afterG = Date.now(); return; }
  if (key === "Enter") {
    if (target === document.body && selected()) selected().querySelector("a.open")?.click();
    return;
  }
  if (moves[key]) { event.preventDefault(); moves[key](); }
  else if (/^[a-z1-9]$/.test(key) && press(key.toUpperCase())) event.preventDefault();
}

document.addEventListener("keydown", typed);
document.addEventListener("focusin", (event) => { const row = event.target.closest?.("[data-row]"); if (row) select(row, false); });
document.addEventListener("click", (event) => {
  const mark = event.target.closest?.("[data-select]");
  if (mark) {
    const id = new URL(mark.getAttribute("href"), location.href).hash.slice(1), row = () => document.getElementById(id);
    if (row() ? (select(row()), true) : more(() => select(row()))) event.preventDefault();
  }
  if (event.target.closest?.("[data-keymap-open]")) document.getElementById("keymap")?.showModal();
});
for (const box of document.querySelectorAll("[data-keys-switch]")) {
  box.checked = root.dataset.keys !== "off";
  box.addEventListener("change", () => {
    if (box.checked) delete root.dataset.keys;
    else root.dataset.keys = "off";
    document.cookie = `keys=${box.checked ? "on" : "off"}; path=/; SameSite=Lax; max-age=31536000`;
  });
}
