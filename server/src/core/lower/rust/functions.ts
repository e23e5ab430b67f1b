import type { Cfg } from '../../ir/ir';
import { operand } from '../../ir/operand';
import type { FunctionSource } from '../../rust/collect';
import { isDropped } from '../../rust/drops';
import type { FunctionItem } from '../../rust/items';
import { childrenOf } from '../../rust/nodes';
import { type RustType, resolve } from '../../rust/types';
import type { SyntaxNode } from '../../syntax/node';
import { nameOf } from './calls';
import { lowerExpression } from './expressions';
import { Lowering, plain, type RustContext } from './lowering';
import { bindPattern } from './patterns';
import { choiceOf, keptBy, shapeOf } from './shapes';

/** Lowers one typed function; `origin` is where its text begins. Never fails: what it cannot model it forgets. */
export function lowerRustFunction({ node, item }: FunctionSource, context: RustContext, origin: number): Cfg {
  const lowering = new Lowering(context, origin, item.result);
  const { builder } = lowering;
  const body = node.childForFieldName('body');
  const bodySpan = lowering.spanOf(body ?? node);
  const end = body ? lowering.endOf(body) : bodySpan;
  builder.enterScope();
  const parameters = declareParameters(lowering, node, item);
  if (node.hasError) lowering.giveUp(lowering.spanOf(node), 'the syntax is damaged');
  if (body) {
    const value = lowerExpression(lowering, body);
    const isVoid = isUnit(item.result);
    const given = isVoid ? null : lowering.settled(lowering.take(value, body), end);
    if (isVoid) lowering.borrow(value, body);
    builder.return(given, end, true);
  } else builder.return(null, end, true);
  const blocks = builder.finish(end);
  if (builder.exhausted) lowering.giveUp(lowering.spanOf(node), 'the function is too large');
  const name = node.childForFieldName('name') ?? node;
  const shape = shapeOf(lowering.items, item.result);
  return {
    ...blocks,
    name: nameOf(item),
    span: lowering.spanOf(node),
    nameSpan: lowering.spanOf(name),
    bodySpan,
    parameters,
    locals: builder.locals,
    returnType: isUnit(item.result) ? { ...shape, name: 'void' } : shape,
    isStatic: false,
    noreturn: false,
    language: 'rust',
    keeps: lowering.keeps,
    owned: lowering.owned,
    locked: lowering.locked,
    incomplete: lowering.incomplete,
  };
}

function isUnit(type: RustType): boolean {
  const found = resolve(type);
  return found.kind === 'tuple' && found.items.length === 0;
}

function declareParameters(lowering: Lowering, node: SyntaxNode, item: FunctionItem): string[] {
  const nodes = childrenOf(node.childForFieldName('parameters') ?? node).filter(param =>
    /^(?:self_)?parameter$/.test(param.type),
  );
  const patterns: { readonly pattern: SyntaxNode; readonly key: string; readonly type: RustType }[] = [];
  const keys = item.params.map(({ type }, i) => {
    const param = nodes[i] ?? node;
    const pattern = param.childForFieldName('pattern');
    const isNamed =
      param.type === 'self_parameter' || pattern?.type === 'identifier' || pattern?.type === 'mut_pattern';
    const name = param.type === 'self_parameter' ? 'self' : (pattern?.text.replace(/^mut\s+/, '') ?? '');
    const span = lowering.spanOf(pattern ?? param);
    const key = lowering.declare(isNamed ? name : `#${i}`, span, type, null, i);
    noteGuarantee(lowering, key, type);
    if (!isNamed && pattern) patterns.push({ pattern, key, type });
    return key;
  });
  for (const { pattern, key, type } of patterns)
    bindPattern(lowering, pattern, { ...plain(operand.variable(key, lowering.spanOf(pattern)), type), local: key });
  return keys;
}

/** What the type of a parameter proves of the mm. */
function noteGuarantee(lowering: Lowering, key: string, type: RustType): void {
  const { guard } = lowering.items.handleIn(type) ?? {};
  if ((guard === 'mmap_read' || guard === 'mmap_write') && choiceOf(type) === null)
    lowering.locked.set(key, guard === 'mmap_write' ? 'write' : 'read');
  const kept = keptBy(lowering.items, type);
  if (!kept) return;
  lowering.keeps.set(key, kept);
  if (isDropped(lowering.items, type)) lowering.owned.set(key, kept);
}
