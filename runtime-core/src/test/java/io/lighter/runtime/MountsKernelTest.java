package io.lighter.runtime;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1, where a tmpfs cannot be mounted with mapped ids. */
@KernelTest
class MountsKernelTest extends MountsTest {}
