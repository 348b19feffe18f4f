package io.lighter.runtime;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1, in a cgroup tree that has the controllers. */
@KernelTest
class ContainerKernelTest extends ContainerTest {}
