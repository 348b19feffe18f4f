package io.lighter.runtime.lifecycle;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1. */
@KernelTest
class WholeLifecycleKernelTest extends LifecycleTest {}
