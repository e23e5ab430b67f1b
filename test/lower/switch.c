static int falls_through(int request)
{
	int ret = 0;

	switch (request) {
	case 1:
		first();
		fallthrough;
	case 2:
	case 0x10:
		second();
		break;
	case 'a' ... 'z':
		return letter();
	default:
		ret = -EINVAL;
	}
	return ret;
}

static void without_default(struct mm_struct *mm)
{
	for (;;) {
		switch (next(mm)) {
		case NEXT_AGAIN:
			continue;
		case NEXT_STOP:
			return;
		}
		step(mm);
	}
}

static long call_as_case(unsigned int command)
{
	switch (command) {
	case COMMAND_NR(0):
		return 1;
	case -EINVAL:
		return 2;
	}
	return 0;
}
