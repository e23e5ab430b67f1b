// SPDX-License-Identifier: MIT

int add(int a, int b)
{
	return a + b;
}
