import type { Draft } from '../../ir/block-order';
import { NONZERO, type Operand, ZERO } from '../../ir/ir';
import { operand } from '../../ir/operand';
import type { SyntaxNode } from '../../syntax/node';
import type { Span } from '../../text';
import { takeOver } from './calls';
import { isScopedGuard, lowerScopedCall, lowerScopedGuard } from './cleanups';
import { lowerCondition } from './conditions';
import { lowerDeclaration } from './declarations';
import { lowerEffects, lowerExpression } from './expressions';
import { RETURN_MACRO } from './idioms';
import { lowerDeclaringMacro, lowerIteration, type MacroLoop, readMacroLoop } from './iterators';
import { argumentsOf, calledName, type Lowering, partsOf, type Switch, spanOf } from './lowering';
import { lowerPreprocessor } from './preprocessor';

export function lowerStatement(lowering: Lowering, node: SyntaxNode): void {
  if (lowering.builder.exhausted) return;
  lowering.nested(
    node,
    () => lowerKind(lowering, node),
    () => {},
  );
}

/** `({ … })`: runs the statements and yields the value of the last one. */
export function lowerBlockValue(lowering: Lowering, block: SyntaxNode): Operand {
  const { builder } = lowering;
  return builder.withinExpression(() => {
    builder.enterScope();
    const statements = partsOf(block);
    const last = statements.at(-1);
    const [result] = last?.type === 'expression_statement' ? partsOf(last) : [];
    for (const statement of result ? statements.slice(0, -1) : statements) lowerStatement(lowering, statement);
    const value = result ? lowerExpression(lowering, result) : operand.unknown(block.startIndex);
    const kept = builder.owesCleanup ? builder.hold(value, spanOf(block)) : value;
    builder.leaveScope(endOf(block));
    return kept;
  });
}

function lowerKind(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const span = spanOf(node);
  switch (node.type) {
    case 'compound_statement':
      builder.enterScope();
      for (const part of partsOf(node)) lowerStatement(lowering, part);
      builder.leaveScope(endOf(node));
      return;
    case 'expression_statement':
      lowerExpressionStatement(lowering, node);
      return;
    case 'declaration':
      lowerDeclaration(lowering, node);
      return;
    case 'if_statement':
      lowerIf(lowering, node);
      return;
    case 'while_statement':
      lowerWhile(lowering, node);
      return;
    case 'do_statement':
      lowerDo(lowering, node);
      return;
    case 'for_statement':
      lowerFor(lowering, node);
      return;
    case 'switch_statement':
      lowerSwitch(lowering, node);
      return;
    case 'case_statement':
      lowerCase(lowering, node);
      return;
    case 'return_statement': {
      const [value] = partsOf(node);
      builder.return(value ? lowerExpression(lowering, value) : null, span, false);
      return;
    }
    case 'goto_statement': {
      const label = node.childForFieldName('label');
      if (label && !node.hasError) {
        lowerGoto(lowering, lowering.textOf(label), span);
        return;
      }
      lowering.giveUp(span, 'a computed goto');
      builder.return(null, span, true);
      return;
    }
    case 'labeled_statement': {
      const label = node.childForFieldName('label');
      if (label) builder.placeLabel(lowering.textOf(label));
      for (const part of partsOf(node)) if (part.startIndex !== label?.startIndex) lowerStatement(lowering, part);
      return;
    }
    case 'break_statement':
      if (!builder.breakOut(span)) lowering.giveUp(span, '`break` outside of a loop');
      return;
    case 'continue_statement':
      if (!builder.continueLoop(span)) lowering.giveUp(span, '`continue` outside of a loop');
      return;
    case 'preproc_ifdef':
    case 'preproc_if':
      lowerPreprocessor(lowering, node);
      return;
    case 'else_clause':
    case 'attributed_statement':
    case 'ERROR':
      for (const part of partsOf(node)) if (isStatement(part)) lowerStatement(lowering, part);
      return;
    case 'function_definition':
      lowering.giveUp(span, 'a function inside the function');
      return;
    default:
      if (node.type.endsWith('expression')) {
        lowerEffects(lowering, node);
        builder.endStatement(span);
      } else if (!isInert(node)) {
        lowering.giveUp(span, `a statement that is not modelled (${node.type.replaceAll('_', ' ')})`);
      }
  }
}

function isStatement(node: SyntaxNode): boolean {
  return /statement$|^declaration$|^preproc_if/.test(node.type);
}

/** What declares a type or a macro, or is left of a statement whose syntax is damaged: nothing happens there. */
function isInert(node: SyntaxNode): boolean {
  return /^(preproc_|type_definition|struct_|union_|enum_|attribute_|macro_type)|identifier$/.test(node.type);
}

/** The closing brace of a block. */
export function endOf(block: SyntaxNode): Span {
  return { start: block.endIndex - 1, end: block.endIndex };
}

function lowerExpressionStatement(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const [expression] = partsOf(node);
  // A lone name is a macro, such as `fallthrough`.
  if (!expression || expression.type === 'identifier') return;
  if (expression.type === 'call_expression') {
    if (lowerScopedCall(lowering, expression) || lowerDeclaringMacro(lowering, expression)) return;
    const [first] = argumentsOf(expression);
    if (first && calledName(lowering, expression) === RETURN_MACRO) {
      builder.return(takeOver(lowering, first, '0'), spanOf(node), false);
      return;
    }
  }
  lowerEffects(lowering, expression);
  builder.endStatement(spanOf(node));
}

/** A label may be a macro that the body defines, in several ways under `#if`: control goes to any of them. */
function lowerGoto(lowering: Lowering, name: string, span: Span): void {
  const { builder } = lowering;
  const [last = name, ...others] = lowering.meaningsOf(name);
  for (const label of others) {
    const [here, elsewhere] = [builder.newBlock(), builder.newBlock()];
    builder.branch(operand.constant(`config:${name}==${label}`), span, here, elsewhere);
    builder.moveTo(here);
    builder.goto(label, span);
    builder.moveTo(elsewhere);
  }
  builder.goto(last, span);
}

/** Long `else if` chains are taken in a loop. */
function lowerIf(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const join = builder.newBlock();
  let at: SyntaxNode | null = node;
  while (at) {
    const [whenTrue, whenFalse] = branchOn(lowering, at);
    builder.moveTo(whenTrue);
    const consequence: SyntaxNode | null = at.childForFieldName('consequence');
    if (consequence) lowerStatement(lowering, consequence);
    builder.jump(join);
    builder.moveTo(whenFalse);
    const alternative: SyntaxNode | null = at.childForFieldName('alternative');
    const statements: SyntaxNode[] = alternative ? partsOf(alternative) : [];
    const chained: boolean = statements.length === 1 && statements[0]!.type === 'if_statement';
    at = chained ? statements[0]! : null;
    if (!chained) for (const statement of statements) lowerStatement(lowering, statement);
  }
  builder.fallInto(join);
}

/** Evaluates the condition of a statement; what it computed is forgotten on both ways on. */
function branchOn(lowering: Lowering, statement: SyntaxNode): readonly [Draft, Draft] {
  const { builder } = lowering;
  const ways = [builder.newBlock(), builder.newBlock()] as const;
  const since = builder.temporaries;
  const condition = statement.childForFieldName('condition');
  if (condition) lowerCondition(lowering, condition, ...ways);
  else builder.jump(ways[0]);
  builder.endStatementOn(ways, since, spanOf(condition ?? statement));
  return ways;
}

function lowerWhile(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const condition = node.childForFieldName('condition');
  const body = node.childForFieldName('body');
  const macro = condition && readMacroLoop(lowering, node.startIndex, condition);
  if (macro && isScopedGuard(macro)) {
    lowerScopedGuard(lowering, macro, body);
    return;
  }
  const head = builder.newBlock();
  builder.fallInto(head);
  const [inside, out] = macro ? iterate(lowering, macro) : branchOn(lowering, node);
  builder.moveTo(inside);
  builder.withinLoop(out, head, () => {
    if (body) lowerStatement(lowering, body);
  });
  builder.jump(head);
  builder.moveTo(out);
}

function iterate(lowering: Lowering, macro: MacroLoop): readonly [Draft, Draft] {
  const { builder } = lowering;
  const ways = [builder.newBlock(), builder.newBlock()] as const;
  const since = builder.temporaries;
  lowerIteration(lowering, macro, ...ways);
  builder.endStatementOn(ways, since, macro.span);
  return ways;
}

function lowerDo(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const [head, test, out] = [builder.newBlock(), builder.newBlock(), builder.newBlock()];
  const body = node.childForFieldName('body');
  const condition = node.childForFieldName('condition');
  builder.fallInto(head);
  builder.withinLoop(out, test, () => {
    if (body) lowerStatement(lowering, body);
  });
  builder.fallInto(test);
  const at = body && condition ? body.endIndex + lowering.text.slice(body.endIndex).search(/\w/) : 0;
  const macro = condition && at < condition.startIndex ? readMacroLoop(lowering, at, condition) : null;
  const [again, done] = macro ? iterate(lowering, macro) : branchOn(lowering, node);
  builder.moveTo(again);
  builder.jump(head);
  builder.moveTo(done);
  builder.fallInto(out);
}

function lowerFor(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  builder.enterScope();
  const initializer = node.childForFieldName('initializer');
  if (initializer) lowerStatement(lowering, initializer);
  const [head, next] = [builder.newBlock(), builder.newBlock()];
  builder.fallInto(head);
  const [inside, done] = branchOn(lowering, node);
  builder.moveTo(inside);
  const body = node.childForFieldName('body');
  builder.withinLoop(done, next, () => {
    if (body) lowerStatement(lowering, body);
  });
  builder.fallInto(next);
  const update = node.childForFieldName('update');
  if (update) lowerEffects(lowering, update);
  builder.endStatement(spanOf(update ?? node));
  builder.jump(head);
  builder.moveTo(done);
  builder.leaveScope(endOf(node));
}

/** A chain of tests of one value. The cases are written first, for they are known only after the body. */
function lowerSwitch(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const condition = node.childForFieldName('condition');
  const body = node.childForFieldName('body');
  const span = spanOf(condition ?? node);
  const value = builder.hold(condition ? lowerExpression(lowering, condition) : operand.unknown(span.start), span);
  const dispatch = builder.current;
  const known: Switch = { value, cases: [], default: null };
  const out = builder.newBlock();
  builder.moveTo(builder.newBlock());
  lowering.switches.push(known);
  builder.withinLoop(out, null, () => {
    if (body) lowerStatement(lowering, body);
  });
  lowering.switches.pop();
  builder.jump(out);

  const startArm = (): void => {
    const arm = builder.newBlock();
    dispatch.successors.push(arm);
    builder.moveTo(arm);
  };
  for (const { tests, block } of known.cases) {
    startArm();
    for (const test of tests) builder.emit({ op: 'assume', span, value: test, mask: NONZERO });
    builder.emit({ op: 'end', span });
    builder.jump(block);
  }
  startArm();
  for (const { tests } of known.cases) {
    // That a value is outside a range of cases is more than one test can say.
    const [test] = tests;
    if (test && tests.length === 1) builder.emit({ op: 'assume', span, value: test, mask: ZERO });
  }
  builder.emit({ op: 'end', span });
  builder.jump(known.default ?? out);
  builder.moveTo(out);
}

function lowerCase(lowering: Lowering, node: SyntaxNode): void {
  const { builder } = lowering;
  const enclosing = lowering.switches.at(-1);
  const value = node.childForFieldName('value');
  const block = builder.newBlock();
  builder.fallInto(block);
  if (enclosing && value) enclosing.cases.push({ tests: testsOfCase(lowering, enclosing.value, value), block });
  else if (enclosing) enclosing.default = block;
  else lowering.giveUp(spanOf(node), '`case` outside of a switch');
  for (const part of partsOf(node)) if (part.startIndex !== value?.startIndex) lowerStatement(lowering, part);
}

/** `case a ... b` reaches the parser as `a | b`. */
function testsOfCase(lowering: Lowering, switched: Operand, value: SyntaxNode): Operand[] {
  const isRange = lowering.original.slice(value.startIndex, value.endIndex).includes('...');
  const [low, high] = [value.childForFieldName('left'), value.childForFieldName('right')];
  if (!isRange || !low || !high) return [operand.operator('==', switched, caseValue(lowering, value))];
  return [
    operand.operator('>=', switched, caseValue(lowering, low)),
    operand.operator('<=', switched, caseValue(lowering, high)),
  ];
}

/** The value of a case is a constant, even where it looks like a call: `_IOC(…)`. */
function caseValue(lowering: Lowering, value: SyntaxNode): Operand {
  const text = lowering.textOf(value).replace(/\s+/g, ' ');
  return /\w \(|\w\(/.test(text) ? operand.constant(text) : lowerExpression(lowering, value);
}
