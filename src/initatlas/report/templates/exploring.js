// Choices for a whole chapter: its figures follow where they offer the value; and what a reader
// looks at, in a chapter's list, a legend or a mark, stands out of all of them.
//
// `charts` is what `choosing` needs and draws a figure anew (`redraw`); `changed` hears of the
// place where a reader has acted.
const exploring = (charts, changed) => {
  "use strict";
  const PREVIEW = 90; // ms that a pointer rests before what it points at stands out
  const LEGEND = /^legend_[a-z]+\d+_(.+)$/; // name of a legend's entries, with their column

  const of = choosing(charts);
  const sections = new Map([...document.querySelectorAll("main > section:has(figure[data-figure])")]
    .map((section) => [section, {
      figures: [...section.querySelectorAll("figure[data-figure]")],
      listed: [...section.querySelectorAll(".whole-chapter select")],
      looked: new Map(), // column → names that stand out
      glanced: null, // the same while a pointer rests on something
      last: new Map(), // column → value chosen last for the chapter
    }]));
  const home = (figure) => figure.closest("main > section");

  // The value that all figures have that offer it, of those that some have; none where each has
  // its own.
  function shared(section, name, said = of.text) {
    const { figures, last } = sections.get(section);
    const own = figures.map((figure) => of.control(figure, name)).filter(Boolean);
    return [last.get(name), ...own.map(said)].find((wanted) => own.some((select) => said(select) === wanted)
      && own.every((select) => !of.offers(select, wanted) || said(select) === wanted));
  }

  function show(section) {
    const { listed, looked } = sections.get(section);
    for (const select of listed) {
      const said = looked.get(of.nameOf(select))?.join(", ") ?? shared(section, of.nameOf(select));
      select.querySelector("option[data-several]")?.remove();
      if (said && !of.offers(select, said)) {
        const several = new Option(said);
        several.hidden = true;
        several.dataset.several = "";
        select.append(several);
      }
      of.pick(select, said ?? select.options[0].textContent);
    }
  }

  const numbered = (figure) => figure.querySelector(".question a").textContent;
  const atStart = (figures) =>
    figures.flatMap(of.selects).every((select) => of.text(select) === of.initial(select));

  function tell(section, sentences) {
    const place = section.querySelector(".outcome p");
    if (place) place.textContent = `${sentences.join("; ")}.`;
  }

  // The value in all figures that offer it; where it is no choice, it stands out. No names: all do.
  function choose(section, name, names) {
    const { figures, looked, last } = sections.get(section), moved = [];
    const offering = figures.filter((figure) => of.control(figure, name));
    const fading = figures.filter((figure) => charts.held(figure).fades.includes(name));
    const following = names.length === 1 ? offering.filter((figure) => of.pick(of.control(figure, name), names[0])) : [];
    last.set(name, names[0]);
    looked.delete(name);
    if (names.length && fading.length) looked.set(name, names);
    for (const figure of names.length ? [...following, ...fading] : []) {
      const others = of.giveWay(figure, of.rowsOf(figure, name, names));
      const said = others.map((select) => `${of.label(select)} ${of.text(select)}`).join(", ");
      if (others.length) moved.push(`${numbered(figure)} shows it with ${said}`);
    }
    const standing = fading.filter((figure) => of.focus(figure, looked)?.[name]);
    figures.forEach(charts.redraw);
    show(section);
    const count = (some, all) => `${some.length} of ${all.length} figures`;
    tell(section, names.length ? [
      ...(following.length ? [`${names[0]} in ${count(following, offering)} that have the choice`] : []),
      ...(fading.length ? [`${names.join(", ")} ${names.length > 1 ? "stand" : "stands"} out in ${count(standing, figures)}`] : []),
      ...moved,
    ] : ["Nothing stands out", ...(atStart(figures) ? [] : ["Reset takes all choices back"])]);
    changed(section.id);
  }

  function reset(section) {
    const { figures, looked, last } = sections.get(section);
    looked.clear();
    last.clear();
    figures.flatMap(of.selects).forEach((select) => of.pick(select, of.initial(select)));
    figures.forEach(charts.redraw);
    show(section);
    tell(section, ["All figures of this chapter are as at the start"]);
    changed(section.id);
  }

  function clear(section) {
    [...sections.get(section).looked.keys()].forEach((name) => choose(section, name, []));
  }

  // One figure's own choice: the chapter has none any more.
  function chosen(figure, select) {
    const section = home(figure), { figures, looked, last } = sections.get(section), name = of.nameOf(select);
    looked.delete(name);
    last.delete(name);
    of.giveWay(figure, of.rowsOf(figure, name, [of.text(select)]));
    figures.forEach(charts.redraw);
    show(section);
    changed(figure.id);
  }

  // -- pointing --------------------------------------------------------------------------------

  // The column and the names of what is under the pointer; null where that says nothing.
  function pointed(figure, item) {
    const datum = item?.datum, { fades } = charts.held(figure);
    if (!datum || item.mark.marktype === "group") return null;
    const legend = item.mark.name?.match(LEGEND)?.[1];
    const name = legend || fades.find((one) => (datum[one] ?? null) !== null);
    if (!name) return null;
    const members = name === "initializer" && datum.members;
    return [name, members ? members.split(", ") : [String(legend ? datum.value : datum[name])]];
  }

  function glance(section, found) {
    const state = sections.get(section);
    if (!state.glanced && !found) return;
    state.glanced = found && new Map([...state.looked, found]);
    state.figures.forEach(charts.redraw);
  }

  // Hears of the pointer over a chart that was just drawn.
  function follow(figure, view) {
    const section = home(figure), state = sections.get(section);
    let resting = 0;
    const rest = (found) => {
      clearTimeout(resting);
      resting = setTimeout(() => glance(section, found), PREVIEW);
    };
    view.addEventListener("pointerover", (_, item) => {
      const { name, marktype } = item?.mark ?? {};
      if (name?.match(LEGEND) || (marktype === "symbol" && item.opacity !== 0)) rest(pointed(figure, item));
    });
    view.addEventListener("pointerout", () => rest(null));
    view.addEventListener("click", (_, item) => {
      const [name, names] = pointed(figure, item) ?? [];
      if (!name) return;
      clearTimeout(resting);
      state.glanced = null;
      choose(section, name, String(state.looked.get(name)) === String(names) ? [] : names);
    });
    view.addEventListener("dblclick", () => clear(section));
  }

  // -- the whole view --------------------------------------------------------------------------

  // What differs from the start, by chapter or else by figure: pairs of a key and a text.
  function read() {
    const found = [];
    for (const [section, { figures, listed, looked }] of sections) {
      const expected = new Map();
      for (const [name, names] of looked) {
        names.forEach((one) => found.push([`${section.id}.${name}`, one]));
        if (names.length === 1) expected.set(name, names[0]);
      }
      for (const name of listed.map(of.nameOf).filter((one) => !looked.has(one))) {
        const wanted = shared(section, name);
        if (!wanted || wanted === shared(section, name, of.initial)) continue;
        found.push([`${section.id}.${name}`, wanted]);
        expected.set(name, wanted);
      }
      for (const figure of figures) for (const select of of.selects(figure)) {
        const wanted = expected.get(of.nameOf(select));
        const usual = wanted !== undefined && of.offers(select, wanted) ? wanted : of.initial(select);
        if (of.text(select) !== usual) found.push([`${figure.id}.${of.nameOf(select)}`, of.text(select)]);
      }
    }
    return found;
  }

  // The view of such pairs; the start where they say nothing, or something that is not there.
  function restore(view) {
    for (const [section, { figures, looked, last }] of sections) {
      looked.clear();
      last.clear();
      for (const name of new Set(figures.flatMap((figure) => charts.held(figure).fades))) {
        const known = new Set(figures.flatMap((figure) => of.names(figure, name)));
        const names = view.getAll(`${section.id}.${name}`).filter((one) => known.has(one));
        if (names.length) looked.set(name, names);
      }
      for (const figure of figures) {
        let own = false;
        for (const select of of.selects(figure)) {
          const given = [figure, section].map(({ id }) => view.get(`${id}.${of.nameOf(select)}`));
          own ||= given[0] !== null && of.offers(select, given[0]);
          of.pick(select, given.find((one) => of.offers(select, one)) ?? of.initial(select));
        }
        of.giveWay(figure, () => true);
        if (!own) for (const [name, names] of looked) of.giveWay(figure, of.rowsOf(figure, name, names));
        charts.redraw(figure);
      }
      show(section);
      if ([...view.keys()].some((key) => [section, ...figures].some(({ id }) => key.startsWith(`${id}.`)))) {
        tell(section, ["This chapter is as the address says"]);
      }
    }
  }

  for (const [section, { figures, listed }] of sections) {
    for (const select of listed) {
      select.addEventListener("change", () =>
        choose(section, of.nameOf(select), select.value ? [of.text(select)] : []));
    }
    section.querySelector(".reset")?.addEventListener("click", () => reset(section));
    for (const figure of figures) for (const select of of.selects(figure)) {
      select.addEventListener("change", () => chosen(figure, select));
    }
    show(section);
  }
  addEventListener("keydown", (event) => {
    if (event.key === "Escape") [...sections.keys()].forEach(clear);
  });
  const signals = (figure) => {
    const { looked, glanced } = sections.get(home(figure));
    return of.signals(figure, glanced ?? looked);
  };
  return { signals, follow, read, restore };
};
