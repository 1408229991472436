/* Countdowns. The server says how much is left (data-left-s) at its own time (data-at) and when the clause's hours run (data-open: "from-to,…", seconds
   since 1970); here only the time since then is taken off, and only inside those hours. Without data-open the clock runs day and night.
   Looked at every 10 s; the words change once a minute. Events: luyue:missed on the element, once, when a promise runs out. */
const zh = document.documentElement.lang.startsWith("zh");
const seen = new WeakMap();

function amount(seconds, days) {
  const minutes = Math.floor(Math.abs(seconds) / 60);
  if (minutes === 0) return zh ? "不到 1 分" : "under 1 min";
  const h = Math.floor(minutes / 60), m = minutes % 60;
  const [day, hour, minute] = zh ? [" 天", " 小时", " 分"] : [" d", " h", " min"];
  if (days && h >= 24) return `${Math.floor(h / 24)}${day}` + (h % 24 ? ` ${h % 24}${hour}` : "");
  if (h) return `${h}${hour}` + (m ? ` ${m}${minute}` : "");
  return `${m}${minute}`;
}

const tight = (t) => t.replace(" 不到", "不到");  // a space parts Chinese from digits, not from more Chinese
const words = {
  left: (t) => (zh ? tight(`剩 ${t}`) : `${t} left`),
  over: (t) => (zh ? tight(`超 ${t}`) : `${t} over`),
  held: (t) => (zh ? tight(`停 ${t}`) : `paused ${t}`),
};

function openSeconds(spans, from, to) {
  if (!spans) return to - from;
  return spans.split(",").reduce((sum, span) => {
    const [a, b] = span.split("-").map(Number);
    return sum + Math.max(0, Math.min(b, to) - Math.max(a, from));
  }, 0);
}

function say(element, state, text) {
  const label = element.querySelector("time, [data-words]");
  if (label && text && label.textContent !== text) label.textContent = text;
  if (state === element.dataset.state) return;
  element.classList.replace(element.dataset.state, state);
  element.querySelector("use")?.setAttribute("href", `#st-${state}`);
  element.dataset.state = state;
  if (state === "missed") {
    element.dispatchEvent(new CustomEvent("luyue:missed", { bubbles: true }));
    announce((zh ? "超时：" : "Overdue: ") + (element.closest("[data-row]")?.querySelector("a.open")?.textContent || element.closest("[data-clock]")?.querySelector("b")?.textContent || ""));
  }
}

function announce(text) {
  const region = document.getElementById("announce");
  if (region) region.textContent = text;
}

function look(element) {
  const d = element.dataset;
  if (!seen.has(element)) seen.set(element, Date.now());
  const from = Number(d.at), now = from + (Date.now() - seen.get(element)) / 1000;
  if (d.state === "paused") {
    if (d.pausedS !== undefined) say(element, "paused", words.held(amount(Number(d.pausedS) + now - from, true)));
    return;
  }
  if (d.leftS === undefined) return;
  const left = Number(d.leftS) - openSeconds(d.open, from, now);
  const days = d.days !== undefined;
  if (left < 0) say(element, "missed", words.over(amount(Math.min(left, -60), days)));
  else say(element, left <= Number(d.warnS) ? "due" : "running", d.end === undefined ? words.left(amount(left, days)) : "");
}

const service = document.querySelector("[data-server-now]");
const wall = document.querySelector("[data-wall-clock]");
const loaded = Date.now();

function tick() {
  document.querySelectorAll("[data-countdown]").forEach(look);
  if (service && wall) {
    const at = new Date(Number(service.dataset.serverNow) * 1000 + Date.now() - loaded);
    wall.textContent = new Intl.DateTimeFormat("zh-CN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: service.dataset.zone || undefined }).format(at);
  }
}

tick();
setInterval(tick, 10000);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
document.addEventListener("htmx:afterSettle", tick);
