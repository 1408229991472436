/* Forms with scripts: conditional fields, kept text, file previews, repeatable lines, signatures, questions before a post, dialogs.
   Every form works without this file: conditional fields stand in groups, spare lines are there, a typed name signs. */
const zh = document.documentElement.lang.startsWith("zh");

/* --- Fields that exist only when another has a value: data-when="field=a|b;other=c" (and between fields, or between values). Parents cover children;
   a finer value chosen in a second row of tiles is called `field.sub`. */
function valuesOf(form, name) {
  return [...form.elements].filter((e) => (e.name === name || e.name === `${name}.sub`) && (!["radio", "checkbox"].includes(e.type) || e.checked) && !e.disabled).map((e) => e.value);
}

function holds(form, condition) {
  return condition.split(";").every((pair) => {
    const [name, wanted] = pair.split("=");
    return valuesOf(form, name).some((value) => wanted.split("|").some((w) => value === w || value.startsWith(`${w}/`)));
  });
}

function settle(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const there = holds(form, part.dataset.when);
    part.hidden = !there;
    for (const control of part.querySelectorAll("input, select, textarea")) control.disabled = !there;
  }
}

/* --- What was written stays in this tab until it is sent: data-keep="key". Files and hidden fields are not kept. */
const keyOf = (form) => `keep:${location.pathname}:${form.dataset.keep}`;
const keepable = (e) => e.name && !["file", "hidden", "password", "submit", "button"].includes(e.type) && e.name !== "csrfmiddlewaretoken";

function keep(form) {
  const written = [...form.elements].filter(keepable).filter((e) => !["radio", "checkbox"].includes(e.type) || e.checked).map((e) => [e.name, e.value]);
  sessionStorage.setItem(keyOf(form), JSON.stringify(written));
}

/* A form with data-draft-url is kept by the server too, a moment after the last letter: for another browser, and for tomorrow. */
const saving = new WeakMap();
const headers = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}");

function save(form) {
  clearTimeout(saving.get(form));
  saving.set(form, setTimeout(() => {
    const values = JSON.parse(sessionStorage.getItem(keyOf(form)) || "[]");
    fetch(form.dataset.draftUrl, { method: "POST", keepalive: true, headers: { ...headers(), "Content-Type": "application/json" }, body: JSON.stringify({ form: form.dataset.keep, values }) }).catch(() => {});
  }, 1200));
}

async function bring(form) {
  const answer = await fetch(`${form.dataset.draftUrl}?form=${encodeURIComponent(form.dataset.keep)}`).catch(() => null);
  const written = [...form.elements].some((e) => keepable(e) && ["textarea", "text"].includes(e.type) && e.value);
  if (answer?.status !== 200 || written) return;
  sessionStorage.setItem(keyOf(form), JSON.stringify((await answer.json()).values));
  recall(form);
  settle(form);
}

function recall(form) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(form)) || "null");
  if (!kept && form.dataset.draftUrl) bring(form);
  if (!kept || form.querySelector("[aria-invalid=true]")) return;
  for (const element of form.elements) {
    if (!keepable(element)) continue;
    const values = kept.filter(([name]) => name === element.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(element.type)) element.checked = values.includes(element.value);
    else if (values.length && !element.value) element.value = values[0];
  }
}

/* --- Chosen files as tiles. */
function preview(input) {
  const place = input.closest("[data-drop]")?.querySelector("[data-previews]");
  if (!place) return;
  place.replaceChildren(...[...input.files].map((file) => {
    const tile = document.createElement("div"), pic = document.createElement("div"), name = document.createElement("span");
    tile.className = "tile taken";
    pic.className = "pic";
    if (file.type.startsWith("image/")) pic.append(Object.assign(new Image(), { src: URL.createObjectURL(file), alt: "" }));
    name.className = "clip";
    name.textContent = `${file.name} ${file.size < 1048576 ? `${Math.ceil(file.size / 1024)} KB` : `${(file.size / 1048576).toFixed(1)} MB`}`;
    tile.append(pic, name);
    return tile;
  }));
  place.hidden = !input.files.length;
}

function fillTile(input) {
  const tile = input.closest(".tile"), file = input.files[0];
  if (!file) return;
  tile.classList.replace("slot", "taken");
  const picture = Object.assign(new Image(), { src: URL.createObjectURL(file), alt: file.name });
  input.closest(".pic").querySelectorAll("svg, img").forEach((e) => e.remove());
  input.before(picture);
}

/* --- Repeatable lines: a button adds a copy of the template. */
function lines(box) {
  const add = document.createElement("button");
  add.type = "button";
  add.className = "btn s";
  add.textContent = zh ? "加一行" : "Add a line";
  let next = box.querySelectorAll("[data-line]").length;
  add.addEventListener("click", () => {
    const copy = box.querySelector("template").content.cloneNode(true);
    for (const element of copy.querySelectorAll("[name], [id], [for], [aria-describedby], [list]")) {
      for (const attribute of ["name", "id", "for", "aria-describedby", "list"]) {
        if (element.hasAttribute(attribute)) element.setAttribute(attribute, element.getAttribute(attribute).replaceAll(/__n__|--n--/g, next));
      }
    }
    next += 1;
    add.before(copy);
    add.previousElementSibling?.querySelector("input, select, textarea")?.focus();
    if (box.dataset.atMost && box.querySelectorAll("[data-line]").length >= Number(box.dataset.atMost)) add.hidden = true;
  });
  box.append(add);
}

/* --- Signature: the canvas is an extra, the typed name signs. */
function signature(box) {
  box.append(box.querySelector("template").content.cloneNode(true));
  const canvas = box.querySelector("canvas"), pen = canvas.getContext("2d"), out = box.querySelector("input[type=hidden]");
  const size = () => {
    canvas.width = canvas.clientWidth * devicePixelRatio;
    canvas.height = canvas.clientHeight * devicePixelRatio;
    pen.scale(devicePixelRatio, devicePixelRatio);
    Object.assign(pen, { lineWidth: 2, lineCap: "round", lineJoin: "round", strokeStyle: getComputedStyle(canvas).color });
  };
  size();
  canvas.addEventListener("pointerdown", (event) => { canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(event.offsetX, event.offsetY); });
  canvas.addEventListener("pointermove", (event) => { if (event.buttons) { pen.lineTo(event.offsetX, event.offsetY); pen.stroke(); } });
  canvas.addEventListener("pointerup", () => { out.value = canvas.toDataURL("image/png"); });
  box.querySelector("[data-sign-clear]").addEventListener("click", () => { size(); out.value = ""; });
}

/* --- A question before a post: data-confirm-title, -text, -yes, -no on the form. The buttons say what they do. */
function confirmFirst(form) {
  const d = form.dataset, dialog = document.createElement("dialog");
  dialog.className = "dialog";
  const make = (tag, text, more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });
  const ends = make("div", "", { className: "ends" });
  const no = make("button", d.confirmNo, { type: "button", className: "btn" }), yes = make("button", d.confirmYes, { type: "button", className: "btn primary" });
  ends.append(no, yes);
  dialog.append(make("h2", d.confirmTitle, { id: "confirm-title" }), make("p", d.confirmText), ends);
  dialog.setAttribute("aria-labelledby", "confirm-title");
  no.addEventListener("click", () => dialog.close());
  yes.addEventListener("click", () => { form.dataset.confirmed = "yes"; dialog.close(); form.requestSubmit(); });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  no.focus();
}

/* --- a[data-dialog]: the linked page's <dialog> over this one; a page without one is followed as a link. */
let opening = false; // a key pressed twice opens one dialog

async function openDialog(link) {
  if (opening) return;
  opening = true;
  await showLinked(link).finally(() => { opening = false; });
}

async function showLinked(link) {
  const answer = await fetch(link.href, { headers: { "HX-Request": "true" } });
  const found = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("dialog");
  if (!found) { location.assign(link.href); return; }
  const dialog = document.importNode(found, true);
  dialog.removeAttribute("open");
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.querySelectorAll("[data-close]").forEach((button) => button.addEventListener("click", (event) => { event.preventDefault(); dialog.close(); }));
  window.htmx?.process(dialog);
  // The first thing to fill in has the focus; on a clause before it, its text would open over the form.
  if (!dialog.querySelector("[autofocus]")) dialog.querySelector("input:not([type=hidden]), select, textarea")?.setAttribute("autofocus", "");
  dialog.showModal();
  wake(dialog);
}

/* --- Phrases, colleagues, clauses: data-insert-url answers with buttons [data-text]; the chosen text goes to where the cursor is. */
async function insert(button) {
  const form = button.closest("form"), area = form.querySelector("textarea");
  form.querySelector(".insert")?.remove();
  const answer = await fetch(button.dataset.insertUrl, { headers: { "HX-Request": "true" } });
  if (!answer.ok) return;
  const menu = document.createElement("div");
  menu.className = "insert";
  menu.append(...new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes);
  menu.addEventListener("click", (event) => {
    const chosen = event.target.closest("[data-text]");
    if (!chosen) return;
    event.preventDefault();
    area.setRangeText(chosen.dataset.text, area.selectionStart, area.selectionEnd, "end");
    menu.remove();
    area.focus();
  });
  menu.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); menu.remove(); area.focus(); } });
  button.closest(".tools").before(menu);
  menu.querySelector("[data-text]")?.focus();
}

function wake(place) {
  for (const form of place.querySelectorAll("form")) {
    if (form.dataset.keep !== undefined) recall(form);
    if (form.querySelector("[data-when]")) settle(form);
  }
  place.querySelectorAll("[data-lines]").forEach(lines);
  place.querySelectorAll("[data-sign]").forEach(signature);
  place.querySelector("[data-invalid-summary]")?.focus();
  const area = place.querySelector("[data-composer] textarea");
  const marks = { "/": "/", "、": "/", "@": "@", "§": "§" };
  area?.addEventListener("input", (event) => {
    const button = !event.isComposing && marks[event.data] && area.form.querySelector(`[data-insert="${marks[event.data]}"]`);
    const before = area.value[area.selectionStart - 2];
    if (!button || (before !== undefined && !/\s/.test(before))) return;
    area.setRangeText("", area.selectionStart - 1, area.selectionStart, "end");
    insert(button);
  });
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form) return;
  if (form.querySelector("[data-when]")) settle(form);
  if (form.dataset.keep !== undefined) keep(form);
  if (form.dataset.draftUrl) save(form);
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-preview]")) preview(event.target);
  if (event.target.matches?.("[data-tile]")) fillTile(event.target);
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.confirmTitle && !form.dataset.confirmed) { event.preventDefault(); confirmFirst(form); return; }
  if (form.dataset.keep !== undefined) sessionStorage.removeItem(keyOf(form));
  clearTimeout(saving.get(form)); // the server forgets it when the form is taken
});
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-dialog]"), tool = event.target.closest?.("[data-insert-url]");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) { event.preventDefault(); openDialog(link); }
  if (tool) insert(tool);
});
document.addEventListener("htmx:afterSettle", (event) => wake(event.detail.elt));
setTimeout(() => document.querySelectorAll("#toasts .toast:not([data-stays])").forEach((toast) => toast.remove()), 8000);
setTimeout(() => document.querySelectorAll("#toasts .toast").forEach((toast) => toast.remove()), 60000); // so long what was done can be taken back
wake(document);
