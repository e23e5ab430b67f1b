// A driver that remembers whose memory it works on. Every function here compiles; three of them are wrong.
//
//	mm-analyzer lint examples/session.c

struct pin_session {
	struct mm_struct *mm;
	struct mutex lock;
	unsigned long pinned;
};

static int session_open(struct pin_session *session)
{
	session->mm = current->mm;
	mmgrab(session->mm);
	mutex_init(&session->lock);
	return 0;
}

static void session_release(struct pin_session *session)
{
	mmdrop(session->mm);
}

/* The process may have exited since session_open(): a count is not enough to walk its VMAs. */
static int session_check(struct pin_session *session, unsigned long addr)
{
	struct mm_struct *mm = session->mm;
	struct vm_area_struct *vma;
	int ret = 0;

	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	if (!vma || !(vma->vm_flags & VM_WRITE))
		ret = -EFAULT;
	mmap_read_unlock(mm);
	return ret;
}

/* One error path forgets what the others release. */
static int session_pin(struct pin_session *session, unsigned long addr, struct page **page)
{
	struct mm_struct *mm = session->mm;
	int locked = 1;
	long pinned;
	int ret = 0;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	if (session->pinned >= SESSION_LIMIT)
		return -EDQUOT;
	mmap_read_lock(mm);
	pinned = pin_user_pages_remote(mm, addr, 1, FOLL_WRITE, page, &locked);
	if (locked)
		mmap_read_unlock(mm);
	if (pinned == 1)
		session->pinned++;
	else
		ret = -EFAULT;
	mmput(mm);
	return ret;
}

/* The vma is looked at after the lock that kept it. */
static unsigned long session_end(struct pin_session *session, unsigned long addr)
{
	struct mm_struct *mm = session->mm;
	struct vm_area_struct *vma;
	unsigned long end = 0;

	if (!mmget_not_zero(mm))
		return 0;
	mmap_read_lock(mm);
	vma = vma_lookup(mm, addr);
	mmap_read_unlock(mm);
	if (vma)
		end = vma->vm_end;
	mmput(mm);
	return end;
}

/* This one is right: users are pinned before the lock, and put after it. */
static int session_count(struct pin_session *session)
{
	struct mm_struct *mm = session->mm;
	int count;

	if (!mmget_not_zero(mm))
		return -ESRCH;
	mmap_read_lock(mm);
	count = mm->map_count;
	mmap_read_unlock(mm);
	mmput(mm);
	return count;
}
