import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** A getter in one file. */
export const GETTER = `struct mm_struct *session_mm(struct session *session)
{
	struct mm_struct *mm = session->mm;

	if (!mmget_not_zero(mm))
		return NULL;
	return mm;
}
`;

/** The same name for something that takes nothing. */
export const PEEKER = `struct mm_struct *session_mm(struct session *session)
{
	return session->mm;
}
`;

/** Leaks what the getter of the other file takes, at line 8. */
export const LEAKER = `int session_peek(struct session *session, int early)
{
	struct mm_struct *mm = session_mm(session);

	if (!mm)
		return -ESRCH;
	if (early)
		return -EAGAIN;
	mmput(mm);
	return 0;
}
`;

/** Keeps a handle with a count reference only. */
export const KEEPER = `struct session {
	struct mm_struct *mm;
};

int session_open(struct session *session)
{
	mmgrab(current->mm);
	session->mm = current->mm;
	return 0;
}

void session_release(struct session *session)
{
	mmdrop(session->mm);
}
`;

/** Reads the field that the other file keeps. */
export const READER = `unsigned long session_size(struct session *session)
{
	return session->mm->total_vm;
}
`;

/** Has nothing to do with an mm but to pass it on. */
export const PASSER = `struct mm_struct;

void session_show_own(void)
{
	session_show(current->mm);
}
`;

export const SESSION_TREE: Readonly<Record<string, string>> = {
  MAINTAINERS: '',
  Kbuild: '',
  'lib/getter.c': GETTER,
  'mm/leaker.c': LEAKER,
  'mm/keeper.c': KEEPER,
  'mm/reader.c': READER,
  'lib/plain.c': 'int plain(void)\n{\n\treturn 0;\n}\n',
};

export function writeTree(folder: string, files: Readonly<Record<string, string>> = SESSION_TREE): void {
  for (const [file, text] of Object.entries(files)) {
    const full = path.join(folder, file);
    mkdirSync(path.dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
}
