"""Expressions made to functions say what Vega's own interpreter says, and place marks likewise."""

import pytest

EXPRESSIONS = (
    "datum.a + 2 * $b - datum['c'] / 4 % 3",
    "-datum.a < +datum.c && !datum.none || datum.word",
    "datum.none ? 1 : datum.rows[1].deep",
    "datum.a >= 3 === ($b != 7)",
    "{a: datum.a, 'b c': [datum.word, PI, NaN, true, null]}",
    "if(datum.a > 2, 'more', 'less')",
    "clamp(pow(datum.a, 2), 1, 8) + max(1, datum.c, 5)",
    "upper(datum.word) + indexof([1, 3], datum.a) + length(datum.rows)",
    "isNaN(datum.none) || isFinite(datum.a)",
    "(datum.a << 2 | 1) ^ ~datum.a >>> 1",
    "join(split(datum.word, 'o'), slice('xyz', 1))",
)
ROW = {"a": 3, "c": 10, "word": "foo", "none": None, "rows": [{}, {"deep": 7}]}
BOTH = """([text, row]) => {
  const ast = vega.parseExpression(text);
  return [evaluating(vegaInterpreter), vegaInterpreter].map(({ parameter }) =>
    String(JSON.stringify(parameter({ functions: {} }, { ast })(row, { $$b: 7 }))));
}"""
PLACES = (
    {"x": 5, "x2": 2, "yc": 9, "height": 4},
    {"x2": 8, "width": 3, "y": 1, "y2": 6},
    {"xc": 8, "y2": 3},
)
ITEMS = """([marktype, places]) => {
  const channels = Object.fromEntries(Object.entries(places)
    .map(([name, value]) => [name, { ast: { type: "Literal", value } }]));
  return [evaluating(vegaInterpreter), vegaInterpreter].map(({ encode }) => {
    const item = {}, update = encode({ functions: {} }, { marktype, channels });
    return [Boolean(update(item, {})), item, Boolean(update({ ...places }, {}))];
  });
}"""


@pytest.fixture(scope="module")
def opened(chromium, report):
    """The page, with its scripts; only its own are allowed there."""
    page = chromium.new_page()
    page.goto(report.as_uri())
    page.wait_for_function("() => globalThis.vega")
    yield page
    page.close()


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_says_what_the_interpreter_says(opened, text):
    ours, theirs = opened.evaluate(BOTH, [text, ROW])
    assert ours == theirs != "undefined"


@pytest.mark.parametrize("places", PLACES, ids=" ".join)
@pytest.mark.parametrize("marktype", ["rect", "symbol", "rule"])
def test_a_mark_is_placed_where_the_interpreter_places_it(opened, marktype, places):
    ours, theirs = opened.evaluate(ITEMS, [marktype, places])
    assert ours == theirs
