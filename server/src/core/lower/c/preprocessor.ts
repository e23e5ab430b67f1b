import type { Draft } from '../../ir/block-order';
import { operand } from '../../ir/operand';
import type { SyntaxNode } from '../../syntax/node';
import { leftSpine, logicalOperator } from './conditions';
import { type Lowering, partsOf, spanOf } from './lowering';
import { lowerStatement } from './statements';

/**
 * `#if` in a body branches on the configuration, so that arms under one option go together.
 * A chain of `#elif` is taken in a loop.
 */
export function lowerPreprocessor(lowering: Lowering, conditional: SyntaxNode): void {
  const { builder } = lowering;
  const join = builder.newBlock();
  let arm: SyntaxNode | null = conditional;
  while (arm) {
    const name: SyntaxNode | null = arm.childForFieldName('name');
    const condition: SyntaxNode | null = arm.childForFieldName('condition');
    const alternative: SyntaxNode | null = arm.childForFieldName('alternative');
    const [whenTrue, whenFalse] = [builder.newBlock(), builder.newBlock()];
    if (name) {
      const isNegated = /^\s*#\s*(ifndef|elifndef)\b/.test(lowering.text.slice(arm.startIndex, name.startIndex));
      const option = operand.constant(`config:${configOption(lowering.textOf(name))}`);
      builder.branch(option, spanOf(name), isNegated ? whenFalse : whenTrue, isNegated ? whenTrue : whenFalse);
    } else if (condition) {
      testConfiguration(lowering, condition, whenTrue, whenFalse);
    } else {
      builder.jump(whenTrue);
    }
    builder.moveTo(whenTrue);
    for (const part of partsOf(arm)) {
      const isBody = ![name, condition, alternative].some(other => other?.startIndex === part.startIndex);
      if (isBody) lowerStatement(lowering, part);
    }
    builder.jump(join);
    builder.moveTo(whenFalse);
    arm = alternative;
  }
  builder.fallInto(join);
}

/** The option that `CONFIG_NUMA`, `CONFIG_NUMA_MODULE` or another macro's name stands for. */
export function configOption(name: string): string {
  return name.trim().replace(/^CONFIG_/, '');
}

function testConfiguration(lowering: Lowering, condition: SyntaxNode, whenTrue: Draft, whenFalse: Draft): void {
  const decide = (): void => {
    const option = operand.constant(constantOf(lowering, condition));
    lowering.builder.branch(option, spanOf(condition), whenTrue, whenFalse);
  };
  const [inner] = partsOf(condition).slice(-1);
  if (!inner || !/^(binary|unary|parenthesized)_expression$/.test(condition.type)) decide();
  else lowering.nested(condition, () => testParts(lowering, condition, inner, whenTrue, whenFalse) || decide(), decide);
}

/** False when the condition is not made of smaller ones. */
function testParts(
  lowering: Lowering,
  condition: SyntaxNode,
  inner: SyntaxNode,
  whenTrue: Draft,
  whenFalse: Draft,
): boolean {
  const operator = logicalOperator(condition);
  if (operator) {
    const terms = leftSpine(condition, part => logicalOperator(part) === operator);
    for (const [i, { node }] of terms.entries()) {
      const next = lowering.builder.newBlock();
      const isLast = i === terms.length - 1;
      if (operator === '&&') testConfiguration(lowering, node, isLast ? whenTrue : next, whenFalse);
      else testConfiguration(lowering, node, whenTrue, isLast ? whenFalse : next);
      lowering.builder.moveTo(next);
    }
  } else if (condition.type === 'parenthesized_expression') {
    testConfiguration(lowering, inner, whenTrue, whenFalse);
  } else if (condition.childForFieldName('operator')?.type === '!') {
    testConfiguration(lowering, inner, whenFalse, whenTrue);
  } else {
    return false;
  }
  return true;
}

/** `defined(X)`, `IS_ENABLED(X)` and plain `X` are one key; any other condition is a key of its own. */
function constantOf(lowering: Lowering, condition: SyntaxNode): string {
  const text = lowering.textOf(condition).replace(/\s+/g, '');
  if (/^\d+$/.test(text)) return text;
  const option = /^(?:(?:defined|IS_ENABLED|IS_BUILTIN|IS_REACHABLE|IS_MODULE)\(?)?(\w+)\)?$/.exec(text);
  return `config:${option ? configOption(option[1]!) : text}`;
}
