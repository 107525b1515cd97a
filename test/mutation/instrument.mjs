/** Writes every mutant of a source into it, each behind a switch: one load of the modules serves all of them. */

import { parseAst } from 'vitest/node';

/** Only what can change what is computed: types, names and imports stay. */
const swapped = {
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '===': ['!=='],
  '!==': ['==='],
  '&&': ['||'],
  '||': ['&&'],
  '??': ['&&'],
  '&': ['|'],
  '|': ['&'],
  '>>': ['<<'],
  '<<': ['>>'],
  '+=': ['-='],
  '-=': ['+='],
  '|=': ['&='],
  '&=': ['|='],
  '??=': ['&&='],
  '||=': ['&&='],
  '++': ['--'],
  '--': ['++'],
};
const swappedMethods = { min: 'max', max: 'min', some: 'every', every: 'some', floor: 'ceil', ceil: 'floor' };
const functions = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'ClassBody']);
const loops = new Set(['ForStatement', 'ForOfStatement', 'ForInStatement', 'WhileStatement', 'DoWhileStatement']);
const wrappers = new Set(['TSAsExpression', 'TSNonNullExpression', 'TSSatisfiesExpression']);

/**
 * The source with its mutants, or, where they are not wanted, with what those of other files need of it: `$mutation.on(ID) ? mutated : original`. What the module computes once, when it is loaded, is told to the runner
 * (`$mutation.once`), which computes it again when one of its mutants is switched on; functions tell that they are called (`$mutation.here`);
 * loops count their turns, so that one without an end ends.
 */
export function instrument(source, file, firstId, isWanted) {
  const mutants = [];
  /** How many functions what is being written lies in: 0 is computed when the module is loaded. */
  let depth = 0;
  const add = (node, replacement) => {
    const id = firstId + mutants.length;
    const line = source.slice(0, node.start).split('\n').length;
    mutants.push({ id, file, line, original: source.slice(node.start, node.end).slice(0, 100), replacement, once: depth === 0 });
    return id;
  };
  const again = [];
  const tree = parseAst(source, { lang: 'ts' });

  const render = (node, from = node.start, to = node.end) => {
    let text = '';
    let at = from;
    for (const child of childrenOf(node)) {
      text += source.slice(at, child.node.start) + mutated(child.node, node, child.key);
      at = child.node.end;
    }
    return text + source.slice(at, to);
  };
  const choose = (node, alternatives) => {
    let text = render(node);
    if (!isWanted) return text;
    for (const [name, code] of alternatives.reverse()) text = `($mutation.on(${add(node, name)})?(${code}):(${text}))`;
    return text;
  };

  /** Each node is written once, wherever it appears. */
  const written = new Map();
  const mutated = (node, parent, key) => {
    if (!written.has(node)) {
      const deeper = functions.has(node.type) ? 1 : 0;
      depth += deeper;
      written.set(node, write(node, parent, key));
      depth -= deeper;
    }
    return written.get(node);
  };
  const write = (node, parent, key) => {
    if (node.type === 'BlockStatement') return block(node, parent);
    if (isPace(node)) return source.slice(node.start, node.end);
    if (loops.has(parent.type) && key === 'body') return `{$mutation.turn();${render(node)}}`;
    if (parent.type === 'ArrowFunctionExpression' && key === 'body') return `(${here},${expression(node, parent, key)})`;
    return expression(node, parent, key);
  };
  const here = `$mutation.here(${JSON.stringify(file)})`;
  const expression = (node, parent, key) => {
    if (isFixed(node, parent, key)) return render(node);
    return choose(node, alternativesOf(node, parent, key, { render, mutated, source }));
  };
  const block = (node, parent) => {
    const inside = render(node, node.start + 1, node.end - 1);
    const turn = loops.has(parent.type) ? '$mutation.turn();' : '';
    const called = functions.has(parent.type) ? `${here};` : '';
    if (node.body.length === 0 || !isWanted) return `{${called}${turn}${inside}}`;
    return `{${called}${turn}if(!$mutation.on(${add(node, '{}')})){${inside}}}`;
  };

  let out = '';
  let at = 0;
  for (const statement of tree.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    const [first] = declaration?.type === 'VariableDeclaration' ? declaration.declarations : [];
    out += source.slice(at, statement.start);
    at = statement.end;
    if (
      statement.type === 'ImportDeclaration' ||
      statement.type.startsWith('ExportAll') ||
      (statement.type.startsWith('Export') && !declaration)
    )
      out += source.slice(statement.start, statement.end);
    else if (first?.id.type === 'Identifier' && first.init) {
      const before = mutants.length;
      const value = mutated(first.init, first, 'init');
      const ids = mutants.slice(before).flatMap(({ id, once }) => (once ? [id] : []));
      out += `${source.slice(statement.start, first.init.start).replace(/\bconst\b/, 'let')}${value};`;
      const text = JSON.stringify(source.slice(first.init.start, first.init.end));
      if (isComputed(first.init))
        again.push(`$mutation.once('${file}','${first.id.name}',${text},[${ids}],()=>{${first.id.name}=${value};});`);
    } else out += mutated(statement, tree, 'body');
  }
  return {
    code: `${out}${source.slice(at)}\n${again.join('\n')}\n$mutation.loaded(${JSON.stringify(file)},${JSON.stringify(source)});`,
    mutants,
  };
}

/** `if (each % stepRows === 0) yield;`: where a step ends changes when something is computed, and nothing of what. */
const isPace = ({ type, consequent }) =>
  type === 'IfStatement' && consequent.expression?.type === 'YieldExpression' && consequent.expression.argument === null;

/** Whether anything of it is computed when the module is loaded, not only when a function of it is called. */
function isComputed(node) {
  if (functions.has(node.type)) return false;
  return (
    ['Literal', 'TemplateLiteral', 'ArrayExpression', 'CallExpression', 'NewExpression'].includes(node.type) ||
    childrenOf(node).some((child) => isComputed(child.node))
  );
}

function isFixed(node, parent, key) {
  if (key === 'key' && !parent.computed) return true;
  if (key === 'source' || key === 'label' || parent.type === 'ImportSpecifier') return true;
  if (parent.type === 'UpdateExpression' || (parent.type === 'UnaryExpression' && parent.operator === 'delete')) return true;
  if (parent.type === 'AssignmentExpression' && key === 'left') return true;
  // `as const` and the like are of what they wrap.
  return wrappers.has(node.type);
}

function alternativesOf(node, parent, key, { render, mutated, source }) {
  switch (node.type) {
    case 'BinaryExpression':
    case 'LogicalExpression': {
      const list = (swapped[node.operator] ?? []).map((operator) => [operator, infix(node, operator, mutated, source)]);
      return isTest(parent, key) ? [...list, ...verdicts(parent)] : list;
    }
    case 'AssignmentExpression':
    case 'UpdateExpression':
      return (swapped[node.operator] ?? []).map((operator) => [operator, render(node).replace(node.operator, operator)]);
    case 'UnaryExpression':
      if (node.operator === '!')
        return [['without !', mutated(node.argument, node, 'argument')], ...(isTest(parent, key) ? verdicts(parent) : [])];
      return node.operator === '-' || node.operator === '~' ? [[`without ${node.operator}`, mutated(node.argument, node, 'argument')]] : [];
    case 'Literal':
      if (typeof node.value === 'number') return [[`${node.value + 1}`, `${node.value + 1}`]];
      if (typeof node.value === 'boolean') return [[`${!node.value}`, `${!node.value}`]];
      return typeof node.value === 'string' && node.value !== '' ? [["''", "''"]] : [];
    case 'TemplateLiteral':
      return [["''", "''"]];
    case 'ArrayExpression':
      return node.elements.length < 3
        ? []
        : node.elements.map((element) => [
            `without ${source.slice(element.start, element.end).slice(0, 30)}`,
            `[${node.elements.filter((other) => other !== element).map((other) => mutated(other, node, 'elements'))}]`,
          ]);
    case 'CallExpression': {
      const name = node.callee.type === 'MemberExpression' ? node.callee.property.name : undefined;
      const other = Object.hasOwn(swappedMethods, name ?? '') ? swappedMethods[name] : undefined;
      const list = other === undefined ? [] : [[`.${other}`, render(node).replace(`.${name}(`, `.${other}(`)]];
      return isTest(parent, key) ? [...list, ...verdicts(parent)] : list;
    }
    default:
      return isTest(parent, key) && node.type !== 'ParenthesizedExpression' ? verdicts(parent) : [];
  }
}

const isTest = (parent, key) => key === 'test' && parent.type !== 'SwitchCase';
/** A loop whose test always holds has no end: not worth a run. */
const verdicts = (parent) =>
  loops.has(parent.type)
    ? [['false', 'false']]
    : [
        ['true', 'true'],
        ['false', 'false'],
      ];

/** With another operator between what is left and right of it. */
function infix(node, operator, mutated, source) {
  const between = source.slice(node.left.end, node.right.start).replace(node.operator, operator);
  const [before, after] = [source.slice(node.start, node.left.start), source.slice(node.right.end, node.end)];
  return before + mutated(node.left, node, 'left') + between + mutated(node.right, node, 'right') + after;
}

/** Expressions and statements in the order of the source; no types. */
function childrenOf(node) {
  const found = [];
  for (const [key, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type !== 'string' || typeof child.start !== 'number') continue;
      if (child.type.startsWith('TS') && !wrappers.has(child.type)) continue;
      if (
        [
          'typeParameters',
          'typeArguments',
          'returnType',
          'typeAnnotation',
          'superTypeArguments',
          'implements',
          'decorators',
          'quasis',
        ].includes(key)
      )
        continue;
      // `{ shorthand }` has its name twice in one place.
      if (key === 'key' && node.shorthand) continue;
      found.push({ key, node: child });
    }
  }
  return found.sort((a, b) => a.node.start - b.node.start);
}
