/* Command palette: Ctrl/⌘ K or the search field. Asks GET <data-palette-url>?q=… for
   {"groups": [{"label": "操作", "rows": [{"label": "投诉新增", "href": "/new?kind=complaint", "icon": "plus", "meta": "仅组长", "marks": [[0, 2]]}]}]};
   the server matches pinyin initials. Without scripts the field searches as an ordinary form. */
const dialog = document.getElementById("palette");
const field = document.querySelector("[data-palette-url]");
const zh = document.documentElement.lang.startsWith("zh");
let asking, timer, shown = null, goes = false; // `shown`: the words the list answers; `goes`: Enter came before their answer

const input = dialog?.querySelector("input");
const list = dialog?.querySelector("[role=listbox]");
const options = () => [...list.querySelectorAll("[role=option]")];

function marked(label, marks) {
  const text = document.createElement("span");
  let at = 0;
  for (const [from, to] of marks || []) {
    text.append(label.slice(at, from), Object.assign(document.createElement("mark"), { textContent: label.slice(from, to) }));
    at = to;
  }
  text.append(label.slice(at));
  return text;
}

function glyph(name) {
  const sprite = dialog.querySelector("use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(Object.assign(document.createElementNS(svg.namespaceURI, "use")));
  svg.firstChild.setAttribute("href", `${sprite}#${name}`);
  return svg;
}

function choose(option) {
  list.querySelector("[aria-selected=true]")?.setAttribute("aria-selected", "false");
  option?.setAttribute("aria-selected", "true");
  option?.scrollIntoView({ block: "nearest" });
  if (option) input.setAttribute("aria-activedescendant", option.id);
  else input.removeAttribute("aria-activedescendant");
}

function show(groups) {
  list.replaceChildren();
  let number = 0;
  for (const group of groups) {
    const box = document.createElement("div");
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", group.label);
    box.append(Object.assign(document.createElement("h3"), { textContent: group.label }));
    for (const row of group.rows) {
      const option = document.createElement("a");
      option.href = row.href;
      option.id = `palette-${number++}`;
      option.tabIndex = -1;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      if (row.icon) option.append(glyph(row.icon));
      option.append(marked(row.label, row.marks));
      if (row.meta) option.append(Object.assign(document.createElement("small"), { textContent: row.meta }));
      box.append(option);
    }
    list.append(box);
  }
  if (!number) list.append(Object.assign(document.createElement("h3"), { textContent: zh ? "没有找到。换个说法，或输入编号、拼音首字母" : "Nothing found" }));
  choose(options()[0]);
}

async function ask() {
  clearTimeout(timer);
  asking?.abort();
  asking = new AbortController();
  const url = new URL(field.dataset.paletteUrl, location.href), words = input.value.trim();
  url.searchParams.set("q", words);
  try {
    const answer = await fetch(url, { signal: asking.signal, headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    show((await answer.json()).groups);
    shown = words;
    if (goes && shown === input.value.trim()) options()[0]?.click();
    goes = false;
  } catch (error) {
    if (error.name !== "AbortError") show([]);
  }
}

function open(text = "") {
  if (dialog.open) return;
  input.value = text;
  goes = false;
  dialog.showModal();
  input.focus();
  ask();
}

if (dialog && field) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); open(); }
  });
  field.addEventListener("focus", () => open(field.value));
  field.closest("form").addEventListener("click", (event) => { event.preventDefault(); open(field.value); });
  input.addEventListener("input", (event) => {
    goes = false;
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 120);
  });
  input.addEventListener("compositionend", ask);
  dialog.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  dialog.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const all = options(), at = all.findIndex((o) => o.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // What stands there may still answer the words before these: then the answer to these is waited for.
      if (shown === input.value.trim()) all[at]?.click();
      else { goes = true; ask(); }
    }
  });
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => document.activeElement?.blur());
}
