package io.lighter.overlay;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1, where layers go in one string or on the option page. */
@KernelTest
class LayerStackKernelTest extends LayerStackTest {}
