/** What a word means to the scan of C; most words mean nothing to it. */
export enum Role {
  None,
  /** A macro that the compiler sees as an attribute: it is blanked. */
  Annotation,
  /** The same with arguments; blanked with them. */
  AnnotationCall,
  /** An annotation that says what a function needs or does; blanked after it has been recorded. */
  Contract,
  /** `__noreturn`, which is recorded too. */
  Noreturn,
  /** `__attribute__`, in which only `noreturn` matters. */
  Attribute,
  Asm,
  AsmQualifier,
  Typeof,
  Offsetof,
  Alignof,
  /** `struct`, `union`, `enum`. */
  Struct,
  /** A type that the grammar spells as a keyword, so that it cannot stand where an expression does. */
  Primitive,
  Qualifier,
  Storage,
  /** A keyword with a parenthesis of its own that is not a call: `if`, `for`, `sizeof`. */
  Control,
  Else,
  Do,
  Case,
  Default,
  Return,
  Goto,
  /** `break` and `continue`. */
  Jump,
  /** `DEFINE_FREE` and the other macros that define a clean-up. */
  DefineCleanup,
}

/**
 * The words that have a role. Names of annotations are those of include/linux/compiler*.h, init.h, cache.h, linkage.h
 * and of the architectures; an unknown one in the specifiers of a function is found by its position instead.
 */
const WORDS: readonly (readonly [Role, string])[] = [
  [
    Role.Annotation,
    `__user __kernel __iomem __percpu __rcu __force __nocast __bitwise __private __safe __seg_gs __seg_fs
    __init __exit __initdata __initconst __initdata_memblock __init_memblock __init_or_module __exitdata __exitused
    __initdata_or_module __initconst_or_module __meminit __memexit __meminitdata __meminitconst __memexitdata
    __cpuinit __cpuinitdata __devinit __devexit __devinitdata __net_init __net_exit __net_initdata __ref __refdata
    __refconst __head __idmap __irq_entry __softirq_entry __kprobes __sched __lockfunc __cpuidle __xipram
    __read_mostly __ro_after_init __nosavedata __page_aligned_bss __page_aligned_data __bss_decrypted
    __init_thread_info __tracepoint_string
    __always_inline __async_inline __inline_maybe_unused __flatten __noinline noinline noinline_for_stack
    noinline_for_tracing notrace __notrace_funcgraph noinstr nokprobe_inline forceinline asmlinkage asmregparm fastcall
    __visible __weak __cold __hot __pure __preserve_most __attribute_const__ __maybe_unused __always_unused
    __always_used __used __unused __uninitialized __must_check __refcount_check __malloc __deprecated __packed
    __compat_packed __randomize_layout __no_randomize_layout __designated_init __latent_entropy __nonstring
    __cacheline_aligned __cacheline_aligned_in_smp ____cacheline_aligned ____cacheline_aligned_in_smp
    ____cacheline_internodealigned_in_smp ____dma_from_device_aligned __function_aligned __lock_aligned __long_aligned
    __naked __noclone __nocfi __nocf_check __noipa __noretpoline __noscs __noendbr __gnu_inline __bpf_kfunc __ksym
    __hidden __efiapi __data_racy __signed_wrap __retain __tcmfunc __tcmlocalfunc __tcmdata __list_valid_slowpath
    __no_kcsan __no_kasan_or_inline __no_kcsan_or_inline __no_sanitize_or_inline __no_kmsan_checks
    __no_sanitize_address __no_sanitize_undefined __no_sanitize_thread __no_sanitize_memory __no_sanitize_coverage
    __no_stack_protector __no_profile __no_caller_saved_registers __kcsan_cleanup_scoped __no_context_analysis`,
  ],
  [
    Role.AnnotationCall,
    `__aligned __section __printf __scanf __strftime __counted_by __counted_by_le __counted_by_be __sized_by
    __counted_by_ptr __free __cleanup __guarded_by __pt_guarded_by __alloc_size __realloc_size __nonnull __alias __copy
    __compiletime_error __compiletime_warning __diagnose_as __assume_aligned __pass_object_size
    __pass_dynamic_object_size __overloadable __no_sanitize __target __mode __bootdata __bootdata_preserved
    __context_unsafe`,
  ],
  [
    Role.Contract,
    `__must_hold __must_hold_shared __must_not_hold __acquires __acquires_shared __releases __releases_shared
    __cond_acquires __cond_acquires_shared __acquires_ret`,
  ],
  [Role.Noreturn, '__noreturn _Noreturn ATTRIB_NORET'],
  [Role.Attribute, '__attribute__ __attribute'],
  [Role.Asm, 'asm __asm__ __asm asm_inline asm_volatile_goto asm_goto_output'],
  [Role.AsmQualifier, '__volatile__ __volatile inline __inline __inline__'],
  [Role.Typeof, 'typeof __typeof__ __typeof typeof_unqual __unqual_scalar_typeof typeof_member'],
  [Role.Offsetof, 'offsetof'],
  [Role.Alignof, '__alignof__ __alignof _Alignof alignof'],
  [Role.Struct, 'struct union enum'],
  [
    Role.Primitive,
    `bool char int float double void size_t ssize_t ptrdiff_t intptr_t uintptr_t int8_t int16_t int32_t int64_t
    uint8_t uint16_t uint32_t uint64_t signed unsigned long short`,
  ],
  [Role.Qualifier, 'const volatile __restrict restrict __restrict__ __const'],
  [Role.Storage, 'static extern register auto typedef _Thread_local __thread'],
  [Role.Control, 'if while for switch sizeof _Generic __builtin_offsetof defined __extension__'],
  [Role.Else, 'else'],
  [Role.Do, 'do'],
  [Role.Case, 'case'],
  [Role.Default, 'default'],
  [Role.Return, 'return'],
  [Role.Goto, 'goto'],
  [Role.Jump, 'break continue'],
  [
    Role.DefineCleanup,
    `DEFINE_FREE DEFINE_CLASS EXTEND_CLASS DEFINE_GUARD DEFINE_GUARD_COND DEFINE_LOCK_GUARD_0 DEFINE_LOCK_GUARD_1
    DEFINE_LOCK_GUARD_1_COND`,
  ],
];

const SLOTS = 1024;
const slotWords: string[] = new Array<string>(SLOTS).fill('');
const slotHashes = new Int32Array(SLOTS);
const slotRoles = new Uint8Array(SLOTS);

for (const [role, words] of WORDS) {
  for (const word of words.split(/\s+/)) {
    let hash = 0;
    for (let i = 0; i < word.length; i++) hash = hashStep(hash, word.charCodeAt(i));
    let slot = slotOf(hash);
    while (slotWords[slot] !== '') slot = (slot + 1) % SLOTS;
    slotWords[slot] = word;
    slotHashes[slot] = hash;
    slotRoles[slot] = role;
  }
}

/** Adds one unit to the hash of a word: the scanner computes it on the way, so that a plain word costs no string. */
export function hashStep(hash: number, unit: number): number {
  return (Math.imul(hash, 31) + unit) | 0;
}

/** The role of the word at `start`..`end` of `text`, whose hash is `hash`. */
export function findRole(text: string, start: number, end: number, hash: number): Role {
  for (let slot = slotOf(hash); slotWords[slot] !== ''; slot = (slot + 1) % SLOTS) {
    const word = slotWords[slot]!;
    if (slotHashes[slot] === hash && word.length === end - start && text.startsWith(word, start))
      return slotRoles[slot]!;
  }
  return Role.None;
}

function slotOf(hash: number): number {
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}
