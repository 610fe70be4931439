// The view in the address, to be kept and shared: …#fig-correlation?phases.depth=16
//
// Before the question mark stands the place, as in any link; links to places keep the view.
// `parts` each `read` pairs of what differs from the start, and `restore` them.
const fragment = (parts) => {
  "use strict";
  const parted = () => location.hash.slice(1).split(/\?(.*)/s);

  // The place is where the reader has acted, or where the address was.
  function write(place = parted()[0]) {
    const query = new URLSearchParams(parts.flatMap((part) => part.read())).toString();
    const address = query ? `#${place}?${query}` : place && `#${place}`;
    if (address !== location.hash) history.replaceState(null, "", address || location.pathname + location.search);
  }

  function restore() {
    const [place, query] = parted();
    if (query === undefined) return write();
    const view = new URLSearchParams(query);
    parts.forEach((part) => part.restore(view));
    write(); // what is not there is left out
    document.getElementById(place)?.scrollIntoView({ behavior: "instant" });
  }

  addEventListener("hashchange", restore);
  return { write, restore };
};
