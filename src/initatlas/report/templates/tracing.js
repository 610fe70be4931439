// The outline of a series: a line through its rows, or an area between two ends of them, from left
// to right, with gaps where a row has no place. As Vega has shapes: drawn on a context, or a text.
const tracing = (() => {
  "use strict";
  const there = (value) => value !== null && value !== undefined && Number.isFinite(+value);
  const fine = (value) => Math.round(100 * value) / 100; // a hundredth of a pixel

  // `across` and `up` name the scales of the columns x and y, and of y2, where it is an area.
  function runs(rows, x, across, y, up, y2) {
    const placed = rows.filter((row) => there(row[x])).map((row) => [fine(across(row[x])), row]);
    placed.sort(([a], [b]) => a - b);
    const found = [];
    let open = null;
    for (const [place, row] of placed) {
      if (!there(row[y]) || (y2 && !there(row[y2]))) {
        open = null;
        continue;
      }
      if (!open) found.push(open = { points: [], back: [] });
      open.points.push([place, fine(up(row[y]))]);
      if (y2) open.back.unshift([place, fine(up(row[y2]))]);
    }
    return found.map(({ points, back }) => [...points, ...back]);
  }

  function traced(rows, x, across, y, up, y2) {
    const { [across]: { value: right }, [up]: { value: high } } = this.context.scales;
    const outlines = runs(rows, x, right, y, high, y2);
    const closed = (points) => y2 || points.length === 1; // of a point the ends are seen
    const written = (points) => `M${points.join("L")}${closed(points) ? "Z" : ""}`;
    const draw = (context) => {
      for (const points of outlines) {
        points.forEach((point, i) => (i ? context.lineTo(...point) : context.moveTo(...point)));
        if (closed(points)) context.closePath();
      }
    };
    const text = () => outlines.map(written).join("");
    return { context: (context) => () => (context ? draw(context) : text()) };
  }

  // An outline changes where its scales do.
  function scales(name, [, , across, , up], scope, signals) {
    for (const { value } of [across, up]) signals[`%${value}`] = scope.scaleRef(value);
  }

  return { traced, scales };
})();
