// Before the first paint: there are scripts, and which theme the reader chose last time.
document.documentElement.classList.add("js");
try {
  const chosen = localStorage.getItem("initatlas-theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing for local files follows the system's theme.
}
