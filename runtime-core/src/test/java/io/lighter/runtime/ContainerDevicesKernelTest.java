package io.lighter.runtime;

import io.lighter.testing.KernelTest;

/** The same verdicts of a kernel that has no compiler for BPF and interprets it, Linux 6.1. */
@KernelTest
class ContainerDevicesKernelTest extends ContainerDevicesTest {}
