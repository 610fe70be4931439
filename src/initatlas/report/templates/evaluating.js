// Vega's expressions as functions, each made once: an interpreter walks an expression, and makes
// a dozen objects, for every channel of every row. No text becomes code, as the policy demands.
//
// `interpreter` is Vega's own, for what is rare: events, and functions that are not in Math.
const evaluating = (interpreter) => {
  "use strict";
  const BINARY = {
    "*": (a, b) => a * b, "/": (a, b) => a / b, "%": (a, b) => a % b,
    "+": (a, b) => a + b, "-": (a, b) => a - b,
    ">": (a, b) => a > b, "<": (a, b) => a < b, ">=": (a, b) => a >= b, "<=": (a, b) => a <= b,
    "===": (a, b) => a === b, "!==": (a, b) => a !== b,
    "==": (a, b) => a == b, "!=": (a, b) => a != b,
    "&": (a, b) => a & b, "|": (a, b) => a | b, "^": (a, b) => a ^ b,
    "<<": (a, b) => a << b, ">>": (a, b) => a >> b, ">>>": (a, b) => a >>> b,
  };
  const UNARY = { "+": (a) => +a, "-": (a) => -a, "~": (a) => ~a, "!": (a) => !a };
  const NATIVE = { isNaN: Number.isNaN, isFinite: Number.isFinite };
  const SIDES = [["x", "x2", "xc", "width"], ["y", "y2", "yc", "height"]];

  // A function of the interpreter's, which it calls on what it takes for a row.
  function interpreted(name, count, functions) {
    const datum = { type: "Identifier", name: "datum" };
    const part = (value) => ({ type: "Literal", value });
    const given = Array.from({ length: count }, (_, i) =>
      ({ type: "MemberExpression", computed: true, object: datum, property: part(i) }));
    const ast = { type: "CallExpression", callee: { name }, arguments: given };
    const call = interpreter.parameter({ functions }, { ast });
    return (...values) => call(values, {});
  }

  // Each makes a function of a row, the values of signals, and a mark's item.
  const MAKE = {
    Literal: ({ value }) => () => value,
    Identifier: ({ name }) => {
      const signal = `$${name}`;
      if (name === "datum") return (row) => row;
      if (name === "item") return (row, signals, item) => item;
      if (name === "NaN") return () => NaN;
      return typeof Math[name] === "number" ? () => Math[name] : (row, signals) => signals[signal];
    },
    MemberExpression: ({ computed, object, property }, make) => {
      const whole = make(object), part = computed ? make(property) : () => property.name;
      return (...at) => whole(...at)[part(...at)];
    },
    CallExpression: ({ callee, arguments: given }, make, functions) => {
      const name = callee.name.replace(/^_/, ""), values = given.map(make), [a, b, c] = values;
      if (name === "if") return (...at) => (a(...at) ? b(...at) : c(...at));
      const call = functions[name] ?? NATIVE[name] ?? Math[name]
        ?? interpreted(name, values.length, functions);
      return (...at) => call.apply(functions, values.map((one) => one(...at)));
    },
    ArrayExpression: ({ elements }, make) => {
      const values = elements.map(make);
      return (...at) => values.map((one) => one(...at));
    },
    ObjectExpression: ({ properties }, make) => {
      const pairs = properties.map(({ key, value }) => [key.name ?? key.value, make(value)]);
      return (...at) => Object.fromEntries(pairs.map(([key, value]) => [key, value(...at)]));
    },
    UnaryExpression: ({ operator, argument }, make) => {
      const of = UNARY[operator], value = make(argument);
      return (...at) => of(value(...at));
    },
    BinaryExpression: ({ operator, left, right }, make) => {
      const of = BINARY[operator], a = make(left), b = make(right);
      return (...at) => of(a(...at), b(...at));
    },
    LogicalExpression: ({ operator, left, right }, make) => {
      const a = make(left), b = make(right);
      return operator === "&&" ? (...at) => a(...at) && b(...at) : (...at) => a(...at) || b(...at);
    },
    ConditionalExpression: ({ test, consequent, alternate }, make) => {
      const a = make(test), b = make(consequent), c = make(alternate);
      return (...at) => (a(...at) ? b(...at) : c(...at));
    },
  };

  function made(ast, { functions }) {
    const make = (node) => MAKE[node.type](node, make, functions);
    return make(ast);
  }

  // Ends and middles become a start and a size; of shapes that have no direction, the lesser first.
  function placed(item, channels, undirected) {
    for (const [start, end, middle, size] of SIDES) {
      if (channels[end] && channels[start]) {
        if (undirected && item[start] > item[end]) {
          [item[start], item[end]] = [item[end], item[start]];
        }
        item[size] = item[end] - item[start];
      } else if (channels[end]) {
        item[start] = item[end] - (item[size] || 0);
      }
      if (channels[middle]) item[start] = item[middle] - (item[size] || 0) / 2;
    }
  }

  return {
    ...interpreter,
    operator(context, { ast }) {
      const value = made(ast, context);
      return (signals) => value(undefined, signals);
    },
    parameter: (context, { ast }) => made(ast, context),
    encode(context, { marktype, channels }) {
      const looks = Object.entries(channels).map(([name, { ast }]) => [name, made(ast, context)]);
      const undirected = ["group", "image", "rect"].includes(marktype);
      const stretched = marktype !== "rule"
        && ["x2", "xc", "y2", "yc"].some((name) => name in channels);
      return (item, signals) => {
        let changed = 0;
        for (const [name, of] of looks) {
          const value = of(item.datum, signals, item);
          if (item[name] !== value) {
            item[name] = value;
            changed = 1;
          }
        }
        if (stretched) placed(item, channels, undirected);
        return changed;
      };
    },
  };
};
