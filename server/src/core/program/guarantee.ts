import { countedMember } from '../knowledge/fields';
import type { Solved } from '../typestate/analyse';
import type { Context } from '../typestate/context';
import { EXIT_TESTED, type Holding, LOCK_NONE, LOCK_READ, lockOf, PINNED, TOOK_LOCK } from '../typestate/holding';
import type { Cell, Sym } from '../typestate/world';
import type { FieldContracts } from './field-contracts';
import type { Guarantee } from './judged';
import type { ParameterContracts } from './parameter-contracts';

const IMMORTAL = /^(?:init_mm|efi_mm|tboot_mm|poking_mm)$/;

const CURRENT: Guarantee = {
  level: 'users',
  because: '`current->mm` is the address space of the running task',
  proved: true,
};

const DOUBTED: Guarantee = {
  level: 'count',
  because: 'this function tests whether its `mm_users` is zero',
  proved: true,
  believed: true,
};

/**
 * Who else keeps the object of a symbol, and how surely: by where the value came from. What this function took itself
 * is not part of it.
 */
export function guaranteeOf(
  solved: Solved,
  fields: FieldContracts,
  parameters: ParameterContracts | null,
  symbol: Sym,
  holding: Holding,
  depth = 0,
): Guarantee {
  const { symbols } = solved.ctx;
  const info = symbols.info(symbol);
  if (holding & PINNED)
    return {
      level: 'users',
      because: 'the task lock is held, so the task cannot let go of its address space',
      proved: true,
    };
  if (depth > 5) return assumed('nothing in this function says otherwise');
  // Where it came from may say nothing, and a test of its users still does.
  if (info.kind !== 'initial' && solved.recorder.doubted.has(symbol) && !symbols.isAcquired(symbol)) return DOUBTED;
  switch (info.kind) {
    case 'address':
      if (IMMORTAL.test(info.variable))
        return { level: 'users', because: `\`${info.variable}\` is never freed`, proved: true };
      return assumed('it is a variable of its own');
    case 'initial':
      return ofInitial(solved, fields, parameters, symbol, holding);
    case 'phi': {
      let weakest: Guarantee | null = null;
      for (const source of info.sources) {
        if (source === symbol || symbols.isConstant(source)) continue;
        const one = guaranteeOf(solved, fields, parameters, source, 0, depth + 1);
        if (!weakest || strength(one) < strength(weakest)) weakest = one;
      }
      return weakest ?? assumed('nothing in this function says otherwise');
    }
    case 'earlier':
      return guaranteeOf(solved, fields, parameters, info.of, holding, depth + 1);
    case 'result':
      if (symbols.isAcquired(symbol)) return assumed(`\`${info.callee}()\` hands out a reference of its own`);
      if (!solved.recorder.dereferenced.has(symbol))
        return { level: 'none', because: `what \`${info.callee}()\` returns is only compared here`, proved: false };
      // What an unknown callee returns is as good as its callers make it.
      return assumed(`\`${info.callee}()\` is assumed to return something that is kept alive`);
    default:
      return assumed('nothing in this function says otherwise');
  }
}

function ofInitial(
  solved: Solved,
  fields: FieldContracts,
  parameters: ParameterContracts | null,
  symbol: Sym,
  holding: Holding,
): Guarantee {
  const { ctx, recorder } = solved;
  const { symbols } = ctx;
  const info = symbols.info(symbol);
  if (info.kind !== 'initial') return assumed('nothing in this function says otherwise');
  const field = symbols.cellField(info.cell);
  const base = symbols.cellBase(info.cell);
  const declared = declaredGuarantee(ctx, info.cell);
  if (declared) return declared;
  const doubted = recorder.doubted.has(symbol);
  // An exit test is made under mmap_lock, taken here or by the caller, and covers the address space until the unlock.
  const mayHoldLock =
    lockOf(holding) >= LOCK_READ || (lockOf(holding) !== LOCK_NONE && symbols.slotOf(symbol) !== null);
  // A test that comes only later does not cover what is done under a lock that was taken here.
  const isInTime = !(holding & TOOK_LOCK) || (holding & EXIT_TESTED) !== 0;
  const checked = recorder.exitTested.has(symbol) && mayHoldLock && isInTime;
  const doubt: Guarantee = checked
    ? { level: 'users', because: 'the exit test under mmap_lock covers it until the unlock', proved: true }
    : DOUBTED;

  if (base === symbols.current) {
    if (field !== 'active_mm') return CURRENT;
    return { level: 'count', because: '`active_mm` of a kernel thread is only a lazy-TLB reference', proved: false };
  }
  const baseInfo = symbols.info(base);
  if (field === '*' && baseInfo.kind === 'address') {
    if (ctx.cfg.calledAs?.isExit)
      return {
        level: 'count',
        because: 'its last user is gone: it is torn down here',
        proved: true,
        believed: true,
      };
    if (isSubscribed(ctx))
      return { level: 'count', because: 'a notifier keeps only the struct (mm/mmu_notifier.c:659)', proved: false };
    const contract = parameters?.get(symbols.slotOf(symbol) ?? '');
    if (contract?.level === 'checked')
      return {
        level: 'count',
        because: 'its callers cover it by an exit test under mmap_lock',
        at: contract.from,
        proved: false,
      };
    if (contract) {
      const because = `as its callers pass it${contract.from ? '; the one here promises least' : ''}`;
      const level = contract.level === 'open' ? 'count' : contract.level;
      return { level, because, at: contract.from, proved: false };
    }
    return doubted ? doubt : assumed('callers are assumed to guarantee it');
  }
  const owner = symbols.name(base);
  const kind = fields.kind(ctx.ownerTypes.get(info.cell), field);
  // A test says less than the stores of the field, which show what it keeps.
  if (doubted && (checked || kind !== 'count')) return doubt;
  // Whatever the field keeps, those who pass the object may keep more meanwhile. A VMA is told by how it was found.
  const given = field === 'vm_mm' ? undefined : parameters?.get(symbols.slotOf(symbol) ?? '');
  if (given?.level === 'users' && !doubted)
    return {
      level: 'users',
      because: 'as its callers keep it; the one here promises least',
      at: given.from,
      proved: false,
    };
  const weak = weaklyKept(solved, info.cell);
  if (weak !== null) return { level: 'count', because: weak, proved: !mayBePinnedByCallers(ctx, symbol) };
  if (field === 'vm_mm' && isListed(ctx, base))
    return {
      level: 'count',
      because: 'a vma that a list of another object names may be of an mm without users',
      proved: false,
    };
  if (field === 'vm_mm') return assumed(`a vma that is reached here belongs to a live address space`);
  if (field === 'active_mm') return { level: 'count', because: 'it is only a lazy-TLB reference', proved: false };
  const struct = ctx.ownerTypes.get(info.cell);
  const isSurelyCount = struct !== undefined && fields.isSurelyCount(struct, field, runsForTask(ctx));
  const isCompared = fields.isForOwner(struct, field);
  // Where it is equal, it is `current->mm` by name; everywhere else in a function that asks, it may be another's.
  if (
    kind === 'count' &&
    !isSurelyCount &&
    !doubted &&
    isCompared &&
    servesCurrent(ctx) &&
    !isComparedHere(ctx, symbol)
  )
    return assumed(
      `\`${struct}.${field}\` is compared with \`current->mm\`, so \`${owner}\` is assumed to serve the task whose mm it is`,
    );
  if (kind === 'count' && fields.isMixed(struct, field) && !doubted && solved.hindsight.askedUsers.has(symbol))
    return assumed(
      `\`${struct}.${field}\` is kept with \`mmget()\` or with \`mmgrab()\`, and what is called here needs the former`,
    );
  if (struct !== undefined && kind) {
    const votes = fields.votes(struct, field);
    const isByNotifier = votes !== null && votes.registered > 0 && votes.stored.count === 0;
    const count = isByNotifier ? 'a notifier, which keeps only the struct' : '`mmgrab()`';
    const put = kind === 'count' ? count : '`mmget()` or the like';
    return {
      level: kind,
      because: `\`${struct}.${field}\` is kept with ${put}`,
      at: fields.place(struct, field, kind) ?? undefined,
      // Other files may guarantee more by a protocol of their own than the field keeps.
      proved: kind === 'users' || isSurelyCount,
      keptByField: true,
    };
  }
  if (ctx.ownerTypes.get(info.cell) === 'task_struct') {
    if (field === 'mm' && !recorder.dereferenced.has(symbol))
      return { level: 'none', because: `\`${owner}->mm\` is read without \`task_lock()\``, proved: false };
    // A work item has no hold on the task that its object names.
    if (field === 'mm' && ctx.cfg.calledAs?.runs === 'kthread')
      return {
        level: 'none',
        because: `\`${owner}->mm\` of another task is read without \`task_lock()\``,
        proved: true,
      };
    return assumed(`\`${owner}\` is assumed to keep its address space meanwhile`);
  }
  if (field === '*') return assumed('callers are assumed to guarantee it');
  if (!recorder.dereferenced.has(symbol)) {
    return { level: 'none', because: `\`${symbols.name(symbol)}\` is only compared here`, proved: false };
  }
  const votes = fields.votes(ctx.ownerTypes.get(info.cell), field);
  if (votes && votes.doubted * 2 > votes.used)
    return {
      level: 'count',
      because: `others test whether \`mm_users\` of \`${struct}.${field}\` is zero`,
      proved: false,
    };
  if (votes && votes.stored.none + votes.carried > 0) {
    return assumed(`\`${symbols.name(symbol)}\` is stored without a reference, so somebody else is assumed to keep it`);
  }
  return {
    level: 'count',
    because: `nothing shows more than that \`${symbols.name(symbol)}\` is allocated`,
    proved: false,
    guessed: true,
  };
}

/** The kernel calls it for a subscription to changes of the mm, which goes on until the mm is torn down. */
function isSubscribed({ cfg }: Context): boolean {
  return cfg.calledAs?.through === undefined && cfg.calledAs?.place.startsWith('mmu_notifier_ops.') === true;
}

/** This function asks itself whether the mm is that of the running task. */
function isComparedHere({ symbols }: Context, symbol: Sym): boolean {
  const ofCurrent = symbols.initial(symbols.cell(symbols.current, 'mm'));
  return symbols.operatorsOn(ofCurrent).some(operator => {
    const info = symbols.info(operator);
    return info.kind === 'operator' && /^[!=]=$/.test(info.op) && (info.a === symbol || info.b === symbol);
  });
}

/** What the declared type of a parameter or field proves, in a language where types tell. */
function declaredGuarantee({ symbols, cfg, ownerTypes }: Context, cell: Cell): Guarantee | null {
  if (!cfg.keeps) return null;
  const base = symbols.info(symbols.cellBase(cell));
  const field = symbols.cellField(cell);
  const level = cfg.keeps.get(
    field === '*' && base.kind === 'address' ? base.variable : `${ownerTypes.get(cell)}.${field}`,
  );
  if (level === undefined) return null;
  const because = level === 'users' ? 'its type keeps the address space' : 'its type keeps only the struct';
  return { level, because, proved: true, typed: true };
}

/** The function may be one that a task calls on behalf of itself; work items, timers and notifiers are not. */
function runsForTask({ cfg }: Context): boolean {
  return cfg.calledAs === undefined || cfg.calledAs.runs.startsWith('task');
}

/** No callback that also runs when the task exits: a file is released by whoever closes it last. */
function servesCurrent({ cfg }: Context): boolean {
  return cfg.calledAs === undefined || cfg.calledAs.runs === 'task-current-mm';
}

/** The place that the mm was read from tells that nobody keeps its users, and no caller can have taken them. */
export function isKnownWeak(solved: Solved, symbol: Sym): boolean {
  const { ctx } = solved;
  const info = ctx.symbols.info(symbol);
  return info.kind === 'initial' && !mayBePinnedByCallers(ctx, symbol) && weaklyKept(solved, info.cell) !== null;
}

/** The callers of a static function may have taken users on what they reach themselves. */
function mayBePinnedByCallers({ cfg, symbols }: Context, symbol: Sym): boolean {
  return cfg.isStatic === true && cfg.calledAs?.isPinned !== false && symbols.slotOf(symbol) !== null;
}

/** Why only the struct of the mm in this cell is kept, as the place it is read from tells; null for other places. */
function weaklyKept({ ctx }: Solved, cell: Cell): string | null {
  const { symbols, cfg, ownerTypes } = ctx;
  const base = symbols.cellBase(cell);
  const field = symbols.cellField(cell);
  if (field !== 'vm_mm') {
    const info = symbols.info(base);
    const source = countedMember(ownerTypes.get(cell), info.kind === 'fieldAddress' ? info.field : '', field);
    return source && `a notifier keeps only the struct (${source})`;
  }
  if (isFoundByWalk(ctx, base))
    return 'a vma that is found in a tree or list of another object may be of an mm without users';
  const isGiven = /^arg\d+$/.test(symbols.slotOf(base) ?? '');
  if (isGiven && cfg.calledAs?.place === 'vm_operations_struct.close')
    return '`->close` also runs from `exit_mmap()`, when `mm_users` is zero';
  return null;
}

/** The vma is named by an element of a list or tree that is walked here. */
function isListed(ctx: Context, vma: Sym): boolean {
  const info = ctx.symbols.info(vma);
  return info.kind === 'initial' && isFoundByWalk(ctx, ctx.symbols.cellBase(info.cell));
}

/** Every value of the variable is one that a loop over something else than an mm gave it. */
function isFoundByWalk({ symbols }: Context, vma: Sym): boolean {
  const info = symbols.info(vma);
  if (info.kind === 'result') return info.callee === '@next';
  if (info.kind !== 'phi') return false;
  const sources = [...info.sources].filter(source => source !== vma && !symbols.isConstant(source));
  return (
    sources.length > 0 &&
    sources.every(source => {
      const one = symbols.info(source);
      return one.kind === 'result' && one.callee === '@next';
    })
  );
}

const assumed = (because: string): Guarantee => ({ level: 'users', because, proved: false });

const strength = (guarantee: Guarantee) => ({ users: 2, count: 1, none: 0 })[guarantee.level];
