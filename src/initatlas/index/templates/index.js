// The index: any two studies side by side, and which they are in the address.
(async () => {
  "use strict";
  const [left, right] = ["left", "right"].map((id) => document.getElementById(id));
  const pair = document.getElementById("pair"), said = document.getElementById("said");

  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  if (!left) return; // nothing to compare
  if (typeof DecompressionStream === "undefined") {
    document.documentElement.classList.remove("js"); // an old browser shows the first two
    return;
  }
  const pairs = await unpack(document.getElementById("content").textContent);

  // What is inserted was escaped when the page was made, and no script in it could run.
  function show() {
    const one = left.value, other = right.value;
    if (one === other) pair.textContent = "Choose two studies that differ.";
    else pair.innerHTML = pairs[one][other];
    said.textContent = pair.querySelector(".lead")?.textContent ?? pair.textContent;
  }

  function choose() {
    show();
    history.replaceState(null, "", `#${new URLSearchParams({ left: left.value, right: right.value })}`);
  }

  // An address that names no study of these changes nothing; others are places in the page.
  function restore() {
    const named = new URLSearchParams(location.hash.slice(1));
    for (const select of [left, right]) {
      const wanted = named.get(select.id);
      if ([...select.options].some((option) => option.value === wanted)) select.value = wanted;
    }
    show();
    if (named.has("left") || named.has("right")) document.getElementById("comparison").scrollIntoView();
  }

  document.getElementById("swap").addEventListener("click", () => {
    [left.value, right.value] = [right.value, left.value];
    choose();
  });
  for (const select of [left, right]) select.addEventListener("change", choose);
  addEventListener("hashchange", restore);
  restore();
})();
