// The page: charts are mounted when they come near, answer to choices, and can be taken away.
(() => {
  "use strict";
  const GAP = 46; // pixels beside a panel: its axis and the space to the next
  const NARROWEST = 132, WIDEST = 360, TALLEST = 160; // pixels of a panel
  const SHOWN = 200; // rows of a data table; all of them are in the CSV

  const root = document.documentElement;
  const figures = [...document.querySelectorAll("figure[data-figure]")];
  const states = new Map(figures.map((figure) => [figure, { view: null, near: false, signals: {} }]));
  let page = null, explorer = null, address = null;
  const acted = (place) => address?.write(place); // a reader has, there

  // -- what the page holds ---------------------------------------------------------------------

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

  function column(number) {
    const found = page.data.columns[number];
    return Array.isArray(found) ? found : found.codes.map((code) => found.names[code]);
  }

  // A column of a figure's main rows, for reading; none where it has no such column.
  const decoded = new Map();
  function mainColumn(figure, name) {
    const { datasets } = page.figures[figure.dataset.figure];
    const main = datasets.includes(figure.dataset.figure) ? figure.dataset.figure : datasets[0];
    const number = page.data.datasets[main]?.fields.find(([field]) => field === name)?.[1];
    if (number === undefined) return undefined;
    if (!decoded.has(number)) decoded.set(number, column(number));
    return decoded.get(number);
  }

  // Rows of a data set, fresh ones for each caller: Vega writes into the rows that it is given.
  function rows(name, wanted = () => true) {
    const dataset = page.data.datasets[name];
    const fields = dataset.fields.filter(([field]) => wanted(field));
    const columns = fields.map(([, number]) => column(number));
    return Array.from({ length: dataset.rows }, (_, i) =>
      Object.fromEntries(fields.map(([field], j) => [field, columns[j][i]])));
  }

  // -- charts ----------------------------------------------------------------------------------

  function specification(figure) {
    const name = figure.dataset.figure, held = page.figures[name], state = states.get(figure);
    const text = JSON.stringify(held.vega), spec = JSON.parse(text);
    for (const source of spec.data) {
      if (held.datasets.includes(source.name)) {
        source.values = rows(source.name, (field) => text.includes(field));
      }
    }
    state.signals = explorer.signals(figure);
    const values = { live: true, ...state.signals };
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
    state.natural = Object.fromEntries(spec.signals.map((signal) => [signal.name, signal.value]));
    const runtime = vega.parse(spec, page.config, { ast: true });
    const view = new vega.View(runtime, { renderer: "svg", tooltip: showTip, expr: vegaInterpreter });
    fit(view, state, vis);
    await view.initialize(place).runAsync();
    state.view = view;
    explorer.follow(figure, view);
    vis.classList.add("mounted");
    await settle(figure);
    // Only a change of width calls for another arrangement; mounting changes the height.
    let width = vis.clientWidth;
    new ResizeObserver(() => {
      if (vis.clientWidth === width) return;
      width = vis.clientWidth;
      fit(view, state, vis);
      settle(figure);
    }).observe(vis);
  }

  // As many panels side by side as fit, but no more than were drawn; they share the width.
  function fit(view, state, vis) {
    const width = vis.clientWidth, { columns, child_width: panel } = state.natural;
    if (!width) return; // not laid out
    view.signal("narrow", width < 560);
    view.signal("legend_columns", legendColumns(vis));
    if (columns === undefined) return;
    if (typeof panel !== "number") {
      view.signal("columns", columns);
      return;
    }
    const beside = arrangement(columns, Math.max(1, Math.floor(width / (NARROWEST + GAP))));
    const share = Math.min(WIDEST, Math.floor((width - GAP * beside) / beside));
    view.signal("columns", beside);
    view.signal("child_width", share);
    view.signal("child_height", Math.max(state.natural.child_height, Math.min(TALLEST, share / 2)));
  }

  function legendColumns(vis) {
    return Math.max(1, Math.floor(vis.clientWidth / 160));
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

  // Axes take what room their labels need, which is known once they are drawn: give way to them.
  async function settle(figure) {
    const { view, natural } = states.get(figure), vis = figure.querySelector(".vis");
    vis.classList.add("busy");
    await view.resize().runAsync();
    for (let round = 0; round < 4 && natural.columns !== undefined; round += 1) {
      const over = figure.querySelector(".live svg").getBoundingClientRect().width - vis.clientWidth;
      const beside = view.signal("columns");
      if (over <= 0) break;
      if (typeof natural.child_width === "number") {
        view.signal("child_width", Math.max(60, view.signal("child_width") - Math.ceil(over / beside)));
      } else if (beside > 1) {
        view.signal("columns", beside - 1);
      } else break;
      await view.resize().runAsync();
    }
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
    if (changed.every((name) => name === "focus")) {
      await view.runAsync();
      return;
    }
    // A legend gives its entries new places only where its number of columns changes.
    const { legends = [] } = page.figures[figure.dataset.figure].vega;
    if (legends.some(({ values }) => changed.some((name) => values?.signal?.includes(name)))) {
      const columns = legendColumns(figure.querySelector(".vis"));
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

  // -- taking away -----------------------------------------------------------------------------

  function csv(name) {
    const quote = (value) => {
      const text = value === null || value === undefined ? ""
        : Array.isArray(value) ? value.join(" ") : String(value);
      return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    const found = rows(name), fields = page.data.datasets[name].fields.map(([field]) => field);
    return [fields, ...found.map((row) => fields.map((field) => row[field]))]
      .map((line) => line.map(quote).join(",")).join("\n") + "\n";
  }

  // The picture in plain colours, those of the theme that is seen, on its ground.
  async function svg(figure) {
    const { view } = states.get(figure), style = getComputedStyle(root);
    const text = view ? await view.toSVG() : figure.querySelector(".static svg").outerHTML;
    const plain = text.replace(/var\((--[\w-]+)\)/g, (_, name) => style.getPropertyValue(name).trim());
    const ground = `<rect width="100%" height="100%" fill="${style.getPropertyValue("--paper").trim()}"/>`;
    const named = plain.includes("xmlns=") ? plain
      : plain.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" font-family="Arimo, Arial, sans-serif"');
    return named.replace(/(<svg[^>]*>)/, `$1${ground}`);
  }

  async function png(figure) {
    const address = URL.createObjectURL(new Blob([await svg(figure)], { type: "image/svg+xml" }));
    try {
      const image = new Image();
      image.src = address;
      await image.decode();
      const canvas = document.createElement("canvas");
      canvas.width = 2 * image.width;
      canvas.height = 2 * image.height;
      canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
      return await new Promise((done) => canvas.toBlob(done, "image/png"));
    } finally {
      URL.revokeObjectURL(address);
    }
  }

  function lite(name) {
    const held = page.figures[name];
    const datasets = Object.fromEntries(held.datasets.map((dataset) => [dataset, rows(dataset)]));
    return JSON.stringify({ ...held.lite, datasets });
  }

  const FORMS = {
    csv: async (figure) => [csv(page.figures[figure.dataset.figure].datasets[0]), "text/csv"],
    svg: async (figure) => [await svg(figure), "image/svg+xml"],
    png: async (figure) => [await png(figure), "image/png"],
    json: async (figure) => [lite(figure.dataset.figure), "application/json"],
  };

  async function take(figure, form) {
    const [content, type] = await FORMS[form](figure);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = `${page.study}-${figure.dataset.figure}.${form}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  // -- tables ----------------------------------------------------------------------------------

  function showData(figure, place) {
    if (place.childElementCount) return;
    const name = page.figures[figure.dataset.figure].datasets[0], found = rows(name);
    const table = document.createElement("table"), head = table.createTHead().insertRow();
    const fields = page.data.datasets[name].fields.map(([field]) => field);
    for (const field of fields) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = field;
      head.append(cell);
    }
    const body = table.createTBody();
    for (const row of found.slice(0, SHOWN)) {
      const line = body.insertRow();
      for (const field of fields) {
        const value = row[field];
        line.insertCell().textContent = Array.isArray(value) ? value.join(" ") : value ?? "";
      }
    }
    place.append(table);
    if (found.length > SHOWN) {
      const more = document.createElement("p");
      more.className = "more";
      more.textContent = `The first ${SHOWN} of ${found.length} rows; the CSV holds all.`;
      place.append(more);
    }
  }

  // What a cell says as a number, which may be a power of ten or infinite; NaN for words.
  function quantity(text) {
    const plain = text.replace("−", "-");
    if (/^-?∞/.test(plain)) return plain.startsWith("-") ? -Infinity : Infinity;
    const exponent = (plain.match(/10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)/)?.[1] ?? "")
      .replace("⁻", "-").replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹]/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹".indexOf(digit));
    return Number.parseFloat(plain.replaceAll(",", "")) * 10 ** Number(exponent);
  }

  const EMPTY = new Set(["", "never", "none"]);
  const sorters = new Map(); // table → what sorts it by a head, up or down; by none: as it was

  function sortable(table) {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells], drawn = [...body.rows];
    const orders = new Map();
    heads.forEach((head, place) => {
      const cells = [...body.rows].map((row) => row.cells[place].textContent);
      const numeric = !head.classList.contains("words")
        && cells.some((text) => !Number.isNaN(quantity(text)))
        && cells.every((text) => EMPTY.has(text) || !Number.isNaN(quantity(text)));
      if (numeric) for (const row of [head, ...[...body.rows].map((r) => r.cells[place])]) row.classList.add("number");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      head.replaceChildren(button);
      const key = (row) => row.cells[place].textContent;
      // What is no number comes last, also after infinity.
      const value = (row) => (EMPTY.has(key(row)) ? Number.NaN : quantity(key(row)));
      const size = (a, b, up) => (a === b ? 0 : Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : up ? a - b : b - a);
      const word = (a, b, up) => (up ? a.localeCompare(b) : b.localeCompare(a));
      orders.set(head, (up) => (a, b) => (numeric ? size(value(a), value(b), up) : word(key(a), key(b), up)));
      button.addEventListener("click", () => {
        sort(head, head.getAttribute("aria-sort") !== "ascending");
        acted(table.closest(".listing").id);
      });
    });
    function sort(head, up) {
      for (const other of heads) other.removeAttribute("aria-sort");
      head?.setAttribute("aria-sort", up ? "ascending" : "descending");
      body.append(...(head ? [...body.rows].sort(orders.get(head)(up)) : drawn));
    }
    sorters.set(table, sort);
  }

  const filters = new Map(); // listing → what hides the rows that are not chosen
  const named = (select) => select.closest("label").firstChild.textContent.trim();

  // Rows that have the chosen value in each column that can be chosen from.
  function filterable(listing) {
    const rows = [...listing.querySelectorAll("tbody tr")], shown = listing.querySelector(".shown");
    const selects = [...listing.querySelectorAll("select[data-column]")];
    const told = (select) => select.selectedOptions[0].textContent;
    function filter() {
      const chosen = selects.filter((select) => select.selectedIndex > 0);
      for (const row of rows) {
        row.hidden = !chosen.every((select) => row.cells[Number(select.dataset.column)].textContent === told(select));
      }
      shown.textContent = `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows`;
    }
    selects.forEach((select) => select.addEventListener("change", () => {
      filter();
      acted(listing.id);
    }));
    filter();
    filters.set(listing, filter);
  }

  // What tables show that differs from the start, for the address: pairs of a key and a text.
  const listings = [...document.querySelectorAll(".listing")];
  const tables = {
    read: () => listings.flatMap((listing) => [
      ...[...listing.querySelectorAll("select[data-column]")].filter((select) => select.selectedIndex > 0)
        .map((select) => [`${listing.id}.${named(select)}`, select.selectedOptions[0].textContent]),
      ...[...listing.querySelectorAll("th[aria-sort]")]
        .map((head) => [`${listing.id}.${head.getAttribute("aria-sort")}`, head.textContent]),
    ]),
    restore: (view) => {
      for (const listing of listings) {
        for (const select of listing.querySelectorAll("select[data-column]")) {
          const wanted = view.get(`${listing.id}.${named(select)}`);
          select.selectedIndex = Math.max(0, [...select.options].findIndex((o) => o.textContent === wanted));
        }
        filters.get(listing)?.();
        for (const table of listing.querySelectorAll("table.sortable")) {
          const heads = [...table.tHead.rows[0].cells];
          const head = (way) => heads.find((one) => one.textContent === view.get(`${listing.id}.${way}`));
          sorters.get(table)(head("ascending") ?? head("descending"), head("ascending") !== undefined);
        }
      }
    },
  };

  // -- start -----------------------------------------------------------------------------------

  async function start() {
    document.querySelectorAll("table.sortable").forEach(sortable);
    document.querySelectorAll(".listing:has(select)").forEach(filterable);
    page = await unpack(document.getElementById("content").textContent);
    run(page.vega);
    const held = (figure) => page.figures[figure.dataset.figure];
    vega.expressionFunction("faded", (row, focus) =>
      Object.entries(focus).some(([name, values]) => (row[name] ?? null) !== null && !values.includes(row[name])));
    explorer = exploring({ held, column: mainColumn, redraw }, acted);
    address = fragment([explorer, tables]);
    address.restore();
    for (const figure of figures) {
      figure.querySelectorAll("[data-take]").forEach((button) =>
        button.addEventListener("click", () => take(figure, button.dataset.take)));
      const details = figure.querySelector("details");
      details.addEventListener("toggle", () => showData(figure, details.querySelector(".table")));
    }
    const near = new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        states.get(target).near = isIntersecting;
        if (isIntersecting) redraw(target);
      }
    }, { rootMargin: "600px 0px" });
    figures.forEach((figure) => near.observe(figure));
  }

  if (typeof DecompressionStream === "undefined") {
    root.classList.remove("js"); // an old browser shows the pictures
  } else {
    start();
  }
})();
