package io.lighter.runtime.attack;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1, with CAP_SYS_RESOURCE. */
@KernelTest
class ExecutableAttacksKernelTest extends ExecutableAttacksTest {}
