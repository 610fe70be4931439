// What a reader takes away of a figure: its rows as text or below it, its picture, its Vega-Lite.
//
// `held` is what the page holds; `drawn` gives a figure's view, where it has one.
const taking = (study, held, drawn) => {
  "use strict";
  const SHOWN = 200; // rows of a data table; all of them are in the CSV

  const said = (value) => (Array.isArray(value) ? value.join(" ") : value ?? "");

  function csv(figure) {
    const name = held.main(figure), fields = held.fields(name);
    const quote = (value) => {
      const text = String(said(value));
      return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    return [fields, ...held.rows(name).map((row) => fields.map((field) => row[field]))]
      .map((line) => line.map(quote).join(",")).join("\n") + "\n";
  }

  // The picture in plain colours, those of the theme that is seen, on its ground.
  async function svg(figure) {
    const view = drawn(figure), style = getComputedStyle(document.documentElement);
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

  function lite(figure) {
    const { lite: chart, datasets } = held.of(figure);
    return JSON.stringify({
      ...chart,
      datasets: Object.fromEntries(datasets.map((name) => [name, held.rows(name)])),
    });
  }

  const FORMS = {
    csv: (figure) => [csv(figure), "text/csv"],
    svg: async (figure) => [await svg(figure), "image/svg+xml"],
    png: async (figure) => [await png(figure), "image/png"],
    json: (figure) => [lite(figure), "application/json"],
  };

  async function take(figure, form) {
    const [content, type] = await FORMS[form](figure);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([content], { type }));
    link.download = `${study}-${figure.dataset.figure}.${form}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  function show(figure, place) {
    if (place.childElementCount) return;
    const name = held.main(figure), found = held.rows(name), fields = held.fields(name);
    const table = document.createElement("table"), head = table.createTHead().insertRow();
    for (const field of fields) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = field;
      head.append(cell);
    }
    const body = table.createTBody();
    for (const row of found.slice(0, SHOWN)) {
      const line = body.insertRow();
      for (const field of fields) line.insertCell().textContent = said(row[field]);
    }
    place.append(table);
    if (found.length > SHOWN) {
      const more = document.createElement("p");
      more.className = "more";
      more.textContent = `The first ${SHOWN} of ${found.length} rows; the CSV holds all.`;
      place.append(more);
    }
  }

  for (const figure of document.querySelectorAll("figure[data-figure]")) {
    figure.querySelectorAll("[data-take]").forEach((button) =>
      button.addEventListener("click", () => take(figure, button.dataset.take)));
    const details = figure.querySelector("details");
    details.addEventListener("toggle", () => show(figure, details.querySelector(".table")));
  }
};
