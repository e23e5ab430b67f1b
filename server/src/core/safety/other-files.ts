import type { Elsewhere } from '../rust/crates/elsewhere';
import type { RustModule } from '../rust/crates/module';
import type { Parser } from '../syntax/node';
import { collectItems, type FunctionItem, type Items, type OtherItems, type TypeItem } from './items';
import { copyTree } from './syntax';

/** Modules are kept while their text is the same, and so is what was read of them. */
const KNOWN = new WeakMap<RustModule, Items>();

/** What unsafe functions of other files demand, and what their types promise. Only files that say it are parsed. */
export class OtherFiles implements OtherItems {
  constructor(
    private readonly elsewhere: Elsewhere,
    private readonly parser: Parser,
  ) {}

  unsafeFunction(path: string): FunctionItem | null {
    const found = this.elsewhere.placeOf(path);
    if (!found) return null;
    const [name, owner = null] = found.key.split('::').reverse();
    if (!new RegExp(`\\bunsafe\\s+(?:extern "C" )?fn ${name}\\b`).test(found.module.text)) return null;
    const { functions } = this.#itemsOf(found.module);
    return functions.find(one => one.isUnsafe && one.name === name && one.owner === owner) ?? null;
  }

  type(name: string): { readonly item: TypeItem; readonly file: string } | null {
    const found = this.elsewhere.placeOf(name);
    if (!found || !/^\s*\/\/\/ #+ Invariants?\b/m.test(found.module.text)) return null;
    const item = this.#itemsOf(found.module).types.get(found.key);
    return item ? { item, file: found.module.path } : null;
  }

  #itemsOf(module: RustModule): Items {
    let items = KNOWN.get(module);
    if (!items) {
      items = module.withTree(root =>
        collectItems(copyTree(root, module.text, this.parser, () => false).root, module.text),
      ) ?? { types: new Map(), functions: [], byNode: new Map(), others: null };
      KNOWN.set(module, items);
    }
    return items;
  }
}
