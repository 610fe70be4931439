// How wide are a chart's panels, and how many stand side by side, so that it fits its place?
const fitting = (view, natural, vis) => {
  "use strict";
  const GAP = 46; // pixels beside a panel: its axis and the space to the next
  const NARROWEST = 132, WIDEST = 360, TALLEST = 160; // pixels of a panel
  const LEAST = 96, LAST = 60; // what words may leave of one among several, and of one alone
  const ENTRY = 160; // pixels of a legend's entry
  const ROUNDS = 8;

  // Vega-Lite has one name for sides of panels alike, another where charts stand side by side.
  const sides = "childWidth" in natural ? ["childWidth", "childHeight"] : ["child_width", "child_height"];
  const [across, up] = sides;
  const sharing = typeof natural[across] === "number"; // others are as wide as what they show

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
    const each = Math.min(WIDEST, Math.floor(vis.clientWidth / columns - GAP));
    view.signal("columns", columns).signal(across, each);
    const drawn = natural[up];
    if (typeof drawn === "number") view.signal(up, Math.max(drawn, Math.min(TALLEST, each / 2)));
  }

  // A number of columns that keeps rows as they were drawn, or halves or thirds of them, if that
  // costs no more than half of what fits.
  function arrangement(drawn, fitting) {
    if (fitting >= drawn) return drawn;
    for (let columns = fitting; columns > 1 && columns >= fitting / 2; columns -= 1) {
      if (drawn % columns === 0) return columns;
    }
    return fitting;
  }

  // Axes, names and legends take what room their words need, which is known once they are drawn.
  async function settle() {
    await view.resize().runAsync();
    if (!vis.clientWidth) return; // a page that is hidden has no room to offer
    for (let round = 0; round < ROUNDS; round += 1) {
      const over = beyond(".live svg");
      if (over <= 0 || !yields(over)) break;
      await view.resize().runAsync();
    }
  }

  // How far what is drawn reaches out of its place.
  function beyond(selector) {
    const { left } = vis.querySelector(".live svg").getBoundingClientRect();
    const ends = [...vis.querySelectorAll(selector)].map((e) => e.getBoundingClientRect().right);
    return Math.max(...ends) - left - vis.clientWidth;
  }

  // Whether something gave way: the legend if it is too wide itself, else panels.
  function yields(over) {
    const entries = view.signal("legend_columns");
    if (entries > 1 && beyond(".live .role-legend") > 0) {
      view.signal("legend_columns", entries - 1);
      return true;
    }
    if (natural.columns === undefined) return false;
    const columns = view.signal("columns"), each = view.signal(across);
    const left = each - Math.ceil(over / columns);
    if (columns > 1 && !(sharing && left >= LEAST)) {
      if (sharing) share(columns - 1);
      else view.signal("columns", columns - 1);
      return true;
    }
    if (!sharing || each <= LAST) return false;
    view.signal(across, Math.max(LAST, left));
    return true;
  }

  return { fit, settle };
};
