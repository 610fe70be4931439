// The page: charts are mounted when they come near, answer to choices, and can be taken away.
(() => {
  "use strict";

  const figures = [...document.querySelectorAll("figure[data-figure]")];
  const states = new Map(figures.map((figure) => [figure, { view: null, near: false, signals: {} }]));
  let page = null, held = null, explorer = null, evaluator = null;

  async function unpack(text) {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  }

  // The page's policy knows the hash of this text, so it runs as if it had stood in the page.
  function run(text) {
    const script = document.createElement("script");
    script.textContent = text;
    document.head.append(script);
  }

  // -- charts ----------------------------------------------------------------------------------

  // By the pointer; fingers arrive unannounced.
  const reached = (figure) =>
    matchMedia("(hover: none)").matches || figure.querySelector(".vis").matches(":hover");

  function specification(figure) {
    const { vega: drawn, datasets } = held.of(figure), state = states.get(figure);
    const text = JSON.stringify(drawn), spec = JSON.parse(text);
    for (const source of spec.data) {
      if (datasets.includes(source.name)) {
        source.values = held.rows(source.name, (field) => text.includes(field));
      }
    }
    state.signals = explorer.signals(figure);
    const values = { live: true, reached: reached(figure), ...state.signals };
    for (const signal of spec.signals) {
      if (signal.name in values) signal.value = values[signal.name];
    }
    return spec;
  }

  async function mount(figure) {
    const state = states.get(figure), vis = figure.querySelector(".vis");
    const spec = specification(figure);
    const place = document.createElement("div");
    place.className = "live";
    vis.append(place);
    const natural = Object.fromEntries(spec.signals.map((signal) => [signal.name, signal.value]));
    const runtime = vega.parse(spec, page.config, { ast: true });
    const view = new vega.View(runtime, { renderer: "svg", tooltip: showTip, expr: evaluator });
    state.room = fitting(view, natural, vis);
    state.room.fit();
    await view.initialize(place).runAsync();
    state.view = view;
    explorer.follow(figure, view);
    vis.classList.add("mounted");
    vis.addEventListener("pointerenter", () => view.signal("reached", true).runAsync());
    await settle(figure);
    // Only a change of width calls for another arrangement; mounting changes the height.
    let width = vis.clientWidth;
    new ResizeObserver(() => {
      if (vis.clientWidth === width) return;
      width = vis.clientWidth;
      state.room.fit();
      settle(figure);
    }).observe(vis);
  }

  async function settle(figure) {
    const vis = figure.querySelector(".vis");
    vis.classList.add("busy");
    await states.get(figure).room.settle();
    vis.classList.remove("busy");
  }

  // One after the other, the nearest to what is looked at first, with room for input between.
  const waiting = new Set();
  let working = false;
  const pause = () => globalThis.scheduler?.yield ? scheduler.yield() : new Promise((r) => setTimeout(r));
  const distance = (figure) => Math.abs(figure.getBoundingClientRect().top - innerHeight / 3);

  async function work() {
    if (working) return;
    working = true;
    while (waiting.size) {
      const figure = [...waiting].sort((a, b) => distance(a) - distance(b))[0];
      waiting.delete(figure);
      if (figure.dataset.state === "failed") continue;
      try {
        await (states.get(figure).view ? update(figure) : mount(figure));
        figure.dataset.state = "ready";
      } catch (error) {
        // The picture stays; the other figures must not suffer.
        figure.dataset.state = "failed";
        console.error(error);
      }
      await pause();
    }
    working = false;
  }

  // What a reader has chosen since the chart was drawn; what lies far off is drawn when it is near.
  async function update(figure) {
    const state = states.get(figure), { view } = state, signals = explorer.signals(figure);
    const differ = (name) => JSON.stringify(signals[name]) !== JSON.stringify(state.signals[name]);
    const changed = Object.keys(signals).filter(differ);
    if (!changed.length) return;
    state.signals = signals;
    for (const name of changed) view.signal(name, signals[name]);
    view.signal("reached", reached(figure));
    if (changed.every((name) => name === "focus")) {
      await view.runAsync();
      return;
    }
    // A legend gives its entries new places only where its number of columns changes.
    const { legends = [] } = held.of(figure).vega;
    if (legends.some(({ values }) => changed.some((name) => values?.signal?.includes(name)))) {
      const columns = view.signal("legend_columns");
      await view.signal("legend_columns", columns + 1).runAsync();
      view.signal("legend_columns", columns);
    }
    await settle(figure);
  }

  function redraw(figure) {
    const { near, view } = states.get(figure);
    if (view && figure.dataset.state === "ready") figure.dataset.state = "stale";
    if (!near) return;
    waiting.add(figure);
    work();
  }

  // -- tooltips --------------------------------------------------------------------------------

  const tip = document.getElementById("tip");

  function showTip(handler, event, item, value) {
    tip.hidden = !value || typeof value !== "object";
    if (tip.hidden) return;
    const table = document.createElement("table");
    for (const [name, said] of Object.entries(value)) {
      if (said === "null" || said === "NaN" || said === "undefined" || said === "") continue;
      const row = table.insertRow();
      row.insertCell().textContent = name;
      row.insertCell().textContent = said;
    }
    tip.replaceChildren(table);
    const { width, height } = tip.getBoundingClientRect();
    tip.style.left = `${Math.max(4, Math.min(event.clientX + 14, innerWidth - width - 8))}px`;
    tip.style.top = `${event.clientY + height + 24 > innerHeight ? event.clientY - height - 12 : event.clientY + 16}px`;
  }

  addEventListener("keydown", (event) => {
    if (event.key === "Escape") tip.hidden = true;
  });

  // To a pointer that moves Vega answers; a finger that taps does not.
  addEventListener("click", ({ pointerType, target, clientX, clientY }) => {
    if (pointerType !== "touch") return;
    tip.hidden = true;
    target.dispatchEvent(new PointerEvent("pointermove", { clientX, clientY, bubbles: true }));
  });

  // -- start -----------------------------------------------------------------------------------

  async function start() {
    let address = null;
    const acted = (place) => address?.write(place); // a reader has, there
    const tables = printedTables(acted);
    page = await unpack(document.getElementById("content").textContent);
    run(page.vega);
    vega.expressionFunction("faded", (row, focus) =>
      Object.entries(focus).some(([name, values]) => (row[name] ?? null) !== null && !values.includes(row[name])));
    vega.expressionFunction("traced", tracing.traced, tracing.scales);
    evaluator = evaluating(vegaInterpreter);
    held = holding(page);
    explorer = exploring({ held: held.of, column: held.column, redraw }, acted);
    address = fragment([explorer, tables]);
    address.restore();
    taking(page.study, held, (figure) => states.get(figure).view);
    const near = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        states.get(target).near = isIntersecting;
        if (isIntersecting) redraw(target);
      }
    }, { rootMargin: "600px 0px" });
    figures.forEach((figure) => near.observe(figure));
  }

  if (typeof DecompressionStream === "undefined") {
    document.documentElement.classList.remove("js"); // an old browser shows the pictures
  } else {
    start();
  }
})();
