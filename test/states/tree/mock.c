// What a C file defines is its own.
struct group {
	struct list_head members;
};
