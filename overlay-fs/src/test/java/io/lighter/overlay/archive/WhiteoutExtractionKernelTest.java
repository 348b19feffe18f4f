package io.lighter.overlay.archive;

import io.lighter.testing.KernelTest;

/** The same on Linux 6.1. */
@KernelTest
class WhiteoutExtractionKernelTest extends WhiteoutExtractionTest {}
