// How wide are a chart's panels, and how many stand side by side, so that it fits its place?
const fitting = (view, natural, vis) => {
  "use strict";
  const GAP = 46; // pixels beside a panel: its axis and the space to the next
  const NARROWEST = 132, WIDEST = 360, TALLEST = 160; // pixels of a panel
  const LEAST = 96, LAST = 60; // what words may leave of one among several, and of one alone
  const ENTRY = 160; // pixels of a legend's entry
  const TRIES = 2; // to narrow panels before fewer of them stand side by side: it may be words
  const ROUNDS = 12;
  const ROUNDED = 2; // pixels that Vega may add to the whole

  // Vega-Lite has one name for sides of panels alike, another where charts stand side by side.
  const [across, up] = "childWidth" in natural ? ["childWidth", "childHeight"] : ["child_width", "child_height"];
  const sharing = typeof natural[across] === "number"; // others are as wide as what they show
  let tries = 0; // with as many columns as there are

  // As many panels side by side as fit, but no more than were drawn; they share the width.
  function fit() {
    const width = vis.clientWidth, { columns } = natural;
    if (!width) return; // not laid out
    view.signal("narrow", width < 560);
    view.signal("legend_columns", Math.max(1, Math.floor(width / ENTRY)));
    if (columns === undefined) return;
    if (sharing) share(arrangement(columns, Math.max(1, Math.floor(width / (NARROWEST + GAP)))));
    else view.signal("columns", columns);
  }

  function share(columns) {
    tries = 0;
    const each = Math.min(WIDEST, Math.floor(vis.clientWidth / columns - GAP));
    view.signal("columns", columns).signal(across, each);
    const drawn = natural[up];
    if (typeof drawn === "number") view.signal(up, Math.max(drawn, Math.min(TALLEST, each / 2)));
  }

  // A number of columns that keeps rows as they were drawn, or halves or thirds of them, if that
  // costs no more than half of what fits.
  function arrangement(drawn, most) {
    if (most >= drawn) return drawn;
    for (let columns = most; columns > 1 && columns >= most / 2; columns -= 1) {
      if (drawn % columns === 0) return columns;
    }
    return most;
  }

  // Axes, names and legends take what room their words need, which is known once they are drawn.
  async function settle() {
    await view.resize().runAsync();
    if (!vis.clientWidth) return; // a page that is hidden has no room to offer
    tries = 0;
    for (let round = 0; round < ROUNDS && yields(); round += 1) await view.resize().runAsync();
  }

  // How far one kind of what is drawn reaches out of its place, with the space around the whole.
  function beyond(kind) {
    const { left } = vis.querySelector(".live svg").getBoundingClientRect();
    const parts = [...vis.querySelectorAll(`.live .${kind}`)];
    const end = Math.max(...parts.map((part) => part.getBoundingClientRect().right));
    return Math.ceil(end - left + view.padding().right + ROUNDED) - vis.clientWidth;
  }

  // Whether something gave way: the legend if it is too wide itself, else panels.
  function yields() {
    const entries = view.signal("legend_columns");
    if (entries > 1 && beyond("role-legend") > 0) {
      view.signal("legend_columns", entries - 1);
      return true;
    }
    const over = beyond("role-scope");
    if (natural.columns === undefined || over <= 0) return false;
    const columns = view.signal("columns"), each = view.signal(across);
    const left = each - Math.ceil(over / columns);
    if (columns > 1 && !(sharing && left >= LEAST && tries < TRIES)) {
      if (sharing) share(columns - 1);
      else view.signal("columns", columns - 1);
      return true;
    }
    if (!sharing || each <= LAST) return false;
    tries += 1;
    view.signal(across, Math.max(LAST, left));
    return true;
  }

  return { fit, settle };
};
