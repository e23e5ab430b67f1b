import type { Cfg, Local } from '../../ir/ir';
import type { CleanupDefinition } from '../../syntax/contracts';
import type { SyntaxNode } from '../../syntax/node';
import type { Span } from '../../text';
import { Lowering, partsOf, spanOf } from './lowering';
import { endOf, lowerStatement } from './statements';
import { Cleanups } from './templates';
import { type Declarator, readBaseType, readDeclarator, typeOf } from './types';

export interface FunctionContext {
  /** The text of the slice as written. */
  readonly original: string;
  /** The same length, as it was parsed. Offsets of nodes index both. */
  readonly normalised: string;
  /** The function's name where the parsed header does not have it. */
  readonly name?: string;
  /** What the file defines for `guard()`, `__free()` and `CLASS()`. */
  readonly definitions?: readonly CleanupDefinition[];
}

/** Lowers one `function_definition`. Never fails: what it cannot model it forgets and says so in `incomplete`. */
export function lowerCFunction(node: SyntaxNode, context: FunctionContext): Cfg {
  const { original, normalised, definitions = [] } = context;
  const lowering = new Lowering(original, normalised, new Cleanups(definitions));
  const { builder } = lowering;
  const declarator = readDeclarator(node.childForFieldName('declarator'));
  const body = node.childForFieldName('body');
  const bodySpan = body ? spanOf(body) : { start: node.endIndex, end: node.endIndex };
  // The slice may begin with annotations that the normaliser blanked.
  const header = original.slice(0, bodySpan.start);

  const parameters = declareParameters(lowering, node, declarator.function);
  if (node.hasError) reportSyntaxErrors(lowering, node);
  if (body) lowerStatement(lowering, body);
  else lowering.giveUp(spanOf(node), 'the function has no body');
  const end = body ? endOf(body) : bodySpan;
  builder.return(null, end, true);
  for (const label of builder.missingLabels())
    lowering.giveUp(label.span, `the label \`${label.name}\` is not defined`);
  const blocks = builder.finish(end);
  if (builder.exhausted) lowering.giveUp(spanOf(node), 'the function is too large');

  const base = readBaseType(lowering, node.childForFieldName('type'));
  const ownName = declarator.name ? lowering.textOf(declarator.name) : '';
  return {
    ...blocks,
    name: context.name ?? ownName,
    span: spanOf(node),
    nameSpan: nameSpanOf(context, declarator, node),
    bodySpan,
    parameters,
    locals: builder.locals,
    returnType: typeOf(
      base,
      { ...declarator, function: declarator.functionPointer ? declarator.function : null },
      false,
    ),
    isStatic: /\bstatic\b/.test(header),
    noreturn: /\b__noreturn\b/.test(header),
    incomplete: lowering.incomplete,
  };
}

/** `SYSCALL_DEFINE2(name, …)` has its name in the original text only. */
function nameSpanOf(context: FunctionContext, declarator: Declarator, node: SyntaxNode): Span {
  const own = declarator.name ? spanOf(declarator.name) : { start: node.startIndex, end: node.startIndex };
  if (context.name === undefined || context.original.slice(own.start, own.end) === context.name) return own;
  const at = context.original.indexOf(context.name, node.startIndex);
  return at < 0 || at >= node.endIndex ? own : { start: at, end: at + context.name.length };
}

function declareParameters(lowering: Lowering, node: SyntaxNode, declarator: SyntaxNode | null): string[] {
  const list = declarator?.childForFieldName('parameters');
  const parts = list ? partsOf(list) : [];
  const oldStyle = partsOf(node).filter(part => part.type === 'declaration');
  const locals: Local[] = [];
  for (const part of parts) {
    if (part.type === 'parameter_declaration') {
      const declared = readDeclarator(part.childForFieldName('declarator'));
      const type = typeOf(readBaseType(lowering, part.childForFieldName('type')), declared, true);
      const isNothing = parts.length === 1 && type.name === 'void' && type.pointers === 0;
      if (!isNothing) locals.push(parameterNamed(lowering, locals.length, declared.name, part, type));
    } else if (part.type === 'identifier') {
      const type = typeOfOldStyle(lowering, oldStyle, lowering.textOf(part));
      locals.push(parameterNamed(lowering, locals.length, part, part, type));
    }
  }
  return locals.map(local => lowering.builder.declareLocal(local));
}

function parameterNamed(
  lowering: Lowering,
  position: number,
  name: SyntaxNode | null,
  whole: SyntaxNode,
  type: Local['type'],
): Local {
  const sourceName = name ? lowering.textOf(name) : `#${position}`;
  return { type, parameter: position, static: false, sourceName, span: spanOf(name ?? whole) };
}

/** The type of a K&R parameter, from the declarations between the header and the body. */
function typeOfOldStyle(lowering: Lowering, declarations: readonly SyntaxNode[], name: string): Local['type'] {
  for (const declaration of declarations) {
    for (const part of partsOf(declaration)) {
      const declared = /declarator$|^identifier$/.test(part.type) ? readDeclarator(part) : null;
      if (declared?.name && lowering.textOf(declared.name) === name)
        return typeOf(readBaseType(lowering, declaration.childForFieldName('type')), declared, true);
    }
  }
  return { name: 'int', pointers: 0, array: false, aggregate: false };
}

/** Where the parser repaired or skipped something, what the tree says is not what the code says. */
function reportSyntaxErrors(lowering: Lowering, root: SyntaxNode): void {
  const stack = [root];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (node.type === 'ERROR' || node.isMissing) {
      const rest = lowering.original.slice(node.startIndex, node.startIndex + 200);
      const line = (rest.trim().split('\n')[0] ?? '').replace(/\s+/g, ' ');
      const near = line.length <= 40 ? line : `${line.slice(0, 39)}…`;
      lowering.giveUp(spanOf(node), `syntax error near \`${near}\``);
      continue;
    }
    const children = node.children;
    for (let i = children.length - 1; i >= 0; i--) if (children[i]?.hasError) stack.push(children[i]!);
  }
}
