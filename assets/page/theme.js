// Dark or light: as the lesson or the reader's system has it, or as the reader chose. Runs before anything is shown.
(() => {
  "use strict";
  const key = "storyreel-theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);

  // A sandboxed frame has no storage, and says so by throwing: the choice then lasts as long as the page.
  try {
    const chosen = localStorage.getItem(key);
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  } catch {}

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector(".theme");
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.hidden = false;
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      show();
      try {
        localStorage.setItem(key, root.dataset.theme);
      } catch {}
    });
    system.addEventListener("change", show);
    show();
  });
})();
