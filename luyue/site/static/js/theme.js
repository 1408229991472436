/* Runs before the first paint: says that scripts work. Later: light, dark or the system's choice, kept in a cookie so that the server can render it. */
document.documentElement.classList.remove("no-js");

document.addEventListener("DOMContentLoaded", () => {
  const root = document.documentElement;
  const year = 31536000;
  const mark = (group) => {
    for (const button of group.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.value === (root.dataset.theme || "system")));
  };
  for (const group of document.querySelectorAll("[data-theme-switch]")) {
    group.hidden = false;
    mark(group);
    group.addEventListener("click", (event) => {
      const choice = event.target.closest("button")?.value;
      if (!choice) return;
      if (choice === "system") delete root.dataset.theme;
      else root.dataset.theme = choice;
      document.cookie = `theme=${choice}; path=/; SameSite=Lax; max-age=${choice === "system" ? 0 : year}`;
      document.querySelectorAll("[data-theme-switch]").forEach(mark);
    });
  }
});
