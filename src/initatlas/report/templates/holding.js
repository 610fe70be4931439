// What the page holds of its figures: what each is drawn from, and rows by columns that they share.
const holding = (page) => {
  "use strict";
  const { data, figures } = page;

  const of = (figure) => figures[figure.dataset.figure];
  const fields = (name) => data.datasets[name].fields.map(([field]) => field);

  // The data set that a figure is called after, or else its first.
  function main(figure) {
    const name = figure.dataset.figure, { datasets } = of(figure);
    return datasets.includes(name) ? name : datasets[0];
  }

  function values(number) {
    const found = data.columns[number];
    return Array.isArray(found) ? found : found.codes.map((code) => found.names[code]);
  }

  // A column of a figure's main rows, for reading; none where it has no such column.
  const decoded = new Map();
  function column(figure, name) {
    const number = data.datasets[main(figure)]?.fields.find(([field]) => field === name)?.[1];
    if (number === undefined) return undefined;
    if (!decoded.has(number)) decoded.set(number, values(number));
    return decoded.get(number);
  }

  // Rows of a data set, fresh ones for each caller: Vega writes into the rows that it is given.
  function rows(name, wanted = () => true) {
    const dataset = data.datasets[name];
    const chosen = dataset.fields.filter(([field]) => wanted(field));
    const columns = chosen.map(([, number]) => values(number));
    return Array.from({ length: dataset.rows }, (_, i) =>
      Object.fromEntries(chosen.map(([field], j) => [field, columns[j][i]])));
  }

  return { of, main, fields, column, rows };
};
