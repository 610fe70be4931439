// Tables in print: sorted by a head, filtered by lists; `changed` hears of the place where a reader
// has acted.
const printedTables = (changed) => {
  "use strict";

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
        changed(table.closest(".listing").id);
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
      changed(listing.id);
    }));
    filter();
    filters.set(listing, filter);
  }

  const listings = [...document.querySelectorAll(".listing")];
  document.querySelectorAll("table.sortable").forEach(sortable);
  document.querySelectorAll(".listing:has(select)").forEach(filterable);

  return {
    // What differs from the start, for the address: pairs of a key and a text.
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
          const wanted = head("ascending") ?? head("descending");
          if (wanted || heads.some((one) => one.hasAttribute("aria-sort"))) {
            sorters.get(table)(wanted, head("ascending") !== undefined);
          }
        }
      }
    },
  };
};
