package io.lighter.runtime.attack;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1. */
@KernelTest
class MountAttacksKernelTest extends MountAttacksTest {}
