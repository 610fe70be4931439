// Before the first paint: there are scripts, and which theme the reader chose last time.
(() => {
  "use strict";
  const root = document.documentElement, KEPT = "initatlas-theme";

  function switchTheme() {
    const dark = root.dataset.theme ? root.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try {
      localStorage.setItem(KEPT, root.dataset.theme);
    } catch {
      // Not kept: the next visit follows the system again.
    }
  }

  root.classList.add("js");
  try {
    const chosen = localStorage.getItem(KEPT);
    if (chosen) root.dataset.theme = chosen;
  } catch {
    // A browser that keeps nothing for local files follows the system's theme.
  }
  document.addEventListener("DOMContentLoaded", () =>
    document.getElementById("theme").addEventListener("click", switchTheme));
})();
