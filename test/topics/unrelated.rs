// Nothing here has to do with an mm: only unsafe code is explained.

struct Plain {
    list: Opaque<bindings::list_head>,
//~        ^ none
}

impl Plain {
    fn first<'a>(&self, current: &'a u32) -> Option<&'a u32> {
//~                                           ^ none
//~                      ^ none
//~               ^ none
//~           ^ none
        // SAFETY: The list is never empty.
//~       ^ safety-comment
        let first = unsafe { *self.list.get() };
//~                                     ^ none
//~                   ^ unsafe
        let both = first.next & first.prev;
//~                           ^ none
//~     ^ none
        Some(current)
//~      ^ none
    }
}
