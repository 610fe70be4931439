// What one figure shows: what its selects say, and what stands out of its rows.
//
// `charts` says what a figure holds (`held`) and the columns of its main rows (`column`).
const choosing = (charts) => {
  "use strict";

  // -- selects ---------------------------------------------------------------------------------

  const selects = (figure) => [...figure.querySelectorAll("select[data-signal]")];
  const nameOf = (select) => select.dataset.column ?? select.dataset.signal.replace("sel_", "");
  const control = (figure, name) => selects(figure).find((select) => nameOf(select) === name);
  const text = (select) => select.selectedOptions[0].textContent;
  const initial = (select) => (select.querySelector("option[selected]") ?? select.options[0]).textContent;
  const label = (select) => select.closest("label").firstChild.textContent.trim();
  const place = (select, wanted) => [...select.options].findIndex((option) => option.textContent === wanted);
  const offers = (select, wanted) => place(select, wanted) >= 0;

  function pick(select, wanted) {
    if (offers(select, wanted)) select.selectedIndex = place(select, wanted);
    return offers(select, wanted);
  }

  function value(figure, select) {
    const choice = charts.held(figure).choices.find(({ signal }) => signal === select.dataset.signal);
    return choice.options[select.selectedIndex];
  }

  // -- rows ------------------------------------------------------------------------------------

  const absent = (value) => value === null || value === undefined;

  // For each choice that the main rows know of: its select, their values, the chosen one.
  function tests(figure) {
    return selects(figure).map((select) => (
      { select, values: charts.column(figure, nameOf(select)), chosen: value(figure, select) }
    )).filter(({ values }) => values);
  }

  // A row that says nothing of a choice is shown whatever is chosen.
  const agrees = ({ values, chosen }, row) => absent(values[row]) || values[row] === chosen;

  // What the values of a column are called, by row: an initializer may stand for others, its
  // members. Rows of one value share what `say` makes of its names, as there are thousands.
  function byName(figure, name, say) {
    const values = charts.column(figure, name) ?? [], known = new Map();
    const members = (name === "initializer" && charts.column(figure, "members")) || [];
    return (row) => {
      const key = members[row] || values[row];
      if (!known.has(key)) known.set(key, say(members[row] ? key.split(", ") : absent(key) ? [] : [String(key)]));
      return known.get(key);
    };
  }

  // Which rows a name stands for.
  const rowsOf = (figure, name, names) =>
    byName(figure, name, (own) => own.some((one) => names.includes(one)));

  // All that a column's values are called.
  function names(figure, name) {
    const found = new Set(), note = byName(figure, name, (own) => own.forEach((one) => found.add(one)));
    for (const row of (charts.column(figure, name) ?? []).keys()) note(row);
    return [...found];
  }

  // Of the rows that are wanted the one nearest to what is chosen sets the choices that leave
  // nothing of them to see. Returns the selects that moved.
  function giveWay(figure, wanted) {
    const all = tests(figure);
    let most = -1, nearest = -1;
    for (let row = 0; row < (all[0]?.values.length ?? 0) && most < all.length; row += 1) {
      const count = wanted(row) ? all.filter((test) => agrees(test, row)).length : -1;
      if (count > most) [most, nearest] = [count, row];
    }
    const moving = nearest < 0 ? [] : all.filter((test) => !agrees(test, nearest));
    moving.forEach(({ select, values }) => pick(select, String(values[nearest])));
    return moving.map(({ select }) => select);
  }

  // Of what is looked at, by column: the values that stand out; null where nothing is there to.
  function focus(figure, looked) {
    const all = tests(figure), found = {};
    for (const name of charts.held(figure).fades.filter((one) => looked.has(one))) {
      const values = charts.column(figure, name) ?? [], wanted = rowsOf(figure, name, looked.get(name));
      const standing = values.filter((_, row) => wanted(row) && all.every((test) => agrees(test, row)));
      if (standing.length) found[name] = [...new Set(standing)];
    }
    return Object.keys(found).length ? found : null;
  }

  // The signals of a figure's chart.
  function signals(figure, looked) {
    const found = selects(figure).map((select) => [select.dataset.signal, value(figure, select)]);
    if (charts.held(figure).fades.length) found.push(["focus", focus(figure, looked)]);
    return Object.fromEntries(found);
  }

  return { selects, nameOf, control, text, initial, label, offers, pick, rowsOf, names, giveWay, focus, signals };
};
